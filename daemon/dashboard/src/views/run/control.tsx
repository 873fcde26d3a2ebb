// Pausing a run or a part of it, and why each part is where it is.
import { Fragment } from "preact";
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { ErrorNote, Loading, Time } from "../../components/parts";
import { useLiveReload, useLoaded } from "../../lists";
import type { RunDetail, RunExplanation, RunPause } from "../../types";

const nameOf = (part: { country: string; task: string }) => [part.country, part.task].filter(Boolean).join("/") || "the run";

function askPause(run: RunDetail, country: string, task: string): void {
  const part = nameOf({ country, task });
  ask({
    title: `Pause ${part === "the run" ? `run ${run.id}` : `${part} in run ${run.id}`}?`, action: "Pause",
    text: "Nothing new begins until it is resumed, also after a restart. Its deadline goes on counting.",
    reason: { label: "Reason", required: false },
    choice: { label: "What runs", options: [{ value: "drain", label: "ends by itself" }, { value: "kill", label: "is interrupted, and not counted" }] },
    run: async ({ reason, choice }) => {
      await post(`/v1/runs/${run.id}/pause`, { ...(country ? { country } : {}), ...(task ? { task } : {}), mode: choice, ...(reason ? { reason } : {}) });
      return `${part} is paused.`;
    },
  });
}

function askResume(run: RunDetail, pause: RunPause): void {
  const part = nameOf(pause);
  ask({
    title: `Resume ${part}?`, action: "Resume", text: "What waits begins as slots allow.",
    run: async () => {
      await post(`/v1/runs/${run.id}/resume`, { ...(pause.country ? { country: pause.country } : {}), ...(pause.task ? { task: pause.task } : {}) });
      return `${part} goes on.`;
    },
  });
}

export function PauseButton({ run, country, task }: { run: RunDetail; country: string; task: string }) {
  if ((run.pauses ?? []).some((pause) => !pause.country && !pause.task)) return null;
  return <button type="button" onClick={() => askPause(run, country, task)}>Pause {nameOf({ country, task })}…</button>;
}

export function Pauses({ run }: { run: RunDetail }) {
  return (
    <>
      {(run.pauses ?? []).map((pause) => (
        <div key={nameOf(pause)} class="note">
          {nameOf(pause)} is paused{pause.by && ` by ${pause.by}`} since <Time at={pause.at} />{pause.reason && `: ${pause.reason}`}{" "}
          <button type="button" class="small" onClick={() => askResume(run, pause)}>Resume…</button>
        </div>
      ))}
    </>
  );
}

export function Why({ run }: { run: RunDetail }) {
  const why = useLoaded<RunExplanation>(`/v1/runs/${run.id}/explain`);
  useLiveReload(why.reload, (change) => change.runs.length > 0 || change.tasks.length > 0, 2000);
  if (!why.data) return why.error ? <ErrorNote message={why.error} retry={why.reload} /> : <Loading what="the reasons" />;
  return (
    <div class="card pad">
      <p>The run {why.data.sentence}.</p>
      <dl class="facts">
        {why.data.items.map((item) => (
          <Fragment key={`${item.country}/${item.task}/${item.item}`}><dt>{[item.country, item.task, item.item].filter(Boolean).join("/")}</dt><dd>{item.sentence}</dd></Fragment>
        ))}
      </dl>
      {why.data.more > 0 && <p class="faint">and {why.data.more} more</p>}
    </div>
  );
}
