// What a person does: start, cancel, redrive, discard, undo; each is asked for first and seen in the daemon afterwards.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { api, deploy, signIn } from "./browser.mjs";

const waitForFile = 'until [ -e "$1" ]; do sleep 0.05; done';

export async function prepare(world) {
  await signIn(world.page, world.base, world.token);
  await world.page.waitForSelector("main .empty:not([role=status])");
  world.report.check("a campaign without countries says so", (await world.page.locator("main .empty:not([role=status])").textContent()).includes("no task of a country"));
  await world.shot(world.page, "empty-grid");
  await deploy(world, "held", `workflow: held
title: Held until a file is there
params: {note: {type: string, default: ""}, trials: {type: integer, minimum: 1, maximum: 9, default: 1}}
partition: {key: country, over: [DE, FR, NO]}
tasks:
  first: {uses: noop, per: country}
  held: {uses: exec, after: first, per: country, with: {program: /bin/sh, args: ["-c", '${waitForFile}', sh, "${world.folder}/go-\${{ country }}"]}}
  last: {uses: noop, after: held, per: country}
`);
  await deploy(world, "doomed", `workflow: doomed
title: Fails until a file is there
partition: {key: country, over: [AT, BE, CZ, DK, EE]}
tasks:
  step: {uses: exec, per: country, retry: {attempts: 1}, with: {program: /bin/sh, args: ["-c", 'echo looking; test -e "$1"', sh, "${world.folder}/mended"]}}
  after: {uses: noop, after: step, per: country}
`);
}

