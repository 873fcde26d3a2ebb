// What has become of each country and period of a workflow, across all runs; and backfills, which make good what is missing.
import { useEffect, useState } from "preact/hooks";
import { get, messageOf } from "../../api";
import { LookGlyph } from "../../components/icons";
import { Empty, ErrorNote, Loading, PageHead } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { countryName } from "../../format";
import { useLiveReload, useLoaded } from "../../lists";
import { useLiveFilter } from "../../live";
import { lookOf } from "../../looks";
import { place, setQuery } from "../../router";
import type { Page, Partition, PartitionState, Workflow } from "../../types";
import { BackfillDialog, startBackfill, wished } from "./backfill_dialog";
import { Backfills } from "./backfills";
import { CellDrawer } from "./cell_drawer";
import { PartitionGrid } from "./grid";
import { arrangePartitions, countsOf, monthBefore, partitionStates, readWhole, stateAt, type Arranged } from "./months";

const tabs = [{ id: "grid", label: "Countries and periods" }, { id: "backfills", label: "Backfills" }] as const;
type Tab = (typeof tabs)[number]["id"];
// 38 countries over two years in one request; older ones on demand.
const pageLimit = 1000;

interface Known { of: string; items: Partition[]; more: boolean; error: string | null }

// The newest `pages` pages of a workflow's partitions; read again as a whole.
function usePartitions(workflow: string | null, pages: number): { known: Known | null; reload: () => void } {
  const [known, setKnown] = useState<Known | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (workflow === null) return;
    const stopper = new AbortController();
    void (async () => {
      try {
        const items: Partition[] = [];
        let cursor: string | null = null;
        for (let page = 0; page < pages && (page === 0 || cursor !== null); page += 1) {
          const part: Page<Partition> = await get<Page<Partition>>("/v1/partitions", { workflow, limit: pageLimit, cursor }, stopper.signal);
          items.push(...part.items);
          cursor = part.next;
        }
        setKnown({ of: workflow, items, more: cursor !== null, error: null });
      } catch (failure) {
        if (!stopper.signal.aborted) setKnown((old) => ({ of: workflow, items: old?.of === workflow ? old.items : [], more: false, error: messageOf(failure) }));
      }
    })();
    return () => stopper.abort();
  }, [workflow, pages, turn]);
  return { known: known?.of === workflow ? known : null, reload: () => setTurn((value) => value + 1) };
}

const thisMonth = (): string => new Date().toISOString().slice(0, 7);

export function PartitionsView() {
  const query = place.value.query;
  const tab: Tab = query.get("by") === "backfill" || query.get("backfill") ? "backfills" : "grid";
  const workflows = useLoaded<Page<Workflow>>("/v1/workflows");
  // Without a wish: the first that anything is known of.
  const first = useLoaded<Page<Partition>>(query.get("workflow") ? null : "/v1/partitions?limit=1");
  const names = workflows.data?.items.filter((each) => each.partition !== null).map((each) => each.name) ?? [];
  const workflow = query.get("workflow") ?? (first.data ? first.data.items[0]?.workflow ?? names[0] ?? "" : null);
  useLiveFilter({});
  return (
    <div class={query.get("at") || query.get("backfill") ? "page with-drawer" : "page"}>
      <PageHead title="Partitions">
        {workflow !== null && (
          <label class="inline-field">Workflow{" "}
            <select value={workflow} onChange={(event) => setQuery({ workflow: event.currentTarget.value, at: null, state: null, backfill: null })}>
              {!names.includes(workflow) && <option value={workflow}>{workflow}</option>}
              {names.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
        )}
        <span class="spring" />
        <button type="button" class="primary" disabled={!workflow}
          onClick={() => startBackfill({ workflow: workflow ?? "", from: monthBefore(thisMonth()), to: monthBefore(thisMonth()), countries: "" })}>Backfill…</button>
      </PageHead>
      <Tabs label="Partitions" tabs={tabs} current={tab} onChange={(next) => setQuery({ by: next === "backfills" ? "backfill" : null, at: null, backfill: null })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {workflow === null ? <Loading what="the partitions" /> : tab === "backfills" ? <Backfills workflow={workflow} />
          : workflow === "" ? <Empty>No workflow has partitions.</Empty> : <Grid key={workflow} workflow={workflow} />}
      </div>
      {wished.value && <BackfillDialog wish={wished.value} />}
    </div>
  );
}

const helps: Record<PartitionState, string> = {
  failed: "the last run for it failed", missing: "it never succeeded, and did not fail last", running: "a run works for it", succeeded: "a run has made it",
};

interface Shown { text: string; state: PartitionState | null }

function countriesShown(arranged: Arranged, { text, state }: Shown): string[] {
  const wanted = text.trim().toLowerCase();
  return arranged.countries.filter((country) => (wanted === "" || `${country} ${countryName(country)}`.toLowerCase().includes(wanted))
    && (state === null || arranged.periods.some((period) => stateAt(arranged, country, period) === state)));
}

function Grid({ workflow }: { workflow: string }) {
  const query = place.value.query;
  const [pages, setPages] = useState(1);
  const { known, reload } = usePartitions(workflow, pages);
  useLiveReload(reload, (change) => change.runs.some((run) => run.workflow === workflow) || change.tasks.some((task) => task.workflow === workflow));
  if (!known) return <Loading what="the partitions" />;
  if (known.error && known.items.length === 0) return <ErrorNote message={known.error} retry={reload} />;
  if (known.items.length === 0) return <Empty>No run of {workflow} has worked for a country yet.</Empty>;
  const arranged = arrangePartitions(readWhole(known.items, known.more), thisMonth());
  const shown: Shown = { text: query.get("q") ?? "", state: partitionStates.find((state) => state === query.get("state")) ?? null };
  const countries = countriesShown(arranged, shown);
  const [country, period] = (query.get("at") ?? "").split("/");
  return (
    <>
      {known.error && <ErrorNote message={known.error} retry={reload} />}
      <Filters arranged={arranged} shown={shown} />
      {countries.length === 0 ? <Empty>No country fits. <button type="button" class="link" onClick={() => setQuery({ q: null, state: null })}>Show all</button></Empty>
        : <PartitionGrid workflow={workflow} arranged={arranged} countries={countries} state={shown.state} />}
      {known.more && <div class="buttons start"><button type="button" class="small" onClick={() => setPages(pages + 1)}>Earlier periods</button></div>}
      {country !== undefined && period !== undefined && query.get("at") && (
        <CellDrawer key={`${country}/${period}`} workflow={workflow} country={country} period={period} partition={arranged.at.get(`${country}/${period}`) ?? null} />
      )}
    </>
  );
}

function Filters({ arranged, shown }: { arranged: Arranged; shown: Shown }) {
  const counts = countsOf(arranged);
  return (
    <div class="filters grid-filters" role="search" aria-label="Partitions">
      <label><span class="hidden">Filter countries</span>
        <input type="search" class="search" data-search value={shown.text} placeholder="Country" maxLength={60} onInput={(event) => setQuery({ q: event.currentTarget.value })} />
      </label>
      <span class="legend" role="group" aria-label="Show only countries with a period that is">
        {partitionStates.filter((state) => (counts.get(state) ?? 0) > 0 || state === shown.state).map((state) => (
          <button key={state} type="button" class={`chip l-${lookOf(state)}`} aria-pressed={shown.state === state} title={helps[state]}
            onClick={() => setQuery({ state: shown.state === state ? null : state })}>
            <LookGlyph look={lookOf(state)} />{state}<span class="chip-count">{counts.get(state) ?? 0}</span>
          </button>
        ))}
      </span>
    </div>
  );
}
