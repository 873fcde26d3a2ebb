// One country: its leaderboard, the models that were in force, how the one in force was found and how it errs; two side by side.
import { useState } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { ByRun, Empty, ErrorNote, Loading, ModelId, PageHead, Time } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { bytes, count, countryName, duration, score, signed } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload, useLoaded, type Loaded } from "../../lists";
import { place, setQuery } from "../../router";
import type { Champion, Change, Confusion, LeaderboardEntry, Metrics, Model, Page, Trial } from "../../types";
import type { ViewProps } from "../props";
import { CalibrationPlot } from "./calibration";
import { ConfusionSquare } from "./confusion";
import { TrialChart } from "./trial_chart";
import { TryOne } from "./try_one";

const tabs = [{ id: "board", label: "Leaderboard" }, { id: "history", label: "History" }, { id: "model", label: "Trials and errors" }, { id: "compare", label: "Compare" }, { id: "try", label: "Try one item" }] as const;
type Tab = (typeof tabs)[number]["id"];
// What the daemon can rank by.
const ranks: Record<string, string> = { quality: "macro-F1", cost: "computing that its search took", speed: "items classified a second", size: "size of its file" };
const metricNames: [string, string][] = [["macro_f1", "Macro-F1"], ["weighted_f1", "Weighted F1"], ["accuracy", "Accuracy"], ["log_loss", "Log-loss"], ["ece", "Calibration error"]];
const hasSuccess = (change: Change): boolean => change.tasks.some((task) => task.state === "succeeded");

