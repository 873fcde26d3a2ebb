// The daemon's counters (Prometheus text) as the few figures that an operator asks for.
import { useEffect, useState } from "preact/hooks";
import { count, duration } from "../../format";

export type Samples = Map<string, number>;

// "name{labels} value" per line; lines that are none are passed over.
export function parseMetrics(text: string): Samples {
  const samples: Samples = new Map();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    const value = Number(line.slice(space + 1));
    if (space > 0 && Number.isFinite(value)) samples.set(line.slice(0, space), value);
  }
  return samples;
}

export function useMetrics(everyMs: number): { data: Samples | null; error: string | null } {
  const [state, setState] = useState<{ data: Samples | null; error: string | null }>({ data: null, error: null });
  useEffect(() => {
    const stopper = new AbortController();
    async function read(): Promise<void> {
      try {
        const answer = await fetch("/metrics", { signal: stopper.signal, cache: "no-store" });
        if (!answer.ok) throw new Error(`The counters could not be read (status ${answer.status}).`);
        setState({ data: parseMetrics(await answer.text()), error: null });
      } catch (error) {
        if (!stopper.signal.aborted) setState((old) => ({ data: old.data, error: old.data ? null : String(error instanceof Error ? error.message : error) }));
      }
    }
    void read();
    const timer = setInterval(() => { if (!document.hidden) void read(); }, everyMs);
    return () => { stopper.abort(); clearInterval(timer); };
  }, []);
  return state;
}

const sumOf = (samples: Samples, prefix: string): number => {
  let sum = 0;
  for (const [name, value] of samples) if (name === prefix || name.startsWith(`${prefix}{`)) sum += value;
  return sum;
};

// A histogram's mean, where the daemon measures one by this name.
function mean(samples: Samples, name: string): string | null {
  const n = sumOf(samples, `${name}_count`);
  return n > 0 ? duration((sumOf(samples, `${name}_sum`) / n) * 1000) : null;
}

export function figuresOf(samples: Samples): [string, string][] {
  const attempts = (outcome: string) => count(samples.get(`kontor_attempts_finished_total{outcome="${outcome}"}`) ?? 0);
  const rows: [string, string | null][] = [
    ["Commits since the start", count(samples.get("kontor_commits_total") ?? 0)],
    ["Commits that failed", count(samples.get("kontor_commit_failures_total") ?? 0)],
    ["Time of a commit", mean(samples, "kontor_commit_duration_seconds")],
    ["Attempts succeeded", attempts("succeeded")], ["Attempts failed", attempts("failed")], ["Attempts lost", attempts("lost")],
    ["Dead letters opened", count(samples.get("kontor_dead_letters_opened_total") ?? 0)],
    ["Events", count(samples.get("kontor_events_total") ?? 0)],
    ["Requests answered", count(sumOf(samples, "kontor_http_request_duration_seconds_count"))],
    ["Time of a request", mean(samples, "kontor_http_request_duration_seconds")],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}
