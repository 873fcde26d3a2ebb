// The daemon itself: who leads, what the pools and the queue do, how fast it commits, what the database holds.
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty, ErrorNote, Loading, PageHead, Time } from "../../components/parts";
import { bytes, count } from "../../format";
import { useLiveFilter } from "../../live";
import { useLiveReload, useLoaded } from "../../lists";
import type { Status, SystemFacts } from "../../types";
import { Pools } from "./pools";
import { figuresOf, useMetrics } from "./metrics";

const everyMs = 2000;
const samplesMax = 90;

interface Sample { at: number; seq: number; ready: number; cores: number }

// The last three minutes of this page's own looking.
function useSamples(status: Status | null): Sample[] {
  const [samples, setSamples] = useState<Sample[]>([]);
  const last = useRef<Status | null>(null);
  useEffect(() => {
    if (!status || last.current === status) return;
    last.current = status;
    setSamples((old) => [...old, { at: Date.now(), seq: status.seq, ready: status.queue.ready, cores: status.pools.compute.used }].slice(-samplesMax));
  }, [status]);
  return samples;
}

export function SystemView() {
  const status = useLoaded<Status>("/v1/status");
  const facts = useLoaded<SystemFacts>("/v1/system");
  const metrics = useMetrics(everyMs * 2);
  useLiveFilter({});
  useLiveReload(facts.reload, () => true, 10_000);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) status.reload(); }, everyMs);
    return () => clearInterval(timer);
  }, []);
  const samples = useSamples(status.data);
  if (!status.data) return status.error ? <ErrorNote message={status.error} retry={status.reload} /> : <Loading what="the daemon's state" />;
  const { pools, queue, runs } = status.data;
  const first = samples[0];
  const lastSample = samples.at(-1);
  const seconds = first && lastSample ? (lastSample.at - first.at) / 1000 : 0;
  const commits = first && lastSample && seconds > 0 ? (lastSample.seq - first.seq) / seconds : null;
  return (
    <div class="page">
      <PageHead title="System">
        <span class={status.data.leader ? "badge l-succeeded" : "badge l-awaiting"}>{status.data.leader ? "leads" : "stands by"}</span>
        <span class="faint">Kontor {status.data.version}, up since <Time at={status.data.started_at} /></span>
      </PageHead>
      {status.error && <ErrorNote message={status.error} retry={status.reload} />}
      <div class="gauges">
        <Gauge name="Cores" used={pools.compute.used} of={pools.compute.cores} samples={samples.map((sample) => sample.cores)} />
        <Gauge name="IO slots" used={pools.io.used} of={pools.io.slots} />
        <Gauge name="Tasks ready" used={queue.ready} note="wait for a slot" samples={samples.map((sample) => sample.ready)} />
        <Gauge name="Runs" used={runs.running} note={`running, ${runs.queued} queued`} />
        <Gauge name="Commits" used={commits === null ? 0 : Number(commits.toFixed(1))} note={`a second; ${count(status.data.seq)} in all`} samples={steps(samples)} />
      </div>
      <Pools />
      <div class="columns">
        <section class="card pad">
          <h2>Work</h2>
          {metrics.error ? <Empty>{metrics.error}</Empty> : !metrics.data ? <Loading what="the counters" /> : (
            <dl class="facts">{figuresOf(metrics.data).flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`} class="number">{value}</dd>])}</dl>
          )}
          <h3>Leadership</h3>
          <dl class="facts"><dt>Epoch</dt><dd>{status.data.epoch}</dd><dt>Inbox</dt><dd>{count(queue.inbox)} commands wait for the next commit</dd></dl>
        </section>
        <section class="card pad">
          <h2>Database</h2>
          {!facts.data ? facts.error ? <ErrorNote message={facts.error} retry={facts.reload} /> : <Loading what="the database's facts" /> : (
            <>
              <dl class="facts">
                <dt>Kind</dt><dd>{status.data.database}, PostgreSQL {facts.data.server}</dd>
                <dt>Size</dt><dd>{bytes(facts.data.bytes)}</dd>
                <dt>Connections</dt><dd>{facts.data.connections}</dd>
              </dl>
              <table class="list plain-table">
                <caption class="hidden">Tables by size</caption>
                <thead><tr><th scope="col">Table</th><th scope="col" class="number">Rows, about</th><th scope="col" class="number">Size</th></tr></thead>
                <tbody>{facts.data.tables.slice(0, 12).map((table) => <tr key={table.name}><th scope="row">{table.name}</th><td class="number">{count(table.rows)}</td><td class="number">{bytes(table.bytes)}</td></tr>)}</tbody>
              </table>
            </>
          )}
        </section>
      </div>
    </div>
  );
}

const steps = (samples: Sample[]): number[] => samples.slice(1).map((sample, index) => sample.seq - (samples[index]?.seq ?? sample.seq));

function Gauge({ name, used, of, note, samples }: { name: string; used: number; of?: number; note?: string; samples?: number[] }) {
  return (
    <div class="gauge card">
      <span class="figure-name">{name}</span>
      <span class="figure-value">{count(used) === String(used) || Number.isInteger(used) ? count(used) : used}{of !== undefined && <span class="figure-of"> / {of}</span>}</span>
      {of !== undefined ? <progress max={of || 1} value={used} aria-label={`${used} of ${of} ${name.toLowerCase()} in use`} /> : <span class="faint small-text">{note}</span>}
      {samples && samples.length > 1 && <Spark values={samples} />}
    </div>
  );
}

function Spark({ values }: { values: number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${((index / (samplesMax - 1)) * 100).toFixed(1)},${(22 - (value / most) * 20).toFixed(1)}`).join(" ");
  return <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true"><polyline points={points} /></svg>;
}
