// Evidence of any shape as lines of a table: one per value, named by its way.
import type { Json } from "../../types";

export interface Fact { name: string; value: string; kind: "text" | "number" }

// More than this is not read by anybody; the whole stands below the table.
export const factsMax = 200;

const word = (key: string): string => key.replaceAll("_", " ");

function number(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(6)));
}

function scalar(value: Json): string {
  if (value === null) return "none";
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

const isScalar = (value: Json): boolean => value === null || typeof value !== "object";

export function factsOf(evidence: Json): Fact[] {
  const facts: Fact[] = [];
  const walk = (value: Json, name: string): void => {
    if (facts.length >= factsMax) return;
    if (isScalar(value)) {
      facts.push({ name: name || "value", value: scalar(value), kind: typeof value === "number" ? "number" : "text" });
    } else if (Array.isArray(value)) {
      if (value.every(isScalar)) facts.push({ name: name || "values", value: value.map(scalar).join(", ") || "none", kind: "text" });
      else value.forEach((item, index) => walk(item, `${name} ${index + 1}`.trim()));
    } else {
      const entries = Object.entries(value as Record<string, Json>);
      if (entries.length === 0 && name) facts.push({ name, value: "none", kind: "text" });
      for (const [key, item] of entries) walk(item, name ? `${name} · ${word(key)}` : word(key));
    }
  };
  if (evidence !== null) walk(evidence, "");
  return facts;
}

// Where J and K lead in a list; null: nothing to choose.
export function neighbour(ids: readonly number[], current: number | null, step: 1 | -1): number | null {
  if (ids.length === 0) return null;
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[step === 1 ? 0 : ids.length - 1] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
