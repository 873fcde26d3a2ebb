// A workflow's parameters (JSON Schema) as fields of a form, and what was written into them as parameters again. Pure.
import type { Json } from "../../types";

export interface Field {
  name: string; kind: "text" | "number" | "flag" | "choice" | "choices" | "list" | "json";
  required: boolean; help: string; initial: string; options: string[]; pattern: string | null; whole: boolean; least: number | null; most: number | null;
}

const record = (value: Json | undefined): { [key: string]: Json } => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map((entry) => String(entry)) : []);

function kindOf(schema: { [key: string]: Json }): Field["kind"] {
  const items = record(schema["items"]);
  if (Array.isArray(schema["enum"])) return "choice";
  if (schema["type"] === "boolean") return "flag";
  if (schema["type"] === "integer" || schema["type"] === "number") return "number";
  if (schema["type"] === "string") return "text";
  if (schema["type"] === "array" && Array.isArray(items["enum"])) return "choices";
  if (schema["type"] === "array" && items["type"] === "string") return "list";
  return "json";
}

function initialOf(kind: Field["kind"], value: Json | undefined): string {
  if (value === undefined) return kind === "flag" ? "false" : "";
  if (kind === "list" || kind === "choices") return texts(value).join(", ");
  if (kind === "json") return JSON.stringify(value, null, 2);
  return String(value);
}

export function fieldsOf(params: Json): Field[] {
  const schema = record(params);
  const required = new Set(texts(schema["required"]));
  return Object.entries(record(schema["properties"])).map(([name, value]) => {
    const own = record(value);
    const kind = kindOf(own);
    const number = (key: string): number | null => (typeof own[key] === "number" ? (own[key] as number) : null);
    return {
      name, kind, required: required.has(name), help: text(own["description"]), initial: initialOf(kind, own["default"]),
      options: kind === "choices" ? texts(record(own["items"])["enum"]) : texts(own["enum"]), pattern: typeof own["pattern"] === "string" ? own["pattern"] : null,
      whole: own["type"] === "integer", least: number("minimum"), most: number("maximum"),
    };
  }).sort((a, b) => Number(b.required) - Number(a.required) || a.name.localeCompare(b.name));
}

export type Taken = { params: { [key: string]: Json }; faults: Record<string, string> };

const listOf = (value: string): string[] => value.split(/[\s,]+/).filter(Boolean);

// Only what differs from the default is sent: a run pins what was asked for, not what happened to stand in a form.
export function take(fields: readonly Field[], values: Record<string, string>): Taken {
  const params: { [key: string]: Json } = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.name] ?? field.initial;
    if (value === field.initial && !field.required) continue;
    if (field.required && value.trim() === "") { faults[field.name] = "is required"; continue; }
    switch (field.kind) {
      case "text":
      case "choice": {
        const fits = field.pattern === null || fitsPattern(field.pattern, value);
        if (fits) params[field.name] = value; else faults[field.name] = `must have the form ${field.pattern}`;
        break;
      }
      case "flag": params[field.name] = value === "true"; break;
      case "list":
      case "choices": params[field.name] = listOf(value); break;
      case "number": {
        const number = Number(value);
        if (value.trim() === "" || !Number.isFinite(number) || (field.whole && !Number.isInteger(number))) faults[field.name] = `must be a ${field.whole ? "whole " : ""}number`;
        else if ((field.least !== null && number < field.least) || (field.most !== null && number > field.most)) faults[field.name] = `must be from ${field.least ?? "…"} to ${field.most ?? "…"}`;
        else params[field.name] = number;
        break;
      }
      case "json":
        try { params[field.name] = JSON.parse(value) as Json; } catch (error) { faults[field.name] = `is no JSON: ${error instanceof Error ? error.message : ""}`; }
        break;
    }
  }
  return { params, faults };
}

// A pattern that this browser cannot read is left to the daemon.
function fitsPattern(pattern: string, value: string): boolean {
  try { return new RegExp(pattern, "u").test(value); } catch { return true; }
}

// Safe inside single quotes of a POSIX shell.
export const quoted = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

export function commandOf(workflow: string, params: { [key: string]: Json }): string {
  const parts = Object.entries(params).map(([name, value]) => `-p ${quoted(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)}`);
  return ["kontor run", quoted(workflow), ...parts].join(" ");
}

export function curlOf(origin: string, workflow: string, params: { [key: string]: Json }): string {
  const body = JSON.stringify({ workflow, params });
  return `curl -X POST ${quoted(`${origin}/v1/runs`)} -H "Authorization: Bearer $KONTOR_TOKEN" -H 'Content-Type: application/json' -d ${quoted(body)}`;
}
