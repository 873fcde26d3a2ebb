// Where an instant stands in the timeline. Times in which nothing ran are folded to a narrow strip. Pure.
export interface Span { from: number; to: number }
export interface Piece { from: number; to: number; x: number; width: number; folded: boolean }
export interface Scale { pieces: Piece[]; width: number; at: (time: number) => number }

export const foldedWidth = 26;

// Spans merged into stretches in which something ran.
function busyStretches(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

// A gap is folded when it is longer than a twelfth of the time in which something ran, and than two seconds.
export function scaleOf(spans: readonly Span[], width: number): Scale {
  const busy = busyStretches(spans);
  const first = busy[0];
  const last = busy.at(-1);
  if (!first || !last) return { pieces: [], width, at: () => 0 };
  const worked = busy.reduce((sum, span) => sum + span.to - span.from, 0);
  const foldFrom = Math.max(2000, worked / 12);
  const parts: { from: number; to: number; folded: boolean }[] = [];
  for (const span of busy) {
    const before = parts.at(-1);
    if (!before) parts.push({ ...span, folded: false });
    else if (span.from - before.to < foldFrom) before.to = span.to;
    else parts.push({ from: before.to, to: span.from, folded: true }, { ...span, folded: false });
  }
  const foldedCount = parts.filter((part) => part.folded).length;
  const shownTime = parts.reduce((sum, part) => sum + (part.folded ? 0 : part.to - part.from), 0) || 1;
  const perMs = Math.max(1, width - foldedCount * foldedWidth) / shownTime;
  let x = 0;
  const pieces = parts.map((part) => {
    const piece = { ...part, x, width: part.folded ? foldedWidth : (part.to - part.from) * perMs };
    x += piece.width;
    return piece;
  });
  const at = (time: number): number => {
    const piece = pieces.find((entry) => time <= entry.to) ?? pieces[pieces.length - 1];
    if (!piece) return 0;
    const share = piece.to > piece.from ? (Math.max(piece.from, Math.min(piece.to, time)) - piece.from) / (piece.to - piece.from) : 0;
    return piece.x + share * piece.width;
  };
  return { pieces, width: x, at };
}

const steps = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  14_400_000, 28_800_000, 86_400_000];

// Marks at round times since the beginning, at least `apart` pixels from each other; none inside folded time.
export function ticksOf(scale: Scale, apart: number): { x: number; ms: number }[] {
  const start = scale.pieces[0]?.from ?? 0;
  const marks: { x: number; ms: number }[] = [];
  for (const piece of scale.pieces) {
    if (piece.folded || piece.width < 1) continue;
    const perMs = piece.width / (piece.to - piece.from || 1);
    const step = steps.find((entry) => entry * perMs >= apart) ?? 86_400_000 * Math.ceil(apart / (86_400_000 * perMs));
    for (let ms = Math.ceil((piece.from - start) / step) * step; start + ms <= piece.to; ms += step) {
      const x = scale.at(start + ms);
      if (x - (marks.at(-1)?.x ?? -apart) >= apart) marks.push({ x, ms });
    }
  }
  return marks;
}
