// Countries that a person wants at the top, kept in this browser.
import { signal } from "@preact/signals";

const storageKey = "kontor.pins";

function read(): ReadonlySet<string> {
  const codes = (localStorage.getItem(storageKey) ?? "").split(",").filter((code) => /^[A-Z]{2}$/.test(code));
  return new Set(codes);
}

export const pins = signal<ReadonlySet<string>>(new Set());
export const startPins = (): void => { pins.value = read(); };

export function togglePin(country: string): void {
  const next = new Set(pins.peek());
  if (!next.delete(country)) next.add(country);
  pins.value = next;
  localStorage.setItem(storageKey, [...next].join(","));
}
