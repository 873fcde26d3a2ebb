import { describe, expect, test } from "vitest";
import { ansiPieces, plainText } from "../src/ansi";
import { windowOf } from "../src/components/virtual";
import { dayOfYear } from "../src/format";
import { arrange, type RowFacts, type Wishes } from "../src/grid/order";
import { cellLook, lookOf, type Look } from "../src/looks";
import { factsMax, factsOf, neighbour } from "../src/views/approvals/facts";
import { definitionChoices, definitionSentence, editedInput, previewSentence, progressSentence, redriveSentence } from "../src/views/dead_letters/job";
import { regionOf, zoneOf } from "../src/regions";
import type { Backfill, Column, LetterJob, Partition, Trial } from "../src/types";
import { scaleOf, ticksOf } from "../src/views/run/gantt_scale";
import { diffLines } from "../src/views/workflows/diff";
import { commandOf, curlOf, fieldsOf, take } from "../src/views/workflows/params";
import { yamlPieces } from "../src/views/workflows/yaml";
import { arrangePartitions, countriesText, countsOf, foreseenSentence, monthBefore, periodsOf, readWhole, stateAt, wishFault } from "../src/views/partitions/months";
import { lost, pointsOf } from "../src/views/models/trial_chart";
import { itemOf } from "../src/views/models/try_one";
import { calibrationSentence, pointsOf as calibrationPoints } from "../src/views/models/calibration";
import { worstPairs } from "../src/views/models/confusion";
import { parseMetrics } from "../src/views/system/metrics";

const column = (uses = "noop"): Column => ({ workflow: "w", task: "t", title: null, uses, after: [], median_ms: null, p95_ms: null });

describe("a look", () => {
  test("of an empty cell follows from what stands before it", () => {
    expect(cellLook(null, column(), ["dead", "succeeded"], false)).toBe("upstream");
    expect(cellLook(null, column(), ["upstream"], true)).toBe("upstream");
    expect(cellLook(null, column(), ["succeeded", "skipped"], false)).toBe("ready");
    expect(cellLook(null, column(), ["succeeded", "running"], false)).toBe("waiting");
    expect(cellLook(null, column(), ["succeeded"], true)).toBeNull();
    expect(cellLook(null, column(), [null], false)).toBeNull();
  });

  test("of a state that is not known here is never a success", () => {
    expect(lookOf("lost")).toBe("failed");
    expect(lookOf("exploded")).toBe("failed");
    expect(lookOf("toString")).toBe("failed");
  });
});

describe("the order of countries", () => {
  const row = (country: string, looks: (Look | null)[], more: Partial<RowFacts> = {}): RowFacts =>
    ({ country, looks, settled: 0, letters: 0, score: null, gain: null, family: "", due: null, ...more });
  const wishes: Wishes = { sort: "worst", text: "", look: null, byRegion: false, pinned: new Set() };
  const rows = [row("AT", ["succeeded"]), row("DE", ["dead"]), row("FR", ["running"]), row("JP", ["dead"], { letters: 3 })];
  const flat = (wanted: Partial<Wishes>) => arrange(rows, { ...wishes, ...wanted }).flatMap((section) => section.countries);

  test("begins with the worst state, then with the most dead letters", () => { expect(flat({})).toEqual(["JP", "DE", "FR", "AT"]); });
  test("comes by the day that is due where the state is the same, and by it first when asked to", () => {
    const owing = [row("AT", ["succeeded"]), row("DE", ["succeeded"], { due: "2026-12-09" }), row("FR", ["dead"], { due: "2026-12-20" }), row("JP", ["succeeded"], { due: "2026-12-01" })];
    const order = (sort: Wishes["sort"]) => arrange(owing, { ...wishes, sort }).flatMap((section) => section.countries);
    expect(order("worst")).toEqual(["FR", "JP", "DE", "AT"]);
    expect(order("due")).toEqual(["JP", "DE", "FR", "AT"]);
  });
  test("keeps what fits the text or has the look", () => {
    expect(flat({ text: "germ" })).toEqual(["DE"]);
    expect(flat({ text: "pacific" })).toEqual(["JP"]);
    expect(flat({ look: "running" })).toEqual(["FR"]);
  });
  test("puts pinned countries on top and the others under their regions", () => {
    const sections = arrange(rows, { ...wishes, byRegion: true, pinned: new Set(["AT"]) });
    expect(sections.map((section) => section.name)).toEqual(["Pinned", "Western Europe", "Asia and Pacific"]);
    expect(sections[1]?.countries).toEqual(["DE", "FR"]);
  });
});

