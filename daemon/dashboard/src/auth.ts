// The bearer token: handed over once in the address (`#token=...`, which never reaches a server), then kept for this tab only.
import { signal } from "@preact/signals";

const storageKey = "kontor.token";

export const token = signal<string | null>(null);
export const signInMessage = signal<string | null>(null);

// The token in an address's hash, or null.
export function tokenInHash(hash: string): string | null {
  const value = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return value && value.trim() !== "" ? value.trim() : null;
}

function takeTokenFromAddress(): boolean {
  const handed = tokenInHash(window.location.hash);
  if (!handed) return false;
  history.replaceState(history.state, "", window.location.pathname + window.location.search);
  signIn(handed);
  return true;
}

// Takes the token out of the address, so that it is neither bookmarked nor shown, or remembers this tab's.
export function startAuth(): void {
  if (!takeTokenFromAddress()) token.value = sessionStorage.getItem(storageKey);
  // Pasting an address that differs only in its hash does not load the page again.
  window.addEventListener("hashchange", takeTokenFromAddress);
}

export function signIn(value: string): void {
  sessionStorage.setItem(storageKey, value);
  signInMessage.value = null;
  token.value = value;
}

export function signOut(message: string | null = null): void {
  sessionStorage.removeItem(storageKey);
  signInMessage.value = message;
  token.value = null;
}
