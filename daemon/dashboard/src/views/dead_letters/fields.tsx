// What both redrives ask: other values in the input, and why.
import { ErrorNote } from "../../components/parts";

export function EditField({ value, fault, onChange }: { value: string; fault: string; onChange: (text: string) => void }) {
  return (
    <>
      <label class="field">Other values in the input (JSON; empty: none)
        <textarea rows={2} class="mono" spellcheck={false} placeholder={'{"rows": 500}'} value={value} aria-invalid={fault !== ""} onInput={(event) => onChange(event.currentTarget.value)} />
      </label>
      {fault && <ErrorNote message={fault} />}
    </>
  );
}

export function ReasonField({ value, required, label, onChange }: { value: string; required: boolean; label: string; onChange: (text: string) => void }) {
  return <label class="field">{label}<textarea rows={2} required={required} maxLength={4000} value={value} onInput={(event) => onChange(event.currentTarget.value)} /></label>;
}
