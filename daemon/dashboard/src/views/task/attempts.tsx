// The attempts of a task that have ended, with what each came to.
import { StateBadge } from "../../components/icons";
import { Elapsed, Empty, Time } from "../../components/parts";
import type { Attempt } from "../../types";

export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return <Empty>Not tried yet.</Empty>;
  return (
    <ol class="attempts">
      {attempts.map((attempt) => (
        <li key={`${attempt.attempt}/${attempt.started_at}`} value={attempt.attempt}>
          <StateBadge state={attempt.outcome ?? "running"} /> {attempt.failure_class && <span class="tag">{attempt.failure_class}</span>}
          {" "}<Time at={attempt.started_at} /> · <Elapsed from={attempt.started_at} to={attempt.finished_at} />
          {attempt.reason && <div class="reason">{attempt.reason}</div>}
        </li>
      ))}
    </ol>
  );
}