// The form starts a run; the page is told of each change; a country and then the run are cancelled.
export async function checkStartAndCancel(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/workflows/held?tab=start`);
  await page.getByLabel("trials").fill("4");
  await page.getByRole("button", { name: "Start held" }).click();
  await page.waitForFunction(() => /^\/runs\/\d+$/.test(location.pathname));
  const id = page.url().match(/\/runs\/(\d+)/)[1];
  report.check("the form starts a run with what was written", (await api(world, `/v1/runs/${id}`)).params.trials === 4);
  await page.waitForFunction(() => document.querySelectorAll(".node .badge.l-running").length > 0);
  report.check("the graph shows it running", true);
  await page.goto(`${world.base}/runs/${id}?view=timeline`);
  await page.waitForSelector(".bar.open");
  const widthOf = () => page.locator(".bar.open").first().evaluate((bar) => bar.getBoundingClientRect().right);
  const before = await widthOf();
  await page.waitForFunction((then) => (document.querySelector(".bar.open")?.getBoundingClientRect().width ?? 0) > 0 && performance.now() > then, await page.evaluate(() => performance.now() + 1200));
  report.check("an open bar reaches to now", (await widthOf()) >= before - 2);
  await page.goto(`${world.base}/`);
  await page.waitForSelector('tr[data-country="DE"] td[data-state="running"]');
  await page.evaluate(() => {
    const cell = document.querySelector('tr[data-country="DE"] td[data-state="running"]');
    window.kontorSettled = null;
    new MutationObserver(() => { if (cell.dataset.state === "succeeded") window.kontorSettled ??= Date.now(); }).observe(cell, { attributes: true, attributeFilter: ["data-state"] });
  });
  writeFileSync(join(world.folder, "go-DE"), "");
  await page.waitForFunction(() => window.kontorSettled !== null, null, { timeout: 15_000 });
  const shownAt = await page.evaluate(() => window.kontorSettled);
  const held = (await api(world, `/v1/runs/${id}/tasks?task=held&country=DE`)).items[0];
  const late = shownAt - Date.parse(held.finished_at);
  report.check("a change is on the page soon after its commit", late < 1000, `${late} ms`);
  console.log(`   a change was on the page ${late} ms after it happened`);
  await page.goto(`${world.base}/runs/${id}?view=tasks&country=FR`);
  await page.waitForSelector(".v-row[data-task]");
  await page.getByRole("button", { name: "Cancel FR…" }).click();
  await page.getByLabel("Reason").fill("a test");
  await page.locator("dialog").getByRole("button", { name: "Cancel country FR" }).click();
  await page.waitForFunction(() => [...document.querySelectorAll(".v-row[data-task]")].some((row) => row.textContent.includes("cancelled")), null, { timeout: 15_000 });
  report.check("a country can be cancelled", true);
  await page.getByRole("button", { name: "Cancel the run…" }).click();
  await page.locator("dialog").getByRole("button", { name: "Cancel the run" }).click();
  await page.waitForFunction(() => document.querySelector(".page-head .badge")?.textContent === "cancelled", null, { timeout: 15_000 });
  report.check("the run can be cancelled", (await api(world, `/v1/runs/${id}`)).state === "cancelled");
}

async function openLetters(world) {
  return (await api(world, "/v1/dead-letters?state=open&workflow=doomed&limit=100")).items.length;
}

// The group as a job of the daemon: previewed, undone, stopped by its canary, stopped by hand at a rate, and carried out.
async function checkGroupRedrive(world) {
  const { page, report } = world;
  const dialog = page.locator("dialog");
  const said = (state) => page.waitForSelector(`dialog .job-said[data-state=${state}]`, { timeout: 60_000 });
  const openGroup = async (many) => {
    await page.getByRole("button", { name: `Redrive ${many}…` }).click();
    await page.waitForFunction((count) => document.querySelectorAll("dialog .preview li").length === count, many);
  };
  const begin = () => dialog.getByRole("button", { name: "Redrive", exact: true }).click();

  await openGroup(5);
  report.check("the preview counts what would be redriven", (await page.locator("dialog .counted").textContent()).includes("5 would be redriven"));
  await world.shot(page, "bulk-preview");
  const edit = dialog.getByLabel("Other values in the input");
  await edit.fill("[1]");
  report.check("an edit that is no object is held back", await dialog.getByRole("button", { name: "Redrive", exact: true }).isDisabled());
  await edit.fill('{"programme": "/bin/true"}');
  await page.waitForFunction(() => document.querySelector("dialog .counted")?.textContent.includes("5 refused"));
  report.check("an edit that does not fit the task is refused in the preview", (await page.locator("dialog .preview").textContent()).includes("does not fit task type exec"));
  await edit.fill("");
  await page.waitForFunction(() => document.querySelector("dialog .counted")?.textContent.includes("5 would be redriven"));
  await begin();
  await dialog.getByRole("button", { name: "Undo" }).click();
  await page.waitForSelector("dialog .note-error");
  report.check("undone in time, nothing is sent", (await api(world, "/v1/dead-letter-jobs")).items.length === 0);

  await begin();
  await said("stopped");
  const canary = (await api(world, "/v1/dead-letter-jobs")).items[0];
  report.check("a canary that fails leaves the others alone", canary.handled === 1 && canary.said.includes("the canary failed"), canary.said);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.waitForFunction(() => document.querySelector("table.list tbody b")?.textContent === "5", null, { timeout: 30_000 });

  // Without a canary, ten a minute: the second would go six seconds after the first.
  writeFileSync(join(world.folder, "mended"), "");
  await openGroup(5);
  await edit.fill(`{"args": ["-c", "test -e \\"$1\\"", "sh", "${world.folder}/mended"]}`);
  await dialog.getByLabel("Try one first").uncheck();
  await dialog.getByLabel("A minute").selectOption("10");
  await dialog.getByLabel("Reason").fill("the file is there");
  await begin();
  await said("running");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await said("stopped");
  const stopped = (await api(world, "/v1/dead-letter-jobs")).items[0];
  report.check("a job is stopped, and the letters it did not come to stay open", stopped.handled < 5 && (await openLetters(world)) === 5 - stopped.handled, `${stopped.handled}`);
  report.check("what was written goes with the job", stopped.reason === "the file is there" && stopped.per_minute === 10 && stopped.with.args[0] === "-c");
  await dialog.getByRole("button", { name: "Close" }).click();

  const left = 5 - stopped.handled;
  await openGroup(left);
  await begin();
  await said("done");
  report.check("all are redriven after the first has succeeded", (await openLetters(world)) === 0);
  await world.shot(page, "bulk-done");
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("tab", { name: "Jobs" }).click();
  await page.waitForFunction(() => document.querySelectorAll("table.list tbody tr").length === 3);
  report.check("each job is listed with how far it came", (await page.locator("table.list tbody tr").first().textContent()).includes("Done:"));
  await world.shot(page, "dead-letter-jobs");
}

export async function checkDeadLetters(world) {
  const { page, report } = world;
  const run = await api(world, "/v1/runs", { workflow: "doomed" });
  world.correlation = run.correlation;
  await page.goto(`${world.base}/`);
  await page.waitForFunction(() => document.querySelectorAll('td[data-look="dead"]').length === 5, null, { timeout: 30_000 });
  report.check("what stands behind a dead letter shows that its upstream failed", (await page.locator('td[data-look="upstream"]').count()) === 5);
  report.check("a row says how many dead letters it has", (await page.locator("tbody .letters").count()) === 5);
  await page.getByLabel("Sort").selectOption("worst");
  await world.shot(page, "grid-dead");
  await page.goto(`${world.base}/dead-letters`);
  await page.waitForSelector("table.list tbody tr");
  report.check("letters of one cause are one row", (await page.locator("table.list tbody tr").count()) === 1);
  await world.shot(page, "dead-letter-causes");
  await checkGroupRedrive(world);
  await page.goto(`${world.base}/runs/${run.id}`);
  await page.waitForFunction(() => document.querySelector(".page-head .badge")?.textContent === "succeeded", null, { timeout: 30_000 });
  report.check("the run succeeds after the redrive", true);
}

// One letter: what was tried and logged; the newest definition and another input are previewed, and then its run goes on with them.
export async function checkOneLetter(world) {
  const { page, report } = world;
  const workflow = (text) => `workflow: single\ntasks:\n  step: {uses: exec, retry: {attempts: 1}, with: {program: /bin/sh, args: ['-c', '${text}']}}\n  behind: {uses: noop, after: step}\n`;
  await deploy(world, "single", workflow("echo looking; exit 3"));
  const run = await api(world, "/v1/runs", { workflow: "single" });
  await page.goto(`${world.base}/dead-letters?by=letter&workflow=single`);
  await page.locator("table.list tbody th button").first().click();
  await page.waitForSelector(".drawer .attempts li");
  report.check("a letter tells its attempts", (await page.locator(".drawer .attempts").textContent()).includes("status 3"));
  await page.getByRole("tab", { name: "Log" }).click();
  report.check("a letter shows the end of its log", (await page.locator(".drawer .log").textContent()).includes("looking"));
  await deploy(world, "single", workflow("test \"$MENDED\" = yes"));
  await page.reload();
  await page.getByRole("button", { name: "Redrive…" }).click();
  const dialog = page.locator("dialog");
  const counted = (text) => page.waitForFunction((wanted) => document.querySelector("dialog .counted")?.textContent.includes(wanted), text);
  await counted("by version 1. 2 tasks of the run are left");
  await dialog.getByLabel("Definition").selectOption("newest");
  await counted("by version 2.");
  await dialog.getByLabel("Other values in the input").fill('{"env": {"MENDED": "yes"}}');
  await page.waitForFunction(() => document.querySelector("dialog .would")?.textContent.includes('"MENDED": "yes"'));
  report.check("the preview shows the definition and the input as edited", (await dialog.locator(".would").textContent()).includes("test "));
  await world.shot(page, "letter-redrive");
  await dialog.getByRole("button", { name: "Redrive", exact: true }).click();
  await page.waitForSelector(".drawer .badge:has-text('redriven')");
  await page.goto(`${world.base}/runs/${run.id}`);
  await page.waitForFunction(() => document.querySelector(".page-head .badge")?.textContent === "succeeded", null, { timeout: 30_000 });
  report.check("the run goes on by the newest definition and the edited input", true);
}

export async function checkDiscard(world) {
  const { page, report } = world;
  await deploy(world, "wrong", "workflow: wrong\ntasks:\n  step: {uses: exec, retry: {attempts: 1}, with: {program: /bin/sh, args: ['-c', 'exit 3']}}\n");
  await api(world, "/v1/runs", { workflow: "wrong" });
  await page.goto(`${world.base}/dead-letters?by=letter`);
  await page.waitForSelector("table.list tbody tr", { timeout: 30_000 });
  await page.locator("table.list tbody th button").first().click();
  await page.waitForSelector(".drawer .reason");
  await world.shot(page, "dead-letter");
  await page.getByRole("button", { name: "Discard…" }).click();
  report.check("a letter cannot be discarded without a reason", await page.locator("dialog button[type=submit]").isDisabled());
  await page.locator("dialog textarea").fill("known, and of no use");
  await page.locator("dialog button[type=submit]").click();
  await page.waitForSelector(".drawer .badge:has-text('discarded')");
  report.check("a discarded letter keeps its reason", (await page.locator(".drawer .facts").textContent()).includes("known, and of no use"));
  await page.keyboard.press("Escape");

  await api(world, "/v1/runs", { workflow: "wrong" });
  await page.goto(`${world.base}/dead-letters`);
  await page.waitForSelector("table.list tbody tr", { timeout: 30_000 });
  await page.getByRole("button", { name: "Discard…" }).click();
  await page.waitForSelector("dialog .counted");
  const go = page.locator("dialog button[type=submit]");
  report.check("a group cannot be discarded without a reason", await go.isDisabled());
  await page.locator("dialog").getByLabel("Reason").fill("a drill");
  await go.click();
  await page.waitForSelector("dialog .job-said[data-state=done]", { timeout: 60_000 });
  const closed = (await api(world, "/v1/dead-letters?workflow=wrong&state=discarded")).items[0];
  report.check("a discarded group keeps its reason", closed.closed_reason.includes("a drill"), closed.closed_reason);
  await page.locator("dialog").getByRole("button", { name: "Close" }).click();
}

// The daemon goes and comes back; the page says so and goes on where it was. Whoever started this script restarts it on the word.
export async function checkRestart(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/campaigns/${world.correlation}`);
  await page.waitForSelector(".live-live");
  await page.waitForSelector("td[data-state]");
  const cells = await page.locator("td[data-state]").count();
  const seen = world.browser.seen;
  const errors = seen.consoleErrors.length;
  console.log("RESTART");
  await page.waitForSelector(".live-down", { timeout: 60_000 });
  report.check("the page says that the daemon is away", (await page.locator("td[data-state]").count()) === cells);
  await page.waitForSelector(".live-live", { timeout: 90_000 });
  report.check("it is live again by itself, still signed in", (await page.locator("td[data-state]").count()) === cells);
  // It listens before it leads.
  await page.waitForFunction(async () => (await fetch("/readyz")).ok, null, { timeout: 60_000, polling: 100 });
  // While nothing listens every try is an error to the browser's console; and a daemon that starts answers 503.
  seen.consoleErrors.splice(errors);
  seen.serverErrors.splice(0);
  const run = await api(world, "/v1/runs", { workflow: "doomed" });
  await page.waitForFunction((wanted) => [...document.querySelectorAll(".inline-field option")].some((option) => option.textContent.includes(wanted)), run.correlation, { timeout: 30_000 });
  report.check("what happens after the restart is shown", true);
}

