// The codes of a version, and its crosswalk: thousands of rows, of which those in sight are in the page.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Empty, ErrorNote, Loading } from "../../components/parts";
import { VirtualRows } from "../../components/virtual";
import { count, share } from "../../format";
import { useWhole, type Whole } from "../../lists";
import { place, setQuery } from "../../router";
import type { CodeListCode, CodeListMove } from "../../types";

const rowHeight = 30;

interface Column<T> { head: string; class: string; cell: (row: T) => ComponentChildren }
interface RowsProps<T> { label: string; whole: Whole<T>; columns: readonly Column<T>[]; textOf: (row: T) => string }

function Rows<T extends { line: number }>({ label, whole, columns, textOf }: RowsProps<T>) {
  const wanted = (place.value.query.get("q") ?? "").trim().toLowerCase();
  const [line, setLine] = useState(-1);
  const rows = useMemo(() => (whole.data ?? []).filter((row) => wanted === "" || textOf(row).toLowerCase().includes(wanted)), [whole.data, wanted]);
  if (whole.data === null) return whole.error ? <ErrorNote message={whole.error} /> : <Loading what={label.toLowerCase()} />;
  function onKey(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowDown: line + 1, ArrowUp: line - 1, PageDown: line + 20, PageUp: line - 20, Home: 0, End: rows.length - 1 };
    const to = moves[event.key];
    if (to === undefined) return;
    setLine(Math.max(0, Math.min(rows.length - 1, to)));
    event.preventDefault();
  }
  const row = (index: number, top: number, slot: number) => {
    const item = rows[index];
    return item ? (
      <div key={slot} role="row" aria-rowindex={index + 2} data-line={item.line} class={index === line ? "v-row code-row here" : "v-row code-row"} style={{ top: `${top}px`, height: `${rowHeight}px` }} onClick={() => setLine(index)}>
        {columns.map((column, at) => <span key={column.head} role={at === 0 ? "rowheader" : "cell"} class={column.class}>{column.cell(item)}</span>)}
      </div>
    ) : null;
  };
  return (
    <>
      {whole.error && <ErrorNote message={whole.error} />}
      <div class="filters" role="search" aria-label={label}>
        <label><span class="hidden">Search</span><input type="search" class="search" placeholder="Code or title" value={place.value.query.get("q") ?? ""} maxLength={80} onInput={(event) => setQuery({ q: event.currentTarget.value })} /></label>
        <span class="faint" role="status">{count(rows.length)} of {count(whole.data.length)}{whole.complete || whole.error ? "" : ", reading on…"}</span>
      </div>
      {rows.length === 0 ? <Empty>{wanted ? <>Nothing fits. <button type="button" class="link" onClick={() => setQuery({ q: null })}>Show all</button></> : "There are none."}</Empty> : (
        <VirtualRows class="card code-rows" role="table" label={`${label}; arrow keys move`} count={rows.length} rowHeight={rowHeight} row={row} reveal={line >= 0 ? line : null} onKeyDown={onKey}
          head={<div role="row" class="v-row v-head code-row">{columns.map((column) => <span key={column.head} role="columnheader" class={column.class}>{column.head}</span>)}</div>} />
      )}
    </>
  );
}

export function CodesTable({ path }: { path: string }) {
  const columns: Column<CodeListCode>[] = [
    { head: "Code", class: "w-code", cell: (row) => <code>{row.code}</code> },
    { head: "Title", class: "w-title", cell: (row) => <span title={row.title}>{row.title}</span> },
    { head: "Valid from", class: "w-day", cell: (row) => row.valid_from ?? "–" },
    { head: "Until before", class: "w-day", cell: (row) => row.valid_to ?? "–" },
  ];
  return <Rows label="Codes" whole={useWhole<CodeListCode>(`${path}/codes`)} columns={columns} textOf={(row) => `${row.code} ${row.title}`} />;
}

const kindWords: Record<CodeListMove["kind"], string> = { rename: "renamed", merge: "merged", split: "split", end: "ended" };

export function CrosswalkTable({ path }: { path: string }) {
  const codes = useWhole<CodeListCode>(`${path}/codes`);
  const titles = useMemo(() => new Map((codes.data ?? []).map((row) => [row.code, row.title])), [codes.data]);
  const columns: Column<CodeListMove>[] = [
    { head: "Old code", class: "w-code", cell: (row) => <code>{row.from}</code> },
    { head: "Becomes", class: "w-day", cell: (row) => kindWords[row.kind] },
    { head: "New code", class: "w-code", cell: (row) => (row.to === null ? <span class="faint">none</span> : <code>{row.to}</code>) },
    { head: "Share", class: "w-share", cell: (row) => (row.weight === null || row.kind !== "split" ? "" : share(row.weight, 1)) },
    { head: "Its title", class: "w-title", cell: (row) => titles.get(row.to ?? "") ?? "" },
  ];
  return <Rows label="Crosswalk" whole={useWhole<CodeListMove>(`${path}/crosswalk`)} columns={columns} textOf={(row) => `${row.from} ${row.to ?? ""} ${kindWords[row.kind]} ${titles.get(row.to ?? "") ?? ""}`} />;
}
