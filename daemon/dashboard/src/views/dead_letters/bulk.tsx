// Many dead letters of one cause at once: what will be touched is shown first; one goes ahead as the canary; the rest follow at
// a rate, and can be stopped. Nothing is sent before the pause after the click is over.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { Country, ErrorNote, Loading } from "../../components/parts";
import type { DeadLetter, Page, TaskInstance } from "../../types";

type Verb = "redrive" | "discard";
interface Job { verb: Verb; fingerprint: string; country: string; workflow: string; after: () => void }

export const bulk = signal<Job | null>(null);

export function startBulk(verb: Verb, fingerprint: string, filter: { country: string; workflow: string }, after: () => void): void {
  bulk.value = { verb, fingerprint, country: filter.country, workflow: filter.workflow, after };
}

const undoMs = 5000;
const canaryWaitMs = 60_000;
const lookAgainMs = 500;

const pause = (ms: number, stop: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
  const timer = setTimeout(() => { stop.removeEventListener("abort", end); resolve(); }, ms);
  const end = () => { clearTimeout(timer); reject(new Error("Stopped.")); };
  if (stop.aborted) end();
  else stop.addEventListener("abort", end, { once: true });
});

async function readAll(job: Job, stop: AbortSignal): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<DeadLetter> = await get<Page<DeadLetter>>("/v1/dead-letters",
      { state: "open", fingerprint: job.fingerprint, country: job.country, workflow: job.workflow, limit: 500, cursor }, stop);
    letters.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return letters.reverse();
}

// The first one's new attempt: true once it has succeeded.
async function canarySucceeds(task: number, stop: AbortSignal): Promise<boolean> {
  const until = Date.now() + canaryWaitMs;
  for (;;) {
    const instance = await get<TaskInstance>(`/v1/tasks/${task}`, {}, stop).catch(() => null);
    if (instance && ["succeeded", "skipped"].includes(instance.state)) return true;
    if (instance && ["dead", "failed", "cancelled"].includes(instance.state)) return false;
    if (Date.now() > until) return false;
    await pause(lookAgainMs, stop);
  }
}

type Phase = "asking" | "waiting" | "working" | "over";

export function BulkDialog({ job }: { job: Job }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const stopper = useRef(new AbortController());
  const [letters, setLetters] = useState<DeadLetter[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [phase, setPhase] = useState<Phase>("asking");
  const [done, setDone] = useState(0);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const [definition, setDefinition] = useState("pinned");
  const [canary, setCanary] = useState(true);
  const [rate, setRate] = useState(5);
  useEffect(() => {
    dialog.current?.showModal();
    const stop = new AbortController();
    readAll(job, stop.signal).then(setLetters, (failure: unknown) => { if (!stop.signal.aborted) setError(messageOf(failure)); });
    return () => { stop.abort(); stopper.current.abort(); };
  }, []);
  const close = () => { stopper.current.abort(); bulk.value = null; job.after(); };
  const many = letters?.length ?? 0;
  const redrive = job.verb === "redrive";

  async function send(letter: DeadLetter): Promise<number | null> {
    if (!redrive) { await post(`/v1/dead-letters/${letter.id}/discard`, { reason: reason.trim() }); return null; }
    return (await post<{ task_id: number }>(`/v1/dead-letters/${letter.id}/redrive`, { definition })).task_id;
  }

  async function work(): Promise<void> {
    if (!letters || many === 0) return;
    stopper.current = new AbortController();
    const stop = stopper.current.signal;
    let sent = 0;
    try {
      setError(null);
      setPhase("waiting");
      await pause(undoMs, stop);
      setPhase("working");
      for (const letter of letters) {
        const task = await send(letter);
        sent += 1;
        setDone(sent);
        if (sent === 1 && redrive && canary && many > 1 && task !== null) {
          setNote("The first one is tried; the others follow when it succeeds.");
          if (!(await canarySucceeds(task, stop))) throw new Error("The first one did not succeed: the others were left alone.");
          setNote("");
        }
        if (sent < many) await pause(1000 / rate, stop);
      }
      announce(`${sent} dead letter${sent === 1 ? "" : "s"} ${redrive ? "redriven" : "discarded"}.`);
      setPhase("over");
    } catch (failure) {
      setNote("");
      setError(stop.aborted ? `Stopped after ${sent} of ${many}.` : `${messageOf(failure)} ${sent} of ${many} were ${redrive ? "redriven" : "discarded"}.`);
      setPhase(sent === 0 ? "asking" : "over");
    }
    job.after();
  }

  return (
    <dialog ref={dialog} class="confirm bulk" aria-labelledby="bulk-title" onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void work(); }}>
        <h2 id="bulk-title">{redrive ? "Redrive" : "Discard"} {letters ? many : ""} dead letter{many === 1 ? "" : "s"} of one cause?</h2>
        {letters?.[0] && <p class="reason">{letters[0].reason}</p>}
        {!letters && !error && <Loading what="the letters" />}
        {letters && (
          <ul class="preview" tabIndex={0} aria-label="What will be touched">
            {letters.map((letter, index) => <li key={letter.id} class={index < done ? "sent" : undefined}><b>{letter.id}</b> <Country code={letter.country} /> <span class="faint">{letter.workflow} {letter.task}{letter.item ? ` #${letter.item}` : ""}, run {letter.run}</span></li>)}
          </ul>
        )}
        {phase === "asking" && redrive && (
          <div class="filters">
            <label>Definition<select value={definition} onChange={(event) => setDefinition(event.currentTarget.value)}><option value="pinned">as the run began</option><option value="newest">newest</option></select></label>
            <label>A second<select value={rate} onChange={(event) => setRate(Number(event.currentTarget.value))}>{[1, 5, 20].map((value) => <option key={value} value={value}>{value}</option>)}</select></label>
            {many > 1 && <label class="check"><input type="checkbox" checked={canary} onChange={(event) => setCanary(event.currentTarget.checked)} />Try one first</label>}
          </div>
        )}
        {phase === "asking" && !redrive && <label class="field">Reason (kept with each letter)<textarea rows={2} required maxLength={4000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} /></label>}
        {phase !== "asking" && <progress class="wide-bar" max={many} value={done} aria-label={`${done} of ${many}`} />}
        {phase === "waiting" && <p role="status">Begins in a moment; nothing has been sent yet.</p>}
        {phase === "working" && <p role="status">{done} of {many}. {note}</p>}
        {error && <ErrorNote message={error} />}
        <div class="buttons">
          {phase === "waiting" && <button type="button" onClick={() => stopper.current.abort()}>Undo</button>}
          {phase === "working" && <button type="button" onClick={() => stopper.current.abort()}>Stop</button>}
          {(phase === "asking" || phase === "over") && <button type="button" onClick={close}>{phase === "over" ? "Close" : "Back"}</button>}
          {phase === "asking" && <button type="submit" class={redrive ? "primary" : "danger"} disabled={many === 0 || (!redrive && reason.trim() === "")}>{redrive ? "Redrive" : "Discard"}</button>}
        </div>
      </form>
    </dialog>
  );
}
