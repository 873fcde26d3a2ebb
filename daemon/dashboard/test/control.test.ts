// Pools and pins in words: what would change, told before it does.
import { expect, test } from "vitest";
import type { Pool } from "../src/types";
import { pinSentence } from "../src/views/models/pin";
import { poolSentence, slotsOf } from "../src/views/system/pools";

const pool = (part: Partial<Pool>): Pool => ({
  name: "country:DE", counts: "country", slots: 4, weight: 1, held: 3, waiting: 0, holders: [], exists: true, by: null, reason: null, at: "2026-11-23T00:00:00Z", ...part,
});
const sentence = (after: Partial<Pool>): string => poolSentence({ dry_run: true, before: pool({}), after: pool(after) });

test("a pool's change is told, and what it means for what runs", () => {
  expect(sentence({})).toBe("Nothing would change.");
  expect(sentence({ slots: null })).toBe("4 becomes no limit.");
  expect(sentence({ slots: 2, weight: 5 })).toBe("4 becomes 2, weight 1 becomes 5. What runs keeps its 3; nothing begins until fewer are held.");
});

test("slots are a whole number or none", () => {
  expect(["", " 7 ", "0", "1000000", "1000001", "-1", "1.5", "x"].map(slotsOf)).toEqual([null, 7, 0, 1000000, undefined, undefined, undefined, undefined]);
});

test("a pin says until when the model stays", () => {
  const said = { country: "DE", model: "m2", former: "m2", pinned: true, reason: "", dry_run: true };
  expect(pinSentence(said)).toBe("m2 stays in force, whatever runs choose, until somebody unpins it.");
  expect(pinSentence({ ...said, former: "m1", pinned: false })).toBe("m2 takes the place of m1 and stays in force until a run chooses a better one.");
});
