// The backfills of a workflow, and one of them with its periods: how far each is, and pause, resume, cancel.
import { useEffect } from "preact/hooks";
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { DataTable, type DataColumn } from "../../components/data_table";
import { Drawer } from "../../components/drawer";
import { LookGlyph, StateBadge } from "../../components/icons";
import { ErrorNote, Loading, Time } from "../../components/parts";
import { useLiveReload, useLoaded, usePagedList } from "../../lists";
import { lookOf } from "../../looks";
import { place, setQuery } from "../../router";
import type { Backfill, Json } from "../../types";
import { countriesText, isOver, shownState } from "./months";

// Between two runs of a backfill nothing is told by the stream.
const lookAgainMs = 2000;

function useLook(reload: () => void, going: boolean): void {
  useLiveReload(reload, (change) => change.runs.length > 0, 1000);
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [going]);
}

export function Backfills({ workflow }: { workflow: string }) {
  const list = usePagedList<Backfill>("/v1/backfills", { workflow });
  const open = Number(place.value.query.get("backfill")) || null;
  useLook(list.reload, list.data?.some((backfill) => !isOver(backfill)) ?? false);
  const show = (backfill: Backfill) => setQuery({ by: "backfill", backfill: String(backfill.id) });
  const columns: DataColumn<Backfill>[] = [
    { head: "No.", kind: "heading", cell: (backfill) => <button type="button" class="link" onClick={() => show(backfill)}>{backfill.id}</button> },
    { head: "State", cell: (backfill) => <StateBadge state={backfill.state} /> },
    { head: "How far", cell: (backfill) => backfill.summary },
    { head: "Countries", cell: (backfill) => `${countriesText(backfill.countries)}${backfill.missing_only ? ", what is missing" : ""}` },
    { head: "At once", kind: "number", cell: (backfill) => backfill.max_parallel },
    { head: "By", cell: (backfill) => backfill.by },
    { head: "Since", cell: (backfill) => <Time at={backfill.created_at} /> },
    { head: "Reason", kind: "wide", cell: (backfill) => <span class="clip" title={backfill.reason}>{backfill.reason}</span> },
  ];
  return (
    <>
      <DataTable caption="Backfills" list={list} columns={columns} keyOf={(backfill) => backfill.id ?? 0} isOpen={(backfill) => backfill.id === open} onOpen={show}
        empty={<>No backfill of {workflow} yet.</>} />
      {open !== null && <BackfillDrawer key={open} id={open} changed={list.reload} />}
    </>
  );
}

function askTurn(backfill: Backfill, verb: "pause" | "resume" | "cancel", after: () => void): void {
  const texts = {
    pause: { action: "Pause", text: "No further month begins. What runs goes on to its end." },
    resume: { action: "Resume", text: "The months that wait are taken up again." },
    cancel: { action: "Cancel the backfill", text: "No further month begins, ever." },
  };
  ask({
    title: `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)} backfill ${backfill.id}?`, ...texts[verb], danger: verb === "cancel", reason: { label: "Reason", required: false },
    ...(verb === "cancel" ? { choice: { label: "What runs", options: [{ value: "leave", label: "goes on to its end" }, { value: "runs", label: "is cancelled, too" }] } } : {}),
    run: async ({ reason, choice }) => {
      const body: { [key: string]: Json } = { ...(reason ? { reason } : {}), ...(choice === "runs" ? { runs: true } : {}) };
      const turned = await post<Backfill>(`/v1/backfills/${backfill.id}/${verb}`, body);
      after();
      return `Backfill ${backfill.id} is ${turned.state}.`;
    },
  });
}

function BackfillDrawer({ id, changed }: { id: number; changed: () => void }) {
  const loaded = useLoaded<Backfill>(`/v1/backfills/${id}`);
  const backfill = loaded.data;
  const over = backfill !== null && isOver(backfill);
  useLook(loaded.reload, !over);
  const after = () => { loaded.reload(); changed(); };
  const turn = (verb: "pause" | "resume" | "cancel") => { if (backfill) askTurn(backfill, verb, after); };
  return (
    <Drawer label={`Backfill ${id}`} onClose={() => setQuery({ backfill: null, by: "backfill" })} title={<>{backfill && <StateBadge state={backfill.state} />} <b>Backfill {id}</b></>}>
      {loaded.error && <ErrorNote message={loaded.error} retry={loaded.reload} />}
      {!backfill ? !loaded.error && <Loading what="the backfill" /> : (
        <>
          <BackfillBar backfill={backfill} />
          {!over && (
            <div class="buttons start">
              {backfill.state === "running" && <button type="button" onClick={() => turn("pause")}>Pause…</button>}
              {backfill.state === "paused" && <button type="button" class="primary" onClick={() => turn("resume")}>Resume…</button>}
              {backfill.state !== "cancelling" && <button type="button" class="danger" onClick={() => turn("cancel")}>Cancel…</button>}
            </div>
          )}
          <dl class="facts">
            <dt>Workflow</dt><dd>{backfill.workflow}, {countriesText(backfill.countries)}{backfill.missing_only ? ", only what had not succeeded" : ""}</dd>
            <dt>At once</dt><dd>{backfill.max_parallel}</dd>
            <dt>By</dt><dd>{backfill.by}</dd>
            {backfill.reason && <><dt>Reason</dt><dd>{backfill.reason}</dd></>}
            {backfill.note && <><dt>Note</dt><dd>{backfill.note}</dd></>}
            <dt>Since</dt><dd><Time at={backfill.created_at} /></dd>
            {backfill.finished_at && <><dt>Ended</dt><dd><Time at={backfill.finished_at} /></dd></>}
          </dl>
          <h2>Months</h2>
          <ol class="backfill-months">
            {backfill.periods?.map((period) => (
              <li key={period.period} data-period={period.period} data-state={period.state}>
                <b>{period.period}</b> <StateBadge state={shownState(period)} /> {period.run !== null && <a href={`/runs/${period.run}`}>run {period.run}</a>} <span class="faint">{countriesText(period.countries)}</span>
                {(period.sentence || period.reason) && <div class="reason faint">{period.sentence || period.reason}</div>}
              </li>
            ))}
          </ol>
        </>
      )}
    </Drawer>
  );
}

function BackfillBar({ backfill }: { backfill: Backfill }) {
  return (
    <div class="backfill-bar">
      <span class="strip wide-strip" aria-hidden="true">
        {backfill.periods?.map((period) => <span key={period.period} class={`strip-tile l-${lookOf(shownState(period))}`} title={`${period.period}: ${shownState(period)}`}><LookGlyph look={lookOf(shownState(period))} /></span>)}
      </span>
      <p role="status">{backfill.summary}</p>
    </div>
  );
}
