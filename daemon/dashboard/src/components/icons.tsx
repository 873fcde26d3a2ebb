// Glyphs as one hidden sprite: a state is never told by colour alone, and 950 cells share a dozen drawings.
import type { AnyState } from "../types";

type Glyph = "check" | "play" | "retry" | "clock" | "pause" | "cross" | "dead" | "skip" | "stop" | "dot" | "ring";

const drawings: Record<Glyph, string> = {
  check: "M3.500 8.500 6.700 11.700 12.500 4.800",
  play: "M5.500 3.800 12 8 5.500 12.200Z",
  retry: "M12.600 6.200A5 5 0 1 0 13 9M12.800 2.800v3.600H9.200",
  clock: "M8 2.800a5.200 5.200 0 1 0 .01 0M8 5.200V8l2 1.500",
  pause: "M5.800 4v8M10.200 4v8",
  cross: "M4.300 4.300l7.400 7.400M11.700 4.300l-7.400 7.400",
  dead: "M8 3v6M8 12.200v.6",
  skip: "M3.800 4.500 7.600 8l-3.800 3.500M8.600 4.500 12.400 8l-3.800 3.500",
  stop: "M8 2.800a5.200 5.200 0 1 0 .01 0M4.500 11.500l7-7",
  dot: "M8 7.900v.2",
  ring: "M8 4.300a3.700 3.700 0 1 0 .01 0",
};

const glyphOf: Record<AnyState, Glyph> = {
  waiting: "dot", ready: "ring", running: "play", retrying: "retry", awaiting: "clock", succeeded: "check", failed: "cross",
  skipped: "skip", cancelled: "stop", dead: "dead", queued: "ring", paused: "pause", open: "dead", redriven: "retry",
  discarded: "stop", started: "check", filtered: "skip",
};

export function IconSprite() {
  return (
    <svg class="sprite" aria-hidden="true">
      {Object.entries(drawings).map(([name, path]) => (
        <symbol key={name} id={`glyph-${name}`} viewBox="0 0 16 16"><path d={path} /></symbol>
      ))}
    </svg>
  );
}

export function StateGlyph({ state }: { state: AnyState }) {
  return <svg class="glyph" aria-hidden="true"><use href={`#glyph-${glyphOf[state] ?? "dot"}`} /></svg>;
}

export function StateBadge({ state, label }: { state: AnyState; label?: string }) {
  return <span class={`badge s-${state}`}><StateGlyph state={state} />{label ?? state}</span>;
}
