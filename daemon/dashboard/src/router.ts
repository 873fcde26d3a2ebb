// Addresses without a hash: History API, and ordinary links that are followed without loading the page again.
import { signal } from "@preact/signals";

export interface Place { path: string; query: URLSearchParams }

const here = (): Place => ({ path: window.location.pathname, query: new URLSearchParams(window.location.search) });

export const place = signal<Place>({ path: "/", query: new URLSearchParams() });

export function navigate(to: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  place.value = here();
}

// The same page with query parameters set (or removed, by null).
export function setQuery(changes: Record<string, string | null>, how: "push" | "replace" = "replace"): void {
  const query = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  navigate(window.location.pathname + (text ? `?${text}` : ""), how);
}

// "/runs/:id" against "/runs/7" gives {id: "7"}; null when it does not fit.
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      try {
        found[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;  // "%E0%A4%A" is no text: no such page
      }
    } else if (part !== value) {
      return null;
    }
  }
  return found;
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.origin !== window.location.origin) return;
  if (link.hasAttribute("download") || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
  window.scrollTo(0, 0);
}

export function startRouter(): void {
  place.value = here();
  window.addEventListener("popstate", () => { place.value = here(); });
  document.addEventListener("click", followLink);
}
