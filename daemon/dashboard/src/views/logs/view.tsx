// What tasks said, in whichever run: lines with a text, of a level, a workflow, a country, a task, since a time. Newest run first.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Empty, ErrorNote, Loading, PageHead } from "../../components/parts";
import { useLiveFilter } from "../../live";
import { useLoaded } from "../../lists";
import { place, setQuery } from "../../router";
import { clock } from "../../format";
import type { Page } from "../../types";
import { Line } from "../task/log";
import { byInstance, sinceOf, spanOf, spans, useLogSearch, type Told } from "./search";

const levels = { info: "information and graver", warn: "warnings and graver", error: "errors" } as const;
const textMax = 200;

export function LogsView() {
  const query = place.value.query;
  const of = (name: string) => query.get(name) ?? "";
  const span = spanOf(query.get("since"));
  const wish = { grep: of("q"), level: of("level"), workflow: of("workflow"), country: of("country"), task: of("task") };
  const since = useMemo(() => sinceOf(span, Date.now()), [place.value]);
  const found = useLogSearch({ ...wish, since });
  const workflows = useLoaded<Page<{ name: string }>>("/v1/workflows");
  useLiveFilter({});
  const told = useMemo(() => byInstance(found.lines), [found.lines]);
  return (
    <div class="page">
      <PageHead title="Logs" />
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Wanted name="q" label="Text" value={wish.grep} hint="in any line" wide />
        <label>Level
          <select value={wish.level} onChange={(event) => setQuery({ level: event.currentTarget.value })}>
            <option value="">everything</option>
            {Object.entries(levels).map(([level, name]) => <option key={level} value={level}>{name}</option>)}
          </select>
        </label>
        <label>Workflow
          <select value={wish.workflow} onChange={(event) => setQuery({ workflow: event.currentTarget.value })}>
            <option value="">all</option>{(workflows.data?.items ?? []).map(({ name }) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
        <Wanted name="task" label="Task" value={wish.task} hint="its name" />
        <Wanted name="country" label="Country" value={wish.country} hint="DE" />
        <label>From
          <select value={span} onChange={(event) => setQuery({ since: event.currentTarget.value })}>
            {Object.entries(spans).map(([value, name]) => <option key={value} value={value}>{name}</option>)}
          </select>
        </label>
      </form>
      {found.error && <ErrorNote message={found.error} />}
      <p class="faint" role="status">
        {found.busy ? "Looking…" : `${found.lines.length} lines of ${told.length} ${told.length === 1 ? "task" : "tasks"}${found.further ? ", and more to look at" : ""}`}
      </p>
      {told.length > 0 && (
        <div class="card log-found" role="log" aria-label="Lines found" aria-live="off">
          {told.map((each) => <Instance key={`${each.id}/${each.first.line}`} told={each} wanted={wish.grep.toLowerCase()} />)}
        </div>
      )}
      {found.busy && found.lines.length === 0 && <Loading what="the logs" />}
      {!found.busy && !found.error && told.length === 0 && <Empty>{found.further ? "Nothing so far." : "No line is like that."}</Empty>}
      {found.further && <div class="buttons"><button type="button" onClick={found.further}>Look further</button></div>}
    </div>
  );
}

// A search costs more than a keystroke: it begins with Enter, or when the field is left.
function Wanted({ name, label, value, hint, wide = false }: { name: string; label: string; value: string; hint: string; wide?: boolean }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const ask = () => { if (text.trim() !== value) setQuery({ [name]: name === "country" ? text.trim().toUpperCase() : text.trim() }); };
  return (
    <label>{label}
      <input type="search" class={wide ? "search" : "search short"} name={name} value={text} placeholder={hint} maxLength={textMax} onInput={(event) => setText(event.currentTarget.value)}
        onChange={ask} onKeyDown={(event) => { if (event.key === "Enter") ask(); }} />
    </label>
  );
}

function Instance({ told, wanted }: { told: Told; wanted: string }) {
  const { first } = told;
  const what = [first.country, first.task, first.item].filter((part) => part !== "").join(" / ");
  return (
    <section>
      <h2><a href={`/runs/${first.run}?task=${told.id}`}>{first.workflow} {first.run} · {what}</a> <span class="faint">{clock(first.at)}</span></h2>
      <div class="mono">{told.lines.map((line) => <Line key={line.line} line={line} wanted={wanted} />)}</div>
    </section>
  );
}
