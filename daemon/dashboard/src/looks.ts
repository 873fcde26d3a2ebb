// How a state looks: a word, a glyph and a colour of its own, the same on every page. styles/looks.css has the colours;
// test/palette.test.ts holds them apart, also for eyes that do not tell red from green.
import type { AnyState, Approval, Backfill, Cell, Column, ReportStatus } from "./types";

export type Look =
  | "waiting" | "ready" | "running" | "retrying" | "awaiting" | "approval" | "succeeded" | "cached" | "skipped" | "upstream"
  | "failed" | "dead" | "cancelled";
export type Glyph =
  | "check" | "play" | "retry" | "clock" | "pause" | "cross" | "dead" | "skip" | "stop" | "dot" | "ring" | "hand" | "copy" | "blocked";

interface LookText { word: string; help: string; glyph: Glyph }

// From the worst to the best: rows are sorted by it.
export const looks: Record<Look, LookText> = {
  dead: { word: "dead letter", help: "given up: waits for a person", glyph: "dead" },
  failed: { word: "failed", help: "failed, and its dead letter was discarded", glyph: "cross" },
  upstream: { word: "upstream failed", help: "cannot start: what it needs has failed", glyph: "blocked" },
  approval: { word: "needs approval", help: "waits for a person's yes", glyph: "hand" },
  retrying: { word: "retrying", help: "failed, and is tried again by itself", glyph: "retry" },
  awaiting: { word: "awaiting", help: "waits for a child run or for its time", glyph: "clock" },
  running: { word: "running", help: "is being worked on", glyph: "play" },
  ready: { word: "waiting for a slot", help: "could start: every core is busy", glyph: "ring" },
  waiting: { word: "waiting", help: "what it needs has not ended", glyph: "dot" },
  cancelled: { word: "cancelled", help: "was cancelled", glyph: "stop" },
  succeeded: { word: "succeeded", help: "is done", glyph: "check" },
  cached: { word: "cached", help: "taken over from an equal task", glyph: "copy" },
  skipped: { word: "skipped", help: "was not needed", glyph: "skip" },
};

export const lookOrder = Object.keys(looks) as Look[];
export const severity = (look: Look | null): number => (look === null ? lookOrder.length : lookOrder.indexOf(look));

const others: ReadonlyMap<string, Look> = new Map<AnyState | Approval["state"] | Backfill["state"] | ReportStatus["state"] | "interrupted", Look>([
  ["queued", "ready"], ["cancelling", "cancelled"], ["approved", "succeeded"], ["rejected", "failed"], ["expired", "skipped"], ["withdrawn", "cancelled"], ["paused", "awaiting"], ["draft", "awaiting"], ["filed", "succeeded"], ["amended", "cancelled"], ["superseded", "skipped"], ["missing", "ready"], ["open", "dead"], ["redriven", "retrying"], ["discarded", "cancelled"], ["started", "succeeded"],
  ["filtered", "skipped"], ["interrupted", "cancelled"],
]);

// A state that this page does not know (an attempt's "lost", "timeout") looks like a failure, never like a success.
export function lookOf(state: AnyState | string): Look {
  return Object.hasOwn(looks, state) ? (state as Look) : others.get(state) ?? "failed";
}

// A task instance that took its result from an earlier run has succeeded without an attempt, and says so.
export const isCached = (instance: { state: string; attempt: number; reason: string | null }): boolean =>
  instance.state === "succeeded" && instance.attempt === 0 && (instance.reason ?? "").startsWith("taken from the cache");

export const instanceLook = (instance: { state: string; attempt: number; reason: string }): Look => (isCached(instance) ? "cached" : lookOf(instance.state));

// What a cell shows. A step without instances has no row in the database: what its look is follows from the steps before it.
export function cellLook(cell: Cell | null, column: Column, before: (Look | null)[], over: boolean): Look | null {
  if (cell) {
    if (cell.state === "awaiting" && column.uses.startsWith("approval")) return "approval";
    // Others are on their way, and some of them are tried again: that is worth more than "waiting".
    if (cell.state === "waiting" && cell.retrying > 0) return "retrying";
    // Where one was computed anew, the cell stands for work that was done.
    return cell.state === "succeeded" && cell.cached === cell.total ? "cached" : cell.state;
  }
  if (before.some((look) => look === "dead" || look === "failed" || look === "upstream")) return "upstream";
  if (over || before.length === 0) return null;
  if (before.every((look) => look === "succeeded" || look === "skipped" || look === "cached")) return "ready";
  return before.every((look) => look === null) ? null : "waiting";
}
