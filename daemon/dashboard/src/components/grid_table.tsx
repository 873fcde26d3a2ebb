// The grid itself: countries down, steps across. One tab stop; arrow keys move, Enter opens.
import { useRef, useState } from "preact/hooks";
import { columnGroups, columnTotal } from "../grid/model";
import type { GridStore } from "../grid/store";
import { between, countryName } from "../format";
import type { Cell, Column, GridSnapshot } from "../types";
import { StateGlyph } from "./icons";

function cellLabel(country: string, column: Column, cell: Cell | null): string {
  const where = `${countryName(country)}, ${column.workflow} ${column.task}`;
  if (!cell) return `${where}: not started`;
  const parts = [`${where}: ${cell.state}`];
  if (cell.total > 1) parts.push(`${cell.done}/${cell.total}`);
  if (cell.attempt > 1) parts.push(`attempt ${cell.attempt}`);
  if (cell.started_at && cell.finished_at) parts.push(between(cell.started_at, cell.finished_at, 0));
  if (cell.reason) parts.push(cell.reason);
  return parts.join(" · ");
}

interface CellProps { store: GridStore; country: string; column: Column; row: number; index: number; edge: boolean; tab: boolean }

// Reads one signal: @preact/signals renders it again only for that cell's change or another prop.
function GridCell({ store, country, column, row, index, edge, tab }: CellProps) {
  const cell = store.cell(country, column).value;
  const label = cellLabel(country, column, cell);
  const edgeClass = edge ? " edge" : "";
  if (!cell) return <td class={`cell s-none${edgeClass}`} data-r={row} data-c={index} tabIndex={tab ? 0 : -1} aria-label={label} />;
  const many = cell.total > 1;
  return (
    <td class={`cell s-${cell.state}${many ? " many" : ""}${edgeClass}`} data-r={row} data-c={index} data-state={cell.state}
      tabIndex={tab ? 0 : -1} title={label} aria-label={label}>
      <span class="cell-body"><StateGlyph state={cell.state} />{many && <span class="fraction">{cell.done}/{cell.total}</span>}</span>
      {many && <progress class="cell-bar" max={cell.total} value={cell.done} aria-hidden="true" />}
    </td>
  );
}

function TotalsRow({ store, shape, countries }: { store: GridStore; shape: GridSnapshot; countries: string[] }) {
  void store.version.value;  // read for its subscription: the totals change with every batch
  return (
    <tr class="totals">
      <th scope="row">Settled</th>
      {shape.columns.map((column, index) => {
        const total = columnTotal(column, countries, store.peek);
        const edge = index > 0 && shape.columns[index - 1]?.workflow !== column.workflow;
        return (
          <td key={`${column.workflow}/${column.task}`} class={edge ? "edge" : undefined}
            title={total.bad > 0 ? `${total.settled} of ${total.of} settled, ${total.bad} failed or dead` : `${total.settled} of ${total.of} settled`}>
            {total.of > 0 ? total.settled : ""}{total.bad > 0 && <span class="bad">{total.bad}</span>}
          </td>
        );
      })}
    </tr>
  );
}

const cellOf = (target: EventTarget | null): HTMLElement | null => (target as Element | null)?.closest<HTMLElement>("td[data-r]") ?? null;
const placeOf = (cell: HTMLElement | null): [number, number] | null => (cell ? [Number(cell.dataset["r"]), Number(cell.dataset["c"])] : null);

export function GridTable({ store, shape, onOpen }: { store: GridStore; shape: GridSnapshot; onOpen: (cell: Cell) => void }) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const countries = shape.rows.map((row) => row.country);
  const { columns } = shape;
  const isEdge = (index: number) => index > 0 && columns[index - 1]?.workflow !== columns[index]?.workflow;

  function focusCell(row: number, index: number): void {
    const r = Math.max(0, Math.min(countries.length - 1, row));
    const c = Math.max(0, Math.min(columns.length - 1, index));
    const cell = table.current?.querySelector<HTMLElement>(`td[data-r="${r}"][data-c="${c}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function open(target: EventTarget | null): void {
    const td = cellOf(target);
    const [row, index] = placeOf(td) ?? at;
    const column = columns[index];
    const cell = td && column ? store.peek(countries[row] ?? "", column) : null;
    td?.focus({ preventScroll: true });
    if (cell) onOpen(cell);
  }

  // The cell that has the focus, however it got it, is where Tab comes back to.
  function onFocus(event: FocusEvent): void {
    const place = placeOf(cellOf(event.target));
    if (place && (place[0] !== at[0] || place[1] !== at[1])) setAt(place);
  }

  function onKey(event: KeyboardEvent): void {
    const [row, index] = placeOf(cellOf(event.target)) ?? at;
    const page = 10;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, index], ArrowDown: [row + 1, index], ArrowLeft: [row, index - 1], ArrowRight: [row, index + 1],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? countries.length - 1 : row, columns.length - 1],
      PageUp: [row - page, index], PageDown: [row + page, index],
    };
    const move = moves[event.key];
    if (move) focusCell(...move);
    else if (event.key === "Enter" || event.key === " ") open(event.target);
    else return;
    event.preventDefault();
  }

  return (
    <div class="grid-scroll card">
      <table class="grid" role="grid" aria-label="Countries and steps; arrow keys move from cell to cell, Enter opens a task" ref={table} onClick={(event) => open(event.target)} onKeyDown={onKey} onFocusIn={onFocus} aria-rowcount={countries.length}>
        <thead>
          <tr class="groups">
            <th rowSpan={2} scope="col" class="corner">Country</th>
            {columnGroups(columns).map((group, index) => (
              <th key={`${group.workflow}${index}`} colSpan={group.span} scope="colgroup" class={index > 0 ? "edge" : undefined}>{group.workflow}</th>
            ))}
          </tr>
          <tr class="steps">
            {columns.map((column, index) => (
              <th key={`${column.workflow}/${column.task}`} scope="col" class={isEdge(index) ? "edge" : undefined}
                title={`${column.title || column.task} (${column.uses})`}><span>{column.task}</span></th>
            ))}
          </tr>
        </thead>
        <tbody>
          {countries.map((country, row) => (
            <tr key={country} data-country={country}>
              <th scope="row"><b>{country}</b><span class="country-name">{countryName(country)}</span></th>
              {columns.map((column, index) => (
                <GridCell key={`${column.workflow}/${column.task}`} store={store} country={country} column={column} row={row} index={index}
                  edge={isEdge(index)} tab={at[0] === row && at[1] === index} />
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot><TotalsRow store={store} shape={shape} countries={countries} /></tfoot>
      </table>
    </div>
  );
}
