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
  trouble?: { since: string; what: string } | null;
}

export interface PutAside {
  task: number; name: string; country: string; item: string; at: string | null; rows: number; reasons: Record<string, number>; object: string;
}
export interface PutAsideRow { row: number | null; item_id: string; reason: string; text: string }

export interface Campaign {
  correlation: string; workflow: string; started_at: string; finished_at: string | null;
  state: RunState; runs: number; countries: number;
}
export interface Column {
  workflow: string; task: string; title: string | null; uses: string; after: string[]; median_ms: number | null; p95_ms: number | null;
}
export interface Cell {
  state: TaskState; done: number; total: number; retrying: number; bad: number; task: number; run: number; attempt: number;
  started_at: string | null; finished_at: string | null; reason: string | null;
}
export interface RowWinner {
  model: string; family: string; since: string; run: number; macro_f1: number | null; gain: number | null;
}
export interface RowHead { winner: RowWinner | null; dead_letters: number; strip: (TaskState | null)[] }
export interface Period { correlation: string; period: string; started_at: string }
export interface GridSnapshot {
  correlation: string; state: RunState; seq: number; periods: Period[]; columns: Column[];
  rows: (RowHead & { country: string; cells: (Cell | null)[] })[];
}

export interface Run {
  id: number; workflow: string; hash: string; state: RunState; params: Json; correlation: string;
  cause: Json; depth: number; priority: number; created_at: string; started_at: string | null;
  finished_at: string | null; reason: string | null; totals: Record<string, number> | null; pauses?: RunPause[] | null;
}
export interface RunPause { country: string; task: string; by: string; reason: string; at: string }
export interface RunExplanation {
  run: number; state: RunState; sentence: string; more: number;
  items: { task: string; country: string; item: string; state: string; sentence: string }[];
}
export interface RunTask extends WorkflowTask { counts: Record<string, number> }
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
export interface LetterDefinition { hash: string; version: number | null; newest_hash: string | null; newest_version: number | null }
export interface DeadLetterDetail extends DeadLetter { definition: LetterDefinition | null; tries: Attempt[]; logs: Omit<LogLine, "line">[] }
export interface RedrivePreview {
  letter: number; run: number | null; workflow?: string; task: string; country?: string; item?: string; definition: string; input: Json; still_to_run?: number;
}
export interface LetterJob {
  id: number; action: "redrive" | "discard"; state: "running" | "canary" | "done" | "stopped"; country: string; by: string;
  selection: { [key: string]: Json }; reason: string; canary: boolean; per_minute: number | null; definition: string; with: Json;
  letters: number; handled: number; carried_out: number; refused: number; refusals: { letter: number; why: string }[];
  created_at: string; next_at: string | null; finished_at: string | null; said: string;
}
export interface LetterJobPreview {
  action: "redrive" | "discard"; letters: number; refused: number; more: number;
  items: { letter: number; refused?: string; run?: number | null; task?: string; country?: string; item?: string; input?: Json }[];
}
export type PartitionState = "missing" | "running" | "failed" | "succeeded";
export interface Partition {
  workflow: string; country: string; period: string; state: PartitionState; run: number | null; outcome: string | null; reason: string; at: string | null;
  last_success: { run: number; at: string } | null;
  last_failure: { run: number; at: string; class: string; task_id: number | null; reason: string } | null;
}
export interface BackfillPeriod {
  period: string; state: "waiting" | "running" | "succeeded" | "failed" | "cancelled" | "skipped"; countries: string[] | null; run: number | null;
  run_state?: RunState | null; reason: string; sentence?: string; started_at: string | null; finished_at: string | null;
}
export interface Backfill {
  id: number | null; workflow: string; state: "running" | "paused" | "cancelling" | "succeeded" | "failed" | "cancelled"; note: string; summary: string; params: Json;
  countries: string[] | null; missing_only: boolean; max_parallel: number; priority: number; by: string; reason: string; created_at: string | null;
  finished_at: string | null; periods?: BackfillPeriod[];
}
export interface Approval {
  id: number; run: number; task_id: number; workflow: string; correlation: string; task: string; country: string; item: string;
  title: string; text: string; evidence?: Json; role: string; approvals: number; submitter: string; default: "approve" | "reject" | "fail";
  on_reject: "fail" | "continue"; asked_at: string; deadline_at: string | null; escalate_at: string | null; escalated_at: string | null;
  closed_at: string | null; state: "open" | "approved" | "rejected" | "expired" | "withdrawn"; decision: string; reason: string;
  votes: { by: string; decision: "approve" | "reject"; comment: string; at: string }[];
}
export interface Amount { items: number; units: number; weight_kg: number }
export type ReportPart = "sold" | "classified" | "reviewed" | "excluded" | "waiting" | "unresolved" | "quarantined" | "difference";
export type ReportState = "draft" | "approved" | "filed" | "amended" | "superseded";
export interface Report {
  id: number; country: string; period: string; version: number; state: ReportState; amends: number | null; run: number; model: string;
  figures: Record<ReportPart, Amount>; balanced: boolean; waiting: number; codes: number; changed: (Amount & { codes: number }) | null;
  drafted_by: string; automatic: boolean; known_at: string; stale: boolean; receipt: string;
  steps: { state: ReportState; who: string; at: string; reason: string; receipt: string }[];
}
export interface ReportStatus {
  country: string; period: string; state: ReportState | "missing"; report: Report | null; fault: string; due_on: string; overdue: boolean;
  filed: { id: number; version: number; receipt: string; at: string } | null;
}
export interface ReportChange { line: number; code: string; before: Amount; after: Amount; difference: Amount }
export interface Schedule {
  workflow: string; trigger: string; cron: string; timezone: string; paused: boolean;
  last_tick: string | null; next_tick: string | null;
}
export interface SchedulePreview { cron: string; timezone: string; items: { at: string; local: string; note: string | null }[] }
export interface Explanation {
  event: number; type: string; reason?: string;
  triggers: { workflow: string; trigger: string; state: string; run: number | null; sentence: string }[];
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

export interface Champion {
  model: string; family: string; valid_from: string; valid_to: string | null; run: number; reason: string; gain: number | null; metrics: Metrics;
}
export interface Trial {
  task: number; trial: number | null; item: string; state: TaskState; family: string | null; params: Json; metrics: Metrics | null;
  seconds: number | null; chosen: boolean; reason: string;
}
export interface Confusion { model: string; country: string; run: number; at: string; rows: number; codes: string[]; counts: number[][]; calibration: Calibration | null }
// In equal bins of confidence, the lowest first.
export interface Calibration { rows: number[]; right: number[]; confidence: (number | null)[] }
export interface Model {
  id: string; country: string; family: string; run: number; task: number; object: Json; params: Json; metrics: Metrics | null;
  created_at: string; winner: boolean;
}
export interface Cause {
  fingerprint: string; letters: number; open: number; workflows: string[]; tasks: string[]; countries: string[];
  failure_class: string; reason: string; first_at: string; last_at: string; newest: number;
}
export interface Timeline { seq: number; fields: string[]; rows: TimelineRow[]; next: number | null }
// id, task, country, item, state, attempt, started and finished (ms since 1970), progress, reason
export type TimelineRow = [number, string, string, string, TaskState, number, number | null, number | null, number | null, string];
export interface SystemFacts {
  bytes: number; server: string; connections: number; commits: number; open_dead_letters: number;
  tables: { name: string; rows: number; bytes: number }[];
}
export interface WorkflowTask { name: string; uses: string; title: string | null; after: string[]; per: string[] }
export interface WorkflowTrigger { name: string; kind: "cron" | "event"; cron: string | null; timezone: string | null; event: string | null }
export interface Workflow {
  name: string; title: string; hash: string; version: number; created_at: string; params: { [key: string]: Json }; partition: Json;
  tasks: WorkflowTask[]; triggers: WorkflowTrigger[]; source?: string;
}
export interface Version { version: number; hash: string; title: string; created_at: string; in_force: boolean }

export interface Contribution { feature: string; amount: number }
export interface LiveItem {
  item_id: string; code: string; probability: number; status: string; review: boolean; alternatives: { code: string; probability: number }[];
  explanation?: { what: string; base: number; score: number; contributions: Contribution[]; rest: number; words?: Contribution[]; words_rest?: number } | null;
}
export interface LivePredictions { country: string; model: { id: string; family: string }; threshold: number; codes: number; items: LiveItem[] }

export interface TaskChange {
  id: number; run: number; workflow: string; task: string; country: string; item: string; siblings: number;
  state: TaskState; attempt: number; correlation: string; reason: string | null;
}
export interface RunChange { id: number; workflow: string; state: RunState; correlation: string }
export interface ProgressChange { id: number; fraction: number | null; text: string | null }
export interface Change {
  seq: number; at: string; runs: RunChange[]; tasks: TaskChange[]; progress: ProgressChange[];
}
