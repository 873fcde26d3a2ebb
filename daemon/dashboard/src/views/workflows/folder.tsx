// The watched folder: files whose text is not what is in force, and why.
import { Time } from "../../components/parts";
import { useLiveFilter } from "../../live";
import { useLoaded } from "../../lists";
import type { WorkflowFolder } from "../../types";

type File = WorkflowFolder["files"][number];

const words: Record<File["state"], string> = {
  in_force: "in force", superseded: "superseded", refused: "not deployed", waits: "waits",
};

export function FolderNote() {
  useLiveFilter({});
  const { data } = useLoaded<WorkflowFolder>("/v1/folder");
  const files = data?.files.filter((file) => file.state !== "in_force") ?? [];
  if (!data?.fault && files.length === 0) return null;
  return (
    <section class="folder-note" aria-label="Workflows folder">
      <p>In the folder <code>{data?.folder}</code>, not in force:</p>
      {data?.fault ? <p class="bad">{data.fault}</p> : null}
      <ul>
        {files.map((file) => (
          <li key={file.file}>
            <code>{file.file}</code> <span class={file.state === "refused" ? "tag bad" : "tag"}>{words[file.state]}</span> <span class="faint">since <Time at={file.since} /></span>
            {file.sentence ? <pre>{file.sentence}</pre> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
