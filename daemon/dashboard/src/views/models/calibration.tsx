// How sure a model is against how often it is right, on the held-out rows of its last score.
import { count, share } from "../../format";
import type { Calibration } from "../../types";

const size = 300;
const edge = { left: 44, right: 12, top: 12, bottom: 38 };
const smallest = 3;
const largest = 10;

export interface CalibrationPoint { confidence: number; right: number; rows: number }

// Bins that rows fell into, the lowest confidence first.
export function pointsOf(calibration: Calibration): CalibrationPoint[] {
  return calibration.rows.flatMap((rows, bin): CalibrationPoint[] => {
    const confidence = calibration.confidence[bin];
    return rows > 0 && typeof confidence === "number" ? [{ confidence, right: (calibration.right[bin] ?? 0) / rows, rows }] : [];
  });
}

// On which side of the truth it errs, over all rows.
export function calibrationSentence(points: readonly CalibrationPoint[]): string {
  const rows = points.reduce((sum, point) => sum + point.rows, 0);
  if (rows === 0) return "";
  const sure = points.reduce((sum, point) => sum + point.confidence * point.rows, 0) / rows;
  const right = points.reduce((sum, point) => sum + point.right * point.rows, 0) / rows;
  const told = `It is sure to ${share(sure, 1)} and right in ${share(right, 1)}`;
  if (Math.abs(sure - right) < 0.01) return `${told}: as often as it says.`;
  return sure > right ? `${told}: surer than it is right.` : `${told}: more often right than it says.`;
}

export function CalibrationPlot({ calibration }: { calibration: Calibration }) {
  const points = pointsOf(calibration);
  const most = Math.max(1, ...points.map((point) => point.rows));
  const x = (value: number): number => edge.left + value * (size - edge.left - edge.right);
  const y = (value: number): number => size - edge.bottom - value * (size - edge.top - edge.bottom);
  const said = calibrationSentence(points);
  return (
    <figure class="chart calibration">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`Calibration: ${said}`}>
        {[0, 0.25, 0.5, 0.75, 1].map((value) => (
          <g key={value}>
            <line class="rule" x1={x(0)} x2={x(1)} y1={y(value)} y2={y(value)} /><text x={edge.left - 6} y={y(value) + 4} text-anchor="end">{value}</text>
            <text x={x(value)} y={size - edge.bottom + 14} text-anchor="middle">{value}</text>
          </g>
        ))}
        <line class="ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        {points.map((point, index) => <line key={index} class="off" x1={x(point.confidence)} x2={x(point.confidence)} y1={y(point.confidence)} y2={y(point.right)} />)}
        {points.map((point, index) => (
          <circle key={index} class="dot" cx={x(point.confidence)} cy={y(point.right)} r={smallest + (largest - smallest) * Math.sqrt(point.rows / most)}>
            <title>{`${count(point.rows)} rows: sure to ${share(point.confidence, 1)}, right in ${share(point.right, 1)}`}</title>
          </circle>
        ))}
        <text x={x(0.5)} y={size - 6} text-anchor="middle">how sure it is</text>
        <text x={11} y={y(0.5)} text-anchor="middle" transform={`rotate(-90 11 ${y(0.5)})`}>how often it is right</text>
      </svg>
      <figcaption class="faint">{said} Larger dots stand for more rows; below the dashed line it promises too much.</figcaption>
    </figure>
  );
}