test("a day is told without its year, and not moved by anybody's zone", () => {
  expect(dayOfYear("2026-12-09")).toBe("9 Dec");
  expect(dayOfYear("2026-01-31")).toBe("31 Jan");
  expect(dayOfYear("soon")).toBe("soon");
});

test("every country's zone is one that the browser knows", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const zones = letters.flatMap((a) => letters.map((b) => zoneOf(a + b))).filter((zone) => zone !== null);
  expect(zones.length).toBeGreaterThan(60);
  for (const zone of zones) expect(() => new Intl.DateTimeFormat("en", { timeZone: zone })).not.toThrow();
  expect(regionOf("XX")).toBe("Elsewhere");
});

describe("terminal text", () => {
  const pieces = (line: string) => ansiPieces(line).map(({ text, name }) => [text, name]);
  test("keeps colours as classes", () => {
    expect(pieces("a \u001b[1;31mred\u001b[0m b")).toEqual([["a ", ""], ["red", "a-red a-bold"], [" b", ""]]);
    expect(pieces("\u001b[38;5;196mx\u001b[39my")).toEqual([["xy", ""]]);
  });
  test("drops what moves the cursor, links or sets titles, and shows control characters", () => {
    expect(plainText("\u001b[2J\u001b[Hgone\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007")).toBe("gonelink");
    expect(plainText("\u001b]0;title")).toBe("");
    expect(plainText("a\u0000b\u0008c\r")).toBe("a\u2400b\u2408c");
    expect(plainText("abc\u202etxt.exe")).toBe("abc\ufffdtxt.exe");
    expect(plainText("end\u001b")).toBe("end");
  });
});

describe("a long list", () => {
  test("has only the rows in sight and some around", () => {
    expect(windowOf(0, 600, 30, 100_000)).toEqual({ first: 0, last: 32 });
    expect(windowOf(1_500_000, 600, 30, 100_000)).toEqual({ first: 49_988, last: 50_032 });
  });
  test("reaches its end even when it is taller than a browser allows", () => {
    expect(windowOf(15_000_000 - 600, 600, 30, 5_000_000).last).toBe(5_000_000);
  });
});

