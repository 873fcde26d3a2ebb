// A long list of rows of one height, of which only those in sight are in the page: 100,000 rows scroll like 50.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Window { first: number; last: number }

// Rows beyond both edges that are kept, so that a quick scroll does not show blanks.
const spare = 12;
// Browsers stop at about 33,500,000 pixels; a list that is taller is scaled down.
const heightMax = 15_000_000;

export function windowOf(scrollTop: number, viewHeight: number, rowHeight: number, count: number): Window {
  const full = count * rowHeight;
  const scale = full > heightMax ? (full - viewHeight) / (heightMax - viewHeight) : 1;
  const first = Math.floor((scrollTop * scale) / rowHeight);
  return { first: Math.max(0, first - spare), last: Math.min(count, first + Math.ceil(viewHeight / rowHeight) + spare) };
}

interface VirtualProps {
  count: number;
  rowHeight: number;
  // `slot` is to be the row's key: as rows leave the sight their elements are used again for those that come.
  row: (index: number, top: number, slot: number) => ComponentChildren;
  // Above the rows, stays in sight.
  head?: ComponentChildren;
  class?: string;
  label: string;
  // The row that must be in sight; another value scrolls there.
  reveal?: number | null;
  onKeyDown?: (event: KeyboardEvent) => void;
  role?: "table" | "group" | "log" | "treegrid";
  minWidth?: number;
}

export function VirtualRows({ count, rowHeight, row, head, class: name, label, reveal, onKeyDown, role = "group", minWidth }: VirtualProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const waiting = useRef(0);
  const measure = () => {
    const element = frame.current;
    if (element) setSeen((old) => (old.top === element.scrollTop && old.height === element.clientHeight ? old : { top: element.scrollTop, height: element.clientHeight }));
  };
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => { observer.disconnect(); cancelAnimationFrame(waiting.current); };
  }, []);
  const full = Math.min(count * rowHeight, heightMax);
  const scale = count * rowHeight > heightMax ? (count * rowHeight - seen.height) / (heightMax - seen.height) : 1;
  useEffect(() => {
    const element = frame.current;
    if (!element || reveal === null || reveal === undefined) return;
    const top = (reveal * rowHeight) / scale;
    const headHeight = element.querySelector<HTMLElement>(".virtual-head")?.offsetHeight ?? 0;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight + headHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight + headHeight - element.clientHeight;
  }, [reveal]);
  const { first, last } = windowOf(seen.top, seen.height, rowHeight, count);
  // With a scaled list rows stand around the scroll position instead of at their own.
  const offset = scale === 1 ? 0 : seen.top - seen.top * scale;
  const slots = Math.ceil(seen.height / rowHeight) + 2 * spare + 1;
  const rows: ComponentChildren[] = [];
  for (let index = first; index < last; index += 1) rows.push(row(index, index * rowHeight + offset, index % slots));
  // In the order of their slots: an element that stays is not moved.
  if (rows.length > 0) rows.unshift(...rows.splice((slots - (first % slots)) % slots));
  return (
    <div ref={frame} class={`virtual ${name ?? ""}`} tabIndex={0} role={role} aria-label={label} aria-rowcount={role === "table" || role === "treegrid" ? count : undefined} onKeyDown={onKeyDown}
      onScroll={() => { cancelAnimationFrame(waiting.current); waiting.current = requestAnimationFrame(measure); }}>
      {head && <div class="virtual-head" role={role === "table" || role === "treegrid" ? "rowgroup" : undefined} style={minWidth ? { minWidth: `${minWidth}px` } : undefined}>{head}</div>}
      <div class="virtual-body" role={role === "table" || role === "treegrid" ? "rowgroup" : undefined} style={{ height: `${full}px`, ...(minWidth ? { minWidth: `${minWidth}px` } : {}) }}>{rows}</div>
    </div>
  );
}
