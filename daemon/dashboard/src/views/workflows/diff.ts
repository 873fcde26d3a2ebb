// The lines that differ between two texts, with some around them. Pure.
export interface DiffLine { kind: "same" | "added" | "removed" | "gap"; text: string }

// Larger texts than these would take the square of their lines: their middle is shown as removed and added whole.
const squareMax = 4_000_000;

function middle(a: string[], b: string[]): DiffLine[] {
  if (a.length * b.length > squareMax) {
    return [...a.map((text): DiffLine => ({ kind: "removed", text })), ...b.map((text): DiffLine => ({ kind: "added", text }))];
  }
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { lines.push({ kind: "same", text: a[i] ?? "" }); i += 1; j += 1; }
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) { lines.push({ kind: "removed", text: a[i] ?? "" }); i += 1; }
    else { lines.push({ kind: "added", text: b[j] ?? "" }); j += 1; }
  }
  return lines;
}

export function diffLines(a: string[], b: string[], around: number): DiffLine[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  const all = [...a.slice(0, head).map(same), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...a.slice(a.length - tail).map(same)];
  if (all.every((line) => line.kind === "same")) return [{ kind: "gap", text: "The texts are the same." }];
  const near = all.map((_, index) => all.slice(Math.max(0, index - around), index + around + 1).some((line) => line.kind !== "same"));
  const shown: DiffLine[] = [];
  let hidden = 0;
  const close = () => { if (hidden > 0) shown.push({ kind: "gap", text: `… ${hidden} equal line${hidden === 1 ? "" : "s"}` }); hidden = 0; };
  all.forEach((line, index) => {
    if (near[index]) { close(); shown.push(line); } else hidden += 1;
  });
  close();
  return shown;
}
