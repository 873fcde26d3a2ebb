// The campaign grid as plain values: how a live change alters a cell, and what the summary says. Pure.
import { isCached } from "../looks";
import type { Cell, Column, GridSnapshot, TaskChange, TaskState } from "../types";

// From the worst to the best: a cell that stands for several instances shows the worst of them.
const severity: readonly TaskState[] = [
  "dead", "failed", "retrying", "running", "awaiting", "ready", "waiting", "cancelled", "succeeded", "skipped",
];
const settledStates: ReadonlySet<TaskState> = new Set(["succeeded", "failed", "skipped", "cancelled", "dead"]);

const isBad = (state: TaskState): boolean => state === "dead" || state === "failed";
export const isSettled = (state: TaskState): boolean => settledStates.has(state);
export const worstOf = (a: TaskState, b: TaskState): TaskState => (severity.indexOf(a) <= severity.indexOf(b) ? a : b);

export const cellKey = (country: string, workflow: string, task: string): string => `${country}\n${workflow}\n${task}`;

export function sameCell(a: Cell | null, b: Cell | null): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  return a.state === b.state && a.done === b.done && a.total === b.total && a.retrying === b.retrying && a.bad === b.bad && a.cached === b.cached && a.task === b.task && a.run === b.run
    && a.attempt === b.attempt && a.started_at === b.started_at && a.finished_at === b.finished_at && a.reason === b.reason;
}

// What is known of single instances since the snapshot: the last state of those that have settled or wait for another try, and whether
// they took the result of an earlier run.
export type Settled = Map<number, { state: TaskState; cached: boolean }>;

function singleCell(cell: Cell | null, change: TaskChange, at: string): Cell {
  const settled = isSettled(change.state);
  const sameAttempt = cell?.task === change.id && cell.attempt === change.attempt;
  const started = sameAttempt ? cell.started_at : null;
  return {
    state: change.state, done: settled ? 1 : 0, total: 1, retrying: change.state === "retrying" ? 1 : 0,
    bad: isBad(change.state) ? 1 : 0, cached: isCached(change) ? 1 : 0, task: change.id, run: change.run, attempt: change.attempt,
    started_at: started ?? (change.state === "running" ? at : null), finished_at: settled ? at : null, reason: change.reason,
  };
}

const unstartedCell = (change: TaskChange): Cell => ({
  state: "waiting", done: 0, total: change.siblings, retrying: 0, bad: 0, cached: 0, task: change.id, run: change.run, attempt: change.attempt,
  started_at: null, finished_at: null, reason: null,
});

function fanState(cell: Cell, change: TaskState, done: number): TaskState {
  if (change === "dead" || cell.state === "dead") return "dead";
  if (done >= cell.total) {
    // Of the instances before this one it is known only that nothing worse than "running" was seen.
    return worstOf(isSettled(cell.state) ? cell.state : "succeeded", change);
  }
  // While some instances are still to come, the settled ones that went well say nothing about the whole.
  if (isSettled(change) && change !== "failed") return isSettled(cell.state) ? "waiting" : cell.state;
  return isSettled(cell.state) && cell.state !== "failed" ? change : worstOf(cell.state, change);
}

