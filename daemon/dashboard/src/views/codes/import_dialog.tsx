// Importing a list from files: what it would change, or line by line what is wrong with it, is seen before it is taken.
import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf, post, type Fault } from "../../api";
import { announce } from "../../components/announce";
import { ErrorNote, Loading } from "../../components/parts";
import { useDryRun } from "../../dry_run";
import { count, countryName } from "../../format";
import type { CodeListImported, Json } from "../../types";
import { listsPath } from "./paths";
import { Impact } from "./impact";

interface Chosen { name: string; text: string; fault: string }

// As UTF-8 or not at all: a letter that was read wrongly would be in the law's text for ever.
export async function readFile(file: File): Promise<Chosen> {
  try {
    return { name: file.name, text: new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()), fault: "" };
  } catch {
    return { name: file.name, text: "", fault: `${file.name} is not UTF-8: save it as UTF-8.` };
  }
}

function FilePick({ label, required, onChange }: { label: string; required: boolean; onChange: (chosen: Chosen | null) => void }) {
  return (
    <label class="field">{label}
      <input type="file" accept=".csv,.txt,text/csv,text/plain" required={required} onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        if (file) void readFile(file).then(onChange); else onChange(null);
      }} />
    </label>
  );
}

function Faults({ faults }: { faults: readonly Fault[] }) {
  const where: Record<string, string> = { "/list": "List", "/crosswalk": "Crosswalk", "/effective_from": "Day" };
  return (
    <div class="note note-error" role="alert">
      <ul class="faults" tabIndex={0} aria-label="What is wrong, line by line">
        {faults.map((fault, index) => <li key={index}><b>{where[fault.pointer ?? ""] ?? fault.pointer}</b> {fault.message}</li>)}
      </ul>
    </div>
  );
}

interface ImportProps { country: string; onClose: () => void; after: (version: number) => void }

export function ImportDialog({ country, onClose, after }: ImportProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [list, setList] = useState<Chosen | null>(null);
  const [crosswalk, setCrosswalk] = useState<Chosen | null>(null);
  const [day, setDay] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const unread = list?.fault || crosswalk?.fault || "";
  const body: { [key: string]: Json } | null = list && day !== "" && unread === ""
    ? { effective_from: day, list: list.text, ...(crosswalk ? { crosswalk: crosswalk.text } : {}) } : null;
  const { preview, error: refused, faults, seen } = useDryRun<CodeListImported>(listsPath(country), body);
  useEffect(() => { dialog.current?.showModal(); }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!seen || body === null || busy) return;
    setBusy(true);
    try {
      const taken = await post<CodeListImported>(listsPath(country), { ...body, ...(reason.trim() ? { reason: reason.trim() } : {}) });
      announce(taken.unchanged ? `That very list is there already, as version ${taken.version}.` : `Version ${taken.version} is taken, in force from ${taken.effective_from}.`);
      onClose();
      after(taken.version);
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="confirm bulk wide" aria-labelledby="import-title" onClose={onClose}>
      <form onSubmit={(event) => { void submit(event); }}>
        <h2 id="import-title">Import a code list of {countryName(country)}</h2>
        <div class="pair">
          <FilePick label="List (a CSV: code, title)" required onChange={setList} />
          <FilePick label="Crosswalk, where codes move" required={false} onChange={setCrosswalk} />
        </div>
        <div class="pair">
          <label class="field">In force from<input type="date" required value={day} onInput={(event) => setDay(event.currentTarget.value)} /></label>
          <label class="field">Reason (kept with the version)<input type="text" maxLength={4000} value={reason} placeholder="the law or notice" onInput={(event) => setReason(event.currentTarget.value)} /></label>
        </div>
        {unread ? <ErrorNote message={unread} />
          : body === null ? <p class="faint">Choose a list and its first day: what it would change is shown before anything is kept.</p>
            : refused ? (faults.length > 0 ? <Faults faults={faults} /> : <ErrorNote message={refused} />)
              : !seen || preview === null ? <Loading what="what it would change" />
                : <>
                    <p role="status" class="counted">{preview.unchanged ? `That very list is there already, as version ${preview.version}.`
                      : `It would be version ${preview.version}: ${count(preview.codes)} codes, ${count(preview.moves)} lines of crosswalk.`}</p>
                    <Impact impact={preview.impact} />
                  </>}
        {error && <ErrorNote message={error} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>Back</button>
          <button type="submit" class="primary" disabled={!seen || busy || preview?.unchanged === true}>Import</button>
        </div>
      </form>
    </dialog>
  );
}
