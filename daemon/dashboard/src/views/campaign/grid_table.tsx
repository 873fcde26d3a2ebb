// The grid itself: countries down, steps across. One tab stop; arrow keys move, Enter opens, P pins.
import { useRef, useState } from "preact/hooks";
import { shortDuration } from "../../format";
import { columnGroups, columnTotal } from "../../grid/model";
import type { Section } from "../../grid/order";
import { togglePin } from "../../grid/pins";
import type { GridStore } from "../../grid/store";
import type { Cell, Column, GridSnapshot } from "../../types";
import { GridCell } from "./grid_cell";
import { CountryHead, WinnerCells } from "./row_head";

const keyOf = (column: Column): string => `${column.workflow}/${column.task}`;
const startsGroup = (columns: Column[], index: number): boolean => index > 0 && columns[index - 1]?.workflow !== columns[index]?.workflow;

function TotalsRow({ store, shape, countries, periods }: { store: GridStore; shape: GridSnapshot; countries: string[]; periods: number }) {
  void store.version.value;  // read for its subscription: the totals change with every batch
  return (
    <tr class="totals">
      <th scope="row">Settled</th>
      <td class="winner-cell" /><td class="due-cell" />{periods > 0 && <td class="strip-cell" />}
      {shape.columns.map((column, index) => {
        const total = columnTotal(column, countries, store.peek);
        return (
          <td key={keyOf(column)} class={startsGroup(shape.columns, index) ? "edge" : undefined}
            title={total.bad > 0 ? `${total.settled} of ${total.of} settled, ${total.bad} failed or dead` : `${total.settled} of ${total.of} settled`}>
            {total.of > 0 ? total.settled : ""}{total.bad > 0 && <span class="letters">{total.bad}</span>}
          </td>
        );
      })}
    </tr>
  );
}

function StepHead({ column, edge }: { column: Column; edge: boolean }) {
  const took = column.median_ms === null ? "" : `median ${shortDuration(column.median_ms)}, 95 of 100 within ${shortDuration(column.p95_ms)}`;
  return (
    <th scope="col" class={edge ? "edge" : undefined} title={[`${column.title || column.task} (${column.uses})`, took].filter(Boolean).join("\n")}>
      <span class="step-name">{column.task.replaceAll("_", " ")}</span>
      <span class="step-took"><b>{shortDuration(column.median_ms) || "–"}</b><span class="faint">{shortDuration(column.p95_ms) || "–"}</span></span>
    </th>
  );
}

function Head({ store, shape }: { store: GridStore; shape: GridSnapshot }) {
  const columns = store.snapshot.value?.columns ?? shape.columns;
  return (
    <thead>
      <tr class="groups">
        <th rowSpan={2} scope="col" class="corner">Country</th>
        <th rowSpan={2} scope="col" class="winner-cell" title="The model in force: its macro-F1 on held-out items, and what it gained over the one before">Macro-F1</th>
        <th rowSpan={2} scope="col" class="due-cell" title="By when the newest month must be filed, and how many of its items wait for people">Due</th>
        {shape.periods.length > 0 && <th rowSpan={2} scope="col" class="strip-cell" title="The campaigns before this one, oldest first">Before</th>}
        {columnGroups(columns).map((group, index) => (
          <th key={`${group.workflow}${index}`} colSpan={group.span} scope="colgroup" class={index > 0 ? "edge" : undefined}>{group.workflow}</th>
        ))}
      </tr>
      <tr class="steps">{columns.map((column, index) => <StepHead key={keyOf(column)} column={column} edge={startsGroup(columns, index)} />)}</tr>
    </thead>
  );
}

const cellOf = (target: EventTarget | null): HTMLElement | null => (target as Element | null)?.closest<HTMLElement>("td[data-r]") ?? null;
const placeOf = (cell: HTMLElement | null): [number, number] | null => (cell ? [Number(cell.dataset["r"]), Number(cell.dataset["c"])] : null);
const inControl = (target: EventTarget | null): boolean => (target as Element | null)?.closest("a, button") !== null;

interface TableProps { store: GridStore; shape: GridSnapshot; sections: Section[]; onOpen: (cell: Cell) => void }

export function GridTable({ store, shape, sections, onOpen }: TableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const { columns, periods } = shape;
  const countries = sections.flatMap((section) => section.countries);
  const span = columns.length + 3 + (periods.length > 0 ? 1 : 0);
  const tabRow = Math.min(at[0], countries.length - 1);

  function focusCell(row: number, index: number): void {
    const r = Math.max(0, Math.min(countries.length - 1, row));
    const c = Math.max(0, Math.min(columns.length - 1, index));
    const cell = table.current?.querySelector<HTMLElement>(`td[data-r="${r}"][data-c="${c}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function open(target: EventTarget | null): void {
    if (inControl(target)) return;
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
    if (inControl(event.target) || event.metaKey || event.altKey) return;
    const [row, index] = placeOf(cellOf(event.target)) ?? at;
    const page = 10;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, index], ArrowDown: [row + 1, index], ArrowLeft: [row, index - 1], ArrowRight: [row, index + 1],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? countries.length - 1 : row, columns.length - 1],
      PageUp: [row - page, index], PageDown: [row + page, index],
    };
    const move = moves[event.key];
    const country = countries[row];
    if (move) focusCell(...move);
    else if (event.key === "Enter" || event.key === " ") open(event.target);
    else if (event.key === "p" && country && !event.ctrlKey) togglePin(country);
    else return;
    event.preventDefault();
  }

  let row = -1;
  return (
    <div class="grid-scroll card">
      <table class="grid" role="grid" aria-label="Countries and steps; arrow keys move from cell to cell, Enter opens a task, P pins a country" ref={table}
        onClick={(event) => open(event.target)} onKeyDown={onKey} onFocusIn={onFocus} aria-rowcount={countries.length}>
        <Head store={store} shape={shape} />
        {sections.map((section) => (
          <tbody key={section.name ?? ""}>
            {section.name && <tr class="section-row"><th colSpan={span} scope="rowgroup"><span>{section.name} <span class="faint">{section.countries.length}</span></span></th></tr>}
            {section.countries.map((country) => {
              row += 1;
              const here = row;
              return (
                <tr key={country} data-country={country}>
                  <CountryHead store={store} country={country} />
                  <WinnerCells store={store} country={country} periods={periods} />
                  {columns.map((column, index) => (
                    <GridCell key={keyOf(column)} store={store} country={country} column={column} row={here} index={index}
                      edge={startsGroup(columns, index)} tab={tabRow === here && at[1] === index} />
                  ))}
                </tr>
              );
            })}
          </tbody>
        ))}
        <tfoot><TotalsRow store={store} shape={shape} countries={countries} periods={periods.length} /></tfoot>
      </table>
    </div>
  );
}
