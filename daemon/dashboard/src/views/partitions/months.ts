// Countries and periods as rows and columns, and backfills in words. Pure.
import type { Backfill, BackfillPeriod, Partition, PartitionState } from "../../types";

export const partitionStates: readonly PartitionState[] = ["failed", "missing", "running", "succeeded"];

const month = /^[0-9]{4}-(0[1-9]|1[0-2])$/;
export const isMonth = (text: string): boolean => month.test(text);

// Longer gaps are shown as they are: a typing error in one run's parameters must not make a thousand columns.
const filledMax = 60;

const indexOf = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;
const monthAt = (index: number): string => `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}`;

export const monthBefore = (text: string): string => monthAt(indexOf(text) - 1);

// The periods as columns, the newest first. Months that no run has come to are filled in, up to the last one that is over.
export function periodsOf(known: readonly string[], thisMonth: string): string[] {
  const distinct = [...new Set(known)].sort().reverse();
  const months = distinct.filter(isMonth);
  const [newest, oldest] = [months[0], months.at(-1)];
  if (newest === undefined || oldest === undefined) return distinct;
  const to = Math.max(indexOf(newest), Math.min(indexOf(thisMonth) - 1, indexOf(newest) + filledMax));
  if (to - indexOf(oldest) > 2 * filledMax) return distinct;
  const filled = Array.from({ length: to - indexOf(oldest) + 1 }, (_, step) => monthAt(to - step));
  return [...filled, ...distinct.filter((period) => !isMonth(period))];
}

// Pages come newest period first: where more follow, the oldest period read so far may lack countries, which would look as if they were missing.
export function readWhole(items: readonly Partition[], more: boolean): readonly Partition[] {
  const oldest = items.at(-1)?.period;
  return more ? items.filter((item) => item.period !== oldest) : items;
}

export interface Arranged { periods: string[]; countries: string[]; at: ReadonlyMap<string, Partition> }

export const placeOf = (country: string, period: string): string => `${country}/${period}`;

export function arrangePartitions(items: readonly Partition[], thisMonth: string): Arranged {
  return {
    periods: periodsOf(items.map((item) => item.period), thisMonth),
    countries: [...new Set(items.map((item) => item.country))].sort(),
    at: new Map(items.map((item) => [placeOf(item.country, item.period), item])),
  };
}

export const stateAt = (arranged: Arranged, country: string, period: string): PartitionState => arranged.at.get(placeOf(country, period))?.state ?? "missing";

export function countsOf(arranged: Arranged): ReadonlyMap<PartitionState, number> {
  const counts = new Map<PartitionState, number>(partitionStates.map((state) => [state, 0]));
  for (const country of arranged.countries) {
    for (const period of arranged.periods) {
      const state = stateAt(arranged, country, period);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
  }
  return counts;
}

export const isOver = (backfill: Backfill): boolean => !["running", "paused", "cancelling"].includes(backfill.state);

// A period's own state; a run that was redriven since may be further.
export const shownState = (period: BackfillPeriod): string => period.run_state ?? period.state;

export function countriesText(countries: readonly string[] | null): string {
  if (countries === null) return "all countries";
  return countries.length > 8 ? `${countries.slice(0, 8).join(", ")} and ${countries.length - 8} more` : countries.join(", ");
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

// What a backfill would do, counted.
export function foreseenSentence(plan: Backfill): string {
  const periods = plan.periods ?? [];
  const runs = periods.filter((period) => period.state === "waiting").length;
  const left = periods.length - runs;
  if (runs === 0) return "Nothing would run.";
  return `${many(runs, "run")} would start, ${plan.max_parallel} at once${left > 0 ? `; ${many(left, "period")} would be left out` : ""}.`;
}

export interface BackfillWish { from: string; to: string; countries: string; missingOnly: boolean; atOnce: number }

// Why the form cannot be sent as it is; empty: it can.
export function wishFault(wish: BackfillWish): string {
  if (!isMonth(wish.from) || !isMonth(wish.to)) return "Write months such as 2026-01.";
  if (wish.from > wish.to) return "The first month is after the last.";
  return listOf(wish.countries).every((code) => /^[A-Z]{2}$/.test(code)) ? "" : "Write countries as two letters, with commas between: DE, FR.";
}

export const listOf = (text: string): string[] => [...new Set(text.toUpperCase().split(/[\s,]+/).filter(Boolean))];
