import { afterEach, expect, test, vi } from "vitest";
import { get, post } from "../src/api";

afterEach(() => { vi.unstubAllGlobals(); });

function stubFetch(...answers: (Response | Error)[]) {
  const stub = vi.fn(async (_path: string, _init: RequestInit): Promise<Response> => {
    const next = answers.shift();
    if (!next || next instanceof Error) throw next ?? new Error("no more answers");
    return next;
  });
  vi.stubGlobal("fetch", stub);
  return { keyOf: (call: number) => (stub.mock.calls[call]?.[1].headers as Record<string, string>)["Idempotency-Key"] };
}
const ok = () => new Response("{}", { status: 200 });

test("a mutation whose answer never came is sent again under the same key", async () => {
  const { keyOf } = stubFetch(new TypeError("network"), ok(), ok());
  await expect(post("/v1/runs/7/cancel", { reason: "a" })).rejects.toThrow("cannot be reached");
  await post("/v1/runs/7/cancel", { reason: "a" });
  await post("/v1/runs/7/cancel", { reason: "a" });
  expect(keyOf(0)).toMatch(/^[0-9a-f]{32}$/);
  expect(keyOf(1)).toBe(keyOf(0));
  expect(keyOf(2)).not.toBe(keyOf(0));
});

test("a problem becomes an error with its sentence and status", async () => {
  stubFetch(new Response(JSON.stringify({ title: "Conflict", detail: "Run 7 has ended" }), { status: 409 }));
  await expect(get("/v1/runs/7")).rejects.toMatchObject({ status: 409, message: "Run 7 has ended." });
});

test("an answer that is no JSON still gives a sentence", async () => {
  stubFetch(new Response("<html>bad gateway</html>", { status: 502 }));
  await expect(get("/v1/status")).rejects.toMatchObject({ status: 502, message: "The daemon answered with status 502." });
});
