// A plain table over a list of the API, with its loading, empty and error states.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Loaded, PagedList } from "../lists";
import { Empty, ErrorNote, Loading, Pager } from "./parts";

export interface DataColumn<T> {
  head: string;
  cell: (item: T) => ComponentChildren;
  // Numbers stand right-aligned; wide text may wrap; the first such column is the row's heading.
  kind?: "number" | "wide" | "heading";
}

interface DataTableProps<T> {
  caption: string;
  list: Loaded<T[]> | PagedList<T>;
  columns: DataColumn<T>[];
  keyOf: (item: T) => string | number;
  empty: ComponentChildren;
  onOpen?: (item: T) => void;
  isOpen?: (item: T) => boolean;
}

function inControl(target: EventTarget | null): boolean {
  return (target as Element | null)?.closest("a, button, input, select") !== null;
}

// What is wider than its place is scrolled by the keyboard, too; what is not is no stop for Tab.
function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const view = box.current;
    if (!view) return;
    const watch = new ResizeObserver(() => setWide(view.scrollWidth > view.clientWidth));
    watch.observe(view);
    if (view.firstElementChild) watch.observe(view.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return <div class="scroll card" ref={box} {...(wide ? { tabIndex: 0, role: "group", "aria-label": label } : {})}>{children}</div>;
}

export function DataTable<T>({ caption, list, columns, keyOf, empty, onOpen, isOpen }: DataTableProps<T>) {
  if (list.data === null) return list.error ? <ErrorNote message={list.error} retry={list.reload} /> : <Loading what={caption.toLowerCase()} />;
  return (
    <>
      {list.error && <ErrorNote message={list.error} retry={list.reload} />}
      {list.data.length === 0 ? <Empty>{empty}</Empty> : (
        <Scroll label={caption}>
          <table class={onOpen ? "list opens" : "list"}>
            <caption class="hidden">{caption}</caption>
            <thead>
              <tr>{columns.map((column) => <th key={column.head} scope="col" class={column.kind}>{column.head}</th>)}</tr>
            </thead>
            <tbody>
              {list.data.map((item) => (
                <tr key={keyOf(item)} class={isOpen?.(item) ? "open" : undefined}
                  onClick={(event) => { if (onOpen && !inControl(event.target)) onOpen(item); }}>
                  {columns.map((column) => (column.kind === "heading"
                    ? <th key={column.head} scope="row">{column.cell(item)}</th>
                    : <td key={column.head} class={column.kind}>{column.cell(item)}</td>))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {"page" in list && <Pager list={list} />}
    </>
  );
}
