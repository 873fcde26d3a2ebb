// Drafting, approving, filing: each asked for once more before it is done. The server says who may.
import { post } from "../../api";
import { ask } from "../../components/confirm";
import { count } from "../../format";
import type { Report } from "../../types";

const name = (report: Report): string => `${report.country} ${report.period}, version ${report.version}`;

export function askDraft(country: string, period: string, after: () => void): void {
  ask({
    title: `Draft ${country} ${period}`, action: "Draft", text: "A version of what is known now takes the place of the one in work.",
    reason: { label: "Why (kept on the record)", required: false },
    run: async ({ reason }) => {
      const report = await post<Report & { unchanged: boolean }>(`/v1/reports/${country}/${period}/draft`, reason ? { reason } : {});
      after();
      return report.unchanged ? `Nothing has changed: version ${report.version} stands.` : `Version ${report.version} is drafted.`;
    },
  });
}

export function askApprove(report: Report, after: () => void): void {
  ask({
    title: `Approve ${name(report)}`, action: "Approve",
    text: report.waiting > 0 ? `${count(report.waiting)} items still wait for people and are reported under no code. What is decided later gives an amendment.`
      : "Everything that was sold stands somewhere.",
    reason: { label: "Reason (kept with the version)", required: report.waiting > 0 },
    run: async ({ reason }) => {
      await post<Report>(`/v1/reports/${report.id}/approve`, { ...(report.waiting > 0 ? { despite_waiting: true } : {}), ...(reason ? { reason } : {}) });
      after();
      return `${name(report)} is approved.`;
    },
  });
}

export function askFile(report: Report, after: () => void): void {
  ask({
    title: `File ${name(report)}`, action: "It was handed in",
    text: report.amends === null ? "The version is then what was reported." : "The version that was filed before is then amended.",
    reason: { label: "The authority's reference", required: true },
    run: async ({ reason }) => {
      await post<Report>(`/v1/reports/${report.id}/file`, { receipt: reason });
      after();
      return `${name(report)} is filed.`;
    },
  });
}
