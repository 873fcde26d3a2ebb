import { expect, test } from "vitest";
import { problemSentence, withQuery } from "../src/api";
import { bytes, causePath, causeText, clockIn, countryName, duration, jsonPieces, share, shortDuration, signed } from "../src/format";
import { match } from "../src/router";

test("a problem reads as a sentence with its pointers", () => {
  expect(problemSentence(422, { title: "Unprocessable", detail: "The parameters do not fit", errors: [{ pointer: "/trials", message: "must be at most 500" }] }))
    .toBe("The parameters do not fit · /trials: must be at most 500.");
  expect(problemSentence(503, null)).toBe("The daemon answered with status 503.");
  expect(problemSentence(404, { title: "Not Found" })).toBe("Not Found.");
});

test("empty parameters stay out of the address, others are escaped", () => {
  expect(withQuery("/v1/runs", { state: "", workflow: null, correlation: "a&b=c", limit: 50 })).toBe("/v1/runs?correlation=a%26b%3Dc&limit=50");
});

test("addresses match by segments and decode", () => {
  expect(match("/campaigns/:c", "/campaigns/a%2Fb")).toEqual({ c: "a/b" });
  expect(match("/runs/:id", "/runs/7/")).toEqual({ id: "7" });
  expect(match("/runs/:id", "/runs")).toBeNull();
  expect(match("/runs/:id", "/runs/%E0%A4%A")).toBeNull();
});

test("durations change their unit as they grow", () => {
  expect([400, 9_500, 12_300, 185_000, 8_040_000, 280_800_000].map(duration)).toEqual(["400 ms", "9.5 s", "12 s", "3 m 05 s", "2 h 14 m", "3 d 6 h"]);
  expect(duration(Number.NaN)).toBe("–");
});

test("countries have names, and what is none stays as it is", () => {
  expect(countryName("DE")).toBe("Germany");
  expect(countryName("<b>")).toBe("<b>");
});

test("a run's cause is a phrase with a way to it", () => {
  const cause = { kind: "child", run: 3, task: "predict", task_id: 9, country: "DE" };
  expect(causeText(cause)).toBe("child of run 3, task predict DE");
  expect(causePath(cause)).toBe("/runs/3?task=9");
  expect(causeText({ kind: "comet" })).toBe("{\"kind\":\"comet\"}");
  expect(causeText(null)).toBe("–");
});

test("JSON pieces put together are the JSON, and keys are told from texts", () => {
  const value = { "a\"b": ["x: 1", -1.5e-7, true, null], c: {} };
  const pieces = jsonPieces(value);
  expect(pieces.map((piece) => piece.text).join("")).toBe(JSON.stringify(value, null, 2));
  expect(pieces.filter((piece) => piece.kind === "key").map((piece) => piece.text)).toEqual(["\"a\\\"b\"", "\"c\""]);
  expect(pieces.filter((piece) => piece.kind === "text").map((piece) => piece.text)).toEqual(["\"x: 1\""]);
});

test("shares have one decimal, and none of nothing", () => {
  expect(share(1, 8)).toBe("12.5 %");
  expect(share(1, 0)).toBe("–");
});

test("what must be short is short, and what changed has its sign", () => {
  expect([840, 7_200, 42_000, 840_000, 11_000_000, 90_000_000].map(shortDuration)).toEqual(["840ms", "7.2s", "42s", "14m", "3.1h", "25h"]);
  expect(shortDuration(null)).toBe("");
  expect([0.0213, -0.5, 0, 0.0001].map((value) => signed(value))).toEqual(["+0.021", "−0.500", "±0.000", "±0.000"]);
  expect(signed(null)).toBe("");
  expect([12, 2048, 5 * 1024 ** 3].map(bytes)).toEqual(["12 B", "2.0 KiB", "5.0 GiB"]);
});

test("a time is told by the clock of its zone, across the change to summer time", () => {
  expect(clockIn("2026-03-29T00:30:00Z", "Europe/Berlin")).toBe("2026-03-29 01:30:00");
  expect(clockIn("2026-03-29T01:30:00Z", "Europe/Berlin")).toBe("2026-03-29 03:30:00");
  expect(clockIn("nonsense", "UTC")).toBe("nonsense");
});
