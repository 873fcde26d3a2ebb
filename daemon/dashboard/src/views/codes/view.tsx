// Every country's code lists on one line of days: which is in force, and where the next one is coming.
import { useState } from "preact/hooks";
import { Empty, ErrorNote, Loading, PageHead } from "../../components/parts";
import { countryName } from "../../format";
import { useList } from "../../lists";
import { useLiveFilter } from "../../live";
import { navigate, place, setQuery } from "../../router";
import type { CodeList, ReportStatus, Winner } from "../../types";
import { Axis, KindBadge, Line } from "./line";
import { extentOf, segmentsOf, today, type Segment } from "./time_line";

export function CodesView() {
  const winners = useList<Winner>("/v1/winners");
  const reports = useList<ReportStatus>("/v1/reports/status");
  const imported = useList<CodeList>("/v1/code-lists");
  useLiveFilter({});
  const loaded = [winners, reports, imported];
  const asked = loaded.every((each) => each.data !== null);
  const countries = asked ? [...new Set([...(winners.data ?? []), ...(reports.data ?? []), ...(imported.data ?? [])].map((each) => each.country))].sort() : [];
  const lists = new Map<string, CodeList[]>();
  for (const list of imported.data ?? []) lists.set(list.country, [...(lists.get(list.country) ?? []), list]);
  const failed = loaded.find((each) => each.error)?.error;
  return (
    <div class="page">
      <PageHead title="Code lists"><span class="faint">which codes each country's law knows, from when on</span><span class="spring" /><OpenCountry /></PageHead>
      {failed && <ErrorNote message={failed} retry={() => { for (const each of loaded) each.reload(); }} />}
      {!asked ? !failed && <Loading what="the code lists" />
        : countries.length === 0 ? <Empty>No country has a model or a report yet. Write a country's two letters above to import its list.</Empty> : <Overview countries={countries} lists={lists} />}
    </div>
  );
}

// A country of which nothing is known yet.
function OpenCountry() {
  const [code, setCode] = useState("");
  const known = /^[A-Z]{2}$/.test(code);
  return (
    <form class="filters" onSubmit={(event) => { event.preventDefault(); if (known) navigate(`/codes/${code}`); }}>
      <label>Country<input type="text" class="country-input" maxLength={2} spellcheck={false} value={code} onInput={(event) => setCode(event.currentTarget.value.toUpperCase())} /></label>
      <button type="submit" class="small" disabled={!known}>Open</button>
    </form>
  );
}

interface Row { country: string; segments: Segment[] }

function Overview({ countries, lists }: { countries: readonly string[]; lists: ReadonlyMap<string, CodeList[]> }) {
  const now = today();
  const rows: Row[] = countries.map((country) => ({ country, segments: segmentsOf(lists.get(country) ?? [], now) }));
  const extent = extentOf(rows.flatMap((row) => row.segments), now);
  const only = place.value.query.get("only") === "next";
  const coming = rows.filter((row) => row.segments.some((segment) => segment.kind === "next"));
  const shown = only ? coming : rows;
  return (
    <>
      <div class="filters">
        <label class="check"><input type="checkbox" checked={only} onChange={(event) => setQuery({ only: event.currentTarget.checked ? "next" : null })} />Only where a list is to come ({coming.length})</label>
        <span class="faint">{rows.filter((row) => row.segments.length > 0).length} of {rows.length} countries have imported lists; the others go by the warehouse's.</span>
      </div>
      <div class="card code-lines">
        <div class="code-line head"><span class="small-head">Country</span><Axis extent={extent} now={now} /></div>
        {shown.map(({ country, segments }) => (
          <div key={country} class="code-line" data-country={country}>
            <a href={`/codes/${country}`}><b>{country}</b> <span class="country-name">{countryName(country)}</span></a>
            {segments.length === 0 ? <span class="faint small-text">the warehouse's list</span>
              : <Line country={country} segments={segments} extent={extent} now={now} chosen={null} onChoose={(list) => navigate(`/codes/${country}?version=${list.version}`)} />}
          </div>
        ))}
        {shown.length === 0 && <Empty>No list is to come.</Empty>}
      </div>
      <p class="faint small-text"><KindBadge kind="past" /> <KindBadge kind="now" /> <KindBadge kind="next" /> The upright line is today. A list counts from the first month that begins on its day or after it.</p>
    </>
  );
}
