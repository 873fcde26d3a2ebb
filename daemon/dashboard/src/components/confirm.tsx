// Asks before anything is changed. A modal <dialog>: the browser keeps the focus inside and Escape closes it.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf } from "../api";
import { announce } from "./announce";

export interface Question {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  // A text field's label; `required` holds the action back until something is written.
  reason?: { label: string; required: boolean };
  choice?: { label: string; options: { value: string; label: string }[] };
  // Resolves to the sentence that tells what was done.
  run: (answer: { reason: string; choice: string }) => Promise<string>;
}

const asked = signal<Question | null>(null);
export const ask = (question: Question): void => { asked.value = question; };

export function ConfirmHost() {
  const question = asked.value;
  return question ? <ConfirmDialog key={question.title} question={question} /> : null;
}

function ConfirmDialog({ question }: { question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [choice, setChoice] = useState(question.choice?.options[0]?.value ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => { dialog.current?.showModal(); }, []);
  const close = () => { asked.value = null; };
  const missing = question.reason?.required === true && reason.trim() === "";

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (missing || busy) return;
    setBusy(true);
    try {
      announce(await question.run({ reason: reason.trim(), choice }));
      close();
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={close}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="confirm-title">{question.title}</h2>
        <p>{question.text}</p>
        {question.choice && (
          <label class="field">{question.choice.label}
            <select value={choice} onChange={(event) => setChoice(event.currentTarget.value)}>
              {question.choice.options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
            </select>
          </label>
        )}
        {question.reason && (
          <label class="field">{question.reason.label}
            <textarea rows={3} value={reason} required={question.reason.required}
              onInput={(event) => setReason(event.currentTarget.value)} />
          </label>
        )}
        {error && <div class="note note-error" role="alert">{error}</div>}
        <div class="buttons">
          <button type="button" onClick={close}>Back</button>
          <button type="submit" class={question.danger ? "danger" : "primary"} disabled={missing || busy}>{question.action}</button>
        </div>
      </form>
    </dialog>
  );
}
