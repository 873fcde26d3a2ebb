// A search over the logs of many runs. A page of the API looks at a bounded number of them and may hold nothing: the next ones are
// read until there is something to show, or it has taken long enough and the person says whether to go on.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, messageOf, type Query } from "../../api";
import type { FoundLogLine, Page } from "../../types";

const pagesAtOnce = 5;
const linesAtOnce = 200;

export interface LogSearch {
  lines: FoundLogLine[];
  busy: boolean;
  error: string | null;
  further: (() => void) | null;  // null: everything was looked at, or a look is on its way
}

interface State { lines: FoundLogLine[]; next: string | null; busy: boolean; error: string | null }

const begin: State = { lines: [], next: null, busy: true, error: null };

// Lines of one instance stand together; `since` is a time.
export function useLogSearch(query: Query): LogSearch {
  const [state, setState] = useState<State>(begin);
  const stopper = useRef<AbortController | null>(null);
  const asked = JSON.stringify(query);
  async function look(from: string | null, known: FoundLogLine[]): Promise<void> {
    stopper.current?.abort();
    const own = new AbortController();
    stopper.current = own;
    let lines = known;
    let next = from;
    setState({ lines, next, busy: true, error: null });
    try {
      for (let page = 0; page < pagesAtOnce; page += 1) {
        const part: Page<FoundLogLine> = await get<Page<FoundLogLine>>("/v1/logs", { ...query, limit: linesAtOnce, cursor: next }, own.signal);
        lines = [...lines, ...part.items];
        next = part.next;
        if (next === null || lines.length - known.length >= linesAtOnce) break;
      }
      if (!own.signal.aborted) setState({ lines, next, busy: false, error: null });
    } catch (failure) {
      if (!own.signal.aborted) setState({ lines, next, busy: false, error: messageOf(failure) });
    }
  }
  useEffect(() => {
    void look(null, []);
    return () => stopper.current?.abort();
  }, [asked]);
  const { lines, next, busy, error } = state;
  return { lines, busy, error, further: !busy && (next !== null || error !== null) ? () => { void look(next, lines); } : null };
}

export interface Told { id: number; first: FoundLogLine; lines: FoundLogLine[] }

// The lines by instance, in the order in which they came.
export function byInstance(lines: readonly FoundLogLine[]): Told[] {
  const told: Told[] = [];
  for (const line of lines) {
    const last = told.at(-1);
    if (last?.id === line.id) last.lines.push(line);
    else told.push({ id: line.id, first: line, lines: [line] });
  }
  return told;
}

export const spans = { "1h": "the last hour", "24h": "the last day", "7d": "the last week", "30d": "the last month", all: "all that is kept" } as const;
export type Span = keyof typeof spans;

const hours: Record<Exclude<Span, "all">, number> = { "1h": 1, "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };

export const spanOf = (text: string | null): Span => (text !== null && Object.hasOwn(spans, text) ? text as Span : "7d");

// To the minute: the same search a moment later is the same one.
export function sinceOf(span: Span, now: number): string | null {
  if (span === "all") return null;
  return new Date(Math.floor(now / 60_000) * 60_000 - hours[span] * 3_600_000).toISOString();
}
