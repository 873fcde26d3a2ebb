// One approval: what is asked, on which evidence, who has answered, and the two answers.
import { Drawer } from "../../components/drawer";
import { StateBadge } from "../../components/icons";
import { Country, Empty, ErrorNote, JsonView, Loading, Time, ZoneTime } from "../../components/parts";
import { useLiveReload, useLoaded } from "../../lists";
import { setQuery } from "../../router";
import type { Approval, Json } from "../../types";
import { askDecision } from "./decide";
import { factsMax, factsOf } from "./facts";

const afterwards: Record<Approval["default"], string> = { approve: "it counts as approved", reject: "it counts as rejected", fail: "its task fails" };

export function ApprovalDrawer({ id, changed }: { id: number; changed: () => void }) {
  const approval = useLoaded<Approval>(`/v1/approvals/${id}`);
  useLiveReload(approval.reload, (change) => change.tasks.length > 0);
  const detail = approval.data;
  const after = () => { approval.reload(); changed(); };
  return (
    <Drawer label={`Approval ${id}`} onClose={() => setQuery({ id: null })} title={<>{detail && <StateBadge state={detail.state} />} <b>Approval {id}</b></>}>
      {approval.error && <ErrorNote message={approval.error} retry={approval.reload} />}
      {!detail ? !approval.error && <Loading what="the approval" /> : (
        <>
          <p class="approval-title"><b>{detail.title}</b></p>
          {detail.text && <p class="reason">{detail.text}</p>}
          {detail.state === "open" ? (
            <div class="buttons start">
              <button type="button" class="primary" onClick={() => askDecision(detail, "approve", after)}>Approve… <kbd>A</kbd></button>
              <button type="button" class="danger" onClick={() => askDecision(detail, "reject", after)}>Reject… <kbd>R</kbd></button>
            </div>
          ) : <div class="note reason">{detail.reason}</div>}
          <h2>Evidence</h2>
          <Evidence value={detail.evidence ?? null} />
          <h2>Answers</h2>
          {detail.votes.length === 0 ? <p class="faint">Nobody has answered.</p> : (
            <ul class="plain-list votes">
              {detail.votes.map((vote) => (
                <li key={vote.by}><b>{vote.by}</b> {vote.decision === "approve" ? "approved" : "rejected"} <Time at={vote.at} />{vote.comment && `: ${vote.comment}`}</li>
              ))}
            </ul>
          )}
          <Circumstances detail={detail} />
        </>
      )}
    </Drawer>
  );
}

function Circumstances({ detail }: { detail: Approval }) {
  return (
    <dl class="facts">
      <dt>Where</dt><dd>{detail.workflow} {detail.task}{detail.item && ` #${detail.item}`} <Country code={detail.country} /></dd>
      <dt>Run</dt><dd><a href={`/runs/${detail.run}?task=${detail.task_id}`}>run {detail.run}</a></dd>
      <dt>Started by</dt><dd>{detail.submitter ? `${detail.submitter}, who may not decide` : "nobody: by itself"}</dd>
      <dt>Decided by</dt><dd>{detail.approvals === 2 ? "two people, each" : "one person,"} {detail.role} or more</dd>
      <dt>Asked</dt><dd><ZoneTime at={detail.asked_at} country={detail.country} /></dd>
      {detail.deadline_at && <><dt>Until</dt><dd><ZoneTime at={detail.deadline_at} country={detail.country} /> then {afterwards[detail.default]}</dd></>}
      {detail.escalated_at && <><dt>Escalated</dt><dd><Time at={detail.escalated_at} /></dd></>}
      {detail.closed_at && <><dt>Closed</dt><dd><Time at={detail.closed_at} /></dd></>}
    </dl>
  );
}

function Evidence({ value }: { value: Json }) {
  const facts = factsOf(value);
  if (facts.length === 0) return <Empty>No evidence was given.</Empty>;
  return (
    <>
      <div class="scroll card" tabIndex={0} role="region" aria-label="Evidence">
        <table class="list evidence">
          <caption class="hidden">Evidence</caption>
          <thead><tr><th scope="col">Fact</th><th scope="col">Value</th></tr></thead>
          <tbody>
            {facts.map((fact) => <tr key={fact.name}><th scope="row">{fact.name}</th><td class={fact.kind === "number" ? "number" : undefined}>{fact.value}</td></tr>)}
          </tbody>
        </table>
      </div>
      {facts.length >= factsMax && <p class="faint">Only the first {factsMax} facts.</p>}
      <details><summary>As it was given</summary><JsonView value={value} label="Evidence as it was given" /></details>
    </>
  );
}
