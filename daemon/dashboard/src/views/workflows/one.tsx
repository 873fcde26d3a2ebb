// One workflow: its steps, its text, its versions, and a form to start it.
import { useState } from "preact/hooks";
import { StateBadge } from "../../components/icons";
import { Elapsed, Empty, ErrorNote, Loading, PageHead, Time } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload, useLoaded } from "../../lists";
import { place, setQuery } from "../../router";
import type { Page, Plan, Run, Version, Workflow } from "../../types";
import type { ViewProps } from "../props";
import { Graph } from "../run/graph";
import { diffLines } from "./diff";
import { StartForm } from "./start";
import { Triggers } from "./triggers";
import { Yaml } from "./yaml";

const tabs = [{ id: "graph", label: "Graph" }, { id: "start", label: "Start a run" }, { id: "triggers", label: "Triggers" }, { id: "text", label: "Definition" }, { id: "versions", label: "Versions" }] as const;
type Tab = (typeof tabs)[number]["id"];

export function WorkflowView({ params }: ViewProps) {
  const name = params["name"] ?? "";
  const workflow = useLoaded<Workflow>(`/v1/workflows/${encodeURIComponent(name)}`);
  const runs = useLoaded<Page<Run>>(`/v1/runs?workflow=${encodeURIComponent(name)}&limit=8`);
  useLiveFilter({});
  useLiveReload(runs.reload, (change) => change.runs.some((run) => run.workflow === name), 2000);
  const wanted = place.value.query.get("tab");
  const tab: Tab = tabs.find((entry) => entry.id === wanted)?.id ?? "graph";
  if (!workflow.data) return workflow.error ? <ErrorNote message={workflow.error} retry={workflow.reload} /> : <Loading what="the workflow" />;
  const one = workflow.data;
  return (
    <div class="page">
      <PageHead title={one.name}><span class="faint">{one.title}</span><span class="spring" />
        {one.triggers.map((trigger) => <span key={trigger.name} class="tag" title={trigger.name}>{trigger.kind === "cron" ? <>◷ {trigger.cron} {trigger.timezone}</> : <>⚡ {trigger.event}</>}</span>)}
        <span class="faint">version {one.version}</span>
      </PageHead>
      <Tabs label="Workflow" tabs={tabs} current={tab} onChange={(next) => setQuery({ tab: next === "graph" ? null : next })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {tab === "graph" && <><Graph tasks={one.tasks} /><Recent runs={runs.data?.items ?? null} /></>}
        {tab === "start" && <StartForm workflow={one} />}
        {tab === "triggers" && <Triggers workflow={one} />}
        {tab === "text" && <Yaml source={one.source ?? ""} label={`Definition of ${one.name}`} />}
        {tab === "versions" && <Versions name={one.name} newest={one.version} />}
      </div>
    </div>
  );
}

function Recent({ runs }: { runs: Run[] | null }) {
  return (
    <section class="card pad">
      <h2>Last runs</h2>
      {runs === null ? <Loading what="the runs" /> : runs.length === 0 ? <Empty>Not run yet.</Empty> : (
        <ul class="run-list">{runs.map((run) => <li key={run.id}><a href={`/runs/${run.id}`}>run {run.id}</a> <StateBadge state={run.state} /> <Time at={run.created_at} /> <span class="faint"><Elapsed from={run.started_at} to={run.finished_at} /></span></li>)}</ul>
      )}
    </section>
  );
}

function Versions({ name, newest }: { name: string; newest: number }) {
  const base = `/v1/workflows/${encodeURIComponent(name)}/versions`;
  const list = useList<Version>(base);
  const [chosen, setChosen] = useState(newest);
  const before = chosen > 1 ? chosen - 1 : null;
  const newer = useLoaded<Workflow>(`${base}/${chosen}`);
  const older = useLoaded<Workflow>(before === null ? null : `${base}/${before}`);
  const meaning = useLoaded<Plan>(before === null ? null : `/v1/workflows/${encodeURIComponent(name)}/diff?from=${before}&to=${chosen}`);
  if (!list.data) return list.error ? <ErrorNote message={list.error} retry={list.reload} /> : <Loading what="the versions" />;
  return (
    <div class="versions">
      <ul class="version-list card" aria-label="Versions">
        {list.data.map((version) => (
          <li key={version.version}><button type="button" class={version.version === chosen ? "version chosen" : "version"} aria-pressed={version.version === chosen} onClick={() => setChosen(version.version)}>
            <b>{version.version}</b> <Time at={version.created_at} />{version.in_force && <span class="badge l-succeeded">in force</span>}<code class="faint">{version.hash.slice(0, 8)}</code></button></li>
        ))}
      </ul>
      <div class="version-text">
        {newer.error && <ErrorNote message={newer.error} />}
        {meaning.error && <ErrorNote message={meaning.error} retry={meaning.reload} />}
        {before !== null && meaning.data && <Changes plan={meaning.data} from={before} to={chosen} />}
        {newer.data && (before === null ? <Yaml source={newer.data.source ?? ""} label={`Version ${chosen}`} />
          : older.data ? <Diff older={older.data.source ?? ""} newer={newer.data.source ?? ""} what={`What changed from version ${before} to ${chosen}`} /> : <Loading what="the version before" />)}
      </div>
    </div>
  );
}

const marks = { added: "+", removed: "−", changed: "~" } as const;

// What the difference means, part by part: a line that only moved is none.
function Changes({ plan, from, to }: { plan: Plan; from: number; to: number }) {
  const changes = plan.changes ?? [];
  return (
    <section class="card pad changes" aria-label={`What version ${to} means`}>
      <h2>From version {from} to {to}</h2>
      {changes.length === 0 ? <p class="faint">The same workflow, written differently.</p> : (
        <ul>{changes.map((change) => (
          <li key={change.path} class={`change-${change.kind}`}><span class="change-mark" aria-hidden="true">{marks[change.kind ?? "changed"]}</span>
            <span class="hidden">{change.kind}: </span><span>{change.sentence}</span></li>
        ))}</ul>
      )}
      {(plan.schedules ?? []).map((schedule) => (
        <p key={schedule.trigger}>Schedule <code>{schedule.trigger}</code> next: {schedule.before?.[0] ? <Time at={schedule.before[0]} /> : "never"} → {schedule.after?.[0] ? <Time at={schedule.after[0]} /> : "never"}</p>
      ))}
    </section>
  );
}

function Diff({ older, newer, what }: { older: string; newer: string; what: string }) {
  const lines = diffLines(older.split("\n"), newer.split("\n"), 3);
  return (
    <pre class="yaml card" tabIndex={0} aria-label={what}>
      <span class="faint">{what}{"\n\n"}</span>
      {lines.map((line, index) => <span key={index} class={`diff-${line.kind}`}>{line.kind === "added" ? "+ " : line.kind === "removed" ? "- " : line.kind === "gap" ? "" : "  "}{line.text}{"\n"}</span>)}
    </pre>
  );
}
