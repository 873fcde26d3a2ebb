// Redrives and discards of many, newest first: how far each is, and the button that stops it.
import { useEffect } from "preact/hooks";
import { ask } from "../../components/confirm";
import { DataTable, type DataColumn } from "../../components/data_table";
import { Time } from "../../components/parts";
import { useLiveReload, usePagedList } from "../../lists";
import type { LetterJob } from "../../types";
import { isOver, progressSentence, selectionText } from "./job";
import { stopJob } from "./progress";

const lookAgainMs = 2000;

function askStop(job: LetterJob, after: () => void): void {
  ask({
    title: `Stop job ${job.id}?`, action: "Stop", danger: true, reason: { label: "Reason", required: false },
    text: "The letters that it has not come to stay open; what it has redriven goes on.",
    run: async ({ reason }) => {
      const stopped = await stopJob(job.id, reason);
      after();
      return `Job ${job.id} is stopped after ${stopped.handled} of ${stopped.letters}.`;
    },
  });
}

function whatText(job: LetterJob): string {
  return `${job.action}${job.canary ? ", one first" : ""}${job.per_minute ? `, ${job.per_minute} a minute` : ""}${job.with ? ", edited input" : ""}`;
}

export function Jobs() {
  const list = usePagedList<LetterJob>("/v1/dead-letter-jobs");
  const going = list.data?.some((job) => !isOver(job)) ?? false;
  useLiveReload(list.reload);
  // A job that waits for its rate or its canary changes nothing that the stream would tell.
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(list.reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [going]);
  const columns: DataColumn<LetterJob>[] = [
    { head: "No.", kind: "heading", cell: (job) => job.id },
    { head: "What", cell: (job) => <div class="cause">{whatText(job)}<span class="faint clip" title={selectionText(job)}>{selectionText(job)}</span></div> },
    { head: "How far", kind: "wide", cell: (job) => <div class="far"><progress max={job.letters} value={job.handled} aria-label={`${job.handled} of ${job.letters}`} />{progressSentence(job)}</div> },
    { head: "By", cell: (job) => job.by },
    { head: "Since", cell: (job) => <Time at={job.created_at} /> },
    { head: "Action", cell: (job) => (isOver(job) ? <span class="faint">over</span> : <button type="button" class="small danger" onClick={() => askStop(job, list.reload)}>Stop…</button>) },
  ];
  return <DataTable caption="Jobs" list={list} columns={columns} keyOf={(job) => job.id} empty="No letters have been redriven or discarded by the group yet." />;
}
