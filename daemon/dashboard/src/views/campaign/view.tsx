// Home: the newest campaign's grid, or another one by address; the summary above it and the opened task beside it.
import { useEffect, useRef, useState } from "preact/hooks";
import { StateBadge } from "../../components/icons";
import { Elapsed, Empty, ErrorNote, Loading, Time } from "../../components/parts";
import { clock } from "../../format";
import { isSettled, type Summary } from "../../grid/model";
import { arrange, sameOrder, type RowFacts, type Section } from "../../grid/order";
import { pins } from "../../grid/pins";
import { GridStore } from "../../grid/store";
import { useLive, useLiveFilter } from "../../live";
import { useLiveReload, usePagedList } from "../../lists";
import type { Look } from "../../looks";
import { dueOf, monthsDue, useMonthsDue } from "../../months_due";
import { navigate, place, setQuery } from "../../router";
import type { Campaign, GridSnapshot } from "../../types";
import type { ViewProps } from "../props";
import { TaskDrawer } from "../task/drawer";
import { GridFilters, shownOf } from "./filters";
import { GridTable } from "./grid_table";

// The live connection tells of this campaign only; whether a newer one has begun is asked now and then.
const newestAskedEveryMs = 15_000;

export function CampaignView({ params }: ViewProps) {
  const correlation = params["correlation"] ?? null;
  const campaigns = usePagedList<Campaign>("/v1/campaigns");
  useLiveReload(campaigns.reload, (change) => change.runs.length > 0, 3000);
  useEffect(() => {
    const timer = setInterval(campaigns.reload, newestAskedEveryMs);
    return () => clearInterval(timer);
  }, []);
  const wanted = correlation ?? campaigns.data?.[0]?.correlation ?? null;
  useLiveFilter(wanted === null ? {} : { correlation: wanted });
  if (wanted === null) {
    if (campaigns.error) return <ErrorNote message={campaigns.error} retry={campaigns.reload} />;
    if (!campaigns.data) return <Loading what="campaigns" />;
    return <Empty>No campaign yet. Start one with <code>kontor run train</code>, or run a schedule now.</Empty>;
  }
  const current = campaigns.data?.find((campaign) => campaign.correlation === wanted) ?? null;
  return <CampaignGrid key={wanted} correlation={wanted} campaign={current} all={campaigns.data ?? []} />;
}

function factsOf(store: GridStore, shape: GridSnapshot): RowFacts[] {
  return shape.rows.map(({ country }) => {
    const head = store.heads.peek().get(country);
    const found = shape.columns.map((column) => store.look(country, column, true));
    const settled = shape.columns.filter((column) => { const cell = store.peek(country, column); return cell !== null && isSettled(cell.state); }).length;
    return {
      country, looks: found, settled, letters: head?.dead_letters ?? 0, score: head?.winner?.macro_f1 ?? null,
      gain: head?.winner?.gain ?? null, family: head?.winner?.family ?? "", due: dueOf(monthsDue.value.get(country)),
    };
  });
}

function countLooks(rows: RowFacts[]): Map<Look, number> {
  const counts = new Map<Look, number>();
  for (const row of rows) for (const look of row.looks) if (look) counts.set(look, (counts.get(look) ?? 0) + 1);
  return counts;
}

// The wanted order, and the one on the page. While somebody is at work in the grid no row moves under their hand.
function useSections(wanted: Section[], wish: string, frame: { current: HTMLDivElement | null }): { shown: Section[]; moved: boolean; apply: () => void } {
  const [kept, setKept] = useState<{ wish: string; sections: Section[] }>({ wish, sections: wanted });
  const busy = () => {
    const grid = frame.current?.querySelector(".grid-scroll");
    return Boolean(grid && (grid.matches(":hover") || grid.contains(document.activeElement) || document.querySelector(".drawer")));
  };
  const same = sameOrder(kept.sections, wanted);
  const fewer = wanted.flatMap((section) => section.countries).length !== kept.sections.flatMap((section) => section.countries).length;
  const now = kept.wish !== wish || fewer;
  useEffect(() => {
    if (now || (!same && !busy())) setKept({ wish, sections: wanted });
  });
  return { shown: now ? wanted : kept.sections, moved: !same && !now, apply: () => setKept({ wish, sections: wanted }) };
}

