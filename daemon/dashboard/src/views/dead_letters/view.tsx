// What could not be done and waits for a person: by cause first, since a hundred letters mostly have one; and one by one.
import { useEffect } from "preact/hooks";
import { DataTable, type DataColumn } from "../../components/data_table";
import { StateBadge } from "../../components/icons";
import { Country, PageHead, Time } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { countryName } from "../../format";
import { useLiveFilter } from "../../live";
import { useList, useLiveReload, usePagedList } from "../../lists";
import { place, setQuery } from "../../router";
import type { Cause, DeadLetter } from "../../types";
import { BulkDialog, bulk, startBulk } from "./bulk";
import { classHelp, LetterDrawer } from "./drawer";
import { Jobs } from "./jobs";

const states = ["open", "redriven", "discarded"];
const tabs = [{ id: "causes", label: "By cause" }, { id: "letters", label: "Letters" }, { id: "jobs", label: "Jobs" }] as const;
type Tab = (typeof tabs)[number]["id"];

interface Filter { state: string; workflow: string; country: string; fingerprint: string }

export function DeadLettersView() {
  const query = place.value.query;
  const filter: Filter = {
    state: query.get("state") ?? "open", workflow: query.get("workflow") ?? "", country: query.get("country") ?? "",
    fingerprint: query.get("fingerprint") ?? "",
  };
  const open = Number(query.get("id")) || null;
  const ofTask = Number(query.get("task")) || null;
  const tab: Tab = query.get("by") === "job" ? "jobs" : query.get("by") === "letter" || filter.fingerprint || open || ofTask ? "letters" : "causes";
  useLiveFilter({});
  return (
    <div class={open ? "page with-drawer" : "page"}>
      <PageHead title="Dead letters">
        {tab !== "jobs" && <div class="filters">
          <label>State
            <select value={filter.state} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
              {[...states, "all"].map((state) => <option key={state} value={state}>{state}</option>)}
            </select>
          </label>
          {filter.fingerprint && <button type="button" class="small" onClick={() => setQuery({ fingerprint: null })}>Cause {filter.fingerprint.slice(0, 24)} ✕</button>}
          {filter.country && <button type="button" class="small" onClick={() => setQuery({ country: null })}>{countryName(filter.country)} ✕</button>}
        </div>}
      </PageHead>
      <Tabs label="Dead letters" tabs={tabs} current={tab} onChange={(next) => setQuery({ by: next === "letters" ? "letter" : next === "jobs" ? "job" : null, fingerprint: null, id: null, task: null })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="run-panel">
        {tab === "causes" ? <Causes filter={filter} /> : tab === "jobs" ? <Jobs /> : <Letters filter={filter} open={open} ofTask={ofTask} />}
      </div>
      {bulk.value && <BulkDialog group={bulk.value} />}
    </div>
  );
}

function Causes({ filter }: { filter: Filter }) {
  const list = useList<Cause>("/v1/dead-letter-causes", { state: filter.state === "all" ? "" : filter.state, workflow: filter.workflow, country: filter.country });
  useLiveReload(list.reload);
  const show = (cause: Cause) => setQuery({ fingerprint: cause.fingerprint, by: "letter" }, "push");
  const columns: DataColumn<Cause>[] = [
    { head: "Letters", kind: "number", cell: (cause) => <b>{cause.letters}</b> },
    {
      head: "Cause", kind: "heading", cell: (cause) => (
        <div class="cause"><button type="button" class="link clip" title={cause.reason} onClick={() => show(cause)}>{cause.reason || cause.fingerprint}</button>
          <span class="faint">{cause.workflows.join(", ")} · {cause.tasks.join(", ")}</span></div>
      ),
    },
    { head: "Class", cell: (cause) => <span class="tag" title={classHelp[cause.failure_class]}>{cause.failure_class || "–"}</span> },
    { head: "Countries", cell: (cause) => <span class="countries" title={cause.countries.map(countryName).join(", ")}>{cause.countries.slice(0, 6).join(" ")}{cause.countries.length > 6 ? ` +${cause.countries.length - 6}` : ""}</span> },
    { head: "First", cell: (cause) => <Time at={cause.first_at} /> },
    { head: "Last", cell: (cause) => <Time at={cause.last_at} /> },
    {
      head: "All of them", cell: (cause) => (cause.open === 0 ? <span class="faint">closed</span> : (
        <div class="buttons start">
          <button type="button" class="small" onClick={() => startBulk("redrive", cause.fingerprint, filter, cause.countries, list.reload)}>Redrive {cause.open}…</button>
          <button type="button" class="small danger" onClick={() => startBulk("discard", cause.fingerprint, filter, cause.countries, list.reload)}>Discard…</button>
        </div>
      )),
    },
  ];
  return <DataTable caption="Causes" list={list} columns={columns} keyOf={(cause) => cause.fingerprint} onOpen={show}
    empty={filter.state === "open" ? "No open dead letter: everything that was asked for has been done or is being done." : "None here."} />;
}

const columns: DataColumn<DeadLetter>[] = [
  { head: "No.", kind: "heading", cell: (letter) => <button type="button" class="link" onClick={() => setQuery({ id: String(letter.id) })}>{letter.id}</button> },
  { head: "State", cell: (letter) => <StateBadge state={letter.state} /> },
  { head: "Where", cell: (letter) => `${letter.workflow} ${letter.task}${letter.item ? ` #${letter.item}` : ""}` },
  { head: "Country", cell: (letter) => <Country code={letter.country} /> },
  { head: "Class", cell: (letter) => <span class="tag">{letter.failure_class}</span> },
  { head: "Reason", kind: "wide", cell: (letter) => <span class="clip" title={letter.reason}>{letter.reason}</span> },
  { head: "Attempts", kind: "number", cell: (letter) => letter.attempts },
  { head: "Since", cell: (letter) => <Time at={letter.created_at} /> },
];

function Letters({ filter, open, ofTask }: { filter: Filter; open: number | null; ofTask: number | null }) {
  const list = usePagedList<DeadLetter>("/v1/dead-letters", { ...filter, state: filter.state === "all" ? "" : filter.state });
  useLiveReload(list.reload);
  // A task's page links here by the task: open its letter as soon as the list knows it.
  const linked = ofTask ? list.data?.find((letter) => letter.task_id === ofTask)?.id ?? null : null;
  useEffect(() => { if (linked) setQuery({ task: null, id: String(linked), by: "letter" }); }, [linked]);
  const countries = [...new Set(list.data?.map((letter) => letter.country).filter(Boolean) ?? [])].sort();
  const openHere = list.data?.some((letter) => letter.state === "open") ?? false;
  return (
    <>
      {filter.fingerprint && openHere && (
        <div class="buttons start">
          <button type="button" class="small" onClick={() => startBulk("redrive", filter.fingerprint, filter, countries, list.reload)}>Redrive all of this cause…</button>
          <button type="button" class="small danger" onClick={() => startBulk("discard", filter.fingerprint, filter, countries, list.reload)}>Discard all of this cause…</button>
        </div>
      )}
      <DataTable caption="Dead letters" list={list} columns={columns} keyOf={(letter) => letter.id} isOpen={(letter) => letter.id === open}
        onOpen={(letter) => setQuery({ id: String(letter.id), by: "letter" })}
        empty={filter.state === "open" ? "No open dead letter: everything that was asked for has been done or is being done." : "None here."} />
      {open && <LetterDrawer key={open} id={open} changed={list.reload} />}
    </>
  );
}
