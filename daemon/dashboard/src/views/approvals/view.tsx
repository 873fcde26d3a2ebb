// What tasks ask people: an inbox. J and K choose, A approves, R rejects.
import { useLayoutEffect, useRef } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { StateBadge } from "../../components/icons";
import { Country, PageHead, Time } from "../../components/parts";
import { countryName } from "../../format";
import { useLiveFilter } from "../../live";
import { useLiveReload, usePagedList } from "../../lists";
import { place, setQuery } from "../../router";
import type { Approval } from "../../types";
import { askDecision } from "./decide";
import { ApprovalDrawer } from "./drawer";
import { neighbour } from "./facts";

const states = ["open", "approved", "rejected", "expired", "withdrawn"];

const columns: DataColumn<Approval>[] = [
  { head: "No.", cell: (approval) => approval.id },
  { head: "State", cell: (approval) => <StateBadge state={approval.state} /> },
  { head: "Asked", kind: "heading", cell: (approval) => <button type="button" class="link clip" title={approval.title} onClick={() => setQuery({ id: String(approval.id) })}>{approval.title}</button> },
  { head: "Where", cell: (approval) => `${approval.workflow} ${approval.task}${approval.item ? ` #${approval.item}` : ""}` },
  { head: "Country", cell: (approval) => <Country code={approval.country} /> },
  { head: "Answers", cell: (approval) => (approval.state === "open" ? `${approval.votes.length} of ${approval.approvals}` : approval.votes.map((vote) => vote.by).join(", ") || "–") },
  { head: "Since", cell: (approval) => <Time at={approval.asked_at} /> },
  { head: "Until", cell: (approval) => <Time at={approval.deadline_at} /> },
];

function useKeys(items: readonly Approval[], open: number | null, reload: () => void): void {
  const newest = useRef({ items, open, reload });
  newest.current = { items, open, reload };
  // Before the list is seen: a key in its first moment is heard.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const field = (event.target as Element | null)?.closest?.("input, textarea, select") ?? null;
      // What followed a G was a page's letter.
      if (event.defaultPrevented || field || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const { items: list, open: current, reload: again } = newest.current;
      const key = event.key.toLowerCase();
      if (key === "j" || key === "k") {
        const next = neighbour(list.map((each) => each.id), current, key === "j" ? 1 : -1);
        if (next !== null) setQuery({ id: String(next) });
      } else if (key === "a" || key === "r") {
        const chosen = list.find((each) => each.id === current && each.state === "open");
        if (!chosen) return;
        askDecision(chosen, key === "a" ? "approve" : "reject", again);
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

export function ApprovalsView() {
  const query = place.value.query;
  const state = query.get("state") ?? "open";
  const country = query.get("country") ?? "";
  const run = query.get("run") ?? "";
  const open = Number(query.get("id")) || null;
  const list = usePagedList<Approval>("/v1/approvals", { state: state === "all" ? "" : state, country, run });
  useLiveFilter({});
  useLiveReload(list.reload, (change) => change.tasks.length > 0);
  useKeys(list.data ?? [], open, list.reload);
  return (
    <div class={open ? "page with-drawer" : "page"}>
      <PageHead title="Approvals">
        <div class="filters">
          <label>State
            <select value={state} onChange={(event) => setQuery({ state: event.currentTarget.value, id: null })}>
              {[...states, "all"].map((each) => <option key={each} value={each}>{each}</option>)}
            </select>
          </label>
          {country && <button type="button" class="small" onClick={() => setQuery({ country: null })}>{countryName(country)} ✕</button>}
          {run && <button type="button" class="small" onClick={() => setQuery({ run: null })}>Run {run} ✕</button>}
          <span class="faint keys-hint"><kbd>J</kbd> <kbd>K</kbd> choose, <kbd>A</kbd> approve, <kbd>R</kbd> reject</span>
        </div>
      </PageHead>
      <DataTable caption="Approvals" list={list} columns={columns} keyOf={(approval) => approval.id} isOpen={(approval) => approval.id === open}
        onOpen={(approval) => setQuery({ id: String(approval.id) })}
        empty={state === "open" ? "Nothing waits for a decision." : "None here."} />
      {open && <ApprovalDrawer key={open} id={open} changed={list.reload} />}
    </div>
  );
}
