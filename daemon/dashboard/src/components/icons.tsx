// Glyphs as one hidden sprite: a state is never told by colour alone, and 950 cells share a dozen drawings.
import { lookOf, looks, type Glyph, type Look } from "../looks";
import type { AnyState } from "../types";

const drawings: Record<Glyph | "pin" | "search", string> = {
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
  hand: "M5 8.500V5a1 1 0 0 1 2 0V3.800a1 1 0 0 1 2 0V5a1 1 0 0 1 2 0v4.500c0 2-1.200 3.300-3.200 3.300-1.600 0-2.300-.6-3.300-2.300L3.200 8.500c.5-.8 1.300-.6 1.800 0Z",
  copy: "M6 6h6.500v6.500H6ZM10 6V3.500H3.500V10H6",
  blocked: "M3.500 8h6M8 5l3 3-3 3M13 3.500v9",
  pin: "M6 3h4l-.5 4 2 2h-7l2-2ZM8 9v4.500",
  search: "M7 3a4 4 0 1 0 .01 0M10 10l3.500 3.500",
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

export function LookGlyph({ look }: { look: Look }) {
  return <svg class="glyph" aria-hidden="true"><use href={`#glyph-${looks[look].glyph}`} /></svg>;
}

export function StateBadge({ state, label }: { state: AnyState | string; label?: string }) {
  const look = lookOf(state);
  return <span class={`badge l-${look}`}><LookGlyph look={look} />{label ?? state}</span>;
}
