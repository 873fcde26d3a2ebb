// Times, numbers and names as people read them. Pure but for the browser's own locale data.
import type { Json } from "./types";

const regions = new Intl.DisplayNames(["en"], { type: "region" });

export function countryName(code: string): string {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;  // not shaped like a region code: shown as it is
  }
}

const pad = (value: number): string => String(value).padStart(2, "0");

// Seconds for what is quick, hours and minutes for what is long: "0.4 s", "12 s", "3 m 05 s", "2 h 14 m", "3 d 4 h".
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${pad(Math.floor(seconds) % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// As short as a column's head is narrow: "840ms", "7.2s", "14m", "3.1h".
export function shortDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms) || ms < 0) return "";
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)}s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)}m`;
  if (ms < 36_000_000) return `${(ms / 3_600_000).toFixed(1)}h`;
  return `${Math.round(ms / 3_600_000)}h`;
}

// A change for better or worse, with its sign; the minus is a minus.
export function signed(value: number | null | undefined, digits = 3): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "";
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value > 0 ? "+" : "−"}${text}`;
}

// The time on a wall in `zone`: "2026-11-01 03:00:12".
export function clockIn(iso: string, zone: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const parts = new Map(new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: string): string => parts.get(name as Intl.DateTimeFormatPartTypes) ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) { size /= 1024; unit += 1; }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ""}`;
}

export function between(start: string | null, end: string | null, nowMs: number): string {
  if (!start) return "–";
  return duration((end ? Date.parse(end) : nowMs) - Date.parse(start));
}

// Local time; the exact UTC instant stands in the title of every <time>.
export function clock(iso: string | null): string {
  if (!iso) return "–";
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${time}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// "9 Dec" of "2026-12-09", whose year everybody knows. A day has no zone, so no Date is made of it.
export function dayOfYear(day: string): string {
  const [, month, date] = /^\d{4}-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const name = months[Number(month) - 1];
  return name && date ? `${Number(date)} ${name}` : day;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const count = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : whole.format(value));
export const share = (part: number, all: number): string => (all > 0 ? `${((100 * part) / all).toFixed(1)} %` : "–");
export const score = (value: unknown): string => (typeof value === "number" ? value.toFixed(4) : "–");

// Why a run began, as a phrase. A kind that this page does not know is shown as it came.
export function causeText(cause: Json): string {
  if (cause === null || typeof cause !== "object" || Array.isArray(cause)) return cause === null || cause === "" ? "–" : String(cause);
  const text = (key: string): string => (cause[key] === null || cause[key] === undefined ? "" : String(cause[key]));
  const by = text("by") ? ` by ${text("by")}` : "";
  switch (cause["kind"]) {
    case "api": return `submitted${by}`;
    case "schedule": return `schedule ${text("trigger")}${by ? `, run${by}` : `, due ${clock(text("tick"))}`}`;
    case "event": return `event ${text("type")}, trigger ${text("trigger")}`;
    case "child": return `child of run ${text("run")}, task ${text("task")} ${text("country")}`.trim();
    default: return JSON.stringify(cause);
  }
}

// The page of what began a run, where there is one.
export function causePath(cause: Json): string | null {
  if (cause === null || typeof cause !== "object" || Array.isArray(cause)) return null;
  if (cause["kind"] === "child" && cause["run"]) return `/runs/${String(cause["run"])}${cause["task_id"] ? `?task=${String(cause["task_id"])}` : ""}`;
  if (cause["kind"] === "event" && cause["event"]) return `/events?id=${String(cause["event"])}`;
  return null;
}

// JSON cut into coloured pieces, for a <pre>: keys, texts, numbers, words, and what stands between.
export interface Piece { kind: "key" | "text" | "number" | "word" | "plain"; text: string }

export function jsonPieces(value: Json): Piece[] {
  const source = JSON.stringify(value, null, 2) ?? "null";
  const pieces: Piece[] = [];
  const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;
  let at = 0;
  for (const found of source.matchAll(pattern)) {
    if (found.index > at) pieces.push({ kind: "plain", text: source.slice(at, found.index) });
    const [all, text, colon] = found;
    if (text && colon) pieces.push({ kind: "key", text }, { kind: "plain", text: colon });
    else if (text) pieces.push({ kind: "text", text });
    else pieces.push({ kind: /^[tfn]/.test(all) ? "word" : "number", text: all });
    at = found.index + all.length;
  }
  if (at < source.length) pieces.push({ kind: "plain", text: source.slice(at) });
  return pieces;
}
