import { describe, expect, it } from "vitest";
import type { FoundLogLine } from "../src/types";
import { byInstance, sinceOf, spanOf } from "../src/views/logs/search";

const line = (id: number, number: number): FoundLogLine => ({
  id, line: number, at: "2026-11-24T08:00:00.000Z", level: "info", text: "said", attempt: 1, task: "tune", country: "DE", item: "", run: 7, workflow: "train",
});

describe("a search over the logs", () => {
  it("keeps the lines of an instance together, in the order in which they came", () => {
    const told = byInstance([line(2, 1), line(2, 2), line(1, 1), line(2, 9)]);
    expect(told.map((each) => [each.id, each.lines.map((entry) => entry.line)])).toEqual([[2, [1, 2]], [1, [1]], [2, [9]]]);
    expect(byInstance([])).toEqual([]);
  });

  it("looks a week back unless told otherwise, and is the same search within a minute", () => {
    expect([spanOf(null), spanOf("1h"), spanOf("all"), spanOf("toString")]).toEqual(["7d", "1h", "all", "7d"]);
    const now = Date.parse("2026-11-24T08:00:59Z");
    expect(sinceOf("24h", now)).toBe("2026-11-23T08:00:00.000Z");
    expect(sinceOf("1h", now)).toBe(sinceOf("1h", now - 59_000));
    expect(sinceOf("all", now)).toBeNull();
  });
});
