// One task instance: what it was given and gave back, its attempts, and its log as it is written.
import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, Elapsed, Empty, ErrorNote, JsonView, Loading, Time, ZoneTime } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { countryName } from "../../format";
import { isSettled } from "../../grid/model";
import { useLiveReload, useLoaded } from "../../lists";
import type { Attempt, Page, Run, TaskInstance } from "../../types";
import { Attempts } from "./attempts";
import { Log } from "./log";

const tabs = [
  { id: "overview", label: "Overview" }, { id: "log", label: "Log" }, { id: "input", label: "Input" }, { id: "outputs", label: "Outputs" }, { id: "run", label: "Run" },
] as const;
type Tab = (typeof tabs)[number]["id"];

export function TaskDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const task = useLoaded<TaskInstance>(`/v1/tasks/${id}`);
  const [tab, setTab] = useState<Tab>("overview");
  useLiveReload(task.reload, (change) => change.tasks.some((entry) => entry.id === id) || change.progress.some((entry) => entry.id === id), 1000);
  const instance = task.data;
  const title = instance
    ? <><StateBadge state={instance.state} /> <b>{instance.task}</b> {instance.country && <Country code={instance.country} />}{instance.item !== "" && <span class="faint"> #{instance.item}</span>}</>
    : `Task ${id}`;
  return (
    <Drawer title={title} label={instance ? `Task ${instance.task} ${instance.country}` : `Task ${id}`} onClose={onClose}>
      {task.error && <ErrorNote message={task.error} retry={task.reload} />}
      {!instance ? !task.error && <Loading what="the task" /> : (
        <>
          <Tabs label="Task" tabs={tabs} current={tab} onChange={setTab} />
          <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
            {tab === "overview" && <Overview task={instance} />}
            {tab === "log" && <Log task={instance} />}
            {tab === "input" && <JsonView value={instance.input} label="Input" />}
            {tab === "outputs" && (instance.outputs === null || instance.outputs === undefined ? <Empty>No outputs yet.</Empty> : <JsonView value={instance.outputs} label="Outputs" />)}
            {tab === "run" && <OfRun run={instance.run} />}
          </div>
        </>
      )}
    </Drawer>
  );
}

// The parameters and the definition that this task was run with.
function OfRun({ run }: { run: number }) {
  const loaded = useLoaded<Run>(`/v1/runs/${run}`);
  if (!loaded.data) return loaded.error ? <ErrorNote message={loaded.error} retry={loaded.reload} /> : <Loading what="the run" />;
  return (
    <>
      <dl class="facts">
        <dt>Run</dt><dd><a href={`/runs/${run}`}>run {run}</a></dd>
        <dt>Workflow</dt><dd><a href={`/workflows/${loaded.data.workflow}`}>{loaded.data.workflow}</a></dd>
        <dt>Definition</dt><dd><code>{loaded.data.hash.slice(0, 16)}</code></dd>
      </dl>
      <h2>Resolved parameters</h2>
      <JsonView value={loaded.data.params} label="Parameters" />
    </>
  );
}

function askCancel(task: TaskInstance): void {
  const where = task.country ? ` for ${countryName(task.country)}` : "";
  ask({
    title: `Cancel ${task.task}${where}?`, danger: true, action: "Cancel the task", reason: { label: "Reason", required: false },
    text: "What stands behind it in this country will not start. Other countries go on.",
    run: async ({ reason }) => {
      const reply = await post<{ cancelled: number }>(`/v1/runs/${task.run}/cancel`,
        { task: task.task, ...(task.country ? { country: task.country } : {}), ...(reason ? { reason } : {}) });
      return `${reply.cancelled} cancelled.`;
    },
  });
}

function Overview({ task }: { task: TaskInstance }) {
  const attempts = useLoaded<Page<Attempt>>(`/v1/tasks/${task.id}/attempts`);
  const mark = `${task.attempt}${task.state}`;
  const seen = useRef(mark);
  useEffect(() => {
    if (seen.current !== mark) { seen.current = mark; attempts.reload(); }
  }, [mark]);
  return (
    <>
      {task.reason && <div class="note note-error reason">{task.reason}</div>}
      {task.state === "running" && typeof task.progress === "number" && (
        <p class="progress-line"><progress max={1} value={task.progress} aria-label="Progress" /> {Math.round(task.progress * 100)} % <span class="faint">{task.progress_text}</span></p>
      )}
      <dl class="facts">
        <dt>Workflow</dt><dd>{task.workflow}, <a href={`/runs/${task.run}`}>run {task.run}</a></dd>
        <dt>Started</dt><dd><ZoneTime at={task.started_at} country={task.country} /></dd>
        <dt>Ended</dt><dd><ZoneTime at={task.finished_at} country={task.country} /></dd>
        <dt>Took</dt><dd><Elapsed from={task.started_at} to={task.finished_at} /></dd>
        {task.state === "retrying" && task.next_at && <><dt>Next try</dt><dd><Time at={task.next_at} /></dd></>}
        {task.child_run ? <><dt>Child run</dt><dd><a href={`/runs/${task.child_run}`}>run {task.child_run}</a></dd></> : null}
        <dt>Attempt</dt><dd>{task.attempt}</dd>
      </dl>
      {!isSettled(task.state) && <button type="button" class="small danger" onClick={() => askCancel(task)}>Cancel…</button>}
      {task.state === "dead" && <p><a href={`/dead-letters?task=${task.id}`}>Look at the dead letter</a>, mend the cause, then redrive it.</p>}
      <h2>Attempts</h2>
      {attempts.error && <ErrorNote message={attempts.error} retry={attempts.reload} />}
      {attempts.data && <Attempts attempts={attempts.data.items} />}
    </>
  );
}
