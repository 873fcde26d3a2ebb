// The steps of a run or of a definition as a graph. A step that works per country can be opened to a tile per instance.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { LookGlyph } from "../../components/icons";
import { ErrorNote } from "../../components/parts";
import { instanceLook, lookOf, looks, severity, type Look } from "../../looks";
import type { TaskState, WorkflowTask } from "../../types";
import type { Box, Layout } from "./layout";
import { nameOf } from "./gantt";
import type { Instance } from "./store";

type LayoutModule = typeof import("./layout");

const nodeWidth = 196;
const nodeHeight = 62;
const tile = 17;
const perRow = 9;  // as many as fit between the borders of a node
// More tiles than these would hide the graph; the table shows all.
const tilesMax = 200;

// Smaller than this nobody can read it.
const scaleMin = 0.4;

interface GraphProps {
  tasks: WorkflowTask[];
  counts?: Map<string, Map<TaskState, number>>;
  instancesOf?: (task: string) => Instance[];
  onOpen?: (id: number) => void;
  onTask?: (task: string) => void;
}

function boxOf(task: WorkflowTask, tiles: number): Box {
  const rows = Math.ceil(Math.min(tiles, tilesMax) / perRow);
  return { name: task.name, after: task.after, width: nodeWidth, height: nodeHeight + (rows > 0 ? rows * tile + 10 : 0) };
}

export function Graph({ tasks, counts, instancesOf, onOpen, onTask }: GraphProps) {
  const [module, setModule] = useState<LayoutModule | null>(null);
  const [failed, setFailed] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => { import("./layout").then(setModule, () => setFailed(true)); }, []);
  const [whole, setWhole] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(Infinity);
  useEffect(() => {
    const watched = new ResizeObserver(() => { if (frame.current) setRoom(frame.current.clientWidth); });
    if (frame.current) watched.observe(frame.current);
    return () => watched.disconnect();
  }, [module]);
  const tiles = new Map(tasks.map((task) => [task.name, open.has(task.name) ? (instancesOf?.(task.name) ?? []) : []]));
  const sizes = tasks.map((task) => tiles.get(task.name)?.length ?? 0).join();
  const drawn: Layout | null = useMemo(() => module?.layoutOf(tasks.map((task) => boxOf(task, tiles.get(task.name)?.length ?? 0))) ?? null, [module, tasks, sizes]);
  if (failed) return <ErrorNote message="The graph's code could not be fetched." retry={() => window.location.reload()} />;
  if (!drawn) return <div class="graph card skeleton" aria-busy="true" />;
  const turn = (name: string) => setOpen((old) => { const next = new Set(old); if (!next.delete(name)) next.add(name); return next; });
  const tooWide = drawn.width > room;
  const scale = whole && tooWide ? Math.max(scaleMin, room / drawn.width) : 1;
  return (
    <div class="graph-frame">
      <div class="graph card" tabIndex={0} role="group" aria-label="Steps and what they come after" ref={frame}>
        <div class="graph-plane" style={{ width: `${drawn.width}px`, height: `${drawn.height}px`, zoom: scale }}>
          <svg class="graph-edges" width={drawn.width} height={drawn.height} aria-hidden="true">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8Z" /></marker></defs>
            {drawn.edges.map((edge) => <path key={`${edge.from}>${edge.to}`} d={edge.path} marker-end="url(#arrow)" />)}
          </svg>
          {drawn.nodes.map((node, index) => {
            const task = tasks[index];
            if (!task) return null;
            const of = counts?.get(task.name) ?? new Map<TaskState, number>();
            const can = instancesOf !== undefined && task.per.length > 0 && of.size > 0;
            return (
              <div key={node.name} class="node" style={{ left: `${node.x}px`, top: `${node.y}px`, width: `${node.width}px`, height: `${node.height}px` }}>
                <div class="node-head">
                  {onTask ? <button type="button" class="link node-name" onClick={() => onTask(task.name)} title={`${task.name} (${task.uses})`}>{task.title || task.name}</button>
                    : <b class="node-name" title={`${task.name} (${task.uses})`}>{task.title || task.name}</b>}
                  {can && <button type="button" class="plain twist-button" aria-expanded={open.has(task.name)} aria-label={`Instances of ${task.name}`} onClick={() => turn(task.name)}>
                    <span class={open.has(task.name) ? "twist open" : "twist"}>▸</span></button>}
                </div>
                <Tally counts={of} fallback={task.per.length > 0 ? `per ${task.per.join(" and ")}` : task.uses} />
                <div class="tiles">
                  {(tiles.get(task.name) ?? []).slice(0, tilesMax).map((instance) => (
                    <button key={instance.id} type="button" class={`tile l-${instanceLook(instance)}`} title={`${nameOf(instance)}: ${looks[instanceLook(instance)].word}`}
                      aria-label={`${task.name} ${nameOf(instance)}: ${looks[instanceLook(instance)].word}`} onClick={() => onOpen?.(instance.id)}>{instance.country || "·"}</button>
                  ))}
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {tooWide && <button type="button" class="small graph-size" onClick={() => setWhole(!whole)}>{whole ? "Full size" : "Show all of it"}</button>}
    </div>
  );
}

function Tally({ counts, fallback }: { counts: Map<TaskState, number>; fallback: string }) {
  const parts = [...counts].map(([state, n]) => [lookOf(state), n] as [Look, number]).sort(([a], [b]) => severity(a) - severity(b));
  if (parts.length === 0) return <div class="node-foot faint">{fallback}</div>;
  return (
    <div class="node-foot">
      {parts.slice(0, 3).map(([look, n]) => <span key={look} class={`badge l-${look}`} title={looks[look].word}><LookGlyph look={look} />{n}</span>)}
      {parts.length > 3 && <span class="faint">+{parts.length - 3}</span>}
    </div>
  );
}
