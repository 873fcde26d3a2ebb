// When each instance ran: a bar per instance, by task, live. Time in which nothing ran is folded; + and − zoom.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { LookGlyph } from "../../components/icons";
import { Empty, now } from "../../components/parts";
import { VirtualRows } from "../../components/virtual";
import { duration, shortDuration } from "../../format";
import { isSettled } from "../../grid/model";
import { instanceLook, looks } from "../../looks";
import type { RunTask } from "../../types";
import { scaleOf, ticksOf, type Scale } from "./gantt_scale";
import type { Instance, RunStore } from "./store";

const rowHeight = 24;
const zooms = [1, 2, 4, 8, 16, 32, 64];
// A task with more instances than these begins folded.
const openUpTo = 60;

type Lane = { task: RunTask; list: Instance[]; open: boolean } | { instance: Instance; title?: string };

function lanesOf(tasks: RunTask[], list: readonly Instance[], toggled: ReadonlySet<string>): Lane[] {
  const byTask = new Map<string, Instance[]>();
  for (const instance of list) {
    if (instance.started === null) continue;
    const of = byTask.get(instance.task);
    if (of) of.push(instance); else byTask.set(instance.task, [instance]);
  }
  return tasks.flatMap((task): Lane[] => {
    const instances = byTask.get(task.name) ?? [];
    if (instances.length === 0) return [];
    const open = instances.length <= openUpTo !== toggled.has(task.name);
    const alone = instances.length === 1 && task.per.length === 0 ? instances[0] : undefined;
    if (alone) return [{ instance: alone, title: task.title || task.name }];
    instances.sort((a, b) => (a.started ?? 0) - (b.started ?? 0) || a.id - b.id);
    return [{ task, list: instances, open }, ...(open ? instances.map((instance) => ({ instance })) : [])];
  });
}

function Bar({ instance, scale, at }: { instance: Instance; scale: Scale; at: number }) {
  const from = instance.started ?? at;
  const to = instance.finished ?? Math.max(from, at);
  const x = scale.at(from);
  const width = Math.max(3, scale.at(to) - x);
  return <span class={`bar l-${instanceLook(instance)}${isSettled(instance.state) ? "" : " open"}`} style={{ left: `${x}px`, width: `${width}px` }} />;
}

export const nameOf = (instance: Instance): string => [instance.country, instance.item !== "" ? `#${instance.item}` : ""].filter(Boolean).join(" ") || "–";

interface GanttProps { store: RunStore; tasks: RunTask[]; running: boolean; open: number | null; onOpen: (id: number) => void }