describe("the time line", () => {
  test("folds what is idle for long and keeps what is not", () => {
    const scale = scaleOf([{ from: 0, to: 10_000 }, { from: 11_000, to: 20_000 }, { from: 3_600_000, to: 3_610_000 }], 1026);
    expect(scale.pieces.map((piece) => piece.folded)).toEqual([false, true, false]);
    expect(scale.pieces[1]?.width).toBe(26);
    expect(scale.at(0)).toBe(0);
    expect(scale.at(3_610_000)).toBeCloseTo(1026, 5);
    expect(scale.at(20_000)).toBeLessThan(scale.at(3_600_000));
  });
  test("marks round times, never closer than asked", () => {
    const marks = ticksOf(scaleOf([{ from: 0, to: 60_000 }], 600), 70);
    expect(marks.map((mark) => mark.ms)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  });
  test("of nothing is empty", () => { expect(scaleOf([], 100).at(5)).toBe(0); });
});

describe("a start form", () => {
  const fields = fieldsOf({
    type: "object", required: ["country"],
    properties: {
      country: { type: "string", pattern: "^[A-Z]{2}$" }, trials: { type: "integer", minimum: 1, maximum: 500, default: 24 },
      families: { type: "array", items: { enum: ["linear", "softprob"] }, default: ["linear"] }, rule: { type: "object", default: { a: 1 } }, code_lists: { type: "boolean", default: true },
    },
  });
  test("asks first for what is required", () => { expect(fields.map((field) => `${field.name}:${field.kind}`)[0]).toBe("country:text"); });
  test("sends what differs from the defaults, as the schema's types", () => {
    expect(take(fields, { country: "DE", trials: "30", families: "linear, softprob", code_lists: "false" }))
      .toEqual({ params: { country: "DE", trials: 30, families: ["linear", "softprob"], code_lists: false }, faults: {} });
  });
  test("says what does not fit and where", () => {
    expect(Object.keys(take(fields, { country: "de", trials: "0.5", rule: "{" }).faults).sort()).toEqual(["country", "rule", "trials"]);
    expect(take(fields, {}).faults).toEqual({ country: "is required" });
  });
  test("is the same as a command and a request, whatever is in it", () => {
    const params = { note: "it's $(rm -rf) `x`", list: ["a b"] };
    expect(commandOf("train", params)).toBe(`kontor run train -p 'note=it'\\''s $(rm -rf) \`x\`' -p 'list=["a b"]'`);
    expect(curlOf("http://127.0.0.1:8080", "train", {})).toContain(`-d '{"workflow":"train","params":{}}'`);
  });
});

test("a definition's line is its pieces, and an expression in a text is seen", () => {
  const line = '  when: ${{ params.a }}  # "why" 1';
  const pieces = yamlPieces(line);
  expect(pieces.map((piece) => piece.text).join("")).toBe(line);
  expect(pieces.filter((piece) => piece.kind !== "plain").map((piece) => piece.kind)).toEqual(["key", "expression", "comment"]);
});

test("a difference shows what changed with a little around it", () => {
  const old = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const lines = diffLines(old, old.map((line, index) => (index === 10 ? "new" : line)), 1);
  expect(lines.map((line) => `${line.kind} ${line.text}`)).toEqual(
    ["gap … 9 equal lines", "same line 9", "removed line 10", "added new", "same line 11", "gap … 8 equal lines"]);
  expect(diffLines(["a"], ["a"], 3)).toEqual([{ kind: "gap", text: "The texts are the same." }]);
});

test("trials have a best so far, also where less is better", () => {
  const trial = (trialNo: number, value: number | null) =>
    ({ task: trialNo, trial: trialNo, item: "", state: "succeeded" as const, family: "linear", params: null, metrics: { m: value }, seconds: 1, chosen: false, reason: "" });
  const trials = [trial(0, 0.5), trial(1, null), trial(2, 0.7), trial(3, 0.6)];
  expect(pointsOf(trials, "m", false).map((point) => point.best)).toEqual([0.5, 0.7, 0.7]);
  expect(pointsOf(trials, "m", true).map((point) => point.best)).toEqual([0.5, 0.5, 0.5]);
});

test("trials that the search left out are not among those that did not succeed", () => {
  const trial = (state: Trial["state"]): Trial => ({ task: 1, trial: 0, item: "0", state, family: null, params: null, metrics: null, seconds: null, chosen: false, reason: "" });
  expect(lost([trial("succeeded"), trial("skipped"), trial("skipped"), trial("dead")])).toBe(1);
});

test("the worst confusions come first and the diagonal is none", () => {
  const pairs = worstPairs({ model: "m", country: "DE", run: 1, at: "", rows: 9, codes: ["a", "b"], counts: [[5, 1], [3, 0]], calibration: null });
  expect(pairs).toEqual([{ truth: "b", predicted: "a", rows: 3 }, { truth: "a", predicted: "b", rows: 1 }]);
});

test("counters are read line by line", () => {
  const samples = parseMetrics('# HELP x\nkontor_a 3\nkontor_b{s="a b"} 1.5\nnonsense\n');
  expect([...samples]).toEqual([["kontor_a", 3], ['kontor_b{s="a b"}', 1.5]]);
});

describe("evidence", () => {
  test("is a fact per value, named by its way", () => {
    expect(factsOf({ metrics: { macro_f1: 0.912345678, rows: 12000 }, codes: ["a", "b"], usable: true, champion: null })).toEqual([
      { name: "metrics · macro f1", value: "0.912346", kind: "number" }, { name: "metrics · rows", value: "12,000", kind: "number" },
      { name: "codes", value: "a, b", kind: "text" }, { name: "usable", value: "yes", kind: "text" }, { name: "champion", value: "none", kind: "text" },
    ]);
    expect(factsOf([{ code: "1" }, { code: "2" }]).map((fact) => fact.name)).toEqual(["1 · code", "2 · code"]);
    expect(factsOf(null)).toEqual([]);
    expect(factsOf("look")).toEqual([{ name: "value", value: "look", kind: "text" }]);
  });

  test("of any size is cut", () => {
    expect(factsOf(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index])))).toHaveLength(factsMax);
  });

  test("J and K stay within the list", () => {
    expect(neighbour([3, 5, 8], null, 1)).toBe(3);
    expect(neighbour([3, 5, 8], null, -1)).toBe(8);
    expect(neighbour([3, 5, 8], 5, 1)).toBe(8);
    expect(neighbour([3, 5, 8], 8, 1)).toBe(8);
    expect(neighbour([3, 5, 8], 3, -1)).toBe(3);
    expect(neighbour([], 3, 1)).toBeNull();
  });
});

