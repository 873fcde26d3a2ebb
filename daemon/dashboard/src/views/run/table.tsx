// A run's task instances as a table that stays quick with 100,000 rows: only what is in sight is in the page.
import { useMemo, useState } from "preact/hooks";
import { StateBadge } from "../../components/icons";
import { Country, Empty, now } from "../../components/parts";
import { VirtualRows } from "../../components/virtual";
import { clock, count, countryName, duration } from "../../format";
import { lookOf, severity } from "../../looks";
import { place, setQuery } from "../../router";
import type { RunTask } from "../../types";
import type { Instance, RunStore } from "./store";

const rowHeight = 30;
export const taskStates = ["running", "retrying", "awaiting", "succeeded", "failed", "skipped", "cancelled", "dead"] as const;

type Key = "id" | "task" | "country" | "state" | "attempt" | "started" | "took";
const heads: [Key, string, string][] = [
  ["task", "Task", "w-task"], ["country", "Country", "w-country"], ["state", "State", "w-state"], ["attempt", "Attempt", "w-number"],
  ["started", "Started", "w-time"], ["took", "Took", "w-took"],
];

const took = (row: Instance, at: number): number => (row.started === null ? -1 : (row.finished ?? at) - row.started);

const compare: Record<Key, (a: Instance, b: Instance, at: number) => number> = {
  id: (a, b) => a.id - b.id,
  task: (a, b) => a.task.localeCompare(b.task),
  country: (a, b) => a.country.localeCompare(b.country) || a.item.localeCompare(b.item, "en", { numeric: true }),
  state: (a, b) => severity(lookOf(a.state)) - severity(lookOf(b.state)),
  attempt: (a, b) => b.attempt - a.attempt,
  started: (a, b) => (a.started ?? Infinity) - (b.started ?? Infinity),
  took: (a, b, at) => took(b, at) - took(a, at),
};

export interface Filter { task: string; country: string; state: string; text: string }
export const filterOf = (query: URLSearchParams): Filter =>
  ({ task: query.get("name") ?? "", country: query.get("country") ?? "", state: query.get("state") ?? "", text: query.get("q") ?? "" });

export function fitting(list: readonly Instance[], filter: Filter): Instance[] {
  const text = filter.text.trim().toLowerCase();
  return list.filter((row) => (!filter.task || row.task === filter.task) && (!filter.country || row.country === filter.country)
    && (!filter.state || row.state === filter.state)
    && (text === "" || `${row.task} ${row.country} ${countryName(row.country)} ${row.item} ${row.reason}`.toLowerCase().includes(text)));
}

interface TableProps { store: RunStore; tasks: RunTask[]; open: number | null; onOpen: (id: number) => void }

export function InstanceTable({ store, tasks, open, onOpen }: TableProps) {
  const version = store.version.value;
  const query = place.value.query;
  const filter = filterOf(query);
  const sorted = query.get("sort") ?? "id";
  const key = (Object.hasOwn(compare, sorted) ? sorted : "id") as Key;
  const [line, setLine] = useState(-1);
  const rows = useMemo(() => {
    const kept = fitting(store.list, filter);
    return key === "id" ? kept : kept.sort((a, b) => compare[key](a, b, Date.now()) || a.id - b.id);
  }, [version, key, filter.task, filter.country, filter.state, filter.text]);
  const filtered = filter.task || filter.country || filter.state || filter.text;
  function onKey(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowDown: line + 1, ArrowUp: line - 1, PageDown: line + 20, PageUp: line - 20, Home: 0, End: rows.length - 1 };
    const to = moves[event.key];
    if (to !== undefined) setLine(Math.max(0, Math.min(rows.length - 1, to)));
    else if (event.key === "Enter" && rows[line]) onOpen(rows[line].id);
    else return;
    event.preventDefault();
  }
  const row = (index: number, top: number, slot: number) => {
    const item = rows[index];
    if (!item) return null;
    return (
      <div key={slot} role="row" aria-rowindex={index + 2} data-task={item.id} class={`v-row${index === line ? " here" : ""}${item.id === open ? " chosen" : ""}`}
        style={{ top: `${top}px`, height: `${rowHeight}px` }} onClick={() => { setLine(index); onOpen(item.id); }}>
        <span role="rowheader" class="w-task"><b>{item.task}</b>{item.item !== "" && <span class="faint"> #{item.item}</span>}</span>
        <span role="cell" class="w-country"><Country code={item.country} /></span>
        <span role="cell" class="w-state"><StateBadge state={item.state} /></span>
        <span role="cell" class="w-number">{item.attempt}</span>
        <span role="cell" class="w-time">{item.started === null ? "–" : clock(new Date(item.started).toISOString())}</span>
        <span role="cell" class="w-took">{item.started === null ? "–" : item.finished === null ? <Open from={item.started} /> : duration(item.finished - item.started)}</span>
        <span role="cell" class="w-reason" title={item.reason}>{item.reason}</span>
      </div>
    );
  };
  return (
    <section class="instances">
      <div class="filters" role="search" aria-label="Tasks">
        <label><span class="hidden">Search tasks</span><input type="search" class="search" placeholder="Task, country, item, reason" value={filter.text} maxLength={80} onInput={(event) => setQuery({ q: event.currentTarget.value })} /></label>
        <label>Task
          <select value={filter.task} onChange={(event) => setQuery({ name: event.currentTarget.value })}>
            <option value="">all</option>{tasks.map((task) => <option key={task.name} value={task.name}>{task.name}</option>)}
          </select>
        </label>
        <label>State
          <select value={filter.state} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
            <option value="">all</option>{taskStates.map((state) => <option key={state} value={state}>{state}</option>)}
          </select>
        </label>
        {filter.country && <button type="button" class="small" onClick={() => setQuery({ country: null })}>{countryName(filter.country)} ✕</button>}
        {filtered && <button type="button" class="small" onClick={() => setQuery({ name: null, country: null, state: null, q: null })}>Show all</button>}
        <span class="faint" role="status">{count(rows.length)} of {count(store.list.length)}{store.complete.value === false ? ", reading on…" : ""}</span>
      </div>
      {rows.length === 0 ? <Empty>{filtered ? "No task fits this filter." : store.complete.value === null ? "Reading the tasks…" : "This run has no task yet."}</Empty> : (
        <VirtualRows class="v-table card" role="table" label="Task instances; arrow keys move, Enter opens" count={rows.length} rowHeight={rowHeight} row={row} reveal={line >= 0 ? line : null} onKeyDown={onKey}
          head={(
            <div role="row" class="v-row v-head">
              {heads.map(([name, label, width]) => (
                <span key={name} role="columnheader" class={width} aria-sort={key === name ? "ascending" : undefined}>
                  <button type="button" class="link" onClick={() => setQuery({ sort: key === name ? null : name })}>{label}{key === name ? " ↓" : ""}</button>
                </span>
              ))}
              <span role="columnheader" class="w-reason">Reason</span>
            </div>
          )} />
      )}
    </section>
  );
}

function Open({ from }: { from: number }) {
  return <>{duration(Math.max(0, now.value - from))}</>;
}
