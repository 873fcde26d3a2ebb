// One run: what started it, how far it is, its task instances, and cancelling all or part of it.
import { useState } from "preact/hooks";
import { post } from "../api";
import { ask } from "../components/confirm";
import { DataTable, type DataColumn } from "../components/data_table";
import { StateBadge } from "../components/icons";
import { Country, Elapsed, ErrorNote, JsonView, Loading, PageHead, Time } from "../components/parts";
import { causePath, causeText } from "../format";
import { useLiveFilter } from "../live";
import { useLiveReload, useLoaded, usePagedList } from "../lists";
import { place, setQuery } from "../router";
import type { AnyState, RunDetail, TaskInstance } from "../types";
import { TaskDrawer } from "./task_drawer";

const taskStates = ["waiting", "ready", "running", "retrying", "awaiting", "succeeded", "failed", "skipped", "cancelled", "dead"];
const settledRun = new Set(["succeeded", "failed", "cancelled"]);

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

export function RunView({ id }: { id: string }) {
  const run = useLoaded<RunDetail>(`/v1/runs/${encodeURIComponent(id)}`);
  useLiveFilter({ run: id });
  useLiveReload(run.reload, (change) => change.runs.length > 0 || change.tasks.length > 0, 1500);
  const task = Number(place.value.query.get("task")) || null;
  if (!run.data) return run.error ? <ErrorNote message={run.error} retry={run.reload} /> : <Loading what="the run" />;
  const detail = run.data;
  return (
    <div class={task ? "page with-drawer" : "page"}>
      <PageHead title={<>{detail.workflow} <span class="faint">run {detail.id}</span></>}>
        <StateBadge state={detail.state} />
        <span class="spring" />
        {!settledRun.has(detail.state) && <button type="button" class="danger" onClick={() => askCancelRun(detail, "", "")}>Cancel the run…</button>}
      </PageHead>
      {run.error && <ErrorNote message={run.error} retry={run.reload} />}
      {detail.reason && <div class="note note-error reason">{detail.reason}</div>}
      <RunFacts run={detail} />
      <TaskSteps run={detail} />
      <Instances run={detail} open={task} />
      {task && <TaskDrawer key={task} id={task} onClose={() => setQuery({ task: null })} />}
    </div>
  );
}

function RunFacts({ run }: { run: RunDetail }) {
  return (
    <div class="columns">
      <dl class="facts card pad">
        <dt>Cause</dt><dd>{causePath(run.cause) ? <a href={causePath(run.cause) ?? ""}>{causeText(run.cause)}</a> : causeText(run.cause)}</dd>
        <dt>Campaign</dt><dd><a href={`/campaigns/${encodeURIComponent(run.correlation)}`}>{run.correlation}</a></dd>
        <dt>Created</dt><dd><Time at={run.created_at} /></dd>
        <dt>Took</dt><dd><Elapsed from={run.started_at} to={run.finished_at} /></dd>
        <dt>Definition</dt><dd><code title={run.hash}>{run.hash.slice(0, 12)}</code></dd>
      </dl>
      <div class="card pad"><h2 class="small-head">Parameters</h2><JsonView value={run.params} label="Parameters" /></div>
    </div>
  );
}

function TaskSteps({ run }: { run: RunDetail }) {
  return (
    <ul class="steps-list" aria-label="Steps">
      {run.tasks.map((task) => (
        <li key={task.name} class="card">
          <button type="button" class="step" title={`${task.title || task.name} (${task.uses})`} onClick={() => setQuery({ name: task.name, state: null })}>
            <b>{task.name}</b>
            <span class="step-counts">
              {Object.entries(task.counts).filter(([, n]) => n > 0).map(([state, n]) => <StateBadge key={state} state={state as AnyState} label={String(n)} />)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const columns: DataColumn<TaskInstance>[] = [
  { head: "Task", kind: "heading", cell: (task) => <button type="button" class="link" onClick={() => setQuery({ task: String(task.id) })}>{task.task}{task.item !== "" && ` #${task.item}`}</button> },
  { head: "Country", cell: (task) => <Country code={task.country} /> },
  { head: "State", cell: (task) => <StateBadge state={task.state} /> },
  { head: "Attempt", kind: "number", cell: (task) => task.attempt },
  { head: "Started", cell: (task) => <Time at={task.started_at} /> },
  { head: "Took", kind: "number", cell: (task) => <Elapsed from={task.started_at} to={task.finished_at} /> },
  { head: "Reason", kind: "wide", cell: (task) => <span class="reason clip" title={task.reason ?? ""}>{task.reason || task.progress_text}</span> },
];

function Instances({ run, open }: { run: RunDetail; open: number | null }) {
  const query = place.value.query;
  const filter = { task: query.get("name") ?? "", country: query.get("country") ?? "", state: query.get("state") ?? "" };
  const [country, setCountry] = useState(filter.country);
  const list = usePagedList<TaskInstance>(`/v1/runs/${run.id}/tasks`, filter, 100);
  useLiveReload(list.reload, (change) => change.tasks.some((task) => task.run === run.id), 1500);
  const filtered = filter.task !== "" || filter.country !== "" || filter.state !== "";
  return (
    <section>
      <form class="filters" onSubmit={(event) => { event.preventDefault(); setQuery({ country: country.trim().toUpperCase() }); }}>
        <h2>Tasks</h2>
        <label>Task
          <select value={filter.task} onChange={(event) => setQuery({ name: event.currentTarget.value })}>
            <option value="">all</option>{run.tasks.map((task) => <option key={task.name} value={task.name}>{task.name}</option>)}
          </select>
        </label>
        <label>State
          <select value={filter.state} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
            <option value="">all</option>{taskStates.map((state) => <option key={state} value={state}>{state}</option>)}
          </select>
        </label>
        <label>Country
          <input class="country-input" value={country} maxLength={2} placeholder="DE" onInput={(event) => setCountry(event.currentTarget.value)}
            onChange={(event) => setQuery({ country: event.currentTarget.value.trim().toUpperCase() })} />
        </label>
        {filtered && <button type="button" class="small" onClick={() => { setCountry(""); setQuery({ name: null, country: null, state: null }); }}>Show all</button>}
        {(filter.task || filter.country) && !settledRun.has(run.state) && (
          <button type="button" class="small danger" onClick={() => askCancelRun(run, filter.country, filter.task)}>Cancel {[filter.task, filter.country].filter(Boolean).join(" ")}…</button>
        )}
      </form>
      <DataTable caption="Tasks" list={list} columns={columns} keyOf={(task) => task.id} onOpen={(task) => setQuery({ task: String(task.id) })}
        isOpen={(task) => task.id === open} empty={filtered ? "No task fits this filter." : "This run has no task yet."} />
    </section>
  );
}