// The cell after one instance's change. A cell with several instances counts each settled one once; what it cannot know
// (whether another run adds to it, an older dead letter brought back) the next snapshot puts right.
export function changedCell(cell: Cell | null, change: TaskChange, at: string, settled: Settled): Cell {
  const earlier = settled.get(change.id) ?? null;
  const before = earlier !== null && isSettled(earlier.state);
  const now = isSettled(change.state);
  if (now || change.state === "retrying") settled.set(change.id, { state: change.state, cached: isCached(change) });
  else settled.delete(change.id);
  // One run of a workflow has one such instance; another run in the same campaign brings a second.
  if (change.item === "" && (!cell || (cell.total <= 1 && cell.task === change.id))) return singleCell(cell, change, at);
  const base = cell ?? unstartedCell(change);
  // What was full when another run brings an instance has that run's instances still to come.
  const full = base.done >= base.total;
  const added = !now && !before && full && base.run !== change.run;
  const total = added ? base.total + change.siblings : Math.max(base.total, change.siblings);
  // An instance that is under way is not done, whatever the snapshot counted: it has been brought back.
  const done = Math.min(Math.max(0, base.done + (now ? 1 : 0) - (before ? 1 : 0)), now ? total : total - 1);
  const retrying = Math.max(0, base.retrying + (change.state === "retrying" ? 1 : 0) - (earlier?.state === "retrying" ? 1 : 0));
  const bad = Math.max(0, base.bad + (isBad(change.state) ? 1 : 0) - (earlier !== null && isBad(earlier.state) ? 1 : 0));
  const cached = Math.min(Math.max(0, base.cached + (isCached(change) ? 1 : 0) - (earlier?.cached ? 1 : 0)), done);
  const counted = { ...base, done, total, retrying, bad, cached };
  const state = fanState(counted, change.state, done);
  const worse = change.state === "dead" || change.state === "failed";
  return {
    ...counted, state, task: worse || state === change.state ? change.id : base.task,
    started_at: base.started_at ?? at, finished_at: isSettled(state) && done >= total ? at : null,
    reason: worse ? change.reason : base.reason,
  };
}

export interface Summary {
  countries: number; countriesDone: number; running: number; waiting: number; dead: number; failed: number;
  cellsDone: number; cells: number;
}

// A country is done when every step is settled for it. Once the campaign is over, steps that never came to be do not count:
// nothing will start them any more.
export function summarize(
  columns: Column[], countries: string[], over: boolean, cellAt: (country: string, column: Column) => Cell | null,
): Summary {
  const sum: Summary = {
    countries: countries.length, countriesDone: 0, running: 0, waiting: 0, dead: 0, failed: 0, cellsDone: 0, cells: 0,
  };
  for (const country of countries) {
    let open = 0;
    for (const column of columns) {
      const cell = cellAt(country, column);
      if (!cell && over) continue;
      sum.cells += 1;
      if (cell && isSettled(cell.state)) sum.cellsDone += 1;
      else open += 1;
      if (cell?.state === "running") sum.running += 1;
      else if (cell?.state === "retrying" || cell?.state === "ready" || cell?.state === "waiting" || cell?.state === "awaiting") sum.waiting += 1;
      else if (cell?.state === "dead") sum.dead += 1;
      else if (cell?.state === "failed") sum.failed += 1;
    }
    if (open === 0 && columns.length > 0) sum.countriesDone += 1;
  }
  return sum;
}

export interface ColumnTotal { settled: number; bad: number; of: number }

export function columnTotal(column: Column, countries: string[], cellAt: (country: string, column: Column) => Cell | null): ColumnTotal {
  const total: ColumnTotal = { settled: 0, bad: 0, of: 0 };
  for (const country of countries) {
    const cell = cellAt(country, column);
    if (!cell) continue;
    total.of += 1;
    if (isSettled(cell.state)) total.settled += 1;
    if (cell.state === "dead" || cell.state === "failed") total.bad += 1;
  }
  return total;
}

// Neighbouring columns of one workflow share a heading.
export function columnGroups(columns: Column[]): { workflow: string; span: number }[] {
  const groups: { workflow: string; span: number }[] = [];
  for (const column of columns) {
    const last = groups.at(-1);
    if (last && last.workflow === column.workflow) last.span += 1;
    else groups.push({ workflow: column.workflow, span: 1 });
  }
  return groups;
}

export const sameShape = (a: GridSnapshot, b: GridSnapshot): boolean =>
  a.columns.length === b.columns.length && a.rows.length === b.rows.length
  && a.columns.every((column, i) => column.workflow === b.columns[i]?.workflow && column.task === b.columns[i]?.task)
  && a.rows.every((row, i) => row.country === b.rows[i]?.country);
