// One country's code lists: the versions, the codes and the crosswalk of one, what the next one changes, and importing one.
import { useState } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { Empty, PageHead, Time } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { count, countryName } from "../../format";
import { usePagedList } from "../../lists";
import { useLiveFilter } from "../../live";
import { place, setQuery } from "../../router";
import type { CodeList } from "../../types";
import type { ViewProps } from "../props";
import { listsPath } from "./paths";
import { ImportDialog } from "./import_dialog";
import { Axis, KindBadge, Line } from "./line";
import { NextChange } from "./next_change";
import { CodesTable, CrosswalkTable } from "./rows";
import { extentOf, kindOf, segmentsOf, today } from "./time_line";

const tabs = [{ id: "codes", label: "Codes" }, { id: "crosswalk", label: "Crosswalk" }, { id: "change", label: "What it changes" }] as const;
type Tab = (typeof tabs)[number]["id"];

export function CountryCodesView({ params }: ViewProps) {
  const country = params["country"] ?? "";
  const list = usePagedList<CodeList>(listsPath(country), {}, 50);
  const [importing, setImporting] = useState(false);
  useLiveFilter({});
  const now = today();
  const known = list.data ?? [];
  const wanted = Number(place.value.query.get("version"));
  // Without a wish what is to come, else what is in force.
  const chosen = known.find((each) => each.version === wanted) ?? known.find((each) => kindOf(each, now) === "next") ?? known.find((each) => each.in_force) ?? known[0] ?? null;
  const choose = (version: number) => setQuery({ version: String(version), q: null });
  const columns: DataColumn<CodeList>[] = [
    { head: "Version", kind: "heading", cell: (each) => <button type="button" class="link" onClick={() => choose(each.version)}>{each.version}</button> },
    { head: "From", cell: (each) => <span class="number">{each.effective_from}</span> },
    { head: "State", cell: (each) => <KindBadge kind={kindOf(each, now)} /> },
    { head: "Codes", kind: "number", cell: (each) => count(each.codes) },
    { head: "Crosswalk", kind: "number", cell: (each) => count(each.moves) },
    { head: "By", cell: (each) => each.imported_by },
    { head: "Imported", cell: (each) => <Time at={each.imported_at} /> },
    { head: "Reason", kind: "wide", cell: (each) => <span class="clip" title={each.reason}>{each.reason}</span> },
  ];
  const segments = segmentsOf(known, now);
  const extent = extentOf(segments, now);
  return (
    <div class="page">
      <PageHead title={<>{countryName(country)} <span class="faint">{country}</span></>}>
        <a href="/codes">All countries</a><span class="spring" />
        <button type="button" class="primary" onClick={() => setImporting(true)}>Import a list…</button>
      </PageHead>
      {segments.length > 0 && (
        <div class="card code-lines alone"><Axis extent={extent} now={now} /><Line country={country} segments={segments} extent={extent} now={now} chosen={chosen?.version ?? null} onChoose={(each) => choose(each.version)} /></div>
      )}
      <DataTable caption="Versions" list={list} columns={columns} keyOf={(each) => each.version} isOpen={(each) => each.version === chosen?.version} onOpen={(each) => choose(each.version)}
        empty={<>No list of {countryName(country)} was imported: what the warehouse has counts.</>} />
      {chosen && <Version key={chosen.version} country={country} list={chosen} />}
      {importing && <ImportDialog country={country} onClose={() => setImporting(false)} after={(version) => { list.reload(); choose(version); }} />}
    </div>
  );
}

function Version({ country, list }: { country: string; list: CodeList }) {
  const now = today();
  const kind = kindOf(list, now);
  const wanted = place.value.query.get("tab");
  const tab: Tab = tabs.find((each) => each.id === wanted)?.id ?? "codes";
  return (
    <>
      <h2>Version {list.version}, from {list.effective_from} <KindBadge kind={kind} /></h2>
      <Tabs label={`Version ${list.version}`} tabs={tabs} current={tab} onChange={(next) => setQuery({ tab: next === "codes" ? null : next, q: null })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {tab === "codes" && <CodesTable path={`${listsPath(country)}/${list.version}`} />}
        {tab === "crosswalk" && (list.moves === 0 ? <Empty>It came without a crosswalk: every code of the list before that is not in it is lost.</Empty> : <CrosswalkTable path={`${listsPath(country)}/${list.version}`} />)}
        {tab === "change" && (kind === "next" ? <NextChange country={country} list={list} />
          : <Empty>{kind === "superseded" ? "Another list of the same day has taken its place: it changes nothing." : "It is in force or was: what it changes shows before its day."}</Empty>)}
      </div>
    </>
  );
}
