// A workflow's runs for many months: what would run is asked of the daemon while the form is filled in.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote, Loading } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { setQuery } from "../../router";
import type { Backfill, Json } from "../../types";
import { countriesText, foreseenSentence, listOf, wishFault, type BackfillWish } from "./months";

export interface Start { workflow: string; from: string; to: string; countries: string }

export const wished = signal<Start | null>(null);
export const startBackfill = (start: Start): void => { wished.value = start; };

function bodyOf(workflow: string, wish: BackfillWish): { [key: string]: Json } {
  const countries = listOf(wish.countries);
  return {
    workflow, periods: wish.from === wish.to ? wish.from : `${wish.from}..${wish.to}`, max_parallel: wish.atOnce,
    ...(countries.length > 0 ? { countries } : {}), ...(wish.missingOnly ? { missing_only: true } : {}),
  };
}

function Plan({ plan }: { plan: Backfill }) {
  return (
    <>
      <p role="status" class="counted">{foreseenSentence(plan)}</p>
      <ul class="preview" tabIndex={0} aria-label="What would run">
        {plan.periods?.map((period) => (
          <li key={period.period}><b>{period.period}</b> <span class="faint">{period.state === "waiting" ? countriesText(period.countries) : `left out: ${period.reason}`}</span></li>
        ))}
      </ul>
    </>
  );
}

export function BackfillDialog({ wish: start }: { wish: Start }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wish, setWish] = useState<BackfillWish>({ from: start.from, to: start.to, countries: start.countries, missingOnly: true, atOnce: 1 });
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const fault = wishFault(wish);
  const { preview, error: refused, seen } = useDryRun<Backfill>("/v1/backfills", fault ? null : bodyOf(start.workflow, wish));
  const runs = preview?.periods?.some((period) => period.state === "waiting") ?? false;
  useEffect(() => { dialog.current?.showModal(); }, []);
  const close = () => { wished.value = null; };
  const change = (part: Partial<BackfillWish>) => setWish({ ...wish, ...part });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || !runs || fault || busy) return;
    setBusy(true);
    try {
      const made = await post<Backfill>("/v1/backfills", { ...bodyOf(start.workflow, wish), ...(reason.trim() ? { reason: reason.trim() } : {}) });
      announce(`Backfill ${made.id} has started.`);
      close();
      setQuery({ by: "backfill", at: null, backfill: String(made.id) }, "push");
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm bulk" aria-labelledby="backfill-title" onClose={close}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="backfill-title">Backfill {start.workflow}</h2>
        <div class="pair">
          <label class="field">From month<input type="month" required value={wish.from} onInput={(event) => change({ from: event.currentTarget.value })} /></label>
          <label class="field">To month<input type="month" required value={wish.to} onInput={(event) => change({ to: event.currentTarget.value })} /></label>
        </div>
        <label class="field">Countries (empty: all that the workflow finds)<input type="text" value={wish.countries} placeholder="DE, FR" spellcheck={false} onInput={(event) => change({ countries: event.currentTarget.value })} /></label>
        <div class="filters">
          <label class="check"><input type="checkbox" checked={wish.missingOnly} onChange={(event) => change({ missingOnly: event.currentTarget.checked })} />Only what has not succeeded</label>
          <label>Months at once<select value={wish.atOnce} onChange={(event) => change({ atOnce: Number(event.currentTarget.value) })}>{[1, 2, 4, 8, 16].map((value) => <option key={value} value={value}>{value}</option>)}</select></label>
        </div>
        <label class="field">Reason (kept with the backfill)<textarea rows={2} maxLength={4000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} /></label>
        {fault ? <ErrorNote message={fault} /> : preview ? <Plan plan={preview} /> : !refused && <Loading what="what would run" />}
        {(error ?? (fault ? null : refused)) && <ErrorNote message={error ?? refused ?? ""} />}
        <div class="buttons">
          <button type="button" onClick={close}>Back</button>
          <button type="submit" class="primary" disabled={!seen || !runs || fault !== "" || busy}>Start the backfill</button>
        </div>
      </form>
    </dialog>
  );
}
