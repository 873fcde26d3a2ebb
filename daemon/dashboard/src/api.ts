// One door to the daemon's REST API: query strings, problem+json as sentences. The browser adds the cookie.
import { refused } from "./auth";
import type { Json } from "./types";

export type Query = Record<string, string | number | null | undefined>;

// One thing that does not fit, and where.
export interface Fault { pointer?: string; message?: string }

interface Problem {
  title?: string;
  detail?: string;
  errors?: Fault[];
}

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly faults: readonly Fault[] = []) {
    super(message);
  }
}

// A problem (RFC 9457) as one readable sentence or two.
export function problemSentence(status: number, problem: Problem | null): string {
  const main = problem?.detail || problem?.title || `The daemon answered with status ${status}.`;
  const parts = (problem?.errors ?? [])
    .filter((error) => error.message)
    .map((error) => (error.pointer ? `${error.pointer}: ${error.message}` : `${error.message}`));
  const sentence = [main, ...parts].join(" · ");
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

// A mutation whose answer never came may have been carried out: clicking again sends the same key, so that it counts once.
const unanswered = new Map<string, string>();

function idempotencyKey(request: string): string {
  const kept = unanswered.get(request);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  unanswered.set(request, key);
  return key;
}

async function problemOf(response: Response): Promise<ApiError> {
  let problem: Problem | null = null;
  try {
    problem = (await response.json()) as Problem;
  } catch {
    problem = null;  // not JSON (a proxy's page): the status alone must do
  }
  return new ApiError(response.status, problemSentence(response.status, problem), problem?.errors ?? []);
}

async function request<T>(method: string, path: string, body?: Json, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const text = method === "GET" ? null : JSON.stringify(body ?? {});
  const mutation = `${method} ${path} ${text ?? ""}`;
  if (text !== null) {
    headers["Content-Type"] = "application/json";
    headers["Idempotency-Key"] = idempotencyKey(mutation);
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method, headers, cache: "no-store",
      ...(text === null ? {} : { body: text }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "The daemon cannot be reached. The page tries again by itself.");
  }
  unanswered.delete(mutation);
  if (response.status === 401) {
    refused();
    throw new ApiError(401, "The daemon no longer knows this browser's token.");
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return request<T>("GET", withQuery(path, query), undefined, signal);
}

export function post<T>(path: string, body: Json = {}): Promise<T> {
  return request<T>("POST", path, body);
}

export function putJson<T>(path: string, body: Json): Promise<T> {
  return request<T>("PUT", path, body);
}

export async function putText<T>(path: string, text: string, type: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { method: "PUT", headers: { "Content-Type": type, Accept: "application/json" }, body: text, cache: "no-store" });
  } catch {
    throw new ApiError(0, "The daemon cannot be reached.");
  }
  if (response.status === 401) refused();
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
