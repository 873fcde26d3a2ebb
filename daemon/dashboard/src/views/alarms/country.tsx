// One country: its alarms, and what was read of its data and its model over the periods.
import { Empty, ErrorNote, Loading, PageHead } from "../../components/parts";
import { countryName } from "../../format";
import { useList, useLiveReload, useLoaded } from "../../lists";
import { useLiveFilter } from "../../live";
import type { Alarm, Page, Reading } from "../../types";
import type { ViewProps } from "../props";
import { MetricPlot } from "./plot";
import { metricKinds, wholePeriods } from "./readings";
import { AlarmsTable } from "./table";

// Some thirty readings a period: the newest two and a half years.
const readingsMax = 1000;

export function CountryAlarmsView({ params }: ViewProps) {
  const country = params["country"] ?? "";
  const alarms = useList<Alarm>("/v1/alarms", { country });
  const readings = useLoaded<Page<Reading>>(`/v1/countries/${encodeURIComponent(country)}/readings?limit=${readingsMax}`);
  useLiveFilter({});
  useLiveReload(readings.reload, (change) => change.tasks.some((task) => task.state === "succeeded"));
  const items = readings.data ? wholePeriods(readings.data.items, readings.data.next !== null) : null;
  return (
    <div class="page">
      <PageHead title={<>{countryName(country)} <span class="faint">{country}</span></>}><a href="/alarms">All alarms</a><a href={`/models/${country}`}>Models</a></PageHead>
      <AlarmsTable list={alarms} ofOne empty="No alarm of this country was decided yet." />
      {items === null ? (readings.error ? <ErrorNote message={readings.error} retry={readings.reload} /> : <Loading what="the readings" />)
        : items.length === 0 ? <Empty>Nothing was read of this country yet: the workflows infer and monitor read it.</Empty>
          : <div class="plots">{metricKinds.map((kind) => <MetricPlot key={kind.metric} kind={kind} readings={items} alarms={alarms.data ?? []} />)}</div>}
      {readings.data?.next && <p class="faint">Older periods are in the API: <code>kontor readings {country}</code>.</p>}
    </div>
  );
}
