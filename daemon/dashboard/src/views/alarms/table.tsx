// Alarms as rows: where, which, since when, why, and what it started.
import { useState } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { StateBadge } from "../../components/icons";
import { ByRun, Country, Time } from "../../components/parts";
import { useList, useLiveReload, type Loaded } from "../../lists";
import type { Alarm, KontorEvent } from "../../types";
import { EndDialog } from "./end_dialog";
import { ruleText } from "./readings";

// The newest announcements are enough to say what the alarms that stand have started.
const eventsPath = "/v1/events?type=kontor.alarm.raised&limit=200";

function startedBy(events: readonly KontorEvent[], alarm: Alarm): { workflow: string; run: number }[] {
  const told = events.find((event) => {
    const data = event.data;
    return event.subject === alarm.country && data !== null && typeof data === "object" && !Array.isArray(data) && data["alarm"] === alarm.alarm;
  });
  return (told?.deliveries ?? []).flatMap((each) => (each.run ? [{ workflow: each.workflow, run: each.run }] : []));
}

function Started({ runs }: { runs: { workflow: string; run: number }[] }) {
  if (runs.length === 0) return <span class="faint">nothing</span>;
  return <>{runs.map(({ workflow, run }, index) => <span key={run}>{index > 0 && ", "}<a href={`/runs/${run}`}>{workflow} {run}</a></span>)}</>;
}

export function AlarmsTable({ list, ofOne = false, empty }: { list: Loaded<Alarm[]>; ofOne?: boolean; empty: string }) {
  const events = useList<KontorEvent>(eventsPath);
  const [ending, setEnding] = useState<Alarm | null>(null);
  useLiveReload(() => { list.reload(); events.reload(); });
  const columns: DataColumn<Alarm>[] = [
    ...(ofOne ? [] : [{ head: "Country", kind: "heading", cell: (each) => <a href={`/alarms/${each.country}`}><Country code={each.country} /></a> } satisfies DataColumn<Alarm>]),
    { head: "Alarm", cell: (each) => <span title={ruleText(each)}>{each.alarm}</span> },
    { head: "State", cell: (each) => <StateBadge state={each.state === "raised" ? "dead" : "succeeded"} label={each.state} /> },
    { head: "Since", cell: (each) => <Time at={each.state === "raised" ? each.raised_at : each.cleared_at} /> },
    { head: "Period", cell: (each) => <span class="number">{each.period}</span> },
    { head: "Why", kind: "wide", cell: (each) => <span class="alarm-why">{each.sentence}</span> },
    { head: "Started", cell: (each) => (events.data ? <Started runs={startedBy(events.data, each)} /> : <span class="faint">…</span>) },
    { head: "Decided by", kind: "number", cell: (each) => <ByRun run={each.run} word="run " /> },
    { head: "Action", cell: (each) => (each.state === "raised" ? <button type="button" class="small" aria-label={`End ${each.alarm} of ${each.country}…`} onClick={() => setEnding(each)}>End…</button> : null) },
  ];
  return (
    <>
      <DataTable caption="Alarms" list={list} columns={columns} keyOf={(each) => `${each.country} ${each.alarm}`} empty={empty} />
      {ending && <EndDialog alarm={ending} onClose={() => setEnding(null)} after={list.reload} />}
    </>
  );
}
