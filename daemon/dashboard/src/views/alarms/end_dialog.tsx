// Ending a raised alarm by hand: what it comes to is shown first, for the reason as it stands in the form.
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { countryName } from "../../format";
import type { Alarm, AlarmEnded } from "../../types";

export function EndDialog({ alarm, onClose, after }: { alarm: Alarm; onClose: () => void; after: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const path = `/v1/countries/${encodeURIComponent(alarm.country)}/alarms/${encodeURIComponent(alarm.alarm)}/end`;
  const body = reason.trim() === "" ? null : { reason: reason.trim() };
  const { preview, error: refused, seen } = useDryRun<AlarmEnded>(path, body);
  useEffect(() => { dialog.current?.showModal(); }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || body === null || busy) return;
    setBusy(true);
    try {
      await post<AlarmEnded>(path, body);
      announce(`The alarm ${alarm.alarm} of ${countryName(alarm.country)} is ended.`);
      onClose();
      after();
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="end-title" onClose={onClose}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="end-title">End the alarm {alarm.alarm} of {countryName(alarm.country)}</h2>
        <p>{alarm.sentence}</p>
        <label class="field">Reason (kept with the alarm)
          <textarea rows={3} maxLength={4096} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        {body !== null && refused ? <ErrorNote message={refused} />
          : <p role="status" class="counted">{body === null ? "Write why: what it comes to is shown before anything is changed."
              : !seen || preview === null ? "Asking what it comes to…"
                : `It will be ${preview.state}, and is not raised again for ${preview.period}; a later period may raise it.`}</p>}
        {error && <ErrorNote message={error} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>Back</button>
          <button type="submit" class="danger" disabled={!seen || busy}>End the alarm</button>
        </div>
      </form>
    </dialog>
  );
}
