// One item classified now by the country's model in force, with what spoke for its code.
import { useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { Empty, ErrorNote, ModelId } from "../../components/parts";
import type { Json, LiveItem, LivePredictions } from "../../types";
import { Amounts } from "./amounts";

// "name = value" lines; a line without a sign goes on with the text before it.
export function itemOf(text: string): { [column: string]: Json } {
  const item: { [column: string]: string } = {};
  let last = "";
  for (const line of text.split("\n")) {
    const sign = line.indexOf("=");
    if (sign > 0) {
      last = line.slice(0, sign).trim();
      item[last] = line.slice(sign + 1).trim();
    } else if (last !== "" && line.trim() !== "") {
      item[last] = `${item[last] ?? ""} ${line.trim()}`.trim();
    }
  }
  return item;
}

const share = (probability: number): string => `${(100 * probability).toFixed(1)} %`;

export function TryOne({ country }: { country: string }) {
  const [text, setText] = useState("title = ");
  const [answer, setAnswer] = useState<LivePredictions | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const classify = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      setAnswer(await post<LivePredictions>(`/v1/countries/${encodeURIComponent(country)}/predict`, { items: [itemOf(text)], top: 5, explain: true }));
      setError(null);
    } catch (fault) {
      setError(messageOf(fault));
    }
    setBusy(false);
  };
  const item = answer?.items[0];
  return (
    <div class="columns">
      <form class="card pad" onSubmit={classify}>
        <label class="field">The item, a column per line: <code>title = LED lamp</code>
          <textarea rows={8} value={text} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <p><button type="submit" class="primary" disabled={busy}>{busy ? "Classifying…" : "Classify"}</button></p>
        {error && <ErrorNote message={error} />}
      </form>
      <section class="card pad" aria-live="polite">
        {!answer || !item ? <Empty>The answer of the model in force will stand here, with what spoke for it.</Empty> : <Answer answer={answer} item={item} />}
      </section>
    </div>
  );
}

function Answer({ answer, item }: { answer: LivePredictions; item: LiveItem }) {
  return (
    <>
      <h2>{item.code || "No code"} <span class="faint">{share(item.probability)}</span>{item.review && <span class="badge l-retrying">to review</span>}</h2>
      <p class="faint">By <ModelId id={answer.model.id} /> ({answer.model.family}); below {share(answer.threshold)} a person decides.{" "}
        {item.alternatives.length > 0 && <>Otherwise {item.alternatives.map((other) => `${other.code} ${share(other.probability)}`).join(", ")}.</>}</p>
      {item.explanation && <>
        <p>{item.explanation.what}.</p>
        <Amounts caption="For (+) and against (−) this code" list={item.explanation.contributions} rest={item.explanation.rest} base={item.explanation.base} />
        {item.explanation.words && <Amounts caption="Behind the linear score" list={item.explanation.words} rest={item.explanation.words_rest ?? 0} base={null} />}
      </>}
    </>
  );
}
