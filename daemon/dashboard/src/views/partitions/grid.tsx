// Countries down, periods across, the newest first. One tab stop; arrow keys move, Enter opens, B asks for a backfill.
import { useRef, useState } from "preact/hooks";
import { LookGlyph } from "../../components/icons";
import { countryName } from "../../format";
import { lookOf } from "../../looks";
import { setQuery } from "../../router";
import type { PartitionState } from "../../types";
import { startBackfill } from "./backfill_dialog";
import { isMonth, stateAt, type Arranged } from "./months";

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const yearOf = (period: string): string => (isMonth(period) ? period.slice(0, 4) : "");
const nameOf = (period: string): string => (isMonth(period) ? monthNames[Number(period.slice(5)) - 1] ?? period : period || "any");

function yearsOf(periods: readonly string[]): { year: string; span: number }[] {
  const years: { year: string; span: number }[] = [];
  for (const period of periods) {
    const last = years.at(-1);
    if (last && last.year === yearOf(period)) last.span += 1;
    else years.push({ year: yearOf(period), span: 1 });
  }
  return years;
}

interface GridProps { workflow: string; arranged: Arranged; countries: string[]; state: PartitionState | null }

function Head({ workflow, periods }: { workflow: string; periods: string[] }) {
  return (
    <thead>
      <tr class="groups">
        <th rowSpan={2} scope="col" class="corner">Country</th>
        {yearsOf(periods).map(({ year, span }, index) => <th key={`${year}${index}`} colSpan={span} scope="colgroup" class={index > 0 ? "edge" : undefined}>{year || "Other"}</th>)}
      </tr>
      <tr class="months">
        {periods.map((period, index) => (
          <th key={period} scope="col" class={edgeAt(periods, index)}>
            {isMonth(period) ? <button type="button" class="plain" tabIndex={-1} aria-label={`${nameOf(period)} ${yearOf(period)}: backfill`} title={`Backfill ${period}…`} onClick={() => startBackfill({ workflow, from: period, to: period, countries: "" })}>{nameOf(period)}</button> : nameOf(period)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

const edgeAt = (periods: readonly string[], index: number): string | undefined => (index > 0 && yearOf(periods[index - 1] ?? "") !== yearOf(periods[index] ?? "") ? "edge" : undefined);

const cellOf = (target: EventTarget | null): HTMLElement | null => (target as Element | null)?.closest<HTMLElement>("td[data-r]") ?? null;

export function PartitionGrid({ workflow, arranged, countries, state }: GridProps) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const { periods } = arranged;
  const tabRow = Math.min(at[0], countries.length - 1);
  const tabColumn = Math.min(at[1], periods.length - 1);

  function focusCell(row: number, column: number): void {
    const r = Math.max(0, Math.min(countries.length - 1, row));
    const c = Math.max(0, Math.min(periods.length - 1, column));
    const cell = table.current?.querySelector<HTMLElement>(`td[data-r="${r}"][data-c="${c}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const placed = (target: EventTarget | null): [number, number] | null => {
    const cell = cellOf(target);
    return cell ? [Number(cell.dataset["r"]), Number(cell.dataset["c"])] : null;
  };
  const open = (target: EventTarget | null): void => {
    const here = placed(target);
    if (here) setQuery({ at: `${countries[here[0]] ?? ""}/${periods[here[1]] ?? ""}` });
  };

  function onKey(event: KeyboardEvent): void {
    const here = placed(event.target);
    if (!here || event.metaKey || event.altKey) return;
    const [row, column] = here;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? countries.length - 1 : row, periods.length - 1],
      PageUp: [row - 10, column], PageDown: [row + 10, column],
    };
    const move = moves[event.key];
    const period = periods[column] ?? "";
    if (move) focusCell(...move);
    else if (event.key === "Enter" || event.key === " ") open(event.target);
    else if (event.key === "b" && !event.ctrlKey && isMonth(period)) startBackfill({ workflow, from: period, to: period, countries: countries[row] ?? "" });
    else return;
    event.preventDefault();
  }

  return (
    <div class="grid-scroll card partitions">
      <table class="grid" role="grid" aria-label="Countries and periods; arrow keys move from cell to cell, Enter opens one, B asks for a backfill of it" ref={table} aria-rowcount={countries.length}
        onClick={(event) => { cellOf(event.target)?.focus({ preventScroll: true }); open(event.target); }} onKeyDown={onKey}
        onFocusIn={(event) => { const here = placed(event.target); if (here && (here[0] !== at[0] || here[1] !== at[1])) setAt(here); }}>
        <Head workflow={workflow} periods={periods} />
        <tbody>
          {countries.map((country, row) => (
            <tr key={country} data-country={country}>
              <th scope="row" class="country-head"><span class="country-line"><span><b>{country}</b> <span class="country-name">{countryName(country)}</span></span></span></th>
              {periods.map((period, column) => (
                <PartitionCell key={period} arranged={arranged} country={country} period={period} edge={edgeAt(periods, column)} faded={state !== null}
                  wanted={state} row={row} column={column} tab={row === tabRow && column === tabColumn} />
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot><Totals arranged={arranged} countries={countries} /></tfoot>
      </table>
    </div>
  );
}

interface CellProps {
  arranged: Arranged; country: string; period: string; edge: string | undefined; faded: boolean; wanted: PartitionState | null; row: number; column: number; tab: boolean;
}

function PartitionCell({ arranged, country, period, edge, faded, wanted, row, column, tab }: CellProps) {
  const state = stateAt(arranged, country, period);
  const partition = arranged.at.get(`${country}/${period}`);
  const look = lookOf(state);
  const said = partition?.reason || (state === "failed" ? partition?.last_failure?.reason : "") || (partition ? "" : "no run has come to it");
  const label = `${countryName(country)}, ${period || "any period"}: ${state}${partition?.run ? ` · run ${partition.run}` : ""}${said ? ` · ${said}` : ""}`;
  return (
    <td class={["cell", edge, faded && state !== wanted ? "pale" : ""].filter(Boolean).join(" ")} data-r={row} data-c={column} data-state={state} data-period={period} tabIndex={tab ? 0 : -1} aria-label={label} title={label}>
      <span class={`cell-body l-${look}`}><LookGlyph look={look} /></span>
    </td>
  );
}

function Totals({ arranged, countries }: { arranged: Arranged; countries: string[] }) {
  return (
    <tr class="totals">
      <th scope="row">Succeeded</th>
      {arranged.periods.map((period, index) => {
        const done = countries.filter((country) => stateAt(arranged, country, period) === "succeeded").length;
        return <td key={period} class={edgeAt(arranged.periods, index)} title={`${done} of ${countries.length} have succeeded in ${period || "no period"}`}>{done}</td>;
      })}
    </tr>
  );
}
