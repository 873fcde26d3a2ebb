// What a list that was imported and is not in force yet will change, by what is known now: the daemon is asked once more with its own text.
import { useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { Empty, ErrorNote, Loading } from "../../components/parts";
import { useWhole } from "../../lists";
import type { CodeList, CodeListCode, CodeListImported, CodeListMove } from "../../types";
import { listsPath } from "./paths";
import { Impact } from "./impact";
import { csvOf } from "./time_line";

export function NextChange({ country, list }: { country: string; list: CodeList }) {
  const path = `${listsPath(country)}/${list.version}`;
  const codes = useWhole<CodeListCode>(`${path}/codes`);
  const moves = useWhole<CodeListMove>(list.moves > 0 ? `${path}/crosswalk` : null);
  const [answer, setAnswer] = useState<{ told: CodeListImported | null; error: string | null; busy: boolean }>({ told: null, error: null, busy: false });
  const ready = codes.complete && (list.moves === 0 || moves.complete);
  const error = codes.error ?? moves.error ?? answer.error;

  function ask(): void {
    setAnswer({ told: null, error: null, busy: true });
    post<CodeListImported>(listsPath(country), {
      effective_from: list.effective_from, dry_run: true,
      list: csvOf(["code", "title", "valid_from", "valid_to"], (codes.data ?? []).map((row) => [row.code, row.title, row.valid_from, row.valid_to])),
      ...(list.moves > 0 ? { crosswalk: csvOf(["from", "to", "kind", "weight"], (moves.data ?? []).map((row) => [row.from, row.to, row.kind, row.kind === "split" ? row.weight : null])) } : {}),
    }).then((told) => setAnswer({ told, error: null, busy: false }), (failure: unknown) => setAnswer({ told: null, error: messageOf(failure), busy: false }));
  }

  if (error) return <ErrorNote message={error} {...(answer.error ? { retry: ask } : {})} />;
  if (!ready) return <Loading what="the list" />;
  if (answer.told) return <section class="card pad"><Impact impact={answer.told.impact} /></section>;
  return (
    <Empty>It comes into force on {list.effective_from}. <button type="button" class="link" disabled={answer.busy} onClick={ask}>Ask what it will change, by the last report and the model in force</button></Empty>
  );
}
