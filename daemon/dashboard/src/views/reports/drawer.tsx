// One version: what makes the month add up, what it changes, who did what with it, and the next step.
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, ErrorNote, Loading, Time } from "../../components/parts";
import { count } from "../../format";
import { useLoaded } from "../../lists";
import { setQuery } from "../../router";
import type { Amount, Page, Report, ReportChange, ReportPart } from "../../types";
import { Origin } from "./origin";
import { askApprove, askDraft, askFile } from "./steps";

const parts: readonly { part: ReportPart; label: string }[] = [
  { part: "sold", label: "Sold" }, { part: "classified", label: "Classified" }, { part: "reviewed", label: "Decided by people" },
  { part: "excluded", label: "Excluded" }, { part: "waiting", label: "Waiting" }, { part: "unresolved", label: "Unresolved" },
  { part: "quarantined", label: "Put aside" }, { part: "difference", label: "Difference" },
];
const exact = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 3 });

function AmountCells({ amount }: { amount: Amount }) {
  return <><td class="number">{count(amount.items)}</td><td class="number">{exact.format(amount.units)}</td><td class="number">{exact.format(amount.weight_kg)}</td></>;
}

export function ReportDrawer({ id, changed }: { id: number; changed: () => void }) {
  const report = useLoaded<Report>(`/v1/reports/${id}`);
  const after = () => { report.reload(); changed(); };
  const detail = report.data;
  return (
    <Drawer label={`Report ${id}`} onClose={() => setQuery({ id: null })} title={<>{detail && <StateBadge state={detail.state} />} <b>Report {id}</b></>}>
      {report.error && <ErrorNote message={report.error} retry={report.reload} />}
      {!detail ? !report.error && <Loading what="the report" /> : (
        <>
          <p><b><Country code={detail.country} /> {detail.period}, version {detail.version}</b></p>
          {detail.stale && detail.state !== "superseded" && <div class="note">Something was decided or run since: its figures may have changed.</div>}
          {!detail.balanced && <div class="note note-error" role="alert">What was sold is not what it accounts for.</div>}
          <div class="buttons start">
            {(detail.state === "draft" || detail.state === "approved") && <button type="button" onClick={() => askDraft(detail.country, detail.period, after)}>Draft again…</button>}
            {detail.state === "draft" && <button type="button" class="primary" onClick={() => askApprove(detail, after)}>Approve…</button>}
            {detail.state === "approved" && <button type="button" class="primary" onClick={() => askFile(detail, after)}>File…</button>}
            <a class="button" href={`/v1/reports/${id}/csv`} download={`${detail.country}-${detail.period}-v${detail.version}.csv`}>CSV</a>
          </div>
          <h2>Reconciliation</h2>
          <div class="scroll card" tabIndex={0} role="region" aria-label="Reconciliation">
            <table class="list reconciliation">
              <caption class="hidden">Reconciliation</caption>
              <thead><tr><th scope="col">Part</th><th scope="col" class="number">Items</th><th scope="col" class="number">Units</th><th scope="col" class="number">kg</th></tr></thead>
              <tbody>{parts.map(({ part, label }) => <tr key={part}><th scope="row">{label}</th><AmountCells amount={detail.figures[part]} /></tr>)}</tbody>
            </table>
          </div>
          {detail.amends !== null && <Changes id={id} amends={detail.amends} />}
          <h2>What was done</h2>
          <ul class="plain-list votes">
            {detail.steps.map((step) => (
              <li key={step.at + step.state}><b>{step.state}</b> by {step.who} <Time at={step.at} />{step.receipt && `, receipt ${step.receipt}`}{step.reason && `: ${step.reason}`}</li>
            ))}
          </ul>
          <Origin key={`${id}/${detail.version}`} report={detail} />
        </>
      )}
    </Drawer>
  );
}

function Changes({ id, amends }: { id: number; amends: number }) {
  const changes = useLoaded<Page<ReportChange>>(`/v1/reports/${id}/diff?limit=100`);
  return (
    <>
      <h2>Against what was filed before</h2>
      <p><a href={`/reports?id=${amends}`}>Report {amends}</a></p>
      {changes.error && <ErrorNote message={changes.error} retry={changes.reload} />}
      {!changes.data ? !changes.error && <Loading what="the difference" /> : changes.data.items.length === 0 ? <p class="faint">The same under every code.</p> : (
        <div class="scroll card" tabIndex={0} role="region" aria-label="Difference by code">
          <table class="list">
            <caption class="hidden">Difference by code</caption>
            <thead><tr><th scope="col">Code</th><th scope="col" class="number">Items</th><th scope="col" class="number">Units</th><th scope="col" class="number">kg</th></tr></thead>
            <tbody>{changes.data.items.map((row) => <tr key={row.line}><th scope="row">{row.code}</th><AmountCells amount={row.difference} /></tr>)}</tbody>
          </table>
        </div>
      )}
      {changes.data?.next && <p class="faint">The first 100 codes; the rest by the command line.</p>}
    </>
  );
}
