// Pinning the model in force, so that it stays whatever runs choose, and letting runs choose again: with a reason, and seen before it is done.
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote, Time } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { countryName } from "../../format";
import type { Winner, WinnerSet } from "../../types";

// What the daemon says that it would come to.
export function pinSentence(preview: WinnerSet): string {
  const model = preview.former !== null && preview.former !== preview.model ? `${preview.model} takes the place of ${preview.former} and ` : `${preview.model} `;
  return preview.pinned ? `${model}stays in force, whatever runs choose, until somebody unpins it.` : `${model}stays in force until a run chooses a better one.`;
}

export function PinDialog({ winner, onClose, after }: { winner: Winner; onClose: () => void; after: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const pin = winner.pinned === null;
  const path = `/v1/countries/${encodeURIComponent(winner.country)}/winner`;
  // The model is named: another may have won since the page was read, and that one was not meant.
  const body = reason.trim() === "" ? null : { model: winner.model, pin, reason: reason.trim() };
  const { preview, error: refused, seen } = useDryRun<WinnerSet>(path, body);
  useEffect(() => { dialog.current?.showModal(); }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || body === null || busy) return;
    setBusy(true);
    try {
      await post<WinnerSet>(path, body);
      announce(`The model of ${countryName(winner.country)} is ${pin ? "pinned" : "no longer pinned"}.`);
      onClose();
      after();
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="pin-title" onClose={onClose}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="pin-title">{pin ? "Pin" : "Unpin"} the model of {countryName(winner.country)}</h2>
        {winner.pinned && <p>Pinned by {winner.pinned.by} at <Time at={winner.pinned.at} />: {winner.pinned.reason}</p>}
        <label class="field">Reason (kept in its history)
          <textarea rows={3} maxLength={4096} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        {body !== null && refused ? <ErrorNote message={refused} />
          : <p role="status" class="counted">{body === null ? "Write why: what it comes to is shown before anything is changed."
              : !seen || preview === null ? "Asking what it comes to…" : pinSentence(preview)}</p>}
        {error && <ErrorNote message={error} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>Back</button>
          <button type="submit" class="primary" disabled={!seen || busy}>{pin ? "Pin" : "Unpin"}</button>
        </div>
      </form>
    </dialog>
  );
}
