// What each trial reached, and the best so far: the curve shows whether more trials would have been worth it.
import { score } from "../../format";
import type { Trial } from "../../types";

const width = 720;
const height = 220;
const edge = { left: 62, right: 14, top: 12, bottom: 26 };

export interface Point { trial: number; value: number; best: number; chosen: boolean; family: string }

export function pointsOf(trials: readonly Trial[], metric: string, lowerIsBetter: boolean): Point[] {
  let best: number | null = null;
  return trials.flatMap((entry, index): Point[] => {
    const value = entry.metrics?.[metric];
    if (typeof value !== "number") return [];
    best = best === null ? value : lowerIsBetter ? Math.min(best, value) : Math.max(best, value);
    return [{ trial: entry.trial ?? index, value, best, chosen: entry.chosen, family: entry.family ?? "" }];
  });
}

// A wave that the search did not need is skipped, not failed.
export const lost = (trials: readonly Trial[]): number => trials.filter((trial) => trial.state === "dead" || trial.state === "failed" || trial.state === "cancelled").length;

export function TrialChart({ trials, metric, lowerIsBetter }: { trials: readonly Trial[]; metric: string; lowerIsBetter: boolean }) {
  const points = pointsOf(trials, metric, lowerIsBetter);
  const failed = lost(trials);
  if (points.length === 0) return <p class="empty">No trial has measured this.</p>;
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const spread = high - low || 0.1;
  const [from, to] = [low - spread * 0.08, high + spread * 0.08];
  const last = Math.max(1, points.length - 1);
  const x = (index: number): number => edge.left + (index / last) * (width - edge.left - edge.right);
  const y = (value: number): number => edge.top + (1 - (value - from) / (to - from)) * (height - edge.top - edge.bottom);
  const best = points.map((point, index) => (index === 0 ? `M${x(0).toFixed(1)},${y(point.best).toFixed(1)}` : `H${x(index).toFixed(1)}V${y(point.best).toFixed(1)}`)).join("");
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => from + part * (to - from));
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${points.length} trials, best ${score(points.at(-1)?.best)}`}>
        {marks.map((value) => <g key={value}><line class="rule" x1={edge.left} x2={width - edge.right} y1={y(value)} y2={y(value)} /><text x={edge.left - 6} y={y(value) + 4} text-anchor="end">{value.toFixed(3)}</text></g>)}
        <path class="best" d={best} />
        {points.map((point, index) => (
          <circle key={index} class={point.chosen ? "dot chosen" : "dot"} cx={x(index)} cy={y(point.value)} r={point.chosen ? 5.5 : 3.6}>
            <title>{`trial ${point.trial}, ${point.family}: ${score(point.value)}${point.chosen ? ", chosen" : ""}`}</title>
          </circle>
        ))}
        <text x={edge.left} y={height - 6}>trial {points[0]?.trial}</text>
        <text x={width - edge.right} y={height - 6} text-anchor="end">trial {points.at(-1)?.trial}</text>
      </svg>
      <figcaption class="faint">Each dot is a trial on its own validation rows, the line the best so far, the ring the one that was chosen.{failed > 0 ? ` ${failed} did not succeed.` : ""}</figcaption>
    </figure>
  );
}
