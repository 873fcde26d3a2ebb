// Who is signed in. The token goes to the daemon once and comes back as a cookie that no script can read: it stands neither in
// an address nor in the browser's storage.
import { signal } from "@preact/signals";

// undefined: not asked yet; null: nobody.
export const caller = signal<string | null | undefined>(undefined);
export const signInMessage = signal<string | null>(null);

interface Session { caller: string | null }

export async function startAuth(): Promise<void> {
  try {
    const answer = await fetch("/v1/session", { cache: "no-store", headers: { Accept: "application/json" } });
    caller.value = answer.ok ? ((await answer.json()) as Session).caller : null;
  } catch {
    signInMessage.value = "The daemon cannot be reached.";
    caller.value = null;
  }
}

// Resolves to a sentence when the token was refused.
export async function signIn(token: string): Promise<string | null> {
  const headers = new Headers({ "Content-Type": "application/json", Accept: "application/json" });
  try {
    headers.set("Authorization", `Bearer ${token}`);
  } catch {
    return "This is no token: it has characters that a token cannot have.";
  }
  try {
    const answer = await fetch("/v1/session", { method: "POST", headers, body: "{}", cache: "no-store" });
    if (answer.status === 401) return "The daemon does not know this token. Give the one that it printed at its first start.";
    if (!answer.ok) return `The daemon answered with status ${answer.status}.`;
    signInMessage.value = null;
    caller.value = ((await answer.json()) as Session).caller;
    return null;
  } catch {
    return "The daemon cannot be reached.";
  }
}

export async function signOut(): Promise<void> {
  try {
    await fetch("/v1/session/end", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}", cache: "no-store" });
  } catch {
    // The cookie stays, but this page forgets who was here; the daemon is not there to answer anyway.
  }
  refused(null);
}

// The daemon no longer knows the cookie.
export function refused(message: string | null = "You are signed out: the daemon no longer knows this browser's token."): void {
  signInMessage.value = message;
  caller.value = null;
}
