// Held-out rows by true code (down) and predicted code (across). The diagonal is right; what stands off it is worth a look.
import { count, share } from "../../format";
import type { Confusion } from "../../types";

// Six steps of depth: a class each, because a style per cell would say no more.
const depth = (value: number, most: number): number => (value === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((value / most) * 5)));

export function worstPairs({ codes, counts }: Confusion): { truth: string; predicted: string; rows: number }[] {
  return counts.flatMap((row, t) => row.map((rows, p) => ({ truth: codes[t] ?? "", predicted: codes[p] ?? "", rows, off: t !== p })))
    .filter((pair) => pair.off && pair.rows > 0).sort((a, b) => b.rows - a.rows).slice(0, 5).map(({ truth, predicted, rows }) => ({ truth, predicted, rows }));
}

export function ConfusionSquare({ confusion }: { confusion: Confusion }) {
  const { codes, counts } = confusion;
  const sums = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const right = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const pairs = worstPairs(confusion);
  return (
    <>
      <p class="faint">{count(confusion.rows)} held-out rows, {share(right, confusion.rows)} right.{" "}
        {pairs.length > 0 && <>Most often: {pairs.map((pair, index) => <span key={index}>{index > 0 ? ", " : ""}<code>{pair.truth}</code> taken for <code>{pair.predicted}</code> ({pair.rows})</span>)}.</>}</p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Confusion matrix">
        <table class="confusion">
          <caption class="hidden">Rows by true code, columns by predicted code</caption>
          <thead><tr><th scope="col" class="corner">true ↓ taken for →</th>{codes.map((code) => <th key={code} scope="col" title={code}><span>{code}</span></th>)}</tr></thead>
          <tbody>
            {counts.map((row, t) => (
              <tr key={codes[t]}>
                <th scope="row" title={codes[t]}>{codes[t]}</th>
                {row.map((value, p) => (
                  <td key={p} class={`${t === p ? "right" : "wrong"} d-${depth(value, sums[t] ?? 0)}`} title={value > 0 ? `${codes[t]} taken for ${codes[p]}: ${value} of ${sums[t]}` : undefined}>{value > 0 ? value : ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
