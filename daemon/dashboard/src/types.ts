// The shapes of the API, as proto/README.md gives them.

export type TaskState =
  | "waiting" | "ready" | "running" | "retrying" | "awaiting"
  | "succeeded" | "failed" | "skipped" | "cancelled" | "dead";
export type RunState = "queued" | "running" | "paused" | "succeeded" | "failed" | "cancelled";
export type AnyState = TaskState | RunState | "open" | "redriven" | "discarded" | "started" | "filtered";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Metrics = Record<string, number | null>;

export interface Page<T> { items: T[]; next: string | null }

export interface Status {
  version: string; started_at: string; leader: boolean; epoch: number; seq: number;
  runs: { queued: number; running: number };
  pools: { compute: { cores: number; used: number }; io: { slots: number; used: number } };
  queue: { ready: number; inbox: number };
  database: "embedded" | "external";
}

export interface Campaign {
  correlation: string; workflow: string; started_at: string; finished_at: string | null;
  state: RunState; runs: number; countries: number;
}
export interface Column { workflow: string; task: string; title: string | null; uses: string }
export interface Cell {
  state: TaskState; done: number; total: number; task: number; run: number; attempt: number;
  started_at: string | null; finished_at: string | null; reason: string | null;
}
export interface GridSnapshot {
  correlation: string; state: RunState; seq: number; columns: Column[];
  rows: { country: string; cells: (Cell | null)[] }[];
}

export interface Run {
  id: number; workflow: string; hash: string; state: RunState; params: Json; correlation: string;
  cause: Json; depth: number; priority: number; created_at: string; started_at: string | null;
  finished_at: string | null; reason: string | null; totals: Record<string, number> | null;
}
export interface RunTask {
  name: string; uses: string; title: string | null; after: string[]; per: string[]; counts: Record<string, number>;
}
export interface RunDetail extends Run { tasks: RunTask[] }

export interface TaskInstance {
  id: number; run: number; workflow: string; task: string; country: string; item: string; siblings: number; state: TaskState;
  attempt: number; started_at: string | null; finished_at: string | null; next_at: string | null;
  progress: number | null; progress_text: string | null; input: Json; outputs: Json; reason: string | null;
  child_run: number | null;
}
export interface Attempt {
  attempt: number; started_at: string; finished_at: string | null; outcome: string | null;
  failure_class: string | null; reason: string | null;
}
export interface LogLine { line: number; attempt: number; at: string; level: string; text: string }

export interface DeadLetter {
  id: number; kind: string; state: "open" | "redriven" | "discarded"; run: number | null; task_id: number | null;
  event_id: number | null; workflow: string; task: string; country: string; item: string; failure_class: string;
  reason: string; fingerprint: string; input: Json; attempts: number; created_at: string;
  closed_at: string | null; closed_reason: string | null;
}
export interface Schedule {
  workflow: string; trigger: string; cron: string; timezone: string; paused: boolean;
  last_tick: string | null; next_tick: string | null;
}
export interface Delivery { workflow: string; trigger: string; state: string; run: number | null; reason: string | null }
export interface KontorEvent {
  id: number; ce_id: string; source: string; type: string; subject: string; time: string; data: Json;
  correlation: string; run: number | null; deliveries: Delivery[];
}
export interface Winner {
  country: string; model: string; family: string; metrics: Metrics; reason: string; run: number; valid_from: string;
}
export interface LeaderboardEntry {
  rank: number; model: string; family: string; metrics: Metrics; rows: number; scored_at: string; winner: boolean; run: number;
}
export interface Prediction {
  country: string; rows: number; classified: number; review: number; quarantined: number; model: string | null;
  macro_f1: number | null; run: number; finished_at: string | null;
}

export interface TaskChange {
  id: number; run: number; workflow: string; task: string; country: string; item: string; siblings: number;
  state: TaskState; attempt: number; correlation: string; reason: string | null;
}
export interface RunChange { id: number; workflow: string; state: RunState; correlation: string }
export interface ProgressChange { id: number; fraction: number | null; text: string | null }
export interface Change {
  seq: number; at: string; runs: RunChange[]; tasks: TaskChange[]; progress: ProgressChange[];
}
