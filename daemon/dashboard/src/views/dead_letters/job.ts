// A stored job over many dead letters, in words; what is written into its form, as JSON. Pure.
import { countryName } from "../../format";
import type { Json, LetterDefinition, LetterJob, LetterJobPreview, RedrivePreview } from "../../types";

export const isOver = (job: LetterJob): boolean => job.state === "done" || job.state === "stopped";

const verbed = (action: LetterJob["action"]): string => (action === "redrive" ? "redriven" : "discarded");

const sentence = (said: string): string => (said === "" ? "" : ` ${said.slice(0, 1).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}`);

export function progressSentence(job: LetterJob): string {
  const counts = `${job.carried_out} ${verbed(job.action)}${job.refused > 0 ? `, ${job.refused} refused` : ""}`;
  switch (job.state) {
    case "running": return `${job.handled} of ${job.letters}: ${counts}.`;
    case "canary": return "The first one is tried; the others follow when it succeeds.";
    case "done": return `Done: ${counts}.`;
    case "stopped": return `Stopped after ${job.handled} of ${job.letters}: ${counts}.${sentence(job.said)}`;
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

const versionText = (version: number | null, hash: string | null): string => (version === null ? `definition ${(hash ?? "").slice(0, 12)}` : `version ${version}`);

export function definitionSentence(definition: LetterDefinition): string {
  const pinned = versionText(definition.version, definition.hash);
  if (definition.newest_hash === null) return `${pinned}; the workflow has none any more`;
  return definition.newest_hash === definition.hash ? `${pinned}, the newest` : `${pinned}; the newest is ${versionText(definition.newest_version, definition.newest_hash)}`;
}

// By which definition a letter can go: one of them is no choice.
export function definitionChoices(definition: LetterDefinition | null): { value: string; label: string }[] {
  if (!definition) return [];
  const pinned = { value: "pinned", label: `${versionText(definition.version, definition.hash)}, with which the run began` };
  if (definition.newest_hash === null || definition.newest_hash === definition.hash) return [pinned];
  return [pinned, { value: "newest", label: `${versionText(definition.newest_version, definition.newest_hash)}, the newest` }];
}

export function redriveSentence(preview: RedrivePreview, definition: LetterDefinition | null): string {
  const where = preview.country ? ` for ${countryName(preview.country)}` : "";
  if (preview.run === null) return "The event is matched against its trigger again.";
  const version = preview.definition === definition?.hash ? definition.version : preview.definition === definition?.newest_hash ? definition.newest_version : null;
  const left = preview.still_to_run ?? 0;
  const rest = left > 1 ? ` ${left} tasks of the run are left then, this one included.` : left === 1 ? " It is the last task of the run." : "";
  return `Task ${preview.task}${where} is tried again in run ${preview.run}, by ${versionText(version, preview.definition)}.${rest}`;
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
