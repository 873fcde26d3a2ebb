// Rows that the run's tasks put aside: which tasks, why, and the rows of the chosen one.
import { DataTable, type DataColumn } from "../../components/data_table";
import { Country } from "../../components/parts";
import { count } from "../../format";
import { usePagedList } from "../../lists";
import { place, setQuery } from "../../router";
import type { PutAside, PutAsideRow } from "../../types";

const byNumber = (reasons: Record<string, number>): [string, number][] => Object.entries(reasons).sort((a, b) => b[1] - a[1]);

const partColumns: DataColumn<PutAside>[] = [
  { head: "Country", kind: "heading", cell: (part) => (part.country ? <Country code={part.country} /> : <span class="faint">none</span>) },
  { head: "Task", cell: (part) => part.name },
  { head: "Rows", kind: "number", cell: (part) => count(part.rows) },
  { head: "Reasons", kind: "wide", cell: (part) => <span class="reason">{byNumber(part.reasons).map(([reason, rows]) => `${count(rows)} ${reason}`).join(", ")}</span> },
];

const rowColumns: DataColumn<PutAsideRow>[] = [
  { head: "Row", kind: "number", cell: (row) => (row.row === null ? "–" : count(row.row)) },
  { head: "Item", kind: "heading", cell: (row) => <code>{row.item_id || "–"}</code> },
  { head: "Reason", cell: (row) => row.reason },
  { head: "Text", kind: "wide", cell: (row) => <span class="reason">{row.text}</span> },
];

export function Quarantine({ run }: { run: number }) {
  const country = place.value.query.get("country");
  const parts = usePagedList<PutAside>(`/v1/runs/${run}/quarantine`, { country });
  const chosen = Number(place.value.query.get("part")) || (country && parts.data?.length === 1 ? parts.data[0]?.task : null);
  return (
    <>
      <DataTable caption="Tasks that put rows aside" list={parts} columns={partColumns} keyOf={(part) => part.task}
        onOpen={(part) => setQuery({ part: String(part.task) })} isOpen={(part) => part.task === chosen} empty="Nothing was put into quarantine." />
      {chosen && <Rows key={chosen} task={chosen} />}
    </>
  );
}

function Rows({ task }: { task: number }) {
  const rows = usePagedList<PutAsideRow>(`/v1/tasks/${task}/quarantine`);
  return <DataTable caption="Rows in quarantine" list={rows} columns={rowColumns} keyOf={(row) => `${row.row} ${row.item_id} ${row.text}`} empty="There are none." />;
}
