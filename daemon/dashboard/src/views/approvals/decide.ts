// The two answers to an approval, each asked for once more before it is given.
import { post } from "../../api";
import { ask } from "../../components/confirm";
import type { Approval, ApprovalDecided } from "../../types";

export function askDecision(approval: Approval, decision: "approve" | "reject", after: () => void): void {
  const approve = decision === "approve";
  const where = `${approval.workflow} ${approval.task}${approval.country && ` for ${approval.country}`}`;
  const missing = approval.approvals - approval.votes.length;
  ask({
    title: `${approve ? "Approve" : "Reject"}: ${approval.title}`, action: approve ? "Approve" : "Reject", danger: !approve,
    text: approve ? (missing > 1 ? `${where} waits for another person's approval after yours.` : `${where} goes on.`)
      : approval.on_reject === "fail" ? `${where} becomes a dead letter with your comment.` : `${where} goes on with your rejection.`,
    reason: { label: "Comment (kept with your answer)", required: !approve },
    run: async ({ reason }) => {
      const reply = await post<ApprovalDecided>(`/v1/approvals/${approval.id}/decide`, { decision, ...(reason ? { comment: reason } : {}) });
      after();
      return reply.state === "open" ? `Approval ${approval.id} waits for another person.` : `Approval ${approval.id} is ${reply.state}.`;
    },
  });
}
