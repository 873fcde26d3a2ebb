// How far a stored job over many dead letters is. It goes on in the daemon: this only looks.
import { useEffect } from "preact/hooks";
import { post } from "../../api";
import { useLoaded, type Loaded } from "../../lists";
import type { LetterJob } from "../../types";
import { isOver, progressSentence } from "./job";

const lookAgainMs = 700;

// Read again until it is over.
export function useJob(id: number | null): Loaded<LetterJob> {
  const loaded = useLoaded<LetterJob>(id === null ? null : `/v1/dead-letter-jobs/${id}`);
  const going = id !== null && (loaded.data === null || !isOver(loaded.data));
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(loaded.reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [going, id]);
  return loaded;
}

export const stopJob = (id: number, reason: string): Promise<LetterJob> => post<LetterJob>(`/v1/dead-letter-jobs/${id}/stop`, reason === "" ? {} : { reason });

export function JobProgress({ job }: { job: LetterJob }) {
  return (
    <>
      <progress class="wide-bar" max={job.letters} value={job.handled} aria-label={`${job.handled} of ${job.letters}`} />
      <p role="status" class="job-said" data-state={job.state}>{progressSentence(job)}</p>
      {job.refusals.length > 0 && (
        <ul class="preview" tabIndex={0} aria-label="Refused">
          {job.refusals.map((each) => <li key={each.letter}><b>{each.letter}</b> {each.why}</li>)}
        </ul>
      )}
    </>
  );
}
