import { afterEach, expect, test, vi } from "vitest";
import { caller, refused, signIn, signInMessage, startAuth } from "../src/auth";

afterEach(() => { vi.unstubAllGlobals(); });

function stubFetch(answer: () => Response) {
  const stub = vi.fn(async (_path: string, _init?: RequestInit): Promise<Response> => answer());
  vi.stubGlobal("fetch", stub);
  return stub;
}

test("the token goes into one header once, and nowhere else", async () => {
  const stub = stubFetch(() => new Response(JSON.stringify({ caller: "token:1a2b3c4d" }), { status: 200 }));
  expect(await signIn("kontor_secret")).toBeNull();
  const [path, init] = stub.mock.calls[0] ?? [];
  expect(path).toBe("/v1/session");
  expect(new Headers(init?.headers).get("Authorization")).toBe("Bearer kontor_secret");
  expect(JSON.stringify([path, init?.body])).not.toContain("secret");
  expect(caller.value).toBe("token:1a2b3c4d");
});

test("a refused token and one that no header can carry give a sentence", async () => {
  stubFetch(() => new Response("{}", { status: 401 }));
  expect(await signIn("wrong")).toContain("does not know this token");
  expect(await signIn("with\nnewline")).toContain("no token");
});

test("who is signed in is asked at the start, and forgotten when the daemon refuses", async () => {
  stubFetch(() => new Response(JSON.stringify({ caller: "token:ffffffff" }), { status: 200 }));
  await startAuth();
  expect(caller.value).toBe("token:ffffffff");
  refused();
  expect(caller.value).toBeNull();
  expect(signInMessage.value).toContain("signed out");
});
