// One country and period: which run worked for it last, what succeeded and failed before, and how to have it made.
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, ZoneTime } from "../../components/parts";
import { setQuery } from "../../router";
import type { Partition } from "../../types";
import { startBackfill } from "./backfill_dialog";
import { isMonth } from "./months";

interface CellProps { workflow: string; country: string; period: string; partition: Partition | null }

export function CellDrawer({ workflow, country, period, partition }: CellProps) {
  const state = partition?.state ?? "missing";
  const failure = partition?.last_failure ?? null;
  const success = partition?.last_success ?? null;
  return (
    <Drawer label={`${country} ${period}`} onClose={() => setQuery({ at: null })} title={<><StateBadge state={state} /> <b>{workflow}</b> <Country code={country} /> <span class="faint">{period || "any period"}</span></>}>
      {state === "failed" && failure && <div class="note note-error reason">{failure.reason}</div>}
      {state === "missing" && <p>{partition?.reason || "No run has come to it."}</p>}
      <dl class="facts">
        {partition?.run ? <><dt>{state === "running" ? "Works for it" : "Last run"}</dt><dd><a href={`/runs/${partition.run}?view=tasks&country=${country}`}>run {partition.run}</a> {partition.outcome && partition.outcome !== state && <StateBadge state={partition.outcome} />}</dd></> : null}
        {partition?.at && <><dt>At</dt><dd><ZoneTime at={partition.at} country={country} /></dd></>}
        {success && <><dt>Last success</dt><dd><a href={`/runs/${success.run}`}>run {success.run}</a><br /><ZoneTime at={success.at} country={country} /></dd></>}
        {failure && (
          <>
            <dt>Last failure</dt>
            <dd><a href={`/runs/${failure.run}${failure.task_id ? `?task=${failure.task_id}` : ""}`}>run {failure.run}</a> {failure.class && <span class="tag">{failure.class}</span>}<br />
              <ZoneTime at={failure.at} country={country} />{state !== "failed" && failure.reason && <div class="reason faint">{failure.reason}</div>}</dd>
          </>
        )}
      </dl>
      {failure?.task_id && state === "failed" ? <p><a href={`/dead-letters?task=${failure.task_id}`}>Look at the dead letter</a>, mend the cause, then redrive it: its run goes on.</p> : null}
      {isMonth(period) && (
        <div class="buttons start"><button type="button" class={state === "missing" ? "primary" : ""} onClick={() => startBackfill({ workflow, from: period, to: period, countries: country })}>Backfill…</button></div>
      )}
    </Drawer>
  );
}
