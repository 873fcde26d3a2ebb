// Small pieces that every page uses: times, JSON, messages, paging.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { between, clock, clockIn, countryName, jsonPieces } from "../format";
import { zoneOf } from "../regions";
import type { PagedList } from "../lists";
import type { Json } from "../types";

// The page's clock; only what shows a running time listens to it.
export const now = signal(Date.now());
setInterval(() => { now.value = Date.now(); }, 1000);

export function Time({ at }: { at: string | null }) {
  return at ? <time dateTime={at} title={`${at} (UTC)\n${clock(at)} here`}>{clock(at)}</time> : <span class="faint">–</span>;
}

// Local time where the thing happened, and UTC: for where an exact time is looked up.
export function ZoneTime({ at, country }: { at: string | null; country: string }) {
  if (!at) return <span class="faint">–</span>;
  const zone = zoneOf(country);
  return (
    <time dateTime={at} title={at} class="zone-time">
      {zone && zone !== "UTC" && <>{clockIn(at, zone)} <span class="faint">{zone.split("/").at(-1)?.replaceAll("_", " ")}</span><br /></>}
      {clockIn(at, "UTC")} <span class="faint">UTC</span>
    </time>
  );
}

export function Elapsed({ from, to }: { from: string | null; to: string | null }) {
  return <span class="number">{between(from, to, to ? 0 : now.value)}</span>;
}

export function Country({ code }: { code: string }) {
  if (!code) return <span class="faint">–</span>;
  return <span class="country"><b>{code}</b> <span class="country-name">{countryName(code)}</span></span>;
}

// Model ids are long; their beginning tells them apart, the whole is in the title.
export function ModelId({ id }: { id: string | null }) {
  return id ? <code title={id}>{id.length > 14 ? `${id.slice(0, 13)}…` : id}</code> : <span class="faint">–</span>;
}

// What no run did was done by a person.
export function ByRun({ run, word = "" }: { run: number | null; word?: string }) {
  return run === null ? <span class="faint">by hand</span> : <a href={`/runs/${run}`}>{word}{run}</a>;
}

// What is longer than this is cut: a page must stay quick whatever a task has put out.
const jsonCharactersMax = 200_000;

export function JsonView({ value, label }: { value: Json; label: string }) {
  const pieces = jsonPieces(value);
  let shown = 0;
  const kept = pieces.filter((piece) => (shown += piece.text.length) <= jsonCharactersMax);
  return (
    <pre class="json" tabIndex={0} aria-label={label}>
      {kept.map((piece, index) => (piece.kind === "plain" ? piece.text : <span key={index} class={`j-${piece.kind}`}>{piece.text}</span>))}
      {kept.length < pieces.length && <span class="faint">{"\n… cut here: the whole is in the API"}</span>}
    </pre>
  );
}

export function ErrorNote({ message, retry }: { message: string; retry?: () => void }) {
  return (
    <div class="note note-error" role="alert">
      <span>{message}</span>
      {retry && <button type="button" class="small" onClick={retry}>Try again</button>}
    </div>
  );
}

export function TroubleNote({ trouble }: { trouble: { since: string; what: string } }) {
  return (
    <div class="note note-error trouble" role="alert">
      <span>The database takes no commit since <Time at={trouble.since} />. Nothing is lost, and it goes on by itself. {trouble.what}</span>
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function Loading({ what }: { what: string }) {
  return <p class="empty" role="status">Reading {what}…</p>;
}

export function Pager<T>({ list }: { list: PagedList<T> }) {
  if (!list.previous && !list.next) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" class="small" disabled={!list.previous} onClick={() => list.previous?.()}>Previous</button>
      <span>Page {list.page}</span>
      <button type="button" class="small" disabled={!list.next} onClick={() => list.next?.()}>Next</button>
    </nav>
  );
}

export function PageHead({ title, children }: { title: ComponentChildren; children?: ComponentChildren }) {
  return <header class="page-head"><h1>{title}</h1>{children}</header>;
}
