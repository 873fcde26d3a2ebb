// What each feature added to a score or took from it, as a table.
import { signed } from "../../format";
import type { Contribution } from "../../types";

export function Amounts({ caption, list, rest, base }: { caption: string; list: Contribution[]; rest: number; base: number | null }) {
  const rows = [...list.map((each) => [each.feature, each.amount] as const), ["all others", rest] as const, ...(base === null ? [] : [["the base", base] as const])];
  return (
    <table class="list">
      <caption>{caption}</caption>
      <thead><tr><th scope="col">Feature</th><th scope="col" class="number">Amount</th></tr></thead>
      <tbody>{rows.map(([name, amount]) => <tr key={name}><th scope="row">{name}</th><td class={`number ${amount < 0 ? "gain worse" : "gain"}`}>{signed(amount, 4)}</td></tr>)}</tbody>
    </table>
  );
}
