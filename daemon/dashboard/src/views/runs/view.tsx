// Every run, newest first, by workflow, state or campaign.
import { DataTable, type DataColumn } from "../../components/data_table";
import { StateBadge } from "../../components/icons";
import { Elapsed, PageHead, Time } from "../../components/parts";
import { causeText } from "../../format";
import { useLiveFilter } from "../../live";
import { useLiveReload, useLoaded, usePagedList } from "../../lists";
import { navigate, place, setQuery } from "../../router";
import type { Page, Run } from "../../types";

const runStates = ["queued", "running", "paused", "succeeded", "failed", "cancelled"];

const columns: DataColumn<Run>[] = [
  { head: "Run", kind: "heading", cell: (run) => <a href={`/runs/${run.id}`}>{run.workflow} {run.id}</a> },
  { head: "State", cell: (run) => <StateBadge state={run.state} /> },
  {
    head: "Tasks", cell: (run) => (
      <span class="step-counts">{Object.entries(run.totals ?? {}).filter(([, n]) => n > 0 && typeof n === "number")
        .map(([state, n]) => <StateBadge key={state} state={state} label={String(n)} />)}</span>
    ),
  },
  { head: "Campaign", cell: (run) => <a href={`/campaigns/${encodeURIComponent(run.correlation)}`}>{run.correlation}</a> },
  { head: "Cause", kind: "wide", cell: (run) => <span class="clip" title={causeText(run.cause)}>{causeText(run.cause)}</span> },
  { head: "Created", cell: (run) => <Time at={run.created_at} /> },
  { head: "Took", kind: "number", cell: (run) => <Elapsed from={run.started_at} to={run.finished_at} /> },
  { head: "Reason", kind: "wide", cell: (run) => <span class="clip" title={run.reason ?? ""}>{run.reason}</span> },
];

export function RunsView() {
  const query = place.value.query;
  const filter = { workflow: query.get("workflow") ?? "", state: query.get("state") ?? "", correlation: query.get("correlation") ?? "" };
  const workflows = useLoaded<Page<{ name: string }>>("/v1/workflows");
  const list = usePagedList<Run>("/v1/runs", filter);
  useLiveFilter({});
  useLiveReload(list.reload, (change) => change.runs.length > 0 || change.tasks.length > 0);
  const names = workflows.data?.items.map((workflow) => workflow.name) ?? [];
  return (
    <div class="page">
      <PageHead title="Runs">
        <div class="filters">
          <label>Workflow
            <select value={filter.workflow} onChange={(event) => setQuery({ workflow: event.currentTarget.value })}>
              <option value="">all</option>{names.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
          <label>State
            <select value={filter.state} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
              <option value="">all</option>{runStates.map((state) => <option key={state} value={state}>{state}</option>)}
            </select>
          </label>
          {filter.correlation && <button type="button" class="small" onClick={() => setQuery({ correlation: null })}>Campaign {filter.correlation} ✕</button>}
        </div>
        <span class="spring" />
        <a href="/logs">Search the logs</a>
      </PageHead>
      <DataTable caption="Runs" list={list} columns={columns} keyOf={(run) => run.id} onOpen={(run) => navigate(`/runs/${run.id}`)}
        empty={<>No run here. <code>kontor run train</code> starts one.</>} />
    </div>
  );
}
