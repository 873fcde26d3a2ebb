// Which page stands at which address.
import { useEffect } from "preact/hooks";
import { AnnounceHost } from "./components/announce";
import { ConfirmHost } from "./components/confirm";
import { IconSprite } from "./components/icons";
import { Empty } from "./components/parts";
import { Shell, SignIn } from "./components/shell";
import { token } from "./auth";
import { match, place } from "./router";
import { CampaignView } from "./views/campaign";
import { DeadLettersView } from "./views/dead_letters";
import { EventsView } from "./views/events";
import { LeaderboardView, ModelsView } from "./views/models";
import { PredictionsView } from "./views/predictions";
import { RunView } from "./views/run";
import { RunsView } from "./views/runs";
import { SchedulesView } from "./views/schedules";

function CurrentPage() {
  const { path } = place.value;
  const campaign = match("/campaigns/:correlation", path);
  if (campaign) return <CampaignView correlation={campaign["correlation"] ?? null} />;
  const run = match("/runs/:id", path);
  if (run) return <RunView key={run["id"]} id={run["id"] ?? ""} />;
  const country = match("/models/:country", path);
  if (country) return <LeaderboardView key={country["country"]} country={country["country"] ?? ""} />;
  if (match("/", path) || match("/campaigns", path)) return <CampaignView correlation={null} />;
  if (match("/runs", path)) return <RunsView />;
  if (match("/dead-letters", path)) return <DeadLettersView />;
  if (match("/models", path)) return <ModelsView />;
  if (match("/predictions", path)) return <PredictionsView />;
  if (match("/schedules", path)) return <SchedulesView />;
  if (match("/events", path)) return <EventsView />;
  return <Empty>There is no page at {path}. <a href="/">Go to the campaign</a>.</Empty>;
}

function titleOf(path: string): string {
  const [section, detail] = path.split("/").filter(Boolean);
  if (!section) return "Campaign · Kontor";
  const words = section.replace("-", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${detail ? ` ${match("/:a/:b", path)?.["b"] ?? detail}` : ""} · Kontor`;
}

export function App() {
  const title = titleOf(place.value.path);
  useEffect(() => { document.title = title; }, [title]);
  return (
    <>
      <IconSprite />
      {token.value === null ? <SignIn /> : <Shell><CurrentPage /></Shell>}
      <ConfirmHost />
      <AnnounceHost />
    </>
  );
}
