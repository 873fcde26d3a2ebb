// One dead letter tried again: by which definition, with which input, and what the daemon says would come of it.
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote, JsonView, Loading } from "../../components/parts";
import type { DeadLetterDetail, Json, RedrivePreview } from "../../types";
import { useDryRun } from "../../dry_run";
import { EditField, ReasonField } from "./fields";
import { definitionChoices, editedInput, redriveSentence } from "./job";

interface RedriveProps { letter: DeadLetterDetail; onClose: () => void; after: () => void }

export function RedriveDialog({ letter, onClose, after }: RedriveProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const choices = definitionChoices(letter.definition);
  const [definition, setDefinition] = useState("pinned");
  const [edit, setEdit] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { value: edited, fault } = editedInput(edit);
  const path = `/v1/dead-letters/${letter.id}/redrive`;
  const body: { [key: string]: Json } = { definition, ...(edited ? { with: edited } : {}) };
  const { preview, error: refused, seen } = useDryRun<RedrivePreview>(path, fault ? null : body);
  const input = preview?.input ?? null;
  useEffect(() => { dialog.current?.showModal(); }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || fault || busy) return;
    setBusy(true);
    try {
      const reply = await post<{ run: number }>(path, { ...body, ...(reason.trim() ? { reason: reason.trim() } : {}) });
      announce(`Redriven in run ${reply.run}.`);
      onClose();
      after();
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm bulk" aria-labelledby="redrive-title" onClose={onClose}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="redrive-title">Redrive dead letter {letter.id}?</h2>
        {preview ? <p role="status" class={seen ? "counted" : "counted faint"}>{redriveSentence(preview, letter.definition)}</p> : !refused && <Loading what="what would be done" />}
        {choices.length > 1
          ? <label class="field">Definition<select value={definition} onChange={(event) => setDefinition(event.currentTarget.value)}>{choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}</select></label>
          : letter.run !== null && <p class="faint">The definition that the run began with is the newest there is.</p>}
        <EditField value={edit} fault={fault} onChange={setEdit} />
        {input !== null && <div class="would"><span class="small-head">The input it would get</span><JsonView value={input} label="The input it would get" /></div>}
        <ReasonField label="Reason (kept on record)" required={false} value={reason} onChange={setReason} />
        {(error ?? refused) && <ErrorNote message={error ?? refused ?? ""} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>Back</button>
          <button type="submit" class="primary" disabled={!seen || fault !== "" || busy}>Redrive</button>
        </div>
      </form>
    </dialog>
  );
}
