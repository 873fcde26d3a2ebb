// Which countries have an open alarm: asked once for the whole page, shown in the navigation and before the rows of the grid.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useList, useLiveReload } from "./lists";
import type { Alarm } from "./types";

export const raisedPath = "/v1/alarms?state=raised";
export const raisedAlarms = signal<ReadonlyMap<string, readonly Alarm[]>>(new Map());

export function byCountry(alarms: readonly Alarm[]): Map<string, Alarm[]> {
  const found = new Map<string, Alarm[]>();
  for (const alarm of alarms) found.set(alarm.country, [...(found.get(alarm.country) ?? []), alarm]);
  return found;
}

// Alarms change as a task ends, or by a person's hand.
export function useRaisedAlarms(): number {
  const list = useList<Alarm>(raisedPath);
  useLiveReload(list.reload, () => true, 5000);
  useEffect(() => { if (list.data) raisedAlarms.value = byCountry(list.data); }, [list.data]);
  return list.data?.length ?? 0;
}
