// Readings as plots: one line per feature over the same periods, limits of the alarms that hold them, nothing of a cut period.
import { describe, expect, test } from "vitest";
import { byCountry } from "../src/alarms";
import type { Alarm, Reading } from "../src/types";
import { plotOf, ruleText, valueText, wholePeriods } from "../src/views/alarms/readings";

const reading = (period: string, metric: string, feature: string, value: number): Reading => ({
  country: "DE", period, metric, feature, value, rows: 100, model: "m", run: 1, at: "2026-11-23T00:00:00Z",
});
const alarm = (part: Partial<Alarm>): Alarm => ({
  country: "DE", alarm: "drift", state: "calm", metric: "feature_psi", feature: "", value: 0, rows: 0, above: 0.25, below: null, clear: 0.2, consecutive: 1, min_rows: 0,
  against: 0, retrain: false, period: "2026-11", sentence: "", model: "m", workflow: "infer", run: 1, raised_at: null, cleared_at: null, at: "2026-11-23T00:00:00Z", ...part,
});
// As the API gives them: the newest period first.
const known = [
  reading("2026-12", "feature_psi", "price", 0.1), reading("2026-12", "feature_psi", "title", 0.4), reading("2026-12", "volume", "", 900),
  reading("2026-11", "feature_psi", "title", 0.05), reading("2026-10", "volume", "", 800),
];

describe("readings as plots", () => {
  test("each feature is a line, the highest last value first, over the periods of all metrics", () => {
    const plot = plotOf(known, [], "feature_psi");
    expect(plot?.periods).toEqual(["2026-10", "2026-11", "2026-12"]);
    expect(plot?.lines.map((line) => [line.feature, line.points.map((point) => point.at)])).toEqual([["title", [1, 2]], ["price", [2]]]);
  });

  test("a metric that was not read has no plot", () => expect(plotOf(known, [], "accuracy")).toBeNull());

  test("limits are drawn within the plot, those of ratios are named", () => {
    const plot = plotOf(known, [alarm({ above: 0.9 }), alarm({ alarm: "jump", against: 6 }), alarm({ alarm: "few", metric: "volume" })], "feature_psi");
    expect(plot?.limits.map((limit) => [limit.alarm, limit.kind, limit.value])).toEqual([["drift", "limit", 0.9], ["drift", "clear", 0.2]]);
    expect(plot?.ratios).toEqual(["jump"]);
    expect(plot?.high).toBeGreaterThan(0.9);
  });

  test("readings of nothing but zero have a height", () => {
    const plot = plotOf([reading("2026-12", "review_share", "", 0)], [], "review_share");
    expect([plot?.low, plot?.high]).toEqual([0, 1]);
  });

  test("what is left of a period that was cut off is not shown", () => {
    expect(wholePeriods(known, true).map((each) => each.period)).not.toContain("2026-10");
    expect(wholePeriods(known, false)).toHaveLength(known.length);
  });

  test("values and rules are told as people read them", () => {
    expect([valueText(0.123, "share"), valueText(1234, "count"), valueText(0.12345, "index"), valueText(-3, "days")]).toEqual(["12.3 %", "1,234", "0.123", "-3 d"]);
    expect(ruleText(alarm({ consecutive: 2, retrain: true }))).toBe("above 0.25, over at 0.2, 2 periods in a row, trains anew");
    expect(ruleText(alarm({ above: null, below: 0.5, clear: null, against: 6 }))).toBe("below 0.5 times the median of 6 periods before");
  });

  test("open alarms are found by their country", () => {
    expect([...byCountry([alarm({}), alarm({ country: "FR" }), alarm({ alarm: "stale" })])].map(([country, all]) => [country, all.length])).toEqual([["DE", 2], ["FR", 1]]);
  });
});
