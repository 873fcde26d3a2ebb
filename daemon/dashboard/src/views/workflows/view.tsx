// Every workflow in force.
import { DataTable, type DataColumn } from "../../components/data_table";
import { PageHead, Time } from "../../components/parts";
import { useLiveFilter } from "../../live";
import { useList } from "../../lists";
import { navigate } from "../../router";
import type { Workflow } from "../../types";
import { FolderNote } from "./folder";

const columns: DataColumn<Workflow>[] = [
  { head: "Workflow", kind: "heading", cell: (workflow) => <a href={`/workflows/${workflow.name}`}>{workflow.name}</a> },
  { head: "Title", kind: "wide", cell: (workflow) => <span class="clip" title={workflow.title}>{workflow.title}</span> },
  { head: "Steps", kind: "number", cell: (workflow) => workflow.tasks.length },
  {
    head: "Starts", cell: (workflow) => (workflow.triggers.length === 0 ? <span class="faint">by hand</span>
      : workflow.triggers.map((trigger) => <span key={trigger.name} class="tag" title={trigger.event ?? `${trigger.cron} ${trigger.timezone}`}>{trigger.kind === "cron" ? "◷" : "⚡"} {trigger.name}</span>)),
  },
  { head: "Version", kind: "number", cell: (workflow) => workflow.version },
  { head: "Since", cell: (workflow) => <Time at={workflow.created_at} /> },
  { head: "Actions", cell: (workflow) => <a class="button small" href={`/workflows/${workflow.name}?tab=start`}>Start…</a> },
];

export function WorkflowsView() {
  const list = useList<Workflow>("/v1/workflows");
  useLiveFilter({});
  return (
    <div class="page">
      <PageHead title="Workflows" />
      <FolderNote />
      <DataTable caption="Workflows" list={list} columns={columns} keyOf={(workflow) => workflow.name} onOpen={(workflow) => navigate(`/workflows/${workflow.name}`)}
        empty={<>No workflow yet. <code>kontor workflow deploy FILE</code> puts one in force.</>} />
    </div>
  );
}
