// Pools: what is held of each and by whom, what waits for it, and changing its limit or a country's weight.
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, putJson } from "../../api";
import { announce } from "../../components/announce";
import { DataTable, type DataColumn } from "../../components/data_table";
import { ErrorNote, Time } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { count } from "../../format";
import { useList, useLiveReload } from "../../lists";
import type { Pool, PoolPreview } from "../../types";

// More would make a row of a page; the whole is in `kontor pools NAME`.
const holdersShown = 4;

function Holders({ pool }: { pool: Pool }) {
  if (pool.holders.length === 0) return <span class="faint">–</span>;
  const more = pool.holders.length - holdersShown;
  return (
    <>
      {pool.holders.slice(0, holdersShown).map((holder, index) => (
        <span key={`${holder.run} ${holder.country} ${holder.task}`}>{index > 0 && ", "}<a href={`/runs/${holder.run}?view=tasks`}>{holder.run}</a> {holder.task} {holder.country} <span class="faint">({count(holder.amount)})</span></span>
      ))}
      {more > 0 && <span class="faint"> and {more} more</span>}
    </>
  );
}

export const limitText = (slots: number | null): string => (slots === null ? "no limit" : count(slots));

export function Pools() {
  const list = useList<Pool>("/v1/pools");
  const [changing, setChanging] = useState<Pool | null>(null);
  useLiveReload(list.reload);
  const columns: DataColumn<Pool>[] = [
    { head: "Pool", kind: "heading", cell: (pool) => <>{pool.name}{!pool.exists && <span class="fault"> not made</span>}</> },
    { head: "Counts", cell: (pool) => pool.counts },
    { head: "Held", kind: "number", cell: (pool) => count(pool.held) },
    { head: "Of", kind: "number", cell: (pool) => limitText(pool.slots) },
    { head: "Waiting", kind: "number", cell: (pool) => count(pool.waiting) },
    { head: "Weight", kind: "number", cell: (pool) => (pool.counts === "country" ? pool.weight : "–") },
    { head: "Held by", kind: "wide", cell: (pool) => <Holders pool={pool} /> },
    { head: "Set by", cell: (pool) => (pool.by ? <span title={pool.reason ?? undefined}>{pool.by}, <Time at={pool.at} /></span> : <span class="faint">nobody</span>) },
    { head: "Action", cell: (pool) => <button type="button" class="small" aria-label={`Change ${pool.name}…`} onClick={() => setChanging(pool)}>Change…</button> },
  ];
  return (
    <>
      <h2>Pools</h2>
      <DataTable caption="Pools" list={list} columns={columns} keyOf={(pool) => pool.name} empty="No pool." />
      {changing && <PoolDialog pool={changing} onClose={() => setChanging(null)} after={list.reload} />}
    </>
  );
}

// Empty: no limit. Nothing where the text is no number that could be one.
export function slotsOf(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  return /^\d{1,7}$/.test(text.trim()) && Number(text) <= 1_000_000 ? Number(text) : undefined;
}

export function poolSentence({ before, after }: PoolPreview): string {
  const parts = before.slots === after.slots ? [] : [`${limitText(before.slots)} becomes ${limitText(after.slots)}`];
  if (before.weight !== after.weight) parts.push(`weight ${before.weight} becomes ${after.weight}`);
  if (parts.length === 0) return "Nothing would change.";
  const over = after.slots !== null && after.held > after.slots ? ` What runs keeps its ${count(after.held)}; nothing begins until fewer are held.` : "";
  return `${parts.join(", ")}.${over}`;
}

function PoolDialog({ pool, onClose, after }: { pool: Pool; onClose: () => void; after: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [slots, setSlots] = useState(pool.slots === null ? "" : String(pool.slots));
  const [weight, setWeight] = useState(String(pool.weight));
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const path = `/v1/pools/${encodeURIComponent(pool.name)}`;
  const weighs = pool.counts === "country";
  const wanted = slotsOf(slots);
  const fault = wanted === undefined ? "Write a whole number up to 1,000,000, or nothing for no limit." : weighs && !/^([1-9]\d?|100)$/.test(weight) ? "Write a weight from 1 to 100." : "";
  const body = fault || wanted === undefined ? null : { slots: wanted, ...(weighs ? { weight: Number(weight) } : {}) };
  const { preview, error: refused, seen } = useDryRun<PoolPreview>(path, body, "PUT");
  useEffect(() => { dialog.current?.showModal(); }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || body === null || busy) return;
    setBusy(true);
    try {
      await putJson<Pool>(path, { ...body, ...(reason.trim() ? { reason: reason.trim() } : {}) });
      announce(`The pool ${pool.name} is changed.`);
      onClose();
      after();
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="pool-title" onClose={onClose}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="pool-title">Change the pool {pool.name}</h2>
        <div class="pair">
          <label class="field">Slots (nothing: no limit)<input type="text" inputMode="numeric" value={slots} onInput={(event) => setSlots(event.currentTarget.value)} /></label>
          {weighs && <label class="field">Weight (turns against 1 of others)<input type="text" inputMode="numeric" value={weight} onInput={(event) => setWeight(event.currentTarget.value)} /></label>}
        </div>
        <label class="field">Reason (kept with the pool)<textarea rows={2} maxLength={4096} value={reason} onInput={(event) => setReason(event.currentTarget.value)} /></label>
        {fault || refused ? <ErrorNote message={fault || (refused ?? "")} /> : <p role="status" class="counted">{!seen || preview === null ? "Asking what it comes to…" : poolSentence(preview)}</p>}
        {error && <ErrorNote message={error} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>Back</button>
          <button type="submit" class="primary" disabled={!seen || busy}>Change</button>
        </div>
      </form>
    </dialog>
  );
}
