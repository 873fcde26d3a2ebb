import { describe, expect, test } from "vitest";
import { changedCell, columnGroups, columnTotal, sameCell, summarize, type Settled } from "../src/grid/model";
import { cellLook } from "../src/looks";
import type { Cell, Column, TaskChange, TaskState } from "../src/types";

const at = "2026-11-01T02:00:00.000000Z";
const cell = (state: TaskState, done = 0, total = 1, task = 1): Cell => ({
  state, done, total, retrying: 0, bad: 0, cached: 0, task, run: 1, attempt: 1, started_at: at, finished_at: null, reason: null,
});
const change = (id: number, state: TaskState, item = "", attempt = 1, siblings = item === "" ? 1 : 8, run = 1): TaskChange => ({
  id, run, workflow: "train", task: "tune", country: "DE", item, siblings, state, attempt, correlation: "c", reason: state === "dead" ? "why" : null,
});
const column = (workflow: string, task: string): Column => ({ workflow, task, title: null, uses: "noop", after: [], median_ms: null, p95_ms: null });

describe("a cell of one instance", () => {
  test("takes the state of its instance", () => {
    const settled: Settled = new Map();
    const running = changedCell(null, change(7, "running"), at, settled);
    expect(running).toMatchObject({ state: "running", task: 7, done: 0, total: 1, started_at: at, finished_at: null });
    expect(changedCell(running, change(7, "succeeded"), at, settled)).toMatchObject({ state: "succeeded", done: 1, finished_at: at });
  });

  test("counts what was taken over from an earlier run, once", () => {
    const taken: TaskChange = { ...change(7, "succeeded", "", 0), reason: "taken from the cache: run 3 gave it at 2026-10-01T02:00:00Z" };
    const single = changedCell(null, taken, at, new Map());
    expect(single).toMatchObject({ state: "succeeded", done: 1, total: 1, cached: 1 });
    expect(cellLook(single, column("train", "tune"), [], false)).toBe("cached");
    const settled: Settled = new Map();
    const first = changedCell(null, { ...taken, id: 1, item: "0", siblings: 2 }, at, settled);
    const again = changedCell(first, { ...taken, id: 1, item: "0", siblings: 2 }, at, settled);
    expect(again).toMatchObject({ done: 1, total: 2, cached: 1 });
    const whole = changedCell(again, change(2, "succeeded", "1", 1, 2), at, settled);
    expect(whole).toMatchObject({ state: "succeeded", done: 2, cached: 1 });
    expect(cellLook(whole, column("train", "tune"), [], false)).toBe("succeeded");
  });

  test("counts no more what was taken over once it is brought back and computed", () => {
    const taken = (id: number, item: string): TaskChange => ({ ...change(id, "succeeded", item, 0, 2), reason: "taken from the cache: run 3 gave it" });
    const settled: Settled = new Map();
    const full = changedCell(changedCell(null, taken(1, "0"), at, settled), taken(2, "1"), at, settled);
    expect(full).toMatchObject({ done: 2, total: 2, cached: 2 });
    const back = changedCell(full, change(1, "running", "0", 1, 2), at, settled);
    expect(back).toMatchObject({ done: 1, cached: 1 });
    const computed = changedCell(back, change(1, "succeeded", "0", 1, 2), at, settled);
    expect(computed).toMatchObject({ state: "succeeded", done: 2, cached: 1 });
    expect(cellLook(computed, column("train", "tune"), [], false)).toBe("succeeded");
    const again = changedCell(changedCell(full, change(1, "running", "0", 1, 2), at, new Map()), taken(1, "0"), at, new Map());
    expect(again).toMatchObject({ done: 2, cached: 2 });
  });

  test("becomes a cell of two when another run brings the same step", () => {
    expect(changedCell(cell("succeeded", 1), change(2, "running", "", 1, 1, 2), at, new Map())).toMatchObject({ state: "running", done: 1, total: 2 });
  });

  test("begins anew with another attempt", () => {
    const dead = { ...cell("dead", 1), finished_at: at, reason: "why" };
    const again = changedCell(dead, change(1, "running", "", 2), "2026-11-01T03:00:00Z", new Map());
    expect(again).toMatchObject({ state: "running", attempt: 2, started_at: "2026-11-01T03:00:00Z", finished_at: null, reason: null });
  });
});

