// What starts a workflow by itself, and why it did or did not: each matching event with what became of it.
import { StateBadge } from "../../components/icons";
import { Empty, ErrorNote, Loading, Time } from "../../components/parts";
import { clockIn } from "../../format";
import { useList, useLiveReload, useLoaded } from "../../lists";
import type { KontorEvent, Page, Schedule, Workflow, WorkflowTrigger } from "../../types";

export function Triggers({ workflow }: { workflow: Workflow }) {
  if (workflow.triggers.length === 0) return <Empty>Nothing starts this workflow by itself.</Empty>;
  return <>{workflow.triggers.map((trigger) => <section key={trigger.name} class="card pad"><h2>{trigger.name}</h2>
    {trigger.kind === "cron" ? <Cron workflow={workflow.name} trigger={trigger} /> : <OnEvent workflow={workflow.name} trigger={trigger} />}</section>)}</>;
}

function Cron({ workflow, trigger }: { workflow: string; trigger: WorkflowTrigger }) {
  const list = useList<Schedule>("/v1/schedules");
  if (!list.data) return list.error ? <ErrorNote message={list.error} retry={list.reload} /> : <Loading what="the schedule" />;
  const schedule = list.data.find((entry) => entry.workflow === workflow && entry.trigger === trigger.name);
  if (!schedule) return <Empty>The daemon has not scheduled it yet.</Empty>;
  const zoned = (at: string | null) => (at ? <>{clockIn(at, schedule.timezone)} <span class="faint">{schedule.timezone}</span></> : <span class="faint">never</span>);
  return (
    <dl class="facts">
      <dt>Cron</dt><dd><code>{schedule.cron}</code> <span class="faint">{schedule.timezone}</span></dd>
      <dt>Fires</dt><dd>{schedule.paused ? <><span class="badge l-cancelled">paused</span> It does not fire until it is resumed on the page <a href="/schedules">Schedules</a>.</> : <>next {zoned(schedule.next_tick)}</>}</dd>
      <dt>Fired</dt><dd>{zoned(schedule.last_tick)}</dd>
    </dl>
  );
}

const why: Record<string, string> = { started: "it fired", filtered: "it did not fire: its condition was false", dead: "it could not fire" };

function OnEvent({ workflow, trigger }: { workflow: string; trigger: WorkflowTrigger }) {
  const type = trigger.event ?? "";
  const list = useLoaded<Page<KontorEvent>>(`/v1/events?limit=20${/[*?[]/.test(type) ? "" : `&type=${encodeURIComponent(type)}`}`);
  useLiveReload(list.reload, () => true, 3000);
  if (!list.data) return list.error ? <ErrorNote message={list.error} retry={list.reload} /> : <Loading what="the events" />;
  return (
    <>
      <p class="faint">Listens to <code>{type}</code>.</p>
      {list.data.items.length === 0 ? <Empty>No such event has come yet: that is why it has not fired.</Empty> : (
        <ul class="run-list">
          {list.data.items.map((event) => {
            const delivery = event.deliveries.find((entry) => entry.workflow === workflow && entry.trigger === trigger.name);
            return (
              <li key={event.id}><Time at={event.time} /> <a href={`/events?id=${event.id}`}>{event.subject || event.type}</a>{" "}
                {delivery ? <><StateBadge state={delivery.state} label={why[delivery.state] ?? delivery.state} /> {delivery.run ? <a href={`/runs/${delivery.run}`}>run {delivery.run}</a> : null} <span class="faint">{delivery.reason}</span></>
                  : <span class="faint">it did not fire: it was not listening when this came</span>}</li>
            );
          })}
        </ul>
      )}
    </>
  );
}
