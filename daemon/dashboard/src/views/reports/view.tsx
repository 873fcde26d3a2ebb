// Where every country's month stands: what is drafted, approved, filed, when it is due, and what is late.
import { DataTable, type DataColumn } from "../../components/data_table";
import { StateBadge } from "../../components/icons";
import { Country, PageHead, Time } from "../../components/parts";
import { count } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload } from "../../lists";
import { place, setQuery } from "../../router";
import type { ReportStatus } from "../../types";
import { ReportDrawer } from "./drawer";

const columns: DataColumn<ReportStatus>[] = [
  {
    head: "Country", kind: "heading", cell: (row) => (row.report
      ? <button type="button" class="link" onClick={() => setQuery({ id: String(row.report?.id) })}><Country code={row.country} /></button>
      : <Country code={row.country} />),
  },
  { head: "State", cell: (row) => <><StateBadge state={row.state} />{row.fault && <span class="reason"> {row.fault}</span>}</> },
  { head: "Due", cell: (row) => <>{row.due_on}{row.overdue && <b class="late"> late</b>}</> },
  { head: "Version", kind: "number", cell: (row) => row.report?.version ?? "–" },
  { head: "Sold", kind: "number", cell: (row) => count(row.report?.figures.sold.items) },
  { head: "Waiting", kind: "number", cell: (row) => (row.report && row.report.waiting > 0 ? <a href={`/reviews?country=${row.country}`}>{count(row.report.waiting)}</a> : count(row.report?.waiting)) },
  { head: "Adds up", cell: (row) => (row.report ? (row.report.balanced ? "yes" : "NO") : "–") },
  { head: "Behind", cell: (row) => (row.report ? (row.report.stale ? "yes" : "no") : "–") },
  { head: "Receipt", cell: (row) => row.filed?.receipt ?? "–" },
  { head: "Filed", cell: (row) => <Time at={row.filed?.at ?? null} /> },
];

export function ReportsView() {
  const query = place.value.query;
  const period = query.get("period") ?? "";
  const open = Number(query.get("id")) || null;
  const list = useList<ReportStatus>("/v1/reports/status", { period });
  useLiveFilter({});
  useLiveReload(list.reload, (change) => change.tasks.some((task) => task.state === "succeeded"));
  const rows = list.data ?? [];
  const of = (state: ReportStatus["state"]) => rows.filter((row) => row.state === state).length;
  return (
    <div class={open ? "page with-drawer" : "page"}>
      <PageHead title="Reports">
        <div class="filters">
          <label>Month
            <input type="month" value={period || rows[0]?.period || ""} onChange={(event) => setQuery({ period: event.currentTarget.value || null, id: null })} />
          </label>
        </div>
        {rows.length > 0 && (
          <p class="faint">{rows.length} countries: {rows.filter((row) => row.filed).length} filed, {of("approved")} approved, {of("draft")} drafted,{" "}
            {of("missing")} missing, {rows.filter((row) => row.overdue).length} late</p>
        )}
      </PageHead>
      <DataTable caption="Reports" list={list} columns={columns} keyOf={(row) => row.country} isOpen={(row) => open !== null && row.report?.id === open}
        onOpen={(row) => { if (row.report) setQuery({ id: String(row.report.id) }); }} empty="No country's month was counted yet." />
      {open && <ReportDrawer key={open} id={open} changed={list.reload} />}
    </div>
  );
}
