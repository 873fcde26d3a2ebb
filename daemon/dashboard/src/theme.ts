// Light, dark, or as the system says; remembered for this browser.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const storageKey = "kontor.theme";

export const theme = signal<Theme>("system");

export function startTheme(): void {
  const kept = localStorage.getItem(storageKey);
  if (kept === "light" || kept === "dark") theme.value = kept;
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    if (theme.value === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme.value);
  });
}

export function nextTheme(): void {
  theme.value = theme.value === "system" ? "dark" : theme.value === "dark" ? "light" : "system";
}
