// Lists of the API as hooks: loading, error, paging by cursor, and reading again when live changes say so.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, messageOf, withQuery, type Query } from "./api";
import { useLive } from "./live";
import type { Change, Page } from "./types";

export interface Loaded<T> {
  data: T | null;
  error: string | null;
  loading: boolean;
  reload: () => void;
}

// One document. Reads again when `path` changes or `reload` is called; keeps showing the old one meanwhile.
export function useLoaded<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: string | null }>({ path: null, data: null, error: null });
  const [turn, setTurn] = useState(0);
  const busy = useRef(false);
  const again = useRef(false);
  useEffect(() => {
    if (!path) return;
    const stopper = new AbortController();
    busy.current = true;
    get<T>(path, {}, stopper.signal)
      .then((data) => { if (!stopper.signal.aborted) setState({ path, data, error: null }); })
      .catch((error: unknown) => {
        if (!stopper.signal.aborted) setState((old) => ({ path, data: old.path === path ? old.data : null, error: messageOf(error) }));
      })
      .finally(() => {
        if (stopper.signal.aborted) return;
        busy.current = false;
        if (again.current) { again.current = false; setTurn((value) => value + 1); }
      });
    return () => { stopper.abort(); busy.current = false; again.current = false; };
  }, [path, turn]);
  // While an answer is on its way it is not given up for a newer one: under load no answer would ever arrive.
  const reload = () => {
    if (busy.current) again.current = true;
    else setTurn((value) => value + 1);
  };
  const current = state.path === path;
  return {
    data: current ? state.data : null, error: current ? state.error : null,
    loading: path !== null && !current, reload,
  };
}

export interface PagedList<T> extends Loaded<T[]> {
  page: number;
  previous: (() => void) | null;
  next: (() => void) | null;
}

// A list that comes whole.
export function useList<T>(path: string, query: Query = {}): Loaded<T[]> {
  const loaded = useLoaded<Page<T>>(withQuery(path, query));
  return { ...loaded, data: loaded.data?.items ?? null };
}

// A list by cursor: one page at a time, and the way back. Another filter starts at the first page.
export function usePagedList<T>(path: string, query: Query = {}, limit = 50): PagedList<T> {
  const address = withQuery(path, { ...query, limit });
  const [trail, setTrail] = useState<{ address: string; cursors: string[] }>({ address, cursors: [] });
  const cursors = trail.address === address ? trail.cursors : [];
  const loaded = useLoaded<Page<T>>(withQuery(path, { ...query, limit, cursor: cursors.at(-1) ?? null }));
  const following = loaded.data?.next ?? null;
  return {
    data: loaded.data?.items ?? null, error: loaded.error, loading: loaded.loading, reload: loaded.reload,
    page: cursors.length + 1,
    previous: cursors.length > 0 ? () => setTrail({ address, cursors: cursors.slice(0, -1) }) : null,
    next: following ? () => setTrail({ address, cursors: [...cursors, following] }) : null,
  };
}

export interface Whole<T> { data: T[] | null; complete: boolean; error: string | null }

// A long list read to its end, page by page; what has come is shown meanwhile.
export function useWhole<T>(path: string | null, pagesMax = 100): Whole<T> {
  const [state, setState] = useState<Whole<T> & { path: string | null }>({ path: null, data: null, complete: false, error: null });
  useEffect(() => {
    if (!path) return;
    const stopper = new AbortController();
    void (async () => {
      const items: T[] = [];
      try {
        let cursor: string | null = null;
        for (let page = 0; page < pagesMax && (page === 0 || cursor !== null); page += 1) {
          const part: Page<T> = await get<Page<T>>(path, { limit: 1000, cursor }, stopper.signal);
          items.push(...part.items);
          cursor = part.next;
          setState({ path, data: [...items], complete: cursor === null, error: null });
        }
      } catch (failure) {
        if (!stopper.signal.aborted) setState({ path, data: items.length > 0 ? items : null, complete: false, error: messageOf(failure) });
      }
    })();
    return () => stopper.abort();
  }, [path]);
  return state.path === path ? state : { data: null, complete: false, error: null };
}

// Calls `reload` when live changes concern it: at once, then at most once per `everyMs`.
export function useLiveReload(reload: () => void, concerns: (change: Change) => boolean = () => true, everyMs = 2000): void {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const last = useRef(0);
  const newest = useRef(reload);
  newest.current = reload;
  const ask = () => {
    if (timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      last.current = Date.now();
      newest.current();
    }, Math.max(50, last.current + everyMs - Date.now()));
  };
  useLive({ onChange: (change) => { if (concerns(change)) ask(); }, onGap: ask });
  useEffect(() => () => { if (timer.current) clearTimeout(timer.current); }, []);
}
