// One dead letter: why, with which input, and what can be done about it.
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, ErrorNote, JsonView, Loading, ZoneTime } from "../../components/parts";
import { useLoaded } from "../../lists";
import { setQuery } from "../../router";
import type { DeadLetter } from "../../types";

export function LetterDrawer({ id, changed }: { id: number; changed: () => void }) {
  const letter = useLoaded<DeadLetter>(`/v1/dead-letters/${id}`);
  const close = () => setQuery({ id: null });
  const after = () => { letter.reload(); changed(); };
  const detail = letter.data;
  return (
    <Drawer label={`Dead letter ${id}`} onClose={close} title={<>{detail && <StateBadge state={detail.state} />} <b>Dead letter {id}</b></>}>
      {letter.error && <ErrorNote message={letter.error} retry={letter.reload} />}
      {!detail ? !letter.error && <Loading what="the dead letter" /> : (
        <>
          <div class="note note-error reason">{detail.reason}</div>
          {detail.state === "open" && (
            <div class="buttons start">
              <button type="button" class="primary" onClick={() => askRedrive(detail, after)}>Redrive…</button>
              <button type="button" class="danger" onClick={() => askDiscard(detail, after)}>Discard…</button>
            </div>
          )}
          <dl class="facts">
            <dt>Where</dt><dd>{detail.workflow} {detail.task} <Country code={detail.country} /></dd>
            {detail.run ? <><dt>Run</dt><dd><a href={`/runs/${detail.run}${detail.task_id ? `?task=${detail.task_id}` : ""}`}>run {detail.run}</a></dd></> : null}
            {detail.event_id ? <><dt>Event</dt><dd><a href={`/events?id=${detail.event_id}`}>event {detail.event_id}</a></dd></> : null}
            <dt>Class</dt><dd><span class="tag">{detail.failure_class}</span> {classHelp[detail.failure_class]}</dd>
            <dt>Attempts</dt><dd>{detail.attempts}</dd>
            <dt>Since</dt><dd><ZoneTime at={detail.created_at} country={detail.country} /></dd>
            {detail.closed_at && <><dt>Closed</dt><dd><ZoneTime at={detail.closed_at} country={detail.country} /> {detail.closed_reason}</dd></>}
            <dt>Same cause</dt><dd><a href={`/dead-letters?state=all&fingerprint=${encodeURIComponent(detail.fingerprint)}`}><code>{detail.fingerprint.slice(0, 12)}</code></a></dd>
          </dl>
          <h2>Input</h2>
          <JsonView value={detail.input} label="Input" />
        </>
      )}
    </Drawer>
  );
}

export const classHelp: Record<string, string> = {
  transient: "the world was not ready, and the tries are used up: redrive when it is",
  resource: "memory, disk or time ran out: give it more, then redrive",
  data: "the input is wrong: mend the data, then redrive",
  config: "the workflow or the configuration is wrong: mend it, then redrive with the newest definition",
  bug: "the code is wrong: tell its authors",
};

function askRedrive(letter: DeadLetter, after: () => void): void {
  ask({
    title: `Redrive dead letter ${letter.id}?`, action: "Redrive",
    text: `${letter.task} is tried again in its run; what stands behind it follows.`,
    choice: {
      label: "Definition", options: [
        { value: "pinned", label: "the one the run began with" },
        { value: "newest", label: "the newest (the workflow has been mended)" },
      ],
    },
    run: async ({ choice }) => {
      const reply = await post<{ run: number }>(`/v1/dead-letters/${letter.id}/redrive`, { definition: choice });
      after();
      return `Redriven in run ${reply.run}.`;
    },
  });
}

function askDiscard(letter: DeadLetter, after: () => void): void {
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