describe("an item that is tried", () => {
  test("has a column per line, and a line without a sign goes on with the text before it", () => {
    expect(itemOf("title = LED lamp\nwith E27 = socket\nprice=12.5\n\ndescription = long\nstill the same")).toEqual({
      title: "LED lamp", "with E27": "socket", price: "12.5", description: "long still the same",
    });
    expect(itemOf("no sign at all")).toEqual({});
  });
});

describe("a job over dead letters", () => {
  const job: LetterJob = {
    id: 9, action: "redrive", state: "running", country: "", by: "anna", selection: {}, reason: "", canary: false, per_minute: null, definition: "pinned",
    with: null, letters: 5, handled: 2, carried_out: 1, refused: 1, refusals: [], created_at: "", next_at: null, finished_at: null, said: "",
  };

  test("says how far it is", () => {
    expect(progressSentence(job)).toBe("2 of 5: 1 redriven, 1 refused.");
    expect(progressSentence({ ...job, state: "stopped", said: "stopped by anna" })).toBe("Stopped after 2 of 5: 1 redriven, 1 refused. Stopped by anna.");
    expect(progressSentence({ ...job, action: "discard", state: "done", handled: 5, carried_out: 5, refused: 0 })).toBe("Done: 5 discarded.");
  });

  test("says before what it would do", () => {
    const items = [{ letter: 1 }, { letter: 2, refused: "run 8 was cancelled" }];
    const asked = { dry_run: true, selection: {} };
    expect(previewSentence({ ...asked, action: "redrive", letters: 2, refused: 1, more: 0, items })).toBe("1 would be redriven, 1 refused.");
    expect(previewSentence({ ...asked, action: "redrive", letters: 30, refused: 1, more: 28, items })).toBe("Of the first 2, 1 would be redriven, 1 refused; 28 more were not looked at.");
    expect(previewSentence({ ...asked, action: "discard", letters: 0, refused: 0, more: 0, items: [] })).toBe("No open letter fits any more.");
  });

  test("goes by a definition that is named, and by another only if there is one", () => {
    const one = { hash: "a1", version: 1, newest_hash: "a1", newest_version: 1 };
    expect(definitionChoices(one).map((choice) => choice.value)).toEqual(["pinned"]);
    expect(definitionSentence(one)).toBe("version 1, the newest");
    const two = { ...one, newest_hash: "b2", newest_version: 2 };
    expect(definitionChoices(two).map((choice) => choice.label)).toEqual(["version 1, with which the run began", "version 2, the newest"]);
    expect(definitionSentence(two)).toBe("version 1; the newest is version 2");
    const preview = { letter: 5, dry_run: true, run: 7, task: "tune", country: "DE", definition: "b2", input: {}, still_to_run: 3 };
    expect(redriveSentence(preview, two)).toBe("Task tune for Germany is tried again in run 7, by version 2. 3 tasks of the run are left then, this one included.");
  });

  test("takes an object as the edited input, and nothing else", () => {
    expect(editedInput(" ")).toEqual({ value: null, fault: "" });
    expect(editedInput('{"rows": 5}')).toEqual({ value: { rows: 5 }, fault: "" });
    expect(editedInput("[1]").fault).not.toBe("");
    expect(editedInput("{").fault).toContain("not JSON");
  });
});

