// The shapes of the API: made from proto/openapi.yaml, under the names that the page uses. By hand stands only what the description cannot say.
import type { Confusion, DeadLetter, Grid, LivePredictions, Partition, Report, Run, RunState, TaskState, Timeline as Rows } from "../generated/api_types";

export type {
  Alarm, AlarmEnded, Amount, Approval, ApprovalDecided, Attempt, Backfill, BackfillPeriod, Campaign, Cause, Champion, Change, CodeList, CodeListCode, CodeListImpact, CodeListImported, CodeListMove, Confusion, DeadLetter, Delivery,
  Explanation, FoundLogLine, Json, LeaderboardEntry, LetterJob, LetterJobPreview, LineageItems, LivePredictions, LogLine, Metrics, Model, Partition, Plan, Pool, PoolPreview, Prediction, PutAside, PutAsideRow, Reading, RedrivePreview, Report,
  ReportChange, ReportLineage, ReportLines, ReportState, Run, RunChange, RunExplanation, RunForeseen, RunPause, RunState, RunTask, Schedule, Status, TaskChange, TaskState, Trial, Version, Winner, WinnerSet, Workflow,
  WorkflowFolder, WorkflowTask, WorkflowTrigger,
} from "../generated/api_types";
export type { Event as KontorEvent, Preview as SchedulePreview, ReportDue as ReportStatus, System as SystemFacts, Task as TaskInstance } from "../generated/api_types";

export type AnyState = TaskState | RunState | "open" | "redriven" | "discarded" | "started" | "filtered";

export interface Page<T> { items: T[]; next: string | null }

export type GridSnapshot = Grid;
export type Column = Grid["columns"][number];
export type Period = Grid["periods"][number];
export type Row = Grid["rows"][number];
export type RowHead = Pick<Row, "winner" | "dead_letters" | "strip">;
export type RowWinner = NonNullable<Row["winner"]>;
export type Cell = NonNullable<Row["cells"][number]>;

export type RunDetail = Required<Run>;
export type DeadLetterDetail = Required<DeadLetter>;
export type LetterDefinition = NonNullable<DeadLetterDetail["definition"]>;
export type PartitionState = Partition["state"];
export type ReportPart = Exclude<keyof Report["figures"], "balanced">;
export type Calibration = NonNullable<Confusion["calibration"]>;
export type LiveItem = LivePredictions["items"][number];
export type Contribution = NonNullable<LiveItem["explanation"]>["contributions"][number];

// id, task, country, item, state, attempt, started and finished (ms since 1970), progress, reason
export type TimelineRow = [number, string, string, string, TaskState, number, number | null, number | null, number | null, string];
export type Timeline = Omit<Rows, "rows"> & { rows: TimelineRow[] };
