// The model in force per country, and each country's leaderboard.
import { DataTable, type DataColumn } from "../components/data_table";
import { Country, ModelId, PageHead, Time } from "../components/parts";
import { count, countryName, score } from "../format";
import { useLiveFilter } from "../live";
import { useList, useLiveReload } from "../lists";
import { navigate } from "../router";
import type { Change, LeaderboardEntry, Metrics, Winner } from "../types";

const metric = <T extends { metrics: Metrics }>(head: string, name: string): DataColumn<T> => ({
  head, kind: "number", cell: (item) => score(item.metrics?.[name]),
});

const winnerColumns: DataColumn<Winner>[] = [
  { head: "Country", kind: "heading", cell: (winner) => <a href={`/models/${winner.country}`}><Country code={winner.country} /></a> },
  { head: "Model", cell: (winner) => <ModelId id={winner.model} /> },
  { head: "Family", cell: (winner) => <span class="tag">{winner.family}</span> },
  metric("Macro-F1", "macro_f1"),
  metric("Accuracy", "accuracy"),
  metric("Log-loss", "log_loss"),
  { head: "In force since", cell: (winner) => <Time at={winner.valid_from} /> },
  { head: "Why it won", kind: "wide", cell: (winner) => <span class="clip" title={winner.reason}>{winner.reason}</span> },
  { head: "Run", kind: "number", cell: (winner) => <a href={`/runs/${winner.run}`}>{winner.run}</a> },
];

const rankColumns: DataColumn<LeaderboardEntry>[] = [
  { head: "Rank", kind: "number", cell: (entry) => entry.rank },
  { head: "Model", kind: "heading", cell: (entry) => <><ModelId id={entry.model} />{entry.winner && <span class="badge s-succeeded winner">in force</span>}</> },
  { head: "Family", cell: (entry) => <span class="tag">{entry.family}</span> },
  metric("Macro-F1", "macro_f1"),
  metric("Accuracy", "accuracy"),
  metric("Log-loss", "log_loss"),
  { head: "Held-out rows", kind: "number", cell: (entry) => count(entry.rows) },
  { head: "Scored", cell: (entry) => <Time at={entry.scored_at} /> },
  { head: "Run", kind: "number", cell: (entry) => <a href={`/runs/${entry.run}`}>{entry.run}</a> },
];

// Models change only when a task has succeeded.
const hasSuccess = (change: Change): boolean => change.tasks.some((task) => task.state === "succeeded");

export function ModelsView() {
  const list = useList<Winner>("/v1/winners");
  useLiveFilter({});
  useLiveReload(list.reload, hasSuccess);
  return (
    <div class="page">
      <PageHead title="Models in force" />
      <DataTable caption="Winners" list={list} columns={winnerColumns} keyOf={(winner) => winner.country}
        onOpen={(winner) => navigate(`/models/${winner.country}`)}
        empty="No country has a model in force yet. The evaluation promotes the first one." />
    </div>
  );
}

export function LeaderboardView({ country }: { country: string }) {
  const list = useList<LeaderboardEntry>(`/v1/countries/${encodeURIComponent(country)}/leaderboard`);
  useLiveFilter({});
  useLiveReload(list.reload, hasSuccess);
  return (
    <div class="page">
      <PageHead title={<>{countryName(country)} <span class="faint">{country}</span></>}><a href="/models">All countries</a></PageHead>
      <DataTable caption="Leaderboard" list={list} columns={rankColumns} keyOf={(entry) => `${entry.model}/${entry.scored_at}`}
        empty="No model of this country has been scored yet." />
    </div>
  );
}
