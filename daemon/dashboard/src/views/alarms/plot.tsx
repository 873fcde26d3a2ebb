// One metric over the periods. With several features one line stands out, by a click on its name; the others stay as a background.
import { useState } from "preact/hooks";
import type { Alarm, Reading } from "../../types";
import { plotOf, valueText, type Line, type MetricKind, type Plot } from "./readings";

const width = 560;
const height = 200;
const edge = { left: 72, right: 16, top: 14, bottom: 26 };
// Names of periods below the plot, at most so many, so that none overlaps.
const ticksMax = 7;

function Drawing({ plot, kind, shown }: { plot: Plot; kind: MetricKind; shown: Line }) {
  const last = Math.max(1, plot.periods.length - 1);
  const x = (at: number): number => (plot.periods.length === 1 ? (edge.left + width - edge.right) / 2 : edge.left + (at / last) * (width - edge.left - edge.right));
  const y = (value: number): number => edge.top + (1 - (value - plot.low) / (plot.high - plot.low)) * (height - edge.top - edge.bottom);
  const path = (line: Line): string => line.points.map((point, index) => `${index === 0 ? "M" : "L"}${x(point.at).toFixed(1)},${y(point.reading.value).toFixed(1)}`).join("");
  const every = Math.ceil(plot.periods.length / ticksMax);
  const marks = [0, 0.5, 1].map((part) => plot.low + part * (plot.high - plot.low));
  const said = shown.points.map((point) => `${point.reading.period}: ${valueText(point.reading.value, kind.form)}`).join(", ");
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${kind.title}${shown.feature ? ` of ${shown.feature}` : ""}: ${said}`}>
      {marks.map((value) => <g key={value}><line class="rule" x1={edge.left} x2={width - edge.right} y1={y(value)} y2={y(value)} /><text x={edge.left - 6} y={y(value) + 4} text-anchor="end">{valueText(value, kind.form)}</text></g>)}
      {plot.periods.map((period, at) => ((plot.periods.length - 1 - at) % every === 0
        ? <text key={period} x={x(at)} y={height - 6} text-anchor={plot.periods.length === 1 ? "middle" : at === 0 ? "start" : at === last ? "end" : "middle"}>{period}</text> : null))}
      {plot.limits.map((limit) => (
        <g key={`${limit.alarm} ${limit.kind}`}>
          <line class={limit.kind} x1={edge.left} x2={width - edge.right} y1={y(limit.value)} y2={y(limit.value)}><title>{`${limit.alarm}: ${limit.kind === "limit" ? "raised beyond" : "over at"} ${limit.value}`}</title></line>
          {limit.kind === "limit" && <text class="limit-name" x={edge.left + 4} y={y(limit.value) - 4}>{limit.alarm} {valueText(limit.value, kind.form)}</text>}
        </g>
      ))}
      {plot.lines.filter((line) => line !== shown).map((line) => <path key={line.feature} class="other" d={path(line)} />)}
      <path class="best" d={path(shown)} />
      {plot.lines.filter((line) => line !== shown && line.points.length === 1).flatMap((line) => line.points.map((point) => <circle key={line.feature} class="dot-other" cx={x(point.at)} cy={y(point.reading.value)} r="2.5" />))}
      {shown.points.map((point) => (
        <circle key={point.reading.period} class="dot" cx={x(point.at)} cy={y(point.reading.value)} r="4">
          <title>{`${point.reading.period}: ${valueText(point.reading.value, kind.form)} of ${point.reading.rows} rows, model ${point.reading.model || "none"}, run ${point.reading.run}`}</title>
        </circle>
      ))}
    </svg>
  );
}

export function MetricPlot({ kind, readings, alarms }: { kind: MetricKind; readings: readonly Reading[]; alarms: readonly Alarm[] }) {
  const [wanted, setWanted] = useState<string | null>(null);
  const plot = plotOf(readings, alarms, kind.metric);
  if (!plot) return null;
  const shown = plot.lines.find((line) => line.feature === wanted) ?? plot.lines[0];
  if (!shown) return null;
  return (
    <section class="card pad metric-plot" data-metric={kind.metric}>
      <h2>{kind.title} <span class="faint number">{shown.feature} {valueText(shown.last, kind.form)}</span></h2>
      <figure class="chart">
        <Drawing plot={plot} kind={kind} shown={shown} />
        <figcaption class="faint">{kind.note}{plot.ratios.length > 0 && ` Held against the median of earlier periods by ${plot.ratios.join(", ")}.`}</figcaption>
      </figure>
      {plot.lines.length > 1 && (
        <div class="features" role="group" aria-label={`${kind.title}, the line in front`}>
          {plot.lines.map((line) => (
            <button key={line.feature} type="button" class="small" aria-pressed={line === shown} onClick={() => setWanted(line.feature)}>
              {line.feature} <span class="number">{valueText(line.last, kind.form)}</span>
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
