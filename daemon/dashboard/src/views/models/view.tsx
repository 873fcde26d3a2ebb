// The model in force per country.
import { useState } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { ByRun, Country, ModelId, PageHead, Time } from "../../components/parts";
import { score } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload } from "../../lists";
import { navigate } from "../../router";
import type { Change, Metrics, Winner } from "../../types";
import { PinDialog } from "./pin";

const metric = <T extends { metrics: Metrics }>(head: string, name: string): DataColumn<T> => ({
  head, kind: "number", cell: (item) => score(item.metrics?.[name]),
});

const winnerColumns = (onPin: (winner: Winner) => void): DataColumn<Winner>[] => [
  { head: "Country", kind: "heading", cell: (winner) => <a href={`/models/${winner.country}`}><Country code={winner.country} /></a> },
  { head: "Model", cell: (winner) => <ModelId id={winner.model} /> },
  { head: "Family", cell: (winner) => <span class="tag">{winner.family}</span> },
  metric("Macro-F1", "macro_f1"),
  metric("Accuracy", "accuracy"),
  metric("Log-loss", "log_loss"),
  { head: "In force since", cell: (winner) => <Time at={winner.valid_from} /> },
  { head: "Why it won", kind: "wide", cell: (winner) => <span class="clip" title={winner.reason}>{winner.reason}</span> },
  { head: "Run", kind: "number", cell: (winner) => <ByRun run={winner.run} /> },
  {
    head: "Pinned", cell: (winner) => (
      <span class="pinned">{winner.pinned && <span class="tag" title={`by ${winner.pinned.by}: ${winner.pinned.reason}`}>pinned</span>}
        <button type="button" class="small" aria-label={`${winner.pinned ? "Unpin" : "Pin"} the model of ${winner.country}…`} onClick={() => onPin(winner)}>{winner.pinned ? "Unpin…" : "Pin…"}</button></span>
    ),
  },
];

// Models change only when a task has succeeded.
const hasSuccess = (change: Change): boolean => change.tasks.some((task) => task.state === "succeeded");

export function ModelsView() {
  const list = useList<Winner>("/v1/winners");
  const [pinning, setPinning] = useState<Winner | null>(null);
  useLiveFilter({});
  useLiveReload(list.reload, hasSuccess);
  return (
    <div class="page">
      <PageHead title="Models in force" />
      <DataTable caption="Winners" list={list} columns={winnerColumns(setPinning)} keyOf={(winner) => winner.country}
        onOpen={(winner) => navigate(`/models/${winner.country}`)}
        empty="No country has a model in force yet. The evaluation promotes the first one." />
      {pinning && <PinDialog winner={pinning} onClose={() => setPinning(null)} after={list.reload} />}
    </div>
  );
}