describe("a cell of several instances", () => {
  test("counts each settled instance once, however often it is told", () => {
    const settled: Settled = new Map();
    let now = cell("running", 2, 8);
    for (let i = 0; i < 3; i += 1) now = changedCell(now, change(20, "succeeded", "2"), at, settled);
    expect(now).toMatchObject({ state: "running", done: 3, total: 8 });
  });

  test("is settled with its last instance", () => {
    const settled: Settled = new Map();
    let now = cell("running", 6, 8);
    now = changedCell(now, change(27, "succeeded", "6"), at, settled);
    expect(now).toMatchObject({ state: "running", finished_at: null });
    now = changedCell(now, change(28, "skipped", "7"), at, settled);
    expect(now).toMatchObject({ state: "succeeded", done: 8, finished_at: at });
  });

  test("ends as succeeded when all have succeeded", () => {
    const now = changedCell(cell("running", 7, 8), change(28, "succeeded", "7"), at, new Map());
    expect(now).toMatchObject({ state: "succeeded", done: 8, total: 8 });
  });

  test("shows a dead instance, names it, and stays dead while others go on", () => {
    const settled: Settled = new Map();
    let now = changedCell(cell("running", 2, 8), change(23, "dead", "3"), at, settled);
    expect(now).toMatchObject({ state: "dead", task: 23, reason: "why", done: 3 });
    now = changedCell(now, change(24, "running", "4"), at, settled);
    expect(now).toMatchObject({ state: "dead", task: 23 });
  });

  test("takes back the count of an instance that is tried again", () => {
    const settled: Settled = new Map();
    let now = changedCell(cell("running", 2, 8), change(23, "failed", "3"), at, settled);
    expect(now.done).toBe(3);
    now = changedCell(now, change(23, "running", "3", 2), at, settled);
    expect(now.done).toBe(2);
  });

  test("knows from the first change how many there will be, and waits for all of them", () => {
    const settled: Settled = new Map();
    let now = changedCell(null, change(20, "running", "0", 1, 4), at, settled);
    expect(now).toMatchObject({ state: "running", done: 0, total: 4, started_at: at });
    now = changedCell({ ...now, state: "waiting" }, change(20, "succeeded", "0", 1, 4), at, settled);
    expect(now).toMatchObject({ state: "waiting", done: 1, total: 4, finished_at: null });
    for (const [id, item] of [[21, "1"], [22, "2"], [23, "3"]] as const) {
      now = changedCell(now, change(id, "running", item, 1, 4), at, settled);
      expect(now).toMatchObject({ state: "running", done: id - 20, total: 4 });
      now = changedCell(now, change(id, "succeeded", item, 1, 4), at, settled);
      expect(now.finished_at).toBe(id === 23 ? at : null);
    }
    expect(now).toMatchObject({ state: "succeeded", done: 4, total: 4 });
  });

  test("counts what is tried again and what is lost", () => {
    const settled: Settled = new Map();
    let now = changedCell(cell("running", 2, 8), change(23, "retrying", "3"), at, settled);
    expect(now).toMatchObject({ retrying: 1, bad: 0 });
    now = changedCell(now, change(23, "retrying", "3"), at, settled);
    expect(now.retrying).toBe(1);
    now = changedCell(now, change(23, "running", "3", 2), at, settled);
    expect(now.retrying).toBe(0);
    now = changedCell(now, change(23, "dead", "3", 2), at, settled);
    expect(now).toMatchObject({ retrying: 0, bad: 1, done: 3 });
    now = changedCell(now, change(23, "running", "3", 3), at, settled);
    expect(now).toMatchObject({ bad: 0, done: 2 });
  });

  test("is not succeeded while instances that have not started wait", () => {
    const now = changedCell(cell("waiting", 1, 4), change(21, "succeeded", "1", 1, 4), at, new Map());
    expect(now).toMatchObject({ state: "waiting", done: 2, total: 4, finished_at: null });
  });

  test("grows to what its instances say of their number", () => {
    const now = changedCell(cell("succeeded", 2, 2), change(29, "skipped", "5", 1, 4), at, new Map());
    expect(now).toMatchObject({ state: "waiting", done: 3, total: 4, finished_at: null });
  });

  test("grows by another run's instances once its own are done", () => {
    let now = changedCell(cell("succeeded", 4, 4), change(40, "running", "0", 1, 4, 2), at, new Map());
    expect(now).toMatchObject({ state: "running", done: 4, total: 8 });
    now = changedCell(now, change(40, "succeeded", "0", 1, 4, 2), at, new Map());
    expect(now).toMatchObject({ done: 5, total: 8 });
  });

  test("takes back an instance that the snapshot had counted and that is tried again", () => {
    const now = changedCell(cell("failed", 4, 4, 23), change(23, "running", "3", 2, 4), at, new Map());
    expect(now).toMatchObject({ done: 3, total: 4, finished_at: null });
  });
});

describe("the summary", () => {
  const columns = [column("train", "prepare"), column("infer", "predict")];
  const grid: Record<string, (Cell | null)[]> = {
    AT: [cell("succeeded", 1), cell("succeeded", 1)],
    DE: [cell("dead", 1), null],
    FR: [cell("succeeded", 1), cell("running")],
  };
  const peek = (country: string, wanted: Column) => grid[country]?.[columns.indexOf(wanted)] ?? null;

  test("counts a country as done when all its steps are settled", () => {
    expect(summarize(columns, Object.keys(grid), false, peek)).toEqual({
      countries: 3, countriesDone: 1, running: 1, waiting: 0, dead: 1, failed: 0, cellsDone: 4, cells: 6,
    });
  });

  test("does not wait for steps that never came to be once the campaign is over", () => {
    expect(summarize(columns, ["AT", "DE"], true, peek)).toMatchObject({ countriesDone: 2, cellsDone: 3, cells: 3 });
  });

  test("counts a step whose instances wait as queued", () => {
    expect(summarize([columns[0]!], ["AT"], false, () => cell("waiting", 1, 4))).toMatchObject({ countriesDone: 0, running: 0, waiting: 1 });
  });

  test("totals a column", () => {
    expect(columnTotal(columns[0]!, Object.keys(grid), peek)).toEqual({ settled: 3, bad: 1, of: 3 });
  });

  test("groups neighbouring columns by workflow", () => {
    expect(columnGroups(columns)).toEqual([{ workflow: "train", span: 1 }, { workflow: "infer", span: 1 }]);
  });
});

test("equal cells are the same, whichever object they are", () => {
  expect(sameCell(cell("running"), cell("running"))).toBe(true);
  expect(sameCell(cell("running"), cell("running", 0, 2))).toBe(false);
  expect(sameCell(null, cell("running"))).toBe(false);
});
