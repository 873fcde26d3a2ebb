// What each country owes its authority for the newest month, and the items of it that wait for people: asked once for the grid.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useList, useLiveReload } from "./lists";
import type { ReportStatus } from "./types";

// A report changes as its run ends or by a person's hand, and nobody looks at its date by the second.
const askedEveryMs = 30_000;

export const monthsDue = signal<ReadonlyMap<string, ReportStatus>>(new Map());

export function useMonthsDue(): void {
  const list = useList<ReportStatus>("/v1/reports/status");
  useLiveReload(list.reload, (change) => change.tasks.some((task) => task.state === "succeeded"), askedEveryMs);
  useEffect(() => { if (list.data) monthsDue.value = new Map(list.data.map((month) => [month.country, month])); }, [list.data]);
}

// The day that still matters: none once the month is filed.
export const dueOf = (month: ReportStatus | undefined): string | null => (month && !month.filed ? month.due_on : null);
export const waitingOf = (month: ReportStatus | undefined): number => month?.report?.waiting ?? 0;
