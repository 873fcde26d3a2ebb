// Items that a model left to people, the dearest first: read, press a number, see the next.
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { get, withQuery } from "../../api";
import { DataTable, type DataColumn } from "../../components/data_table";
import { Country, Empty, ErrorNote, Loading, ModelId, PageHead } from "../../components/parts";
import { count } from "../../format";
import { useList } from "../../lists";
import { place } from "../../router";
import type { Page } from "../../types";
import { choicesOf, Desk, wordText, type Review, type Word } from "./desk";
import { explaining, Why } from "./why";

interface Counts { country: string; period: string; open: number; second: number; disputed: number; decided: number; cost: number }

const columns: DataColumn<Counts>[] = [
  { head: "Country", kind: "heading", cell: (row) => <a href={`/reviews?country=${row.country}`}><Country code={row.country} /></a> },
  { head: "Month", cell: (row) => row.period },
  { head: "Open", kind: "number", cell: (row) => count(row.open) },
  { head: "Second look", kind: "number", cell: (row) => count(row.second) },
  { head: "Disputed", kind: "number", cell: (row) => count(row.disputed) },
  { head: "Decided", kind: "number", cell: (row) => count(row.decided) },
  { head: "Cost at stake", kind: "number", cell: (row) => count(Math.round(row.cost)) },
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export function ReviewsView() {
  const country = place.value.query.get("country") ?? "";
  const desk = useMemo(() => new Desk(country), [country]);
  const counts = useList<Counts>("/v1/reviews/counts", {});
  const review = desk.items.value[0];
  const said = desk.count.value;
  useEffect(() => counts.reload(), [said]);
  return (
    <div class="page">
      <PageHead title="Reviews">
        <p class="faint">{country ? <>Only <Country code={country} />; <a href="/reviews">all countries</a></> : "All countries, the dearest items first"}
          {said > 0 && <>; {said} decided in this sitting</>}</p>
      </PageHead>
      {desk.error.value && <ErrorNote message={desk.error.value} retry={() => { void desk.take(); }} />}
      {review ? <Item key={review.id} review={review} desk={desk} /> : (
        <div class="card review-start">
          {desk.taking.value ? <Loading what="the next items" /> : (
            <>
              {desk.begun.value && !desk.error.value && <Empty>Nothing waits for you now.</Empty>}
              <button type="button" class="primary" onClick={() => { void desk.take(); }}>{desk.begun.value ? "Look again" : "Take the next items"}</button>
            </>
          )}
        </div>
      )}
      <Said desk={desk} />
      <DataTable caption="What waits" list={counts} columns={columns} keyOf={(row) => `${row.country} ${row.period}`} empty="No item was left in doubt." />
    </div>
  );
}

function Item({ review, desk }: { review: Review; desk: Desk }) {
  const choices = choicesOf(review);
  const say = (word: Word) => desk.say(review, word);
  // Before the item is seen: a key in its first moment is heard.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = (event.target as Element | null)?.closest("input, textarea, select, dialog") != null;
      if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const chosen = choices[Number(event.key) - 1];
      if (chosen) say({ verdict: "code", code: chosen.code });
      else if (event.key === "0") say({ verdict: "cannot_say" });
      else if (event.key === "x") say({ verdict: "excluded" });
      else if (event.key === "n") say({ verdict: "skip" });
      else if (event.key === "u") desk.undo();
      else if (event.key === "e") explaining.value = !explaining.value;
      else if (event.key === "f") document.querySelector<HTMLInputElement>("[data-code-search]")?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [review.id]);
  const shown = Object.entries(review.columns ?? {}).filter(([, value]) => value !== "");
  return (
    <section class="card review" aria-label={`Item ${review.item}`}>
      <div class="review-item">
        <p class="faint"><Country code={review.country} /> {review.period} · item <b>{review.item}</b> · {count(review.units)} units, {count(Math.round(review.weight_kg))} kg ·
          an error may cost {count(Math.round(review.cost))} · model <ModelId id={review.model} />{review.looks > 1 && " · two people decide"}</p>
        <dl class="facts">
          {shown.map(([name, value]) => <div key={name} class="review-fact"><dt>{name}</dt><dd>{value}</dd></div>)}
        </dl>
      </div>
      <div class="review-choices">
        <ol>
          {choices.map((choice, index) => (
            <li key={choice.code}>
              <button type="button" class="review-choice" onClick={() => say({ verdict: "code", code: choice.code })}>
                <kbd>{index + 1}</kbd><b>{choice.code}</b> <span>{choice.title}</span> <span class="number">{percent(choice.probability)}</span>
              </button>
            </li>
          ))}
        </ol>
        <OtherCode review={review} choose={(code) => say({ verdict: "code", code })} />
        <div class="buttons start">
          <button type="button" class="small" onClick={() => say({ verdict: "cannot_say" })}><kbd>0</kbd> Cannot say</button>
          <button type="button" class="small" onClick={() => say({ verdict: "excluded" })}><kbd>X</kbd> Not reported</button>
          <button type="button" class="small" onClick={() => say({ verdict: "skip" })}><kbd>N</kbd> Skip</button>
          <button type="button" class="small" aria-expanded={explaining.value} onClick={() => { explaining.value = !explaining.value; }}><kbd>E</kbd> What spoke for it</button>
        </div>
        {explaining.value && <Why review={review} />}
      </div>
    </section>
  );
}

// Any other code of the country's list in force: by what stands in it or in its title.
function OtherCode({ review, choose }: { review: Review; choose: (code: string) => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ code: string; title: string }[]>([]);
  useEffect(() => {
    const words = text.trim();
    if (words === "") { setFound([]); return; }
    const stopper = new AbortController();
    get<Page<{ code: string; title: string }>>(withQuery("/v1/reviews/codes", { country: review.country, period: review.period, text: words, limit: 8 }), {}, stopper.signal)
      .then((page) => { if (!stopper.signal.aborted) setFound(page.items); })
      .catch(() => { if (!stopper.signal.aborted) setFound([]); });
    return () => stopper.abort();
  }, [text, review.id]);
  const first = found[0];
  return (
    <div class="review-other">
      <label>Another code <kbd>F</kbd>
        <input type="search" data-code-search value={text} maxLength={100} placeholder="code or words of its title" onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && first) { event.preventDefault(); choose(first.code); }
            if (event.key === "Escape") { setText(""); event.currentTarget.blur(); }
          }} />
      </label>
      <ul>
        {found.map((code) => (
          <li key={code.code}><button type="button" class="review-choice" onClick={() => choose(code.code)}><b>{code.code}</b> <span>{code.title}</span></button></li>
        ))}
      </ul>
    </div>
  );
}

function Said({ desk }: { desk: Desk }) {
  const last = desk.done.value[0];
  return (
    <p class="review-said" role="status">
      {last && <>Item {last.review.item}: {wordText(last.word)} <button type="button" class="small" onClick={() => desk.undo()}><kbd>U</kbd> Undo</button></>}
    </p>
  );
}
