// Home: the newest campaign's grid, or another one by address; the summary above it and the opened task beside it.
import { useEffect, useState } from "preact/hooks";
import { GridTable } from "../components/grid_table";
import { StateBadge } from "../components/icons";
import { Elapsed, Empty, ErrorNote, Loading, Time } from "../components/parts";
import { clock } from "../format";
import { GridStore } from "../grid/store";
import type { Summary } from "../grid/model";
import { useLive, useLiveFilter } from "../live";
import { useLiveReload, usePagedList } from "../lists";
import { navigate, place, setQuery } from "../router";
import type { Campaign } from "../types";
import { TaskDrawer } from "./task_drawer";

// The live connection tells of this campaign only; whether a newer one has begun is asked now and then.
const newestAskedEveryMs = 15_000;

export function CampaignView({ correlation }: { correlation: string | null }) {
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

function CampaignGrid({ correlation, campaign, all }: { correlation: string; campaign: Campaign | null; all: Campaign[] }) {
  const [store] = useState(() => new GridStore(correlation));
  useEffect(() => {
    void store.load();
    return () => store.stop();
  }, [store]);
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
        <a href={`/predictions?correlation=${encodeURIComponent(correlation)}`}>Predictions</a>
        <a href={`/runs?correlation=${encodeURIComponent(correlation)}`}>Runs</a>
      </header>
      {error && <ErrorNote message={error} retry={() => { void store.load(); }} />}
      {store.summary.value && <Progress summary={store.summary.value} campaign={campaign} />}
      {!shape ? !error && <Loading what="the grid" />
        : shape.rows.length === 0 ? <Empty>This campaign has no task yet.</Empty>
        : <GridTable store={store} shape={shape} onOpen={(cell) => setQuery({ task: String(cell.task) })} />}
      <Legend />
      {task && <TaskDrawer key={task} id={task} onClose={() => setQuery({ task: null })} />}
    </div>
  );
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

function Progress({ summary, campaign }: { summary: Summary; campaign: Campaign | null }) {
  const percent = summary.cells > 0 ? Math.floor((100 * summary.cellsDone) / summary.cells) : 0;
  return (
    <section class="summary" aria-label="Progress" data-countries={summary.countries} data-countries-done={summary.countriesDone}>
      <Figure name="Countries done" value={`${summary.countriesDone}`} of={`/ ${summary.countries}`} />
      <Figure name="Steps settled" value={`${percent} %`} of={`${summary.cellsDone} of ${summary.cells}`} />
      <Figure name="Running" value={`${summary.running}`} of={summary.waiting > 0 ? `${summary.waiting} queued` : ""} />
      <Figure name="Dead letters" value={`${summary.dead}`} of={summary.failed > 0 ? `${summary.failed} failed` : ""}
        bad={summary.dead > 0} {...(summary.dead > 0 ? { href: "/dead-letters" } : {})} />
      <div class="figure"><span class="figure-name">Elapsed</span>
        <span class="figure-value">{campaign ? <Elapsed from={campaign.started_at} to={campaign.finished_at} /> : "–"}</span></div>
      <progress class="summary-bar" max={summary.cells || 1} value={summary.cellsDone} aria-label={`${percent} percent of the steps are settled`} />
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

const legend = ["waiting", "ready", "running", "retrying", "awaiting", "succeeded", "skipped", "failed", "dead", "cancelled"] as const;

function Legend() {
  return <p class="legend" aria-label="States">{legend.map((state) => <StateBadge key={state} state={state} />)}</p>;
}
