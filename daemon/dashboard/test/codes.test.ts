// Code lists on a line of days: which version reaches from when to when, and what is written for the daemon.
import { describe, expect, test } from "vitest";
import type { CodeList } from "../src/types";
import { csvOf, dayOf, extentOf, kindOf, placeOf, segmentsOf, textOf, ticksOf } from "../src/views/codes/time_line";

const list = (version: number, effective_from: string, part: Partial<CodeList> = {}): CodeList => ({
  country: "DE", version, effective_from, codes: 10, moves: 0, sha256: "", imported_by: "anna", imported_at: "2026-01-01T00:00:00Z", reason: "", superseded: false, in_force: false, ...part,
});
const now = dayOf("2026-11-23");
const known = [list(3, "2027-01-01"), list(2, "2026-04-01", { in_force: true }), list(4, "2025-03-01"), list(1, "2025-03-01", { superseded: true })];

describe("code lists on a line of days", () => {
  test("a version reaches until the next one's day, whatever order they were imported in", () => {
    expect(segmentsOf(known, now).map((each) => [each.list.version, each.kind, each.to === null ? null : textOf(each.to)])).toEqual([
      [4, "past", "2026-04-01"], [2, "now", "2027-01-01"], [3, "next", null],
    ]);
  });

  test("one that another of its day has replaced was never in force", () => {
    expect(known.map((each) => kindOf(each, now))).toEqual(["next", "now", "past", "superseded"]);
  });

  test("the line reaches beyond all lists and today, but not for ever back", () => {
    const extent = extentOf(segmentsOf(known, now), now);
    expect(placeOf(dayOf("2025-03-01"), extent)).toBeGreaterThan(0);
    expect(placeOf(dayOf("2027-01-01"), extent)).toBeLessThan(100);
    const old = extentOf(segmentsOf([list(1, "1999-01-01", { in_force: true })], now), now);
    expect(placeOf(dayOf("1999-01-01"), old)).toBe(0);
    expect(now - old.from).toBeLessThan(1200);
  });

  test("its ticks are first days of months, the first of them with its year, and never crowd", () => {
    const ticks = ticksOf(extentOf(segmentsOf(known, now), now));
    expect(ticks.every((tick) => textOf(tick.day).endsWith("-01"))).toBe(true);
    expect(ticks[0]?.label).toMatch(/20\d\d$/);
    expect(ticks.length).toBeLessThan(11);
    expect(ticksOf({ from: now - 1098, to: now + 4000 }).length).toBeLessThan(16);
  });

  test("what is asked about is written as a CSV that reads back", () => {
    expect(csvOf(["code", "title"], [["1", 'the "big", one'], ["2", null]])).toBe('code,title\n"1","the ""big"", one"\n"2",\n');
  });
});
