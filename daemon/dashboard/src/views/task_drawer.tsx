// One task instance: what it was given and gave back, its attempts, and its log as it is written.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, messageOf, post } from "../api";
import { ask } from "../components/confirm";
import { Drawer } from "../components/drawer";
import { StateBadge } from "../components/icons";
import { Country, Elapsed, Empty, ErrorNote, JsonView, Loading, Time } from "../components/parts";
import { countryName } from "../format";
import { isSettled } from "../grid/model";
import { useLiveReload, useLoaded } from "../lists";
import type { AnyState, Attempt, LogLine, Page, TaskInstance } from "../types";

const tabs = ["Overview", "Log", "Input", "Outputs"] as const;
type Tab = (typeof tabs)[number];

export function TaskDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const task = useLoaded<TaskInstance>(`/v1/tasks/${id}`);
  const [tab, setTab] = useState<Tab>("Overview");
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
          <div class="tabs" role="tablist" aria-label="Task">
            {tabs.map((name) => (
              <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>{name}</button>
            ))}
          </div>
          <div role="tabpanel" aria-label={tab}>
            {tab === "Overview" && <Overview task={instance} />}
            {tab === "Log" && <Log task={instance} />}
            {tab === "Input" && <JsonView value={instance.input} label="Input" />}
            {tab === "Outputs" && (instance.outputs === null || instance.outputs === undefined ? <Empty>No outputs yet.</Empty> : <JsonView value={instance.outputs} label="Outputs" />)}
          </div>
        </>
      )}
    </Drawer>
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
        <dt>Started</dt><dd><Time at={task.started_at} /></dd>
        <dt>Took</dt><dd><Elapsed from={task.started_at} to={task.finished_at} /></dd>
        {task.state === "retrying" && task.next_at && <><dt>Next try</dt><dd><Time at={task.next_at} /></dd></>}
        {task.child_run ? <><dt>Child run</dt><dd><a href={`/runs/${task.child_run}`}>run {task.child_run}</a></dd></> : null}
        <dt>Attempt</dt><dd>{task.attempt}</dd>
      </dl>
      {!isSettled(task.state) && <button type="button" class="small danger" onClick={() => askCancel(task)}>Cancel…</button>}
      {task.state === "dead" && <p><a href={`/dead-letters?task=${task.id}`}>Look at the dead letter</a>, mend the cause, then redrive it.</p>}
      <h3>Attempts</h3>
      {attempts.error && <ErrorNote message={attempts.error} retry={attempts.reload} />}
      {attempts.data?.items.length === 0 && <Empty>Not tried yet.</Empty>}
      <ol class="attempts">
        {attempts.data?.items.map((attempt) => (
          <li key={attempt.attempt} value={attempt.attempt}>
            <StateBadge state={(attempt.outcome ?? "running") as AnyState} /> {attempt.failure_class && <span class="tag">{attempt.failure_class}</span>}
            {" "}<Time at={attempt.started_at} /> · <Elapsed from={attempt.started_at} to={attempt.finished_at} />
            {attempt.reason && <div class="reason">{attempt.reason}</div>}
          </li>
        ))}
      </ol>
    </>
  );
}

const logPollMs = 1500;
const logLinesMax = 5000;

function Log({ task }: { task: TaskInstance }) {
  const [lines, setLines] = useState<LogLine[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [read, setRead] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const running = !isSettled(task.state);

  useEffect(() => {
    const stopper = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let after = lines.at(-1)?.line ?? 0;
    async function poll(): Promise<void> {
      try {
        const page = await get<Page<LogLine>>(`/v1/tasks/${task.id}/logs`, { after, limit: 1000 }, stopper.signal);
        const fresh = page.items.filter((line) => line.line > after);
        after = fresh.at(-1)?.line ?? after;
        if (fresh.length > 0) setLines((old) => [...old, ...fresh].slice(-logLinesMax));
        setError(null);
        setRead(true);
        if (fresh.length === 1000) return await poll();
      } catch (failure) {
        if (stopper.signal.aborted) return;
        setError(messageOf(failure));
      }
      if (running) timer = setTimeout(() => { void poll(); }, logPollMs);
    }
    void poll();
    return () => { stopper.abort(); clearTimeout(timer); };
  }, [task.id, running, task.attempt]);

  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);

  return (
    <>
      {error && <ErrorNote message={error} />}
      {!read && !error && <Loading what="the log" />}
      {read && lines.length === 0 && <Empty>{running ? "Nothing has been logged yet." : "This task logged nothing."}</Empty>}
      {lines.length > 0 && (
        <div class="log" ref={box} tabIndex={0} role="log" aria-label="Log"
          onScroll={(event) => { const view = event.currentTarget; atEnd.current = view.scrollTop + view.clientHeight > view.scrollHeight - 24; }}>
          {lines.map((line) => (
            <div key={line.line} class={`log-line level-${line.level}`}>
              <time dateTime={line.at} title={line.at}>{line.at.slice(11, 23)}</time> <span class="level">{line.level}</span> <span class="text">{line.text}</span>
            </div>
          ))}
        </div>
      )}
      {running && lines.length > 0 && <p class="faint small-text">Follows the log while the task is open.</p>}
    </>
  );
}
