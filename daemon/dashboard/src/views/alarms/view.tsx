// Alarms of all countries: raised ones first, each with its reason and what it started.
import { PageHead } from "../../components/parts";
import { useList } from "../../lists";
import { useLiveFilter } from "../../live";
import { place, setQuery } from "../../router";
import type { Alarm } from "../../types";
import { AlarmsTable } from "./table";

export function AlarmsView() {
  const state = place.value.query.get("state") ?? "";
  const list = useList<Alarm>("/v1/alarms", { state });
  useLiveFilter({});
  const raised = (list.data ?? []).filter((each) => each.state === "raised");
  return (
    <div class="page">
      <PageHead title="Alarms">
        <div class="filters">
          <label>State
            <select value={state} onChange={(event) => setQuery({ state: event.currentTarget.value || null })}>
              <option value="">all</option><option value="raised">raised</option><option value="calm">calm</option>
            </select>
          </label>
        </div>
        {list.data && <p class="faint">{raised.length === 0 ? "none is raised" : `${raised.length} raised; countries: ${[...new Set(raised.map((each) => each.country))].sort().join(", ")}`}</p>}
      </PageHead>
      <AlarmsTable list={list} empty={state === "raised" ? "No alarm is raised." : "No alarm was decided yet. Rules stand in the workflows that end with `monitor.check`: `infer` and `monitor`."} />
    </div>
  );
}
