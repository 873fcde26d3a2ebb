// Sorting, filtering and grouping of the grid; all of it stands in the address.
import { LookGlyph } from "../../components/icons";
import { sorts, type Sort } from "../../grid/order";
import { lookOrder, looks, type Look } from "../../looks";
import { place, setQuery } from "../../router";

export interface Shown { sort: Sort; text: string; look: Look | null; byRegion: boolean }

export function shownOf(query: URLSearchParams): Shown {
  const sort = query.get("sort") ?? "";
  const look = query.get("look") ?? "";
  return {
    sort: Object.hasOwn(sorts, sort) ? (sort as Sort) : "worst", text: query.get("q") ?? "",
    look: Object.hasOwn(looks, look) ? (look as Look) : null, byRegion: query.get("group") === "region",
  };
}

export function GridFilters({ counts, moved, onReorder }: { counts: ReadonlyMap<Look, number>; moved: boolean; onReorder: () => void }) {
  const shown = shownOf(place.value.query);
  const present = lookOrder.filter((look) => (counts.get(look) ?? 0) > 0 || look === shown.look);
  return (
    <div class="filters grid-filters" role="search" aria-label="Grid">
      <label><span class="hidden">Filter countries</span>
        <input type="search" class="search" data-search value={shown.text} placeholder="Country, region, family" maxLength={60}
          onInput={(event) => setQuery({ q: event.currentTarget.value })} />
      </label>
      <label>Sort
        <select value={shown.sort} onChange={(event) => setQuery({ sort: event.currentTarget.value === "worst" ? null : event.currentTarget.value })}>
          {Object.entries(sorts).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      </label>
      <label class="check"><input type="checkbox" checked={shown.byRegion} onChange={(event) => setQuery({ group: event.currentTarget.checked ? "region" : null })} />By region</label>
      <span class="legend" role="group" aria-label="Show only countries with a cell that is">
        {present.map((look) => (
          <button key={look} type="button" class={`chip l-${look}`} aria-pressed={shown.look === look} title={`${looks[look].word}: ${looks[look].help}`}
            onClick={() => setQuery({ look: shown.look === look ? null : look })}>
            <LookGlyph look={look} />{looks[look].word}<span class="chip-count">{counts.get(look) ?? 0}</span>
          </button>
        ))}
      </span>
      <button type="button" class={moved ? "small reorder" : "small reorder away"} onClick={onReorder} aria-hidden={!moved} tabIndex={moved ? 0 : -1}>Sort again</button>
    </div>
  );
}
