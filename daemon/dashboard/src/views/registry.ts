// Every page: its address, its name in the navigation, and the code it needs, which is fetched when it is first opened.
// A new view is a folder and a line here.
import type { ComponentType } from "preact";
import { match } from "../router";
import type { ViewProps } from "./props";

type Loader = () => Promise<ComponentType<ViewProps>>;

interface Entry { pattern: string; title: (params: Record<string, string>) => string; load: Loader }

export interface Section { path: string; label: string; under: string[]; key: string; hint: string; begins?: true }

// In the order of the navigation: runs, models, what the law asks for, what is set up; `begins` is the first of a group.
// `key`: G and then this letter opens it.
export const sections: readonly Section[] = [
  { path: "/", label: "Campaign", under: ["/campaigns"], key: "c", hint: "countries and steps, live" },
  { path: "/runs", label: "Runs", under: ["/runs", "/logs"], key: "r", hint: "every execution" },
  { path: "/partitions", label: "Partitions", under: ["/partitions"], key: "t", hint: "what each country and period came to, backfills" },
  { path: "/dead-letters", label: "Dead letters", under: ["/dead-letters"], key: "d", hint: "what waits for a person" },
  { path: "/approvals", label: "Approvals", under: ["/approvals"], key: "a", hint: "what tasks ask people" },
  { path: "/models", label: "Models", under: ["/models"], key: "m", hint: "in force, leaderboards, history", begins: true },
  { path: "/alarms", label: "Alarms", under: ["/alarms"], key: "n", hint: "drift, accuracy, volume: what is raised and why" },
  { path: "/predictions", label: "Predictions", under: ["/predictions"], key: "p", hint: "what came out per country" },
  { path: "/reviews", label: "Reviews", under: ["/reviews"], key: "v", hint: "items that a model left to people", begins: true },
  { path: "/codes", label: "Codes", under: ["/codes"], key: "l", hint: "code lists, from when on, and what the next one changes" },
  { path: "/reports", label: "Reports", under: ["/reports"], key: "f", hint: "what is filed per country, and what is due" },
  { path: "/workflows", label: "Workflows", under: ["/workflows"], key: "w", hint: "definitions, start a run", begins: true },
  { path: "/schedules", label: "Schedules", under: ["/schedules"], key: "s", hint: "what starts by itself, and when" },
  { path: "/events", label: "Events", under: ["/events"], key: "e", hint: "what was announced" },
  { path: "/system", label: "System", under: ["/system"], key: "y", hint: "pools, queue, database" },
];

// Pages that the palette leads to, and the navigation by the section they are under.
export const corners: readonly Pick<Section, "path" | "label" | "hint">[] = [
  { path: "/logs", label: "Logs", hint: "what tasks said, searched over all runs" },
];

const campaign: Loader = async () => (await import("./campaign/view")).CampaignView;

const entries: readonly Entry[] = [
  { pattern: "/", title: () => "Campaign", load: campaign },
  { pattern: "/campaigns", title: () => "Campaign", load: campaign },
  { pattern: "/campaigns/:correlation", title: ({ correlation }) => `Campaign ${correlation}`, load: campaign },
  { pattern: "/runs", title: () => "Runs", load: async () => (await import("./runs/view")).RunsView },
  { pattern: "/logs", title: () => "Logs", load: async () => (await import("./logs/view")).LogsView },
  { pattern: "/runs/:id", title: ({ id }) => `Run ${id}`, load: async () => (await import("./run/view")).RunView },
  { pattern: "/dead-letters", title: () => "Dead letters", load: async () => (await import("./dead_letters/view")).DeadLettersView },
  { pattern: "/approvals", title: () => "Approvals", load: async () => (await import("./approvals/view")).ApprovalsView },
  { pattern: "/models", title: () => "Models", load: async () => (await import("./models/view")).ModelsView },
  { pattern: "/models/:country", title: ({ country }) => `Models ${country}`, load: async () => (await import("./models/country")).CountryView },
  { pattern: "/alarms", title: () => "Alarms", load: async () => (await import("./alarms/view")).AlarmsView },
  { pattern: "/alarms/:country", title: ({ country }) => `Alarms ${country}`, load: async () => (await import("./alarms/country")).CountryAlarmsView },
  { pattern: "/codes", title: () => "Code lists", load: async () => (await import("./codes/view")).CodesView },
  { pattern: "/codes/:country", title: ({ country }) => `Code lists ${country}`, load: async () => (await import("./codes/country")).CountryCodesView },
  { pattern: "/predictions", title: () => "Predictions", load: async () => (await import("./predictions/view")).PredictionsView },
  { pattern: "/reviews", title: () => "Reviews", load: async () => (await import("./reviews/view")).ReviewsView },
  { pattern: "/reports", title: () => "Reports", load: async () => (await import("./reports/view")).ReportsView },
  { pattern: "/partitions", title: () => "Partitions", load: async () => (await import("./partitions/view")).PartitionsView },
  { pattern: "/workflows", title: () => "Workflows", load: async () => (await import("./workflows/view")).WorkflowsView },
  { pattern: "/workflows/:name", title: ({ name }) => `Workflow ${name}`, load: async () => (await import("./workflows/one")).WorkflowView },
  { pattern: "/schedules", title: () => "Schedules", load: async () => (await import("./schedules/view")).SchedulesView },
  { pattern: "/events", title: () => "Events", load: async () => (await import("./events/view")).EventsView },
  { pattern: "/system", title: () => "System", load: async () => (await import("./system/view")).SystemView },
];

export interface Found { entry: Entry; params: Record<string, string> }

export function findView(path: string): Found | null {
  for (const entry of entries) {
    const params = match(entry.pattern, path);
    if (params) return { entry, params };
  }
  return null;
}
