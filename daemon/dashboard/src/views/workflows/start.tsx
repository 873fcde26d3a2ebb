// Starting a run: a form from the workflow's own schema, and the same as a command and a request to copy.
import { useState } from "preact/hooks";
import { messageOf, post } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { navigate } from "../../router";
import type { Run, RunForeseen, Workflow } from "../../types";
import { commandOf, curlOf, fieldsOf, take, type Field } from "./params";

export function StartForm({ workflow }: { workflow: Workflow }) {
  const fields = fieldsOf(workflow.params);
  const [values, setValues] = useState<Record<string, string>>({});
  const [error, setError] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const { params, faults } = take(fields, values);
  const faulty = Object.keys(faults).length > 0;
  const foreseen = useDryRun<RunForeseen>("/v1/runs", faulty || busy ? null : { workflow: workflow.name, params });
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (faulty || busy) return;
    setBusy(true);
    try {
      const run = await post<Run>("/v1/runs", { workflow: workflow.name, params });
      announce(`Run ${run.id} has started.`);
      navigate(`/runs/${run.id}`);
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }
  return (
    <div class="columns start">
      <form class="card pad start-form" noValidate onSubmit={(event) => { void submit(event); }} aria-label={`Start ${workflow.name}`}>
        {fields.length === 0 && <p class="faint">This workflow takes no parameters.</p>}
        {fields.map((field) => (
          <ParamField key={field.name} field={field} value={values[field.name] ?? field.initial} fault={tried || values[field.name] !== undefined ? faults[field.name] : undefined}
            onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))} />
        ))}
        {error && <ErrorNote message={error} />}
        {!error && foreseen.error && <ErrorNote message={foreseen.error} />}
        {foreseen.preview && <Foreseen what={foreseen.preview} seen={foreseen.seen} />}
        <div class="buttons start"><button type="submit" class="primary" disabled={busy}>Start {workflow.name}</button>
          {tried && faulty && <span class="fault" role="alert">Mend what is marked first.</span>}</div>
      </form>
      <div class="card pad copies">
        <h2>The same from elsewhere</h2>
        <Copy label="Command" text={commandOf(workflow.name, params)} />
        <Copy label="Request" text={curlOf(window.location.origin, workflow.name, params)} />
        <p class="faint small-text">Only what differs from the defaults is sent. <code>KONTOR_TOKEN</code> stands for your token.</p>
      </div>
    </div>
  );
}

// What the daemon says of the form as it is; pale while it is asked again.
function Foreseen({ what, seen }: { what: RunForeseen; seen: boolean }) {
  const { cancels, countries } = what;
  return (
    <p class={seen ? "note foreseen" : "note foreseen faint"} role="status">
      {what.state === "queued" ? "Waits until its concurrency group has room." : "Begins at once."}
      {cancels.length > 0 && <> Ends {cancels.map((run, index) => <span key={run}>{index > 0 && ", "}<a href={`/runs/${run}`}>run {run}</a></span>)}, in whose place it comes.</>}
      {countries && countries.length > 0 && ` ${countries.length === 1 ? `For ${countries[0]}.` : `For ${countries.length} countries.`}`}
      {countries === null && " Its countries are found by a task."}
    </p>
  );
}

function ParamField({ field, value, fault, onChange }: { field: Field; value: string; fault: string | undefined; onChange: (value: string) => void }) {
  const id = `param-${field.name}`;
  const common = { id, "aria-describedby": `${id}-help`, "aria-invalid": fault !== undefined };
  const chosen = new Set(value.split(/[\s,]+/).filter(Boolean));
  return (
    <div class="param">
      {field.kind === "choices" ? <span class="param-name" id={id}>{field.name}</span> : <label class="param-name" for={id}>{field.name}{field.required && <span class="faint"> required</span>}</label>}
      <div class="param-field">
        {field.kind === "flag" ? <input type="checkbox" {...common} checked={value === "true"} onChange={(event) => onChange(String(event.currentTarget.checked))} />
          : field.kind === "choice" ? <select {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)}>{!field.options.includes(value) && <option value={value} />}{field.options.map((option) => <option key={option} value={option}>{option}</option>)}</select>
          : field.kind === "choices" ? <span role="group" aria-labelledby={id}>{field.options.map((option) => (
            <label key={option} class="check"><input type="checkbox" checked={chosen.has(option)} onChange={(event) => {
              if (event.currentTarget.checked) chosen.add(option); else chosen.delete(option);
              onChange(field.options.filter((entry) => chosen.has(entry)).join(", "));
            }} />{option}</label>))}</span>
          : field.kind === "json" ? <textarea {...common} rows={Math.min(8, value.split("\n").length + 1)} class="mono" spellcheck={false} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
          : <input {...common} type="text" inputMode={field.kind === "number" ? "decimal" : "text"} value={value} placeholder={field.kind === "list" ? "several, by commas" : ""} onInput={(event) => onChange(event.currentTarget.value)} />}
        <p id={`${id}-help`} class={fault ? "param-help fault" : "param-help"}>{fault ? `${field.name} ${fault}` : field.help}</p>
      </div>
    </div>
  );
}

function Copy({ label, text }: { label: string; text: string }) {
  const copy = () => {
    navigator.clipboard.writeText(text).then(() => announce(`${label} copied.`), () => announce("The browser does not let this page copy: mark the text and copy it."));
  };
  return (
    <div class="copy">
      <div class="copy-head"><span class="small-head">{label}</span><button type="button" class="plain" onClick={copy}>Copy</button></div>
      <pre class="json" tabIndex={0} aria-label={label}>{text}</pre>
    </div>
  );
}
