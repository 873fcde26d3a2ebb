// One campaign's grid, live. Every cell is a signal of its own: a change touches one table cell, not the table.
import { signal, type Signal } from "@preact/signals";
import { get, messageOf } from "../api";
import { cellLook, type Look } from "../looks";
import type { Cell, Change, Column, GridSnapshot, RowHead, RunState } from "../types";
import { cellKey, changedCell, sameCell, sameShape, summarize, type Settled, type Summary } from "./model";

// After live changes the snapshot is read again: soon when something new has appeared, otherwise at leisure.
const reconcileSoonMs = 400;
const reconcileLaterMs = 5_000;
// Changes kept while a snapshot is on its way; beyond, they are let go and the snapshot is read once more.
const waitingMax = 500;

const overStates: ReadonlySet<RunState> = new Set(["succeeded", "failed", "cancelled"]);

export class GridStore {
  readonly shape = signal<GridSnapshot | null>(null);
  readonly error = signal<string | null>(null);
  readonly state = signal<RunState>("running");
  readonly summary = signal<Summary | null>(null);
  // What stands before a row's cells: read with every snapshot.
  readonly heads = signal<ReadonlyMap<string, RowHead>>(new Map());
  // The newest snapshot: what its columns took. Its cells are older than those of `cell`.
  readonly snapshot = signal<GridSnapshot | null>(null);
  // Grows with every batch of changes; the totals row depends on it alone.
  readonly version = signal(0);

  private readonly cells = new Map<string, Signal<Cell | null>>();
  private readonly settled: Settled = new Map();
  private waiting: Change[] = [];
  private loading = false;
  private again = false;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private timerAt = Infinity;

  constructor(readonly correlation: string) {}

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  cell(country: string, column: Column): Signal<Cell | null> {
    const key = cellKey(country, column.workflow, column.task);
    let found = this.cells.get(key);
    if (!found) {
      found = signal<Cell | null>(null);
      this.cells.set(key, found);
    }
    return found;
  }

  readonly peek = (country: string, column: Column): Cell | null =>
    this.cells.get(cellKey(country, column.workflow, column.task))?.peek() ?? null;

  // Depends on the cell's own signal and, where it has no instance yet, on those of the steps before it.
  look(country: string, column: Column, peeking = false): Look | null {
    const cellSignal = this.cell(country, column);
    const cell = peeking ? cellSignal.peek() : cellSignal.value;
    if (cell) return cellLook(cell, column, [], false);
    const shape = this.shape.peek();
    const before = column.after.flatMap((name) => {
      const parent = shape?.columns.find((entry) => entry.workflow === column.workflow && entry.task === name);
      return parent ? [this.look(country, parent, peeking)] : [];
    });
    return cellLook(null, column, before, overStates.has(peeking ? this.state.peek() : this.state.value));
  }

  // Reads the snapshot; changes that arrive meanwhile are kept and those newer than the snapshot applied to it.
  async load(): Promise<void> {
    if (this.stopped) return;
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    try {
      const snapshot = await get<GridSnapshot>(`/v1/campaigns/${encodeURIComponent(this.correlation)}`);
      if (!this.stopped) this.take(snapshot);
    } catch (error) {
      this.error.value = messageOf(error);
      this.waiting = [];
      this.reconcileIn(reconcileLaterMs);
    } finally {
      this.loading = false;
      if (this.again) { this.again = false; void this.load(); }
    }
  }

  onChange(change: Change): void {
    if (this.loading) {
      this.waiting.push(change);
      if (this.waiting.length > waitingMax) { this.waiting = []; this.again = true; }
      return;
    }
    // Without a snapshot there is nothing to change: the next one will hold it.
    if (!this.shape.peek()) return;
    this.apply(change);
    this.settle();
  }

  private take(snapshot: GridSnapshot): void {
    const before = this.shape.peek();
    this.settled.clear();
    snapshot.rows.forEach((row) => snapshot.columns.forEach((column, index) => {
      const cell = this.cell(row.country, column);
      const next = row.cells[index] ?? null;
      if (!sameCell(cell.peek(), next)) cell.value = next;
    }));
    this.error.value = null;
    this.state.value = snapshot.state;
    this.snapshot.value = snapshot;
    this.heads.value = new Map(snapshot.rows.map(({ country, winner, dead_letters, strip }) => [country, { winner, dead_letters, strip }]));
    if (!before || !sameShape(before, snapshot)) this.shape.value = snapshot;
    const newer = this.waiting.filter((change) => change.seq > snapshot.seq);
    this.waiting = [];
    newer.forEach((change) => this.apply(change));
    this.settle();
  }

  private apply(change: Change): void {
    const shape = this.shape.peek();
    if (!shape) return;
    let relevant = false;
    for (const task of change.tasks) {
      if (task.correlation !== this.correlation) continue;
      relevant = true;
      const cell = this.cells.get(cellKey(task.country, task.workflow, task.task));
      if (!cell) { this.reconcileIn(reconcileSoonMs); continue; }
      const next = changedCell(cell.peek(), task, change.at, this.settled);
      if (!sameCell(cell.peek(), next)) cell.value = next;
    }
    if (change.runs.some((run) => run.correlation === this.correlation)) this.reconcileIn(reconcileSoonMs);
    else if (relevant) this.reconcileIn(reconcileLaterMs);
  }

  private settle(): void {
    const shape = this.shape.peek();
    if (!shape) return;
    this.summary.value = summarize(shape.columns, shape.rows.map((row) => row.country), overStates.has(this.state.peek()), this.peek);
    this.version.value += 1;
  }

  private reconcileIn(ms: number): void {
    const at = Date.now() + ms;
    if (this.stopped || this.timerAt <= at) return;
    if (this.timer) clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.timerAt = Infinity;
      void this.load();
    }, ms);
  }
}
