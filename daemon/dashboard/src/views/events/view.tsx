// What was announced, and what each announcement set off.
import { DataTable, type DataColumn } from "../../components/data_table";
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { ErrorNote, JsonView, Loading, PageHead, Time } from "../../components/parts";
import { useLiveFilter } from "../../live";
import { useLiveReload, useLoaded, usePagedList } from "../../lists";
import { place, setQuery } from "../../router";
import type { Delivery, Explanation, KontorEvent } from "../../types";

function Deliveries({ items }: { items: Delivery[] }) {
  if (items.length === 0) return <span class="faint">nobody listens</span>;
  return (
    <ul class="plain-list">
      {items.map((delivery) => (
        <li key={`${delivery.workflow}/${delivery.trigger}`}>
          <StateBadge state={delivery.state} /> {delivery.workflow} {delivery.trigger}
          {delivery.run ? <> · <a href={`/runs/${delivery.run}`}>run {delivery.run}</a></> : null}
          {delivery.reason && <span class="faint"> · {delivery.reason}</span>}
        </li>
      ))}
    </ul>
  );
}

const columns: DataColumn<KontorEvent>[] = [
  { head: "Event", kind: "heading", cell: (event) => <button type="button" class="link" onClick={() => setQuery({ id: String(event.id) })}>{event.type}</button> },
  { head: "Subject", cell: (event) => event.subject },
  { head: "Time", cell: (event) => <Time at={event.time} /> },
  { head: "Campaign", cell: (event) => <a href={`/campaigns/${encodeURIComponent(event.correlation)}`}>{event.correlation}</a> },
  { head: "From", cell: (event) => (event.run ? <a href={`/runs/${event.run}`}>run {event.run}</a> : event.source) },
  { head: "Set off", kind: "wide", cell: (event) => <Deliveries items={event.deliveries} /> },
];

export function EventsView() {
  const query = place.value.query;
  const filter = { type: query.get("type") ?? "", correlation: query.get("correlation") ?? "" };
  const open = Number(query.get("id")) || null;
  const list = usePagedList<KontorEvent>("/v1/events", filter);
  useLiveFilter({});
  useLiveReload(list.reload);
  const types = [...new Set([...(filter.type ? [filter.type] : []), ...(list.data ?? []).map((event) => event.type)])].sort();
  return (
    <div class={open ? "page with-drawer" : "page"}>
      <PageHead title="Events">
        <div class="filters">
          <label>Type
            <select value={filter.type} onChange={(event) => setQuery({ type: event.currentTarget.value })}>
              <option value="">all</option>{types.map((type) => <option key={type} value={type}>{type}</option>)}
            </select>
          </label>
        </div>
      </PageHead>
      <DataTable caption="Events" list={list} columns={columns} keyOf={(event) => event.id} isOpen={(event) => event.id === open}
        onOpen={(event) => setQuery({ id: String(event.id) })} empty="No event yet." />
      {open && <EventDrawer key={open} id={open} />}
    </div>
  );
}

function EventDrawer({ id }: { id: number }) {
  const event = useLoaded<KontorEvent>(`/v1/events/${id}`);
  const detail = event.data;
  return (
    <Drawer label={`Event ${id}`} title={<b>{detail?.type ?? `Event ${id}`}</b>} onClose={() => setQuery({ id: null })}>
      {event.error && <ErrorNote message={event.error} retry={event.reload} />}
      {!detail ? !event.error && <Loading what="the event" /> : (
        <>
          <dl class="facts">
            <dt>Id</dt><dd><code>{detail.ce_id}</code></dd>
            <dt>Source</dt><dd>{detail.source}</dd>
            <dt>Subject</dt><dd>{detail.subject || "–"}</dd>
            <dt>Time</dt><dd><Time at={detail.time} /></dd>
            <dt>Set off</dt><dd><Deliveries items={detail.deliveries} /></dd>
          </dl>
          <h2>Why it did or did not start something</h2>
          <Why id={id} />
          <h2>Data</h2>
          <JsonView value={detail.data} label="Data" />
        </>
      )}
    </Drawer>
  );
}

// A sentence per trigger, those that were not asked included.
function Why({ id }: { id: number }) {
  const loaded = useLoaded<Explanation>(`/v1/events/${id}/explain`);
  if (!loaded.data) return loaded.error ? <ErrorNote message={loaded.error} retry={loaded.reload} /> : <Loading what="the reasons" />;
  const { triggers, reason } = loaded.data;
  if (triggers.length === 0) return <p class="faint">{reason || "No workflow has a trigger for events."}</p>;
  return (
    <ul class="run-list">
      {triggers.map((entry) => (
        <li key={`${entry.workflow}/${entry.trigger}`}>
          <a href={`/workflows/${encodeURIComponent(entry.workflow)}?tab=triggers`}>{entry.workflow} {entry.trigger}</a>: {entry.sentence}
          {entry.run ? <> <a href={`/runs/${entry.run}`}>run {entry.run}</a></> : null}
        </li>
      ))}
    </ul>
  );
}
