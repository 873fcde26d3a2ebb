// What a list changes: codes and the last report's items by what becomes of them, and how much of it goes to people.
import { ModelId } from "../../components/parts";
import { count } from "../../format";
import type { CodeListImpact } from "../../types";

type Fate = "kept" | "new" | "renamed" | "merged" | "split" | "split_in_doubt" | "ended" | "lost";
const fates: readonly (readonly [Fate, string, string])[] = [
  ["kept", "Kept", "stand in both lists"], ["new", "New", "no item has them yet"], ["renamed", "Renamed", "the same under another name"], ["merged", "Merged", "several become one"],
  ["split", "Split", "most of it under one code: goes on by itself"], ["split_in_doubt", "Split in doubt", "only a person tells the parts apart"],
  ["ended", "Ended", "no code takes their place"], ["lost", "Lost", "gone, and the crosswalk does not say where"],
];
const worrying: ReadonlySet<Fate> = new Set(["split_in_doubt", "ended", "lost"]);

function Examples({ what, codes }: { what: string; codes: readonly string[] }) {
  if (codes.length === 0) return null;
  return <p class="small-text"><span class="faint">{what}: </span>{codes.map((code) => <code key={code} class="tag">{code}</code>)}</p>;
}

export function Impact({ impact }: { impact: CodeListImpact }) {
  const { before, codes, items, model } = impact;
  return (
    <div class="impact">
      {impact.warnings.map((warning) => <div key={warning} class="note note-error">{warning}</div>)}
      {before === null ? <p>No list was imported before: {count(codes.in_list)} codes take the place of the warehouse's.</p> : (
        <table class="list plain-table">
          <caption class="hidden">What becomes of the codes of version {before.version}</caption>
          <thead><tr><th scope="col">Against version {before.version}</th><th scope="col" class="number">Codes</th>{items && <th scope="col" class="number">Items of {items.period}</th>}<th scope="col" class="fate-note"><span class="hidden">Meaning</span></th></tr></thead>
          <tbody>
            {fates.filter(([fate]) => (codes[fate] ?? 0) > 0 || fate === "kept").map(([fate, name, note]) => (
              <tr key={fate} data-fate={fate}><th scope="row" class={worrying.has(fate) ? "fault" : undefined}>{name}</th><td class="number">{count(codes[fate] ?? 0)}</td>
                {items && <td class="number">{fate === "new" ? "–" : count(items[fate])}</td>}<td class="faint fate-note">{note}</td></tr>
            ))}
          </tbody>
        </table>
      )}
      <Examples what="New" codes={impact.examples.new} />
      <Examples what="Lost" codes={impact.examples.lost} />
      <dl class="facts">
        <dt>To people</dt>
        <dd>{items === null ? "Nothing was reported yet." : <>{count(items.waiting)} wait now; with this list about <b>{count(items.expected_review.crosswalk)}</b> of {count(items.total)}
          <span class="faint"> ({count(items.expected_review.review)} where outdated models are not used)</span></>}</dd>
        <dt>Model</dt>
        <dd>{model === null ? "None is in force." : <><ModelId id={model.id} /> {model.outdated ? "is bound to an older list: train again once this one is in force." : "is bound to this list."}</>}</dd>
      </dl>
    </div>
  );
}
