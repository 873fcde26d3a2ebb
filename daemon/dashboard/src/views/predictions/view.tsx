// What came out per country: how many rows were classified, sent to review, quarantined, and by which model.
import { DataTable, type DataColumn } from "../../components/data_table";
import { Country, ModelId, PageHead, Time } from "../../components/parts";
import { count, score, share } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload, usePagedList } from "../../lists";
import { place, setQuery } from "../../router";
import type { Campaign, Prediction } from "../../types";

const columns: DataColumn<Prediction>[] = [
  { head: "Country", kind: "heading", cell: (row) => <a href={`/models/${row.country}`}><Country code={row.country} /></a> },
  { head: "Rows", kind: "number", cell: (row) => count(row.rows) },
  { head: "Classified", kind: "number", cell: (row) => count(row.classified) },
  { head: "Share", kind: "number", cell: (row) => share(row.classified, row.rows) },
  { head: "To review", kind: "number", cell: (row) => count(row.review) },
  { head: "Quarantined", kind: "number", cell: (row) => (row.quarantined > 0 ? <a href={`/runs/${row.run}?view=quarantine&country=${row.country}`}>{count(row.quarantined)}</a> : "0") },
  { head: "Model", cell: (row) => <ModelId id={row.model} /> },
  { head: "Macro-F1", kind: "number", cell: (row) => score(row.macro_f1) },
  { head: "Run", kind: "number", cell: (row) => <a href={`/runs/${row.run}`}>{row.run}</a> },
  { head: "Finished", cell: (row) => <Time at={row.finished_at} /> },
];

export function PredictionsView() {
  const correlation = place.value.query.get("correlation") ?? "";
  const campaigns = usePagedList<Campaign>("/v1/campaigns");
  const list = useList<Prediction>("/v1/predictions", { correlation });
  useLiveFilter({});
  useLiveReload(list.reload, (change) => change.tasks.some((task) => task.state === "succeeded"));
  const rows = list.data ?? [];
  const sum = (pick: (row: Prediction) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return (
    <div class="page">
      <PageHead title="Predictions">
        <div class="filters">
          <label>Campaign
            <select value={correlation} onChange={(event) => setQuery({ correlation: event.currentTarget.value })}>
              <option value="">newest of each country</option>
              {campaigns.data?.map((campaign) => <option key={campaign.correlation} value={campaign.correlation}>{campaign.correlation}</option>)}
            </select>
          </label>
        </div>
        {rows.length > 0 && (
          <p class="faint">{rows.length} countries: {count(sum((row) => row.rows))} rows, {count(sum((row) => row.classified))} classified,{" "}
            {count(sum((row) => row.review))} to review, {count(sum((row) => row.quarantined))} quarantined</p>
        )}
      </PageHead>
      <DataTable caption="Predictions" list={list} columns={columns} keyOf={(row) => row.country} empty="No country has predictions here yet." />
    </div>
  );
}
