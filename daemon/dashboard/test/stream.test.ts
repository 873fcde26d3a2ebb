import { expect, test } from "vitest";
import { reconnectDelayMs, SseParser } from "../src/sse";

const stream = ": hello\n\nevent: change\nid: 1-7\ndata: {\"seq\":7}\n\nevent: resync\n\ndata: a\ndata: b\n\n";
const messages = [
  { event: "change", id: "1-7", data: "{\"seq\":7}" },
  { event: "resync", id: null, data: "" },
  { event: "message", id: null, data: "a\nb" },
];

test("messages come whole, wherever the stream is cut", () => {
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const parser = new SseParser();
    expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(messages);
  }
});

test("carriage returns end lines too, also when a pair is cut in two", () => {
  const parser = new SseParser();
  const text = stream.replaceAll("\n", "\r\n");
  expect([...text].flatMap((character) => parser.push(character))).toEqual(messages);
});

test("a comment or a lone id makes no message", () => {
  expect(new SseParser().push(": ping\n\nid: 4\n\n")).toEqual([]);
});

test("waiting for the next connection doubles up to ten seconds, with jitter below", () => {
  expect(reconnectDelayMs(1, 1)).toBe(500);
  expect(reconnectDelayMs(3, 1)).toBe(2000);
  expect(reconnectDelayMs(50, 1)).toBe(10_000);
  expect(reconnectDelayMs(50, 0)).toBe(5_000);
});
