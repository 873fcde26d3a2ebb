// Many dead letters of one cause at once, as a job of the daemon: what it would do is asked of the daemon first; nothing is sent
// before the pause after the click is over; then the job goes on by itself, whether this page stays open or not.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { Country, ErrorNote, JsonView, Loading } from "../../components/parts";
import { countryName } from "../../format";
import type { Json, LetterJob, LetterJobPreview } from "../../types";
import { useDryRun } from "../../dry_run";
import { EditField, ReasonField } from "./fields";
import { editedInput, isOver, previewSentence, progressSentence } from "./job";
import { JobProgress, stopJob, useJob } from "./progress";

type Verb = "redrive" | "discard";
interface Group { verb: Verb; fingerprint: string; country: string; workflow: string; countries: string[]; after: () => void }

export const bulk = signal<Group | null>(null);

export function startBulk(verb: Verb, fingerprint: string, filter: { country: string; workflow: string }, countries: string[], after: () => void): void {
  bulk.value = { verb, fingerprint, country: filter.country, workflow: filter.workflow, countries, after };
}

const undoMs = 5000;
const rates = [10, 60, 600];

interface Form { country: string; definition: string; edit: string; canary: boolean; rate: number; reason: string }

function bodyOf(group: Group, form: Form): { [key: string]: Json } {
  const body: { [key: string]: Json } = { fingerprint: group.fingerprint };
  if (group.workflow) body.workflow = group.workflow;
  if (form.country) body.country = form.country;
  if (form.reason.trim()) body.reason = form.reason.trim();
  if (group.verb === "discard") return body;
  const edited = editedInput(form.edit).value;
  if (edited) body.with = edited;
  if (form.canary) body.canary = true;
  if (form.rate > 0) body.per_minute = form.rate;
  return { ...body, definition: form.definition };
}

function Preview({ preview }: { preview: LetterJobPreview }) {
  const input = preview.items.find((item) => item.input !== undefined && item.input !== null)?.input;
  return (
    <>
      <p role="status" class="counted">{previewSentence(preview)}</p>
      <ul class="preview" tabIndex={0} aria-label="What will be touched">
        {preview.items.map((item) => (
          <li key={item.letter}><b>{item.letter}</b> {item.country ? <Country code={item.country} /> : null}{" "}
            <span class="faint">{item.refused ? `refused: ${item.refused}` : item.run ? `${item.task}${item.item ? ` #${item.item}` : ""}, run ${item.run}` : item.task ?? ""}</span></li>
        ))}
      </ul>
      {input !== undefined && <details><summary>The first one's input</summary><JsonView value={input} label="The first one's input" /></details>}
    </>
  );
}

function Fields({ group, form, change, fault }: { group: Group; form: Form; change: (part: Partial<Form>) => void; fault: string }) {
  const redrive = group.verb === "redrive";
  return (
    <>
      <div class="filters">
        {!group.country && group.countries.length > 1 && (
          <label>Country<select value={form.country} onChange={(event) => change({ country: event.currentTarget.value })}>
            <option value="">all of them</option>{group.countries.map((code) => <option key={code} value={code}>{countryName(code)}</option>)}</select></label>
        )}
        {redrive && <label>Definition<select value={form.definition} onChange={(event) => change({ definition: event.currentTarget.value })}><option value="pinned">as the run began</option><option value="newest">newest</option></select></label>}
        {redrive && <label>A minute<select value={form.rate} onChange={(event) => change({ rate: Number(event.currentTarget.value) })}><option value={0}>as many as go</option>{rates.map((value) => <option key={value} value={value}>{value}</option>)}</select></label>}
        {redrive && <label class="check"><input type="checkbox" checked={form.canary} onChange={(event) => change({ canary: event.currentTarget.checked })} />Try one first</label>}
      </div>
      {redrive && <EditField value={form.edit} fault={fault} onChange={(edit) => change({ edit })} />}
      <ReasonField label="Reason (kept with each letter)" required={!redrive} value={form.reason} onChange={(reason) => change({ reason })} />
    </>
  );
}

export function BulkDialog({ group }: { group: Group }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [form, setForm] = useState<Form>({ country: group.country, definition: "pinned", edit: "", canary: true, rate: 0, reason: "" });
  const [waiting, setWaiting] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [started, setStarted] = useState<number | null>(null);
  const { data: job, error: lost } = useJob(started);
  const redrive = group.verb === "redrive";
  const fault = redrive ? editedInput(form.edit).fault : "";
  // The reason changes nothing that is shown.
  const { preview, error: unseen, seen } = useDryRun<LetterJobPreview>(`/v1/dead-letters/${group.verb}`, fault || started !== null ? null : bodyOf(group, { ...form, reason: "" }));
  const many = job?.letters ?? preview?.letters ?? 0;
  const over = job !== null && isOver(job);
  const undo = () => { if (timer.current) clearTimeout(timer.current); timer.current = null; };
  useEffect(() => { dialog.current?.showModal(); return undo; }, []);
  useEffect(() => { if (job && over) { announce(progressSentence(job)); group.after(); } }, [over]);
  const close = () => { undo(); bulk.value = null; group.after(); };

  const begin = () => {
    setError(null);
    setWaiting(true);
    timer.current = setTimeout(() => {
      timer.current = null;
      post<LetterJob>(`/v1/dead-letters/${group.verb}`, bodyOf(group, form))
        .then((made) => setStarted(made.id), (failure: unknown) => setError(messageOf(failure)))
        .finally(() => setWaiting(false));
    }, undoMs);
  };
  const stop = () => { if (started !== null) stopJob(started, "").catch((failure: unknown) => setError(messageOf(failure))); };
  const asking = !waiting && started === null;
  return (
    <dialog ref={dialog} class="confirm bulk" aria-labelledby="bulk-title" onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); if (asking && seen) begin(); }}>
        <h2 id="bulk-title">{redrive ? "Redrive" : "Discard"} {many || ""} dead letter{many === 1 ? "" : "s"} of one cause{started === null ? "?" : ""}</h2>
        {started === null && !preview && !unseen && <Loading what="what would be done" />}
        {started === null && preview && <Preview preview={preview} />}
        {asking && <Fields group={group} form={form} change={(part) => setForm({ ...form, ...part })} fault={fault} />}
        {waiting && <p role="status">Begins in a moment; nothing has been sent yet.</p>}
        {job && <JobProgress job={job} />}
        {job && !over && <p class="faint">Job {job.id} goes on when this is closed; it stands under “Jobs”.</p>}
        {(error ?? unseen ?? lost) && <ErrorNote message={error ?? unseen ?? lost ?? ""} />}
        <div class="buttons">
          {waiting && <button type="button" onClick={() => { undo(); setWaiting(false); setError("Undone: nothing was sent."); }}>Undo</button>}
          {job && !over && <button type="button" class="danger" onClick={stop}>Stop</button>}
          {!waiting && <button type="button" onClick={close}>{started === null ? "Back" : "Close"}</button>}
          {asking && <button type="submit" class={redrive ? "primary" : "danger"} disabled={!seen || !preview || preview.letters === 0 || fault !== "" || (!redrive && form.reason.trim() === "")}>{redrive ? "Redrive" : "Discard"}</button>}
        </div>
      </form>
    </dialog>
  );
}