export function CountryView({ params }: ViewProps) {
  const country = params["country"] ?? "";
  const rank = place.value.query.get("by") ?? "";
  const by = Object.hasOwn(ranks, rank) ? rank : "quality";
  const board = useList<LeaderboardEntry>(`/v1/countries/${encodeURIComponent(country)}/leaderboard`, { by });
  useLiveFilter({});
  useLiveReload(board.reload, hasSuccess);
  const wanted = place.value.query.get("tab");
  const tab: Tab = tabs.find((entry) => entry.id === wanted)?.id ?? "board";
  const inForce = board.data?.find((entry) => entry.winner)?.model ?? board.data?.[0]?.model ?? null;
  const model = place.value.query.get("model") ?? inForce;
  return (
    <div class="page">
      <PageHead title={<>{countryName(country)} <span class="faint">{country}</span></>}><a href="/models">All countries</a></PageHead>
      <Tabs label="Models" tabs={tabs} current={tab} onChange={(next) => setQuery({ tab: next === "board" ? null : next })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {tab === "board" && <Board list={board} by={by} />}
        {tab === "history" && <History country={country} />}
        {tab === "model" && (model === null ? <Empty>No model of this country has been scored yet.</Empty> : <ModelDetail key={model} model={model} country={country} board={board.data ?? []} />)}
        {tab === "try" && <TryOne country={country} />}
        {tab === "compare" && <Compare country={country} board={board.data} />}
      </div>
    </div>
  );
}

const metric = (head: string, name: string): DataColumn<LeaderboardEntry> => ({ head, kind: "number", cell: (item) => score(item.metrics?.[name]) });
const rankColumns: DataColumn<LeaderboardEntry>[] = [
  { head: "Rank", kind: "number", cell: (entry) => entry.rank },
  { head: "Model", kind: "heading", cell: (entry) => <><button type="button" class="link" onClick={() => setQuery({ tab: "model", model: entry.model }, "push")}><ModelId id={entry.model} /></button>{entry.winner && <span class="badge l-succeeded winner">in force</span>}</> },
  { head: "Family", cell: (entry) => <span class="tag">{entry.family}</span> },
  metric("Macro-F1", "macro_f1"), metric("Accuracy", "accuracy"), metric("Log-loss", "log_loss"), metric("Calibration", "ece"),
  { head: "Held out", kind: "number", cell: (entry) => count(entry.rows) },
  { head: "Search", kind: "number", cell: (entry) => (entry.seconds === null ? "–" : duration(entry.seconds * 1000)) },
  { head: "Items/s", kind: "number", cell: (entry) => count(entry.per_second) },
  { head: "Size", kind: "number", cell: (entry) => (entry.bytes === null ? "–" : bytes(entry.bytes)) },
  { head: "Scored", cell: (entry) => <Time at={entry.scored_at} /> },
  { head: "Run", kind: "number", cell: (entry) => <ByRun run={entry.run} /> },
];

function Board({ list, by }: { list: Loaded<LeaderboardEntry[]>; by: string }) {
  return (
    <>
      <div class="filters">
        <label>Rank by
          <select value={by} onChange={(event) => setQuery({ by: event.currentTarget.value === "quality" ? null : event.currentTarget.value })}>
            {Object.entries(ranks).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </select>
        </label>
      </div>
      <DataTable caption="Leaderboard" list={list} columns={rankColumns} keyOf={(entry) => entry.model}
        onOpen={(entry) => setQuery({ tab: "model", model: entry.model }, "push")} empty="No model of this country has been scored yet." />
    </>
  );
}

// Each model's reign as a row with the step it made; the newest on top.
function History({ country }: { country: string }) {
  const list = useList<Champion>(`/v1/countries/${encodeURIComponent(country)}/champions`);
  useLiveReload(list.reload, hasSuccess);
  if (!list.data) return list.error ? <ErrorNote message={list.error} retry={list.reload} /> : <Loading what="the history" />;
  if (list.data.length === 0) return <Empty>No model has been in force here yet.</Empty>;
  return (
    <ol class="reigns card pad" aria-label="Models in force, the newest first">
      {list.data.map((champion) => (
        <li key={`${champion.model}/${champion.valid_from}`} class={champion.valid_to === null ? "now" : undefined}>
          <div class="reign-when"><Time at={champion.valid_from} /><span class="faint">{champion.valid_to === null ? "in force" : <>until <Time at={champion.valid_to} /></>}</span></div>
          <div class="reign-what">
            <b><ModelId id={champion.model} /></b> <span class="tag">{champion.family || "unknown"}</span> <b>{score(champion.metrics?.["macro_f1"])}</b>{" "}
            {champion.gain !== null && <span class={champion.gain < 0 ? "gain worse" : "gain"}>{signed(champion.gain)}</span>}
            <div class="faint">{champion.reason} · <ByRun run={champion.run} word="run " /></div>
          </div>
        </li>
      ))}
    </ol>
  );
}

function ModelPicker({ board, value, label, onChange }: { board: LeaderboardEntry[]; value: string; label: string; onChange: (model: string) => void }) {
  return (
    <label class="inline-field">{label}{" "}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {!board.some((entry) => entry.model === value) && <option value={value}>{value}</option>}
        {board.map((entry) => <option key={entry.model} value={entry.model}>{`${entry.rank}. ${entry.model} · ${entry.family} · ${score(entry.metrics?.["macro_f1"])}${entry.winner ? " · in force" : ""}`}</option>)}
      </select>
    </label>
  );
}

function ModelDetail({ model, country, board }: { model: string; country: string; board: LeaderboardEntry[] }) {
  const trials = useLoaded<Page<Trial>>(`/v1/models/${encodeURIComponent(model)}/trials?country=${country}`);
  const [name, setName] = useState("macro_f1");
  return (
    <>
      <div class="filters">
        <ModelPicker board={board} value={model} label="Model" onChange={(next) => setQuery({ model: next })} />
        <label>Metric
          <select value={name} onChange={(event) => setName(event.currentTarget.value)}>{metricNames.map(([id, label]) => <option key={id} value={id}>{label}</option>)}</select>
        </label>
        <a class="button" href={`/v1/models/${encodeURIComponent(model)}/card?country=${country}&format=html`} download={`${country}-${model}.html`}>Model card</a>
      </div>
      <section class="card pad">
        <h2>Trials</h2>
        {trials.error ? <Empty>{trials.error}</Empty> : !trials.data ? <Loading what="the trials" /> : trials.data.items.length === 0 ? <Empty>This model was not found by trials.</Empty>
          : <TrialChart trials={trials.data.items} metric={name} lowerIsBetter={name === "log_loss" || name === "ece"} />}
      </section>
      <section class="card pad"><h2>Which codes are taken for which</h2><Errors model={model} country={country} /></section>
    </>
  );
}

function Errors({ model, country }: { model: string; country: string }) {
  const list = useLoaded<Confusion>(`/v1/models/${encodeURIComponent(model)}/confusion?country=${country}`);
  if (list.data) {
    return (
      <>
        <ConfusionSquare confusion={list.data} />
        <h3>How sure it is, and how often right</h3>
        {list.data.calibration ? <CalibrationPlot calibration={list.data.calibration} /> : <Empty>It was scored before this was counted.</Empty>}
      </>
    );
  }
  return list.error ? <Empty>Nothing is known of this model's errors: it has not been scored since they are counted.</Empty> : <Loading what="the errors" />;
}

function Compare({ country, board }: { country: string; board: LeaderboardEntry[] | null }) {
  if (!board) return <Loading what="the models" />;
  if (board.length < 2) return <Empty>There are fewer than two scored models to compare.</Empty>;
  const query = place.value.query;
  const left = query.get("a") ?? board.find((entry) => entry.winner)?.model ?? board[0]?.model ?? "";
  const right = query.get("b") ?? board.find((entry) => entry.model !== left)?.model ?? "";
  return (
    <>
      <div class="filters">
        <ModelPicker board={board} value={left} label="Left" onChange={(next) => setQuery({ a: next })} />
        <ModelPicker board={board} value={right} label="Right" onChange={(next) => setQuery({ b: next })} />
      </div>
      <MetricsTable left={board.find((entry) => entry.model === left)?.metrics ?? {}} right={board.find((entry) => entry.model === right)?.metrics ?? {}} />
      <div class="columns">
        {[left, right].map((model) => <section key={model} class="card pad"><h2><ModelId id={model} /></h2><Params model={model} /><Errors model={model} country={country} /></section>)}
      </div>
    </>
  );
}

function MetricsTable({ left, right }: { left: Metrics; right: Metrics }) {
  return (
    <div class="scroll card">
      <table class="list">
        <caption class="hidden">Two models</caption>
        <thead><tr><th scope="col">Metric</th><th scope="col" class="number">Left</th><th scope="col" class="number">Right</th><th scope="col" class="number">Right less left</th></tr></thead>
        <tbody>
          {metricNames.map(([name, label]) => {
            const [a, b] = [left[name], right[name]];
            const difference = typeof a === "number" && typeof b === "number" ? b - a : null;
            const better = difference !== null && (name === "log_loss" || name === "ece" ? difference < 0 : difference > 0);
            return <tr key={name}><th scope="row">{label}</th><td class="number">{score(a)}</td><td class="number">{score(b)}</td><td class={`number ${difference === 0 ? "" : better ? "gain" : "gain worse"}`}>{signed(difference, 4)}</td></tr>;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Params({ model }: { model: string }) {
  const loaded = useLoaded<Model>(`/v1/models/${encodeURIComponent(model)}`);
  if (!loaded.data) return loaded.error ? <ErrorNote message={loaded.error} /> : <Loading what="the model" />;
  const params = loaded.data.params;
  const entries = params !== null && typeof params === "object" && !Array.isArray(params) ? Object.entries(params) : [];
  return (
    <dl class="facts">
      <dt>Family</dt><dd>{loaded.data.family}</dd>
      {entries.flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(4) : String(value)}</dd>])}
    </dl>
  );
}
