// One cell of the grid: a glyph, and a count where it stands for several instances.
import { LookGlyph } from "../../components/icons";
import { between, countryName } from "../../format";
import type { GridStore } from "../../grid/store";
import { looks, type Look } from "../../looks";
import type { Cell, Column } from "../../types";

export function cellLabel(country: string, column: Column, cell: Cell | null, look: Look | null): string {
  const where = `${countryName(country)}, ${column.workflow} ${column.task}`;
  if (!cell) return `${where}: ${look ? looks[look].word : "not started"}`;
  const parts = [`${where}: ${look ? looks[look].word : cell.state}`];
  if (cell.total > 1) parts.push(`${cell.done}/${cell.total} done`);
  if (cell.retrying > 0 && cell.total > 1) parts.push(`↻${cell.retrying} retrying`);
  if (cell.bad > 0 && cell.total > 1) parts.push(`${cell.bad} failed`);
  if (cell.cached > 0 && cell.total > 1) parts.push(`${cell.cached} cached`);
  if (cell.attempt > 1) parts.push(`attempt ${cell.attempt}`);
  if (cell.started_at && cell.finished_at) parts.push(between(cell.started_at, cell.finished_at, 0));
  if (cell.reason) parts.push(cell.reason);
  return parts.join(" · ");
}

interface CellProps { store: GridStore; country: string; column: Column; row: number; index: number; edge: boolean; tab: boolean }

// Reads its own signal (and those before it while it is empty): only its own changes render it again.
export function GridCell({ store, country, column, row, index, edge, tab }: CellProps) {
  const cell = store.cell(country, column).value;
  const look = store.look(country, column);
  const label = cellLabel(country, column, cell, look);
  const place = { "data-r": row, "data-c": index, tabIndex: tab ? 0 : -1, "aria-label": label };
  const name = `cell${edge ? " edge" : ""}`;
  if (look === null) return <td class={`${name} none`} {...place} />;
  const many = cell !== null && cell.total > 1;
  return (
    <td class={`${name}${many ? " many" : ""}`} {...place} title={label} data-state={cell?.state} data-look={look}>
      <span class={`cell-body l-${look}`}>
        <LookGlyph look={look} />
        {many && <span class="fraction">{cell.done}/{cell.total}</span>}
        {many && cell.retrying > 0 && look !== "retrying" && <span class="mark-retry">↻{cell.retrying}</span>}
      </span>
    </td>
  );
}