export function Gantt({ store, tasks, running, open, onOpen }: GanttProps) {
  const version = store.version.value;
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(0);
  const [frameWidth, setFrameWidth] = useState(900);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [line, setLine] = useState(-1);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setFrameWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const at = running ? now.value : 0;
  const nameWidth = frameWidth < 600 ? 110 : 210;
  const width = Math.max(200, frameWidth - nameWidth - 28) * (zooms[zoom] ?? 1);
  const lanes = useMemo(() => lanesOf(tasks, store.list, toggled), [version, toggled, tasks]);
  const scale = useMemo(() => scaleOf(store.list.filter((entry) => entry.started !== null)
    .map((entry) => ({ from: entry.started ?? 0, to: Math.max(entry.started ?? 0, entry.finished ?? at) })), width), [version, width, at]);
  const marks = useMemo(() => ticksOf(scale, 74), [scale]);
  const turn = (name: string) => setToggled((old) => { const next = new Set(old); if (!next.delete(name)) next.add(name); return next; });
  const choose = (lane: Lane | undefined) => { if (lane) { if ("task" in lane) turn(lane.task.name); else onOpen(lane.instance.id); } };
  function onKey(event: KeyboardEvent): void {
    if (event.key === "+" || event.key === "=") setZoom(Math.min(zooms.length - 1, zoom + 1));
    else if (event.key === "-") setZoom(Math.max(0, zoom - 1));
    else if (event.key === "ArrowDown") setLine(Math.min(lanes.length - 1, line + 1));
    else if (event.key === "ArrowUp") setLine(Math.max(0, line - 1));
    else if (event.key === "Enter") choose(lanes[line]);
    else return;
    event.preventDefault();
  }
  const row = (index: number, top: number, slot: number) => {
    const lane = lanes[index];
    if (!lane) return null;
    const place = { top: `${top}px`, height: `${rowHeight}px` };
    const here = index === line ? " here" : "";
    if ("task" in lane) {
      const worked = lane.list.reduce((sum, entry) => sum + Math.max(0, (entry.finished ?? at) - (entry.started ?? at)), 0);
      return (
        <div key={slot} class={`lane group${here}`} style={place} onClick={() => { setLine(index); turn(lane.task.name); }}>
          <span class="lane-name" style={{ width: `${nameWidth}px` }}><span class={lane.open ? "twist open" : "twist"} aria-hidden="true">▸</span>
            <b>{lane.task.title || lane.task.name}</b> <span class="faint">{lane.list.length}</span></span>
          <span class="lane-track">{!lane.open && lane.list.slice(0, 400).map((entry) => <Bar key={entry.id} instance={entry} scale={scale} at={at} />)}
            {lane.open && <span class="lane-sum">{shortDuration(worked)} in all</span>}</span>
        </div>
      );
    }
    const { instance } = lane;
    const took = duration((instance.finished ?? at) - (instance.started ?? at));
    return (
      <div key={slot} class={`lane${here}${instance.id === open ? " chosen" : ""}`} style={place} title={`${instance.task} ${nameOf(instance)}: ${looks[instanceLook(instance)].word}, ${took}`}
        onClick={() => { setLine(index); onOpen(instance.id); }}>
        <span class={lane.title ? "lane-name" : "lane-name sub"} style={{ width: `${nameWidth}px` }}><LookGlyph look={instanceLook(instance)} />
          {lane.title ? <b class="clip">{lane.title}</b> : nameOf(instance)}<span class="faint">{took}</span></span>
        <span class="lane-track"><Bar instance={instance} scale={scale} at={at} /></span>
      </div>
    );
  };
  return (
    <div class="gantt" ref={frame}>
      <div class="gantt-tools">
        <span class="faint">Zoom</span>
        <button type="button" class="small" aria-label="Zoom out" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>−</button>
        <span class="zoom-now">{zooms[zoom]}×</span>
        <button type="button" class="small" aria-label="Zoom in" disabled={zoom === zooms.length - 1} onClick={() => setZoom(zoom + 1)}>+</button>
        {scale.pieces.some((piece) => piece.folded) && <span class="faint">Hatched: time in which nothing ran, folded.</span>}
      </div>
      {lanes.length === 0 ? <Empty>{store.complete.value === null ? "Reading the timeline…" : "Nothing has started yet."}</Empty> : (
        <VirtualRows class="lanes card" label="Timeline; arrow keys move, Enter opens, plus and minus zoom" count={lanes.length} rowHeight={rowHeight} row={row} onKeyDown={onKey}
          reveal={line >= 0 ? line : null} minWidth={nameWidth + width + 12}
          head={(
            <div class="lane ticks"><span class="lane-name" style={{ width: `${nameWidth}px` }}>Since the start</span>
              <span class="lane-track">
                {scale.pieces.filter((piece) => piece.folded).map((piece) => <span key={piece.from} class="fold" title={`${duration(piece.to - piece.from)} in which nothing ran`} style={{ left: `${piece.x}px`, width: `${piece.width}px` }} />)}
                {marks.map((mark) => <span key={mark.ms} class="tick" style={{ left: `${mark.x}px` }}>{mark.ms === 0 ? "0" : shortDuration(mark.ms)}</span>)}
              </span></div>
          )} />
      )}
    </div>
  );
}
