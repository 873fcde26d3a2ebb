// A stored job over many dead letters, in words; what is written into its form, as JSON. Pure.
import type { Json, LetterJob, LetterJobPreview } from "../../types";

export const isOver = (job: LetterJob): boolean => job.state === "done" || job.state === "stopped";

const verbed = (action: LetterJob["action"]): string => (action === "redrive" ? "redriven" : "discarded");

export function progressSentence(job: LetterJob): string {
  const counts = `${job.carried_out} ${verbed(job.action)}${job.refused > 0 ? `, ${job.refused} refused` : ""}`;
  switch (job.state) {
    case "running": return `${job.handled} of ${job.letters}: ${counts}.`;
    case "canary": return "The first one is tried; the others follow when it succeeds.";
    case "done": return `Done: ${counts}.`;
    case "stopped": return `Stopped after ${job.handled} of ${job.letters}: ${counts}. ${job.said}`.trimEnd();
  }
}

// What the job would do, counted. Requires: the list is of its first letters, the refused ones among them.
export function previewSentence(preview: LetterJobPreview): string {
  if (preview.letters === 0) return "No open letter fits any more.";
  const shown = preview.items.length;
  const of = preview.more > 0 ? `Of the first ${shown}, ` : "";
  const would = `${shown - preview.refused} would be ${verbed(preview.action)}`;
  return `${of}${would}${preview.refused > 0 ? `, ${preview.refused} refused` : ""}${preview.more > 0 ? `; ${preview.more} more were not looked at` : ""}.`;
}

export interface Edited { value: { [key: string]: Json } | null; fault: string }

// The members of the input that are to be others. Nothing written: none.
export function editedInput(text: string): Edited {
  if (text.trim() === "") return { value: null, fault: "" };
  let read: Json;
  try {
    read = JSON.parse(text) as Json;
  } catch (error) {
    return { value: null, fault: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (read === null || typeof read !== "object" || Array.isArray(read)) return { value: null, fault: 'Write an object, such as {"rows": 500}.' };
  return Object.keys(read).length === 0 ? { value: null, fault: "" } : { value: read, fault: "" };
}

export function selectionText(job: LetterJob): string {
  const parts = Object.entries(job.selection).map(([key, value]) => `${key.replace(/_/g, " ")} ${String(value)}`);
  return parts.length === 0 ? "all open letters" : parts.join(", ");
}