function CampaignGrid({ correlation, campaign, all }: { correlation: string; campaign: Campaign | null; all: Campaign[] }) {
  const [store] = useState(() => new GridStore(correlation));
  useEffect(() => {
    void store.load();
    return () => store.stop();
  }, [store]);
  useMonthsDue();
  useLive({ onChange: (change) => store.onChange(change), onGap: () => { void store.load(); } });
  const shape = store.shape.value;
  const error = store.error.value;
  const task = Number(place.value.query.get("task")) || null;
  return (
    <div class={task ? "page with-drawer" : "page"}>
      <header class="page-head">
        <h1>Campaign</h1>
        <CampaignPicker correlation={correlation} all={all} />
        {shape && <StateBadge state={store.state.value} />}
        {campaign && <span class="faint">started <Time at={campaign.started_at} /></span>}
        <span class="spring" />
        <a href={`/predictions?correlation=${encodeURIComponent(correlation)}`}>Predictions</a>
        <a href={`/runs?correlation=${encodeURIComponent(correlation)}`}>Runs</a>
        <a href={`/events?correlation=${encodeURIComponent(correlation)}`}>Events</a>
      </header>
      {error && <ErrorNote message={error} retry={() => { void store.load(); }} />}
      <Progress summary={store.summary.value} campaign={campaign} />
      {!shape ? !error && <GridSkeleton />
        : shape.rows.length === 0 ? <Empty>This campaign has no task of a country yet.</Empty>
        : <Arranged store={store} shape={shape} />}
      {task && <TaskDrawer key={task} id={task} onClose={() => setQuery({ task: null })} />}
    </div>
  );
}

function Arranged({ store, shape }: { store: GridStore; shape: GridSnapshot }) {
  const frame = useRef<HTMLDivElement>(null);
  void store.version.value;
  const wishes = { ...shownOf(place.value.query), pinned: pins.value };
  const rows = factsOf(store, shape);
  const wanted = arrange(rows, wishes);
  const { shown, moved, apply } = useSections(wanted, JSON.stringify([wishes, [...wishes.pinned]]), frame);
  return (
    <div class="arranged" ref={frame}>
      <GridFilters counts={countLooks(rows)} moved={moved} onReorder={apply} />
      {shown.length === 0 ? <Empty>No country fits this filter. <button type="button" class="link" onClick={() => setQuery({ q: null, look: null })}>Show all</button></Empty>
        : <GridTable store={store} shape={shape} sections={shown} onOpen={(cell) => setQuery({ task: String(cell.task) })} />}
    </div>
  );
}

// As tall as the grid will be, so that nothing jumps when it comes.
function GridSkeleton() {
  return <div class="grid-scroll card skeleton" role="status"><span class="hidden">Reading the grid…</span></div>;
}

function CampaignPicker({ correlation, all }: { correlation: string; all: Campaign[] }) {
  const known = all.some((campaign) => campaign.correlation === correlation);
  return (
    <label class="inline-field"><span class="hidden">Campaign</span>
      <select value={correlation} onChange={(event) => navigate(`/campaigns/${encodeURIComponent(event.currentTarget.value)}`)}>
        {!known && <option value={correlation}>{correlation}</option>}
        {all.map((campaign) => (
          <option key={campaign.correlation} value={campaign.correlation}>
            {campaign.correlation} · {campaign.workflow} · {clock(campaign.started_at)} · {campaign.state}
          </option>
        ))}
      </select>
    </label>
  );
}

const nothingYet: Summary = { countries: 0, countriesDone: 0, running: 0, waiting: 0, dead: 0, failed: 0, cellsDone: 0, cells: 0 };

function Progress({ summary: known, campaign }: { summary: Summary | null; campaign: Campaign | null }) {
  const summary = known ?? nothingYet;
  const percent = summary.cells > 0 ? Math.floor((100 * summary.cellsDone) / summary.cells) : 0;
  return (
    <section class={known ? "summary" : "summary pale"} aria-label="Progress" data-countries={summary.countries} data-countries-done={summary.countriesDone}>
      <Figure name="Countries done" value={`${summary.countriesDone}`} of={`/ ${summary.countries}`} />
      <Figure name="Steps settled" value={`${percent} %`} of={`${summary.cellsDone} of ${summary.cells}`} />
      <Figure name="Running" value={`${summary.running}`} of={summary.waiting > 0 ? `${summary.waiting} waiting` : ""} />
      <Figure name="Dead letters" value={`${summary.dead}`} of={summary.failed > 0 ? `${summary.failed} failed` : ""}
        bad={summary.dead > 0} {...(summary.dead > 0 ? { href: "/dead-letters" } : {})} />
      <div class="figure"><span class="figure-name">Elapsed</span>
        <span class="figure-value">{campaign ? <Elapsed from={campaign.started_at} to={campaign.finished_at} /> : "–"}</span></div>
      <progress class={summary.dead + summary.failed > 0 ? "summary-bar bad" : "summary-bar"} max={summary.cells || 1} value={summary.cellsDone} aria-label={`${percent} percent of the steps are settled`} />
      <p class="hidden" role="status" aria-live="polite">
        {`${summary.countriesDone} of ${summary.countries} countries done${summary.dead > 0 ? `, ${summary.dead} dead letters` : ""}`}
      </p>
    </section>
  );
}

function Figure({ name, value, of, bad, href }: { name: string; value: string; of: string; bad?: boolean; href?: string }) {
  return (
    <div class={bad ? "figure bad" : "figure"}>
      <span class="figure-name">{name}</span>
      <span class="figure-value">{href ? <a href={href}>{value}</a> : value} <span class="figure-of">{of}</span></span>
    </div>
  );
}
