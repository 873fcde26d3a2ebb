// Versions of code lists on a line of days. Pure.
import type { CodeList } from "../../types";

const dayMs = 86_400_000;
// What is shown before the first list and beyond the last, so that neither stands at the edge.
const marginDays = 45;
// Older versions are in the table: a list of ten years ago must not squeeze this year's.
const backDaysMax = 3 * 366;

export const dayOf = (text: string): number => Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / dayMs);
export const textOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
export const today = (): number => Math.floor(Date.now() / dayMs);

export type Kind = "past" | "now" | "next";
export interface Segment { list: CodeList; from: number; to: number | null; kind: Kind }

// A version reaches until the next one's day; one that another of the same day has replaced was never in force.
export function segmentsOf(lists: readonly CodeList[], now: number): Segment[] {
  const kept = lists.filter((list) => !list.superseded).sort((a, b) => a.effective_from.localeCompare(b.effective_from));
  return kept.map((list, index) => {
    const from = dayOf(list.effective_from);
    const following = kept[index + 1];
    return { list, from, to: following ? dayOf(following.effective_from) : null, kind: list.in_force ? "now" : from > now ? "next" : "past" };
  });
}

export const kindOf = (list: CodeList, now: number): Kind | "superseded" => (list.superseded ? "superseded" : list.in_force ? "now" : dayOf(list.effective_from) > now ? "next" : "past");

export interface Extent { from: number; to: number }

export function extentOf(segments: readonly Segment[], now: number): Extent {
  const days = [now, ...segments.map((segment) => segment.from)];
  return { from: Math.max(Math.min(...days) - marginDays, now - backDaysMax), to: Math.max(...days) + 2 * marginDays };
}

// In hundredths of the line's width, within the line.
export const placeOf = (day: number, extent: Extent): number => Math.max(0, Math.min(100, (100 * (day - extent.from)) / (extent.to - extent.from)));

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ticksMax = 9;

// First days of months, so few that their names have room.
export function ticksOf(extent: Extent): { day: number; label: string; year: boolean }[] {
  const first = new Date(extent.from * dayMs);
  const steps = [1, 2, 3, 6, 12];
  const step = steps.find((each) => (extent.to - extent.from) / (30.4 * each) <= ticksMax) ?? 12;
  const ticks: { day: number; label: string; year: boolean }[] = [];
  for (let month = first.getUTCFullYear() * 12 + Math.ceil((first.getUTCMonth() + 1) / step) * step; ; month += step) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / dayMs;
    if (day >= extent.to) return ticks;
    const year = month % 12 === 0 || ticks.length === 0;
    ticks.push({ day, label: `${months[month % 12] ?? ""}${year ? ` ${Math.floor(month / 12)}` : ""}`, year });
  }
}

export const kindWords: Record<Kind | "superseded", string> = { past: "was in force", now: "in force", next: "to come", superseded: "replaced" };

// As people write such files: quoted, a quote twice.
export function csvOf(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => (value === null ? "" : `"${String(value).replaceAll('"', '""')}"`);
  return [head.join(","), ...rows.map((row) => row.map(cell).join(","))].join("\n") + "\n";
}
