// One run's task instances, live: read once in parts of short rows, then changed in place by what the stream tells.
import { signal } from "@preact/signals";
import { get, messageOf } from "../../api";
import { isSettled } from "../../grid/model";
import type { Change, TaskState, Timeline, TimelineRow } from "../../types";

export interface Instance {
  id: number; task: string; country: string; item: string; state: TaskState; attempt: number;
  started: number | null; finished: number | null; progress: number | null; reason: string;
}

const instanceOf = ([id, task, country, item, state, attempt, started, finished, progress, reason]: TimelineRow): Instance =>
  ({ id, task, country, item, state, attempt, started, finished, progress, reason });

// A page is drawn anew at most this often, however many instances change.
const drawEveryMs = 200;
// Instances that the stream names before the page knows them are read together.
const readNewMs = 400;

export class RunStore {
  readonly version = signal(0);
  readonly error = signal<string | null>(null);
  // Null: nothing read yet; false: parts are missing; true: all is there.
  readonly complete = signal<boolean | null>(null);
  list: Instance[] = [];

  private byId = new Map<number, Instance>();
  private loading = false;
  private again = false;
  private stopped = false;
  private drawTimer: ReturnType<typeof setTimeout> | null = null;
  private readTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(readonly run: string) {}

  stop(): void {
    this.stopped = true;
    if (this.drawTimer) clearTimeout(this.drawTimer);
    if (this.readTimer) clearTimeout(this.readTimer);
  }

  // Reads from the beginning, or what came after the last known instance.
  async load(onlyNew = false): Promise<void> {
    if (this.stopped) return;
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    try {
      let after: number | null = onlyNew ? (this.list.at(-1)?.id ?? 0) : 0;
      while (after !== null && !this.stopped) {
        const part: Timeline = await get<Timeline>(`/v1/runs/${encodeURIComponent(this.run)}/timeline`, { after });
        part.rows.forEach((row) => this.put(instanceOf(row)));
        after = part.next;
        this.complete.value = after === null;
        this.draw();
      }
      this.error.value = null;
    } catch (error) {
      this.error.value = messageOf(error);
    } finally {
      this.loading = false;
      if (this.again) { this.again = false; void this.load(); }
    }
  }

  onChange(change: Change): void {
    const at = Date.parse(change.at);
    let touched = false;
    for (const task of change.tasks) {
      if (String(task.run) !== this.run) continue;
      const known = this.byId.get(task.id);
      if (!known) { this.readNewSoon(); continue; }
      touched = true;
      if (task.attempt !== known.attempt || isSettled(known.state)) known.started = null;
      known.state = task.state;
      known.attempt = task.attempt;
      known.reason = task.reason ?? "";
      if (task.state === "running") { known.started ??= at; known.finished = null; known.progress = 0; }
      known.finished = isSettled(task.state) ? at : null;
    }
    for (const progress of change.progress) {
      const known = this.byId.get(progress.id);
      if (known) { known.progress = progress.fraction; touched = true; }
    }
    if (touched) this.draw();
  }

  get(id: number): Instance | undefined { return this.byId.get(id); }

  private put(row: Instance): void {
    const known = this.byId.get(row.id);
    if (known) { Object.assign(known, row); return; }
    this.byId.set(row.id, row);
    const last = this.list.at(-1);
    this.list.push(row);
    if (last && last.id > row.id) this.list.sort((a, b) => a.id - b.id);
  }

  private draw(): void {
    this.drawTimer ??= setTimeout(() => { this.drawTimer = null; this.version.value += 1; }, drawEveryMs);
  }

  private readNewSoon(): void {
    this.readTimer ??= setTimeout(() => { this.readTimer = null; void this.load(true); }, readNewMs);
  }
}

// How many instances of each task are in which state.
export function countsByTask(list: readonly Instance[]): Map<string, Map<TaskState, number>> {
  const counts = new Map<string, Map<TaskState, number>>();
  for (const { task, state } of list) {
    let of = counts.get(task);
    if (!of) counts.set(task, of = new Map());
    of.set(state, (of.get(state) ?? 0) + 1);
  }
  return counts;
}
