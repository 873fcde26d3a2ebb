// When things start by themselves, and holding them or starting them by hand.
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ask } from "../../components/confirm";
import { DataTable, type DataColumn } from "../../components/data_table";
import { Drawer } from "../../components/drawer";
import { ErrorNote, Loading, PageHead, Time } from "../../components/parts";
import { clockIn } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload, useLoaded } from "../../lists";
import { navigate, place, setQuery } from "../../router";
import type { Run, Schedule, SchedulePreview } from "../../types";

const pathOf = (schedule: Schedule, verb: string): string =>
  `/v1/schedules/${encodeURIComponent(schedule.workflow)}/${encodeURIComponent(schedule.trigger)}/${verb}`;

async function setPaused(schedule: Schedule, paused: boolean, after: () => void): Promise<void> {
  try {
    await post(pathOf(schedule, paused ? "pause" : "resume"));
    announce(`${schedule.workflow} ${schedule.trigger} ${paused ? "is paused" : "goes on"}.`);
  } catch (error) {
    announce(messageOf(error));
  }
  after();
}

function askRunNow(schedule: Schedule): void {
  ask({
    title: `Run ${schedule.workflow} now?`, action: "Run now", text: `The run starts as if ${schedule.trigger} were due; its own times stay as they are.`,
    run: async () => {
      const run = await post<Run>(pathOf(schedule, "run"));
      navigate(`/runs/${run.id}`);
      return `Run ${run.id} has started.`;
    },
  });
}

export function SchedulesView() {
  const list = useList<Schedule>("/v1/schedules");
  useLiveFilter({});
  useLiveReload(list.reload, (change) => change.runs.length > 0, 5000);
  const columns: DataColumn<Schedule>[] = [
    { head: "Schedule", kind: "heading", cell: (schedule) => <a href={`/workflows/${schedule.workflow}?tab=triggers`}>{schedule.workflow} {schedule.trigger}</a> },
    { head: "Cron", cell: (schedule) => <code>{schedule.cron}</code> },
    { head: "Time zone", cell: (schedule) => schedule.timezone },
    { head: "State", cell: (schedule) => (schedule.paused ? <span class="badge l-cancelled">paused</span> : <span class="badge l-succeeded">on</span>) },
    { head: "Last", cell: (schedule) => <Time at={schedule.last_tick} /> },
    { head: "Next there", cell: (schedule) => (schedule.paused || !schedule.next_tick ? <span class="faint">–</span> : <span class="number">{clockIn(schedule.next_tick, schedule.timezone)}</span>) },
    { head: "Next in UTC", cell: (schedule) => (schedule.paused || !schedule.next_tick ? <span class="faint">–</span> : <span class="number">{clockIn(schedule.next_tick, "UTC")}</span>) },
    {
      head: "Actions", cell: (schedule) => (
        <div class="buttons start">
          <button type="button" class="small" onClick={() => { void setPaused(schedule, !schedule.paused, list.reload); }}>{schedule.paused ? "Resume" : "Pause"}</button>
          <button type="button" class="small" onClick={() => setQuery({ preview: `${schedule.workflow}/${schedule.trigger}` })}>Preview</button>
          <button type="button" class="small" onClick={() => askRunNow(schedule)}>Run now…</button>
        </div>
      ),
    },
  ];
  const preview = place.value.query.get("preview");
  const chosen = list.data?.find((schedule) => `${schedule.workflow}/${schedule.trigger}` === preview) ?? null;
  return (
    <div class={chosen ? "page with-drawer" : "page"}>
      <PageHead title="Schedules" />
      <DataTable caption="Schedules" list={list} columns={columns} keyOf={(schedule) => `${schedule.workflow}/${schedule.trigger}`}
        empty="No workflow has a cron trigger." />
      {chosen && <PreviewDrawer key={preview} schedule={chosen} />}
    </div>
  );
}

// The next ticks in the schedule's zone and in UTC, with what a change of the clock or the calendar does to them.
function PreviewDrawer({ schedule }: { schedule: Schedule }) {
  const loaded = useLoaded<SchedulePreview>(`${pathOf(schedule, "preview")}?count=12`);
  return (
    <Drawer label={`Next ticks of ${schedule.workflow} ${schedule.trigger}`} title={<b>{schedule.workflow} {schedule.trigger}</b>} onClose={() => setQuery({ preview: null })}>
      {!loaded.data ? loaded.error ? <ErrorNote message={loaded.error} retry={loaded.reload} /> : <Loading what="the next ticks" /> : (
        <table class="list plain-table">
          <caption class="hidden">Next ticks</caption>
          <thead><tr><th scope="col">{loaded.data.timezone}</th><th scope="col">UTC</th></tr></thead>
          <tbody>
            {loaded.data.items.map((tick) => (
              <tr key={tick.at}><th scope="row">{tick.local.slice(0, 19).replace("T", " ")}{tick.note && <div class="faint small-text">{tick.note}</div>}</th><td>{clockIn(tick.at, "UTC")}</td></tr>
            ))}
          </tbody>
        </table>
      )}
    </Drawer>
  );
}
