// Which rows the grid shows, in which order and under which heads. Pure.
import { countryName } from "../format";
import { severity, type Look } from "../looks";
import { regionNames, regionOf } from "../regions";

export type Sort = "worst" | "due" | "country" | "score" | "gain";
export const sorts: Record<Sort, string> = { worst: "worst state", due: "due date", country: "country", score: "macro-F1", gain: "change in macro-F1" };

export interface RowFacts {
  country: string;
  looks: (Look | null)[];
  settled: number;
  letters: number;
  score: number | null;
  gain: number | null;
  family: string;
  due: string | null;  // the day by which the month must be filed, YYYY-MM-DD; null: nothing is owed
}
export interface Wishes { sort: Sort; text: string; look: Look | null; byRegion: boolean; pinned: ReadonlySet<string> }
export interface Section { name: string | null; countries: string[] }

const worst = (row: RowFacts): number => row.looks.reduce((least, look) => Math.min(least, severity(look)), severity(null));
// The weakest model first: that is the one to look at. Countries without one come last.
const rising = (a: number | null, b: number | null): number => (a ?? Infinity) - (b ?? Infinity) || 0;

// What is due first; countries that owe nothing come last.
const sooner = (a: string | null, b: string | null): number => (a === b ? 0 : (a ?? "~") < (b ?? "~") ? -1 : 1);

const compare: Record<Sort, (a: RowFacts, b: RowFacts) => number> = {
  worst: (a, b) => worst(a) - worst(b) || sooner(a.due, b.due) || b.letters - a.letters || a.settled - b.settled,
  due: (a, b) => sooner(a.due, b.due) || worst(a) - worst(b),
  country: () => 0,
  score: (a, b) => rising(a.score, b.score),
  gain: (a, b) => rising(a.gain, b.gain),
};

function fits(row: RowFacts, { text, look }: Wishes): boolean {
  if (look && !row.looks.includes(look)) return false;
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  return [row.country, countryName(row.country), regionOf(row.country), row.family].some((name) => name.toLowerCase().includes(wanted));
}

export function arrange(rows: RowFacts[], wishes: Wishes): Section[] {
  const order = compare[wishes.sort];
  const kept = rows.filter((row) => fits(row, wishes)).sort((a, b) => order(a, b) || (a.country < b.country ? -1 : 1));
  const pinned = kept.filter((row) => wishes.pinned.has(row.country)).map((row) => row.country);
  const rest = kept.filter((row) => !wishes.pinned.has(row.country));
  const sections: Section[] = pinned.length > 0 ? [{ name: "Pinned", countries: pinned }] : [];
  if (!wishes.byRegion) {
    if (rest.length > 0) sections.push({ name: pinned.length > 0 ? "Others" : null, countries: rest.map((row) => row.country) });
    return sections;
  }
  for (const name of regionNames) {
    const countries = rest.filter((row) => regionOf(row.country) === name).map((row) => row.country);
    if (countries.length > 0) sections.push({ name, countries });
  }
  return sections;
}

export const sameOrder = (a: Section[], b: Section[]): boolean => JSON.stringify(a) === JSON.stringify(b);
