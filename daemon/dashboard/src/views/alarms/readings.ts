// What was read of a country, as plots want it: lines over periods, the limits that alarms hold them against, and words. Pure.
import { count } from "../../format";
import type { Alarm, Reading } from "../../types";

export interface MetricKind { metric: string; title: string; note: string; form: "index" | "share" | "count" | "days" }

export const metricKinds: readonly MetricKind[] = [
  { metric: "feature_psi", title: "Features: PSI", note: "How far each feature has moved from the rows that the model learned from (population stability index).", form: "index" },
  { metric: "feature_js", title: "Features: Jensen-Shannon", note: "The same as a distance between 0 and 1.", form: "index" },
  { metric: "unseen_share", title: "Unseen values", note: "The share of words or values that no training row had.", form: "share" },
  { metric: "codes_psi", title: "Codes: PSI", note: "How far the predicted codes have moved from those that the model learned.", form: "index" },
  { metric: "codes_js", title: "Codes: Jensen-Shannon", note: "The same as a distance between 0 and 1.", form: "index" },
  { metric: "accuracy", title: "Accuracy by late labels", note: "The share of reported codes that labels which came later agree with.", form: "share" },
  { metric: "volume", title: "Volume", note: "Rows of the month.", form: "count" },
  { metric: "review_share", title: "Share to review", note: "Of the month's rows, those that the model left to people.", form: "share" },
  { metric: "quarantine_share", title: "Share in quarantine", note: "Of the month's rows, those that could not be used.", form: "share" },
  { metric: "confidence", title: "Confidence", note: "The mean probability of the predicted code.", form: "share" },
  { metric: "freshness_days", title: "Age of the data", note: "Days since the newest month that came.", form: "days" },
];

export function valueText(value: number, form: MetricKind["form"]): string {
  if (form === "share") return `${(100 * value).toFixed(1)} %`;
  if (form === "count") return count(value);
  if (form === "days") return `${count(value)} d`;
  return value.toFixed(3);
}

export interface Line { feature: string; points: readonly { at: number; reading: Reading }[]; last: number; peak: number }
export interface Limit { alarm: string; value: number; kind: "limit" | "clear" }
export interface Plot { periods: readonly string[]; lines: readonly Line[]; limits: readonly Limit[]; ratios: readonly string[]; low: number; high: number }

// An alarm that divides by the median of earlier periods is no line across a plot: it is named instead.
function limitsOf(alarms: readonly Alarm[], metric: string): { limits: Limit[]; ratios: string[] } {
  const limits: Limit[] = [];
  const ratios: string[] = [];
  for (const alarm of alarms.filter((each) => each.metric === metric)) {
    if (alarm.against > 0) { ratios.push(alarm.alarm); continue; }
    const limit = alarm.above ?? alarm.below;
    if (limit !== null) limits.push({ alarm: alarm.alarm, value: limit, kind: "limit" });
    if (alarm.clear !== null && alarm.clear !== limit) limits.push({ alarm: alarm.alarm, value: alarm.clear, kind: "clear" });
  }
  return { limits, ratios };
}

// The periods of all readings, so that the plots of a country stand under one another; lines with the highest last value first.
export function plotOf(readings: readonly Reading[], alarms: readonly Alarm[], metric: string): Plot | null {
  const periods = [...new Set(readings.map((each) => each.period))].sort();
  const place = new Map(periods.map((period, index) => [period, index]));
  const byFeature = new Map<string, { at: number; reading: Reading }[]>();
  for (const reading of readings) {
    if (reading.metric !== metric) continue;
    const points = byFeature.get(reading.feature) ?? [];
    points.push({ at: place.get(reading.period) ?? 0, reading });
    byFeature.set(reading.feature, points);
  }
  if (byFeature.size === 0) return null;
  const lines = [...byFeature].map(([feature, points]): Line => {
    const ordered = points.sort((a, b) => a.at - b.at);
    return { feature, points: ordered, last: ordered.at(-1)?.reading.value ?? 0, peak: Math.max(...points.map((point) => point.reading.value)) };
  }).sort((a, b) => b.last - a.last || b.peak - a.peak || (a.feature < b.feature ? -1 : 1));
  const { limits, ratios } = limitsOf(alarms, metric);
  const values = [...lines.flatMap((line) => line.points.map((point) => point.reading.value)), ...limits.map((limit) => limit.value)];
  return { periods, lines, limits, ratios, low: Math.min(0, ...values), high: Math.max(...values) * 1.15 || 1 };
}

// A page of readings that was cut off ends within a period: what is left of that period would look like a fall.
export function wholePeriods(readings: readonly Reading[], cut: boolean): readonly Reading[] {
  const oldest = readings.at(-1)?.period;
  return cut ? readings.filter((each) => each.period !== oldest) : readings;
}

// "above 0.25, over at 0.2, two periods in a row"
export function ruleText(alarm: Alarm): string {
  const limit = alarm.above !== null ? `above ${alarm.above}` : alarm.below !== null ? `below ${alarm.below}` : "no limit";
  const parts = [alarm.against > 0 ? `${limit} times the median of ${alarm.against} periods before` : limit];
  if (alarm.clear !== null) parts.push(`over at ${alarm.clear}`);
  if (alarm.consecutive > 1) parts.push(`${alarm.consecutive} periods in a row`);
  if (alarm.retrain) parts.push("trains anew");
  return parts.join(", ");
}