describe("partitions", () => {
  const of = (country: string, period: string, state: Partition["state"]): Partition =>
    ({ workflow: "infer", country, period, state, run: 1, outcome: null, reason: "", at: null, last_success: null, last_failure: null });

  test("have the newest period first, and a column for each month that nothing came to", () => {
    expect(periodsOf(["2025-11", "2026-02"], "2026-03")).toEqual(["2026-02", "2026-01", "2025-12", "2025-11"]);
    expect(periodsOf(["2026-02"], "2026-05")).toEqual(["2026-04", "2026-03", "2026-02"]);
    expect(periodsOf(["2026-05"], "2026-05")).toEqual(["2026-05"]);
    expect(periodsOf(["", "2026-01", "2025-12"], "2026-01")).toEqual(["2026-01", "2025-12", ""]);
    expect(periodsOf([""], "2026-01")).toEqual([""]);
    expect(periodsOf(["0001-01", "2026-01"], "2026-01")).toEqual(["2026-01", "0001-01"]);
    expect(periodsOf(["1999-12"], "2026-01").length).toBe(61);
    expect(monthBefore("2026-01")).toBe("2025-12");
  });

  test("are missing where no run has come", () => {
    const arranged = arrangePartitions([of("FR", "2026-01", "failed"), of("DE", "2026-02", "succeeded")], "2026-02");
    expect(arranged.countries).toEqual(["DE", "FR"]);
    expect(stateAt(arranged, "FR", "2026-01")).toBe("failed");
    expect(stateAt(arranged, "DE", "2026-01")).toBe("missing");
    expect(Object.fromEntries(countsOf(arranged))).toEqual({ failed: 1, missing: 2, running: 0, succeeded: 1 });
  });

  test("of a period that was not read to its end are not shown, where more follow", () => {
    const read = [of("DE", "2026-02", "succeeded"), of("FR", "2026-02", "failed"), of("DE", "2026-01", "succeeded")];
    const arranged = arrangePartitions(readWhole(read, true), "2026-02");
    expect(arranged.periods).toEqual(["2026-02"]);
    expect(countsOf(arranged).get("missing")).toBe(0);
    expect(readWhole(read, false)).toEqual(read);
  });

  test("are made good by a backfill whose form says what does not fit", () => {
    const wish = { from: "2026-01", to: "2026-03", countries: "de, FR", missingOnly: true, atOnce: 1 };
    expect(wishFault(wish)).toBe("");
    expect(wishFault({ ...wish, from: "2026-04" })).toContain("after the last");
    expect(wishFault({ ...wish, to: "2026-13" })).toContain("2026-01");
    expect(wishFault({ ...wish, countries: "Germany" })).toContain("two letters");
    expect(countriesText(null)).toBe("all countries");
    const period = (state: "waiting" | "skipped") => ({ period: "2026-01", state, countries: null, run: null, reason: "", started_at: null, finished_at: null });
    const plan = { max_parallel: 2, periods: [period("waiting"), period("waiting"), period("skipped")] } as Backfill;
    expect(foreseenSentence(plan)).toBe("2 runs would start, 2 at once; 1 period would be left out.");
    expect(foreseenSentence({ ...plan, periods: [period("skipped")] })).toBe("Nothing would run.");
  });
});

describe("a calibration", () => {
  test("is a point for each bin that has rows, and says on which side it errs", () => {
    const points = calibrationPoints({ rows: [0, 4, 6], right: [0, 3, 6], confidence: [null, 0.5, 0.9] });
    expect(points).toEqual([{ confidence: 0.5, right: 0.75, rows: 4 }, { confidence: 0.9, right: 1, rows: 6 }]);
    expect(calibrationSentence(points)).toContain("more often right than it says");
    expect(calibrationSentence([{ confidence: 0.9, right: 0.5, rows: 2 }])).toContain("surer than it is right");
    expect(calibrationSentence([{ confidence: 0.9, right: 0.9, rows: 2 }])).toContain("as often as it says");
    expect(calibrationSentence([])).toBe("");
  });
});
