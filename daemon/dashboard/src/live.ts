// The one live connection of this page to /v1/stream: reconnects by itself, resumes with Last-Event-ID, and tells its listeners
// when they must read their snapshot again.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { withQuery, type Query } from "./api";
import { caller, refused } from "./auth";
import { reconnectDelayMs, SseParser, type SseMessage } from "./sse";
import type { Change } from "./types";

export type LiveState = "off" | "connecting" | "live" | "down";

export interface LiveListener {
  onChange?: (change: Change) => void;
  // The listener's picture may have gaps: a fresh connection, or the server said `resync`.
  onGap?: () => void;
}

// The server sends a comment every 15 s; a silence of this length means that the connection is dead.
const silenceMaxMs = 40_000;

export const liveState = signal<LiveState>("off");
const filter = signal<string>(withQuery("/v1/stream"));
const listeners = new Set<LiveListener>();

function deliver(message: SseMessage): void {
  if (message.event === "resync") {
    for (const listener of [...listeners]) listener.onGap?.();
    return;
  }
  if (message.event !== "change") return;
  const change = JSON.parse(message.data) as Change;
  for (const listener of [...listeners]) listener.onChange?.(change);
}

class Connection {
  private readonly stopper = new AbortController();
  private lastId: string | null = null;

  constructor(private readonly address: string) {
    void this.run();
  }

  stop(): void {
    this.stopper.abort();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopper.signal.aborted) {
      if (liveState.peek() !== "down") liveState.value = "connecting";
      try {
        await this.listen(() => { failures = 0; });
      } catch {
        // Told by the state's dot; the next try follows.
      }
      if (this.stopper.signal.aborted) return;
      liveState.value = "down";
      failures += 1;
      await this.pause(reconnectDelayMs(failures, Math.random()));
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        window.removeEventListener("online", go);
        this.stopper.signal.removeEventListener("abort", go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      window.addEventListener("online", go);
      this.stopper.signal.addEventListener("abort", go);
    });
  }

  private async listen(opened: () => void): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    this.stopper.signal.addEventListener("abort", stop, { once: true });
    // The browser knows of a lost network long before the silence would tell.
    window.addEventListener("offline", stop);
    let watchdog = setTimeout(stop, silenceMaxMs);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      const response = await fetch(this.address, { headers, signal: attempt.signal, cache: "no-store" });
      if (response.status === 401) return refused();
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
      opened();
      liveState.value = "live";
      if (!this.lastId) deliver({ event: "resync", data: "", id: null });
      const parser = new SseParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, silenceMaxMs);
        for (const message of parser.push(value)) {
          if (message.id) this.lastId = message.id;
          deliver(message);
        }
      }
    } finally {
      clearTimeout(watchdog);
      window.removeEventListener("offline", stop);
      this.stopper.signal.removeEventListener("abort", stop);
    }
  }
}

export function startLive(): void {
  let connection: Connection | null = null;
  effect(() => {
    const address = filter.value;
    const signedIn = typeof caller.value === "string";
    connection?.stop();
    connection = signedIn ? new Connection(address) : null;
    if (!signedIn) liveState.value = "off";
  });
}

// A page's narrower interest (`correlation` or `run`); the connection is opened anew when it changes.
export function useLiveFilter(query: Query): void {
  const address = withQuery("/v1/stream", query);
  useEffect(() => { filter.value = address; }, [address]);
}

export function useLive(listener: LiveListener): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const entry: LiveListener = {
      onChange: (change) => newest.current.onChange?.(change),
      onGap: () => newest.current.onGap?.(),
    };
    listeners.add(entry);
    return () => { listeners.delete(entry); };
  }, []);
}
