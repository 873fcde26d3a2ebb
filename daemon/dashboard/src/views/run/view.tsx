// One run: what started it, how far it is; its steps as a graph, its instances in time and as a table; cancelling all or part.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { StateBadge } from "../../components/icons";
import { Elapsed, ErrorNote, JsonView, Loading, PageHead, Time } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { causePath, causeText } from "../../format";
import { useLive, useLiveFilter } from "../../live";
import { useLiveReload, useLoaded } from "../../lists";
import { place, setQuery } from "../../router";
import type { RunDetail } from "../../types";
import type { ViewProps } from "../props";
import { TaskDrawer } from "../task/drawer";
import { PauseButton, Pauses, Why } from "./control";
import { Gantt } from "./gantt";
import { Graph } from "./graph";
import { Quarantine } from "./quarantine";
import { countsByTask, RunStore } from "./store";
import { filterOf, InstanceTable } from "./table";

const settledRun = new Set(["succeeded", "failed", "cancelled"]);
const tabs = [{ id: "graph", label: "Graph" }, { id: "timeline", label: "Timeline" }, { id: "tasks", label: "Tasks" }, { id: "quarantine", label: "Quarantine" }, { id: "why", label: "Why" }, { id: "params", label: "Parameters" }] as const;
type Tab = (typeof tabs)[number]["id"];

function askCancelRun(run: RunDetail, country: string, task: string): void {
  const part = [task && `task ${task}`, country && `country ${country}`].filter(Boolean).join(" of ");
  ask({
    title: part ? `Cancel ${part} in run ${run.id}?` : `Cancel run ${run.id}?`, danger: true, action: part ? `Cancel ${part}` : "Cancel the run",
    text: part ? "Only this part is cancelled; the rest of the run goes on." : "Every task that has not ended is cancelled, in every country.",
    reason: { label: "Reason", required: false },
    run: async ({ reason }) => {
      const body = { ...(country ? { country } : {}), ...(task ? { task } : {}), ...(reason ? { reason } : {}) };
      const reply = await post<{ cancelled: number }>(`/v1/runs/${run.id}/cancel`, body);
      return `${reply.cancelled} task${reply.cancelled === 1 ? "" : "s"} cancelled.`;
    },
  });
}

export function RunView({ params }: ViewProps) {
  const id = params["id"] ?? "";
  const run = useLoaded<RunDetail>(`/v1/runs/${encodeURIComponent(id)}`);
  const [store] = useState(() => new RunStore(id));
  useEffect(() => { void store.load(); return () => store.stop(); }, [store]);
  useLiveFilter({ run: id });
  useLive({ onChange: (change) => store.onChange(change), onGap: () => { void store.load(); } });
  useLiveReload(run.reload, (change) => change.runs.length > 0 || change.tasks.length > 0, 1500);
  const over = run.data ? settledRun.has(run.data.state) : false;
  // Once it has ended the exact times are read: the stream tells when a change was committed, not when the task ended.
  const open = useRef(false);
  useEffect(() => {
    if (over && open.current) void store.load();
    open.current = run.data !== null && !over;
  }, [over, run.data]);
  if (!run.data) return run.error ? <ErrorNote message={run.error} retry={run.reload} /> : <Loading what="the run" />;
  return <RunPage run={run.data} store={store} error={run.error ?? store.error.value} over={over} />;
}

function RunPage({ run, store, error, over }: { run: RunDetail; store: RunStore; error: string | null; over: boolean }) {
  const query = place.value.query;
  const version = store.version.value;
  const counts = useMemo(() => countsByTask(store.list), [version]);
  const task = Number(query.get("task")) || null;
  const wanted = query.get("view");
  const tab: Tab = tabs.find((entry) => entry.id === wanted)?.id ?? "graph";
  const filter = filterOf(query);
  const open = (taskId: number) => setQuery({ task: String(taskId) });
  return (
    <div class={task ? "page with-drawer" : "page"}>
      <PageHead title={<>{run.workflow} <span class="faint">run {run.id}</span></>}>
        <StateBadge state={run.state} />
        <span class="spring" />
        {!over && <PauseButton run={run} country={filter.country} task={filter.task} />}
        {!over && (filter.task || filter.country) && <button type="button" class="danger" onClick={() => askCancelRun(run, filter.country, filter.task)}>Cancel {[filter.task, filter.country].filter(Boolean).join(" ")}…</button>}
        {!over && <button type="button" class="danger" onClick={() => askCancelRun(run, "", "")}>Cancel the run…</button>}
      </PageHead>
      {error && <ErrorNote message={error} retry={() => { void store.load(); }} />}
      {run.reason && <div class="note note-error reason">{run.reason}</div>}
      <Pauses run={run} />
      <RunFacts run={run} />
      <Tabs label="Run" tabs={tabs} current={tab} onChange={(next) => setQuery({ view: next === "graph" ? null : next })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {tab === "graph" && <Graph tasks={run.tasks} counts={counts} instancesOf={(name) => store.list.filter((entry) => entry.task === name)} onOpen={open}
          onTask={(name) => setQuery({ view: "tasks", name }, "push")} />}
        {tab === "timeline" && <Gantt store={store} tasks={run.tasks} running={!over} open={task} onOpen={open} />}
        {tab === "tasks" && <InstanceTable store={store} tasks={run.tasks} open={task} onOpen={open} />}
        {tab === "quarantine" && <Quarantine run={run.id} />}
        {tab === "why" && <Why run={run} />}
        {tab === "params" && <div class="card pad"><JsonView value={run.params} label="Parameters" /></div>}
      </div>
      {task && <TaskDrawer key={task} id={task} onClose={() => setQuery({ task: null })} />}
    </div>
  );
}

function RunFacts({ run }: { run: RunDetail }) {
  const cause = causePath(run.cause);
  return (
    <dl class="facts-line card">
      <div><dt>Cause</dt><dd>{cause ? <a href={cause}>{causeText(run.cause)}</a> : causeText(run.cause)}</dd></div>
      <div><dt>Campaign</dt><dd><a href={`/campaigns/${encodeURIComponent(run.correlation)}`}>{run.correlation}</a></dd></div>
      <div><dt>Created</dt><dd><Time at={run.created_at} /></dd></div>
      <div><dt>Took</dt><dd><Elapsed from={run.started_at} to={run.finished_at} /></dd></div>
      <div><dt>Definition</dt><dd><a href={`/workflows/${run.workflow}`}><code title={run.hash}>{run.hash.slice(0, 10)}</code></a></dd></div>
    </dl>
  );
}
