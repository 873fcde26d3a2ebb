// One dead letter: why, what was tried with which input, what was logged, and what can be done about it.
import { useEffect, useState } from "preact/hooks";
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, Empty, ErrorNote, JsonView, Loading, ZoneTime } from "../../components/parts";
import { Tabs } from "../../components/tabs";
import { useLoaded } from "../../lists";
import { setQuery } from "../../router";
import type { DeadLetterDetail } from "../../types";
import { Attempts } from "../task/attempts";
import { Line } from "../task/log";
import { definitionSentence } from "./job";
import { RedriveDialog } from "./redrive";

const tabs = [{ id: "overview", label: "Overview" }, { id: "input", label: "Input" }, { id: "log", label: "Log" }] as const;
type Tab = (typeof tabs)[number]["id"];
const lookAgainMs = 2000;

export function LetterDrawer({ id, changed }: { id: number; changed: () => void }) {
  const letter = useLoaded<DeadLetterDetail>(`/v1/dead-letters/${id}`);
  const [tab, setTab] = useState<Tab>("overview");
  const [redriving, setRedriving] = useState(false);
  const close = () => setQuery({ id: null });
  const after = () => { letter.reload(); changed(); };
  const detail = letter.data;
  // The last lines may be stored after the letter is.
  const following = tab === "log" && detail?.state === "open";
  useEffect(() => {
    if (!following) return;
    letter.reload();
    const timer = setInterval(letter.reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [following]);
  return (
    <Drawer label={`Dead letter ${id}`} onClose={close} title={<>{detail && <StateBadge state={detail.state} />} <b>Dead letter {id}</b></>}>
      {letter.error && <ErrorNote message={letter.error} retry={letter.reload} />}
      {!detail ? !letter.error && <Loading what="the dead letter" /> : (
        <>
          <div class="note note-error reason">{detail.reason}</div>
          {detail.state === "open" && (
            <div class="buttons start">
              <button type="button" class="primary" onClick={() => setRedriving(true)}>Redrive…</button>
              <button type="button" class="danger" onClick={() => askDiscard(detail, after)}>Discard…</button>
            </div>
          )}
          <Tabs label="Dead letter" tabs={tabs} current={tab} onChange={setTab} />
          <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
            {tab === "overview" && <Overview letter={detail} />}
            {tab === "input" && <JsonView value={detail.input} label="Input" />}
            {tab === "log" && <LastLines letter={detail} />}
          </div>
          {redriving && <RedriveDialog letter={detail} onClose={() => setRedriving(false)} after={after} />}
        </>
      )}
    </Drawer>
  );
}

const taskPath = (letter: DeadLetterDetail): string => `/runs/${letter.run}${letter.task_id ? `?task=${letter.task_id}` : ""}`;

function Overview({ letter }: { letter: DeadLetterDetail }) {
  return (
    <>
      <dl class="facts">
        <dt>Where</dt><dd>{letter.workflow} {letter.task}{letter.item !== "" && <span class="faint"> #{letter.item}</span>} {letter.country && <Country code={letter.country} />}</dd>
        {letter.run ? <><dt>Run</dt><dd><a href={taskPath(letter)}>run {letter.run}</a></dd></> : null}
        {letter.event_id ? <><dt>Event</dt><dd><a href={`/events?id=${letter.event_id}`}>event {letter.event_id}</a></dd></> : null}
        {letter.definition && <><dt>Definition</dt><dd><a href={`/workflows/${encodeURIComponent(letter.workflow)}?tab=versions`}>{definitionSentence(letter.definition)}</a></dd></>}
        <dt>Class</dt><dd><span class="tag">{letter.failure_class}</span> {classHelp[letter.failure_class]}</dd>
        <dt>Since</dt><dd><ZoneTime at={letter.created_at} country={letter.country} /></dd>
        {letter.closed_at && <><dt>Closed</dt><dd><ZoneTime at={letter.closed_at} country={letter.country} /> {letter.closed_reason}</dd></>}
        <dt>Same cause</dt><dd><a href={`/dead-letters?state=all&fingerprint=${encodeURIComponent(letter.fingerprint)}`}><code>{letter.fingerprint.slice(0, 12)}</code></a></dd>
      </dl>
      <h2>Attempts</h2>
      {letter.tries.length === 0 && letter.attempts > 0 ? <p class="faint">{letter.attempts}</p> : <Attempts attempts={letter.tries} />}
    </>
  );
}

// The last hundred lines come with the letter: what is older is with its task.
function LastLines({ letter }: { letter: DeadLetterDetail }) {
  if (letter.logs.length === 0) return <Empty>Nothing was logged.</Empty>;
  return (
    <>
      <div class="log" tabIndex={0} role="log" aria-label="Log">
        {letter.logs.map((line, index) => <Line key={index} line={line} wanted="" />)}
      </div>
      {letter.run !== null && <p class="faint">The last {letter.logs.length} lines. All of them are with <a href={taskPath(letter)}>its task</a>.</p>}
    </>
  );
}

export const classHelp: Record<string, string> = {
  transient: "the world was not ready, and the tries are used up: redrive when it is",
  resource: "memory, disk or time ran out: give it more, then redrive",
  data: "the input is wrong: mend the data, then redrive",
  config: "the workflow or the configuration is wrong: mend it, then redrive with the newest definition",
  bug: "the code is wrong: tell its authors",
};

function askDiscard(letter: DeadLetterDetail, after: () => void): void {
  ask({
    title: `Discard dead letter ${letter.id}?`, action: "Discard", danger: true, reason: { label: "Reason (kept with the letter)", required: true },
    text: "It will not be tried again. The reason stays on record.",
    run: async ({ reason }) => {
      await post(`/v1/dead-letters/${letter.id}/discard`, { reason });
      after();
      return `Dead letter ${letter.id} discarded.`;
    },
  });
}
