// One country's versions as pieces of a line of days; today is marked.
import type { CodeList } from "../../types";
import { kindWords, placeOf, ticksOf, type Extent, type Segment } from "./time_line";

export function Axis({ extent, now }: { extent: Extent; now: number }) {
  return (
    <div class="days axis" aria-hidden="true">
      {ticksOf(extent).map((tick) => <span key={tick.day} class={tick.year ? "day-tick year" : "day-tick"} style={{ left: `${placeOf(tick.day, extent)}%` }}>{tick.label}</span>)}
      <span class="day-now" style={{ left: `${placeOf(now, extent)}%` }} />
    </div>
  );
}

interface LineProps { country: string; segments: readonly Segment[]; extent: Extent; now: number; chosen: number | null; onChoose: (list: CodeList) => void }

export function Line({ country, segments, extent, now, chosen, onChoose }: LineProps) {
  return (
    <div class="days" role="group" aria-label={`Code lists of ${country} by their days`}>
      {segments.map(({ list, from, to, kind }) => {
        const left = placeOf(from, extent);
        const right = to === null ? 100 : placeOf(to, extent);
        const said = `Version ${list.version}, ${kindWords[kind]}, from ${list.effective_from}: ${list.codes} codes`;
        return right <= left ? null : (
          <button key={list.version} type="button" class={`piece piece-${kind}`} title={said} aria-pressed={chosen === list.version}
            style={{ left: `${left}%`, width: `${right - left}%` }} onClick={() => onChoose(list)}>
            <b>{list.version}</b> <span class="piece-from">{list.effective_from}</span><span class="hidden">, {kindWords[kind]}, {list.codes} codes</span>
          </button>
        );
      })}
      <span class="day-now" aria-hidden="true" style={{ left: `${placeOf(now, extent)}%` }} />
    </div>
  );
}

export function KindBadge({ kind }: { kind: keyof typeof kindWords }) {
  const looks: Record<keyof typeof kindWords, string> = { past: "skipped", now: "succeeded", next: "ready", superseded: "cancelled" };
  return <span class={`badge l-${looks[kind]}`}>{kindWords[kind]}</span>;
}
