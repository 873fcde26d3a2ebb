// A task's log: follows while it is written, can be searched, shows terminal colours as classes.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ansiPieces, plainText } from "../../ansi";
import { get, messageOf } from "../../api";
import { Empty, ErrorNote, Loading } from "../../components/parts";
import { isSettled } from "../../grid/model";
import type { LogLine, Page, TaskInstance } from "../../types";

const pollMs = 1000;
// The newest lines are kept; a longer log is read with the API or `kontor logs`.
const linesMax = 5000;

function useLog(id: number, running: boolean) {
  const [lines, setLines] = useState<LogLine[]>([]);
  const [cut, setCut] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [read, setRead] = useState(false);
  const last = useRef(0);
  useEffect(() => {
    const stopper = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function follow(): Promise<void> {
      try {
        for (;;) {
          const page = await get<Page<LogLine>>(`/v1/tasks/${id}/logs`, { after: last.current || null, limit: 1000 }, stopper.signal);
          if (stopper.signal.aborted) return;
          const newest = page.items.at(-1);
          if (newest) {
            last.current = newest.line;
            setLines((old) => {
              const all = [...old, ...page.items];
              if (all.length > linesMax) setCut(true);
              return all.slice(-linesMax);
            });
          }
          if (page.next === null) break;
        }
        setError(null);
        setRead(true);
      } catch (failure) {
        if (stopper.signal.aborted) return;
        setError(messageOf(failure));
      }
      // One more look after the end: the last lines may come after the state.
      if (running) timer = setTimeout(() => { void follow(); }, pollMs);
    }
    void follow();
    return () => { stopper.abort(); clearTimeout(timer); };
  }, [id, running]);
  return { lines, cut, error, read };
}

function Marked({ text, wanted }: { text: string; wanted: string }) {
  if (wanted === "") return <>{text}</>;
  const parts = [];
  const lower = text.toLowerCase();
  let at = 0;
  for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, at)) {
    if (hit > at) parts.push(text.slice(at, hit));
    parts.push(<mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    at = hit + wanted.length;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}

export function Line({ line, wanted }: { line: Omit<LogLine, "line">; wanted: string }) {
  return (
    <div class={`log-line level-${line.level}`}>
      <time dateTime={line.at} title={line.at}>{line.at.slice(11, 23)}</time> <span class="level">{line.level}</span>{" "}
      <span class="text">{ansiPieces(line.text).map((piece, index) => (piece.name ? <span key={index} class={piece.name}><Marked text={piece.text} wanted={wanted} /></span>
        : <Marked key={index} text={piece.text} wanted={wanted} />))}</span>
    </div>
  );
}

export function Log({ task }: { task: TaskInstance }) {
  const running = !isSettled(task.state);
  const { lines, cut, error, read } = useLog(task.id, running);
  const [text, setText] = useState("");
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const wanted = text.trim().toLowerCase();
  const shown = useMemo(() => (wanted === "" ? lines : lines.filter((line) => plainText(line.text).toLowerCase().includes(wanted) || line.level === wanted)), [lines, wanted]);
  useEffect(() => {
    if (follow && wanted === "" && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown, follow]);
  return (
    <>
      {error && <ErrorNote message={error} />}
      {!read && !error && <Loading what="the log" />}
      {read && lines.length === 0 && <Empty>{running ? "Nothing has been logged yet." : "This task logged nothing."}</Empty>}
      {lines.length > 0 && (
        <>
          <div class="filters log-tools">
            <label><span class="hidden">Search the log</span><input type="search" class="search" placeholder="Search the log" value={text} maxLength={100} onInput={(event) => setText(event.currentTarget.value)} /></label>
            <span class="faint" role="status">{wanted === "" ? `${lines.length} lines` : `${shown.length} of ${lines.length} lines`}{cut ? " (the newest)" : ""}</span>
            {running && <label class="check"><input type="checkbox" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />Follow</label>}
          </div>
          <div class="log" ref={box} tabIndex={0} role="log" aria-label="Log"
            onScroll={(event) => { const view = event.currentTarget; if (running) setFollow(view.scrollTop + view.clientHeight > view.scrollHeight - 24); }}>
            {shown.map((line) => <Line key={line.line} line={line} wanted={wanted} />)}
            {shown.length === 0 && <p class="faint">No line has this text.</p>}
          </div>
        </>
      )}
    </>
  );
}