// A run of 100,000 instances, put into the database by whoever started this script: its table scrolls without long frames.
export async function checkLargeRun(world) {
  const { page, report } = world;
  if (!world.large) return;
  await page.goto(`${world.base}/runs/${world.large}?view=tasks`);
  await page.waitForFunction(() => (document.querySelector(".instances [role=status]")?.textContent ?? "").startsWith("100,000"), null, { timeout: 60_000 });
  // The page's own work for a frame in which the list moves by twenty rows: drawing itself is the browser's, and the machine's.
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.filter(({ name }) => ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"].includes(name)).reduce((sum, { value }) => sum + value, 0);
  };
  const frames = 60;
  const before = await worked();
  await page.evaluate(async (count) => {
    const list = document.querySelector(".virtual");
    for (let i = 0; i < count; i += 1) {
      list.scrollTop += 600;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, frames);
  const ms = ((await worked()) - before) / frames * 1000;
  const rows = await page.locator(".v-row[data-task]").count();
  console.log(`   100,000 rows: ${ms.toFixed(1)} ms of work for a frame of scrolling, ${rows} rows in the page`);
  report.check("100,000 rows scroll smoothly", ms < 25 && rows < 100, `${ms.toFixed(1)} ms a frame, ${rows} rows`);
  await page.getByLabel("Search tasks").fill("item 99999");
  await page.locator(".virtual").focus();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector(".v-row.here")?.textContent.includes("item 99999"));
  report.check("a row among 100,000 is found and reached by the keyboard", true);
}
