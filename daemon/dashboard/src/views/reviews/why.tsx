// What spoke for the model's code, by feature: of the model in force now, which need not be the one that asked.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { ErrorNote, Loading, ModelId } from "../../components/parts";
import type { LivePredictions } from "../../types";
import { Amounts } from "../models/amounts";
import type { Review } from "./desk";

// Whoever wants to see it of one item sees it of the next ones too.
export const explaining = signal(false);

export function Why({ review }: { review: Review }) {
  const [answer, setAnswer] = useState<LivePredictions | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    post<LivePredictions>(`/v1/countries/${encodeURIComponent(review.country)}/predict`, { items: [review.columns ?? {}], top: 1, explain: true, lenient: true })
      .then((found) => { if (!gone) setAnswer(found); })
      .catch((fault: unknown) => { if (!gone) setError(messageOf(fault)); });
    return () => { gone = true; };
  }, [review.id]);
  if (error) return <ErrorNote message={error} />;
  const item = answer?.items[0];
  if (!answer || !item?.explanation) return <Loading what="what spoke for it" />;
  return (
    <>
      {answer.model.id !== review.model && <p class="faint">By <ModelId id={answer.model.id} />, which is in force now; another model asked.</p>}
      <Amounts caption={`For (+) and against (−) ${item.code || "the best code"}`} list={item.explanation.contributions} rest={item.explanation.rest} base={item.explanation.base} />
    </>
  );
}
