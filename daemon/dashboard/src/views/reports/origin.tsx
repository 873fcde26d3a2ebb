// What a version was made of, and on request the items behind one of its lines. Opening items is put on record, so nobody is shown them unasked.
import { useState } from "preact/hooks";
import { Empty, ErrorNote, Loading, ModelId, Time } from "../../components/parts";
import { count } from "../../format";
import { useLoaded } from "../../lists";
import type { LineageItems, Report, ReportLineage, ReportLines } from "../../types";

const pathOf = (report: Report): string => `/v1/reports/${report.country}/${report.period}/lineage`;

export function Origin({ report }: { report: Report }) {
  const traced = useLoaded<ReportLineage>(`${pathOf(report)}?version=${report.version}`);
  const [code, setCode] = useState("");
  const lines = useLoaded<ReportLines>(`/v1/reports/${report.id}/lines?limit=1000`);
  const origin = traced.data;
  const model = origin?.model;
  const training = model?.training;
  return (
    <>
      <h2>What it was made of</h2>
      {traced.error && <ErrorNote message={traced.error} retry={traced.reload} />}
      {!origin ? !traced.error && <Loading what="its origin" /> : (
        <dl class="facts">
          <dt>Run</dt><dd><a href={`/runs/${report.run}`}>run {report.run}</a></dd>
          {origin.workflow && <><dt>Definition</dt><dd><a href={`/workflows/${origin.workflow.name}`}>{origin.workflow.name}, version {origin.workflow.version}</a></dd></>}
          {origin.items && <><dt>Sold</dt><dd>{count(origin.items.rows)} rows, {origin.items.sha256.slice(0, 12)}</dd></>}
          <dt>Model</dt><dd>{model ? <a href={`/models/${report.country}?tab=model&model=${model.id}`}><ModelId id={model.id} /></a> : <ModelId id={report.model || null} />}</dd>
          {model && <><dt>On record since</dt><dd><Time at={model.created_at} /></dd></>}
          {training && <><dt>Learned from</dt><dd>{count(training.rows ?? 0)} rows, {(training.sha256 ?? "").slice(0, 12)}</dd></>}
        </dl>
      )}
      {lines.data && lines.data.items.length > 0 && (
        <label class="inline-field">Items under{" "}
          <select value={code} onChange={(event) => setCode(event.currentTarget.value)}>
            <option value="">choose a code</option>
            {lines.data.items.map((line) => <option key={line.line} value={line.code}>{`${line.code} (${count(line.items)})`}</option>)}
          </select>
        </label>
      )}
      {code && <Behind key={code} report={report} code={code} />}
    </>
  );
}

function Behind({ report, code }: { report: Report; code: string }) {
  const items = useLoaded<LineageItems>(`${pathOf(report)}/items?version=${report.version}&code=${encodeURIComponent(code)}&limit=100`);
  if (!items.data) return items.error ? <ErrorNote message={items.error} retry={items.reload} /> : <Loading what="the items" />;
  if (items.data.items.length === 0 && !items.data.next) return <Empty>No item stands behind it.</Empty>;
  return (
    <>
      <div class="scroll card" tabIndex={0} role="region" aria-label={`Items under ${code}`}>
        <table class="list behind">
          <caption class="hidden">Items under {code}</caption>
          <thead><tr><th scope="col">Item</th><th scope="col">By</th><th scope="col" class="number">Probability</th></tr></thead>
          <tbody>
            {items.data.items.map((item) => (
              <tr key={item.item}>
                <th scope="row">{item.item}</th>
                <td>{item.by === "model" ? "the model" : <>{item.reviewer}{item.said && item.said !== item.code && `, instead of ${item.said}`}</>}</td>
                <td class="number">{item.probability === null ? "" : item.probability.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {items.data.next && <p class="faint">The first ones; all by <code>kontor lineage report {report.country} {report.period} --version {report.version} --code {code} --items --limit 1000</code></p>}
    </>
  );
}
