// Countries and periods: what is missing is seen, filtered, reached by the keyboard and made good by a backfill.
import { api, deploy } from "./browser.mjs";
import { surveyViews } from "./checks_views.mjs";

const monthly = `workflow: monthly
title: One run a month
params:
  period: {type: string, pattern: "^([0-9]{4}-[0-9]{2})?$", default: ""}
  countries: {type: array, items: {type: string}, default: [DE, FR, NO]}
  bad: {type: string, default: none}
  pause: {type: string, default: 1ms}
partition:
  key: country
  over: \${{ params.countries }}
  period: "\${{ params.period != '' ? params.period : run.period }}"
  made_by: report
tasks:
  work: {uses: sleep, per: country, with: {for: "\${{ params.pause }}"}}
  report: {uses: noop, after: work, per: country, when: "\${{ params.bad != country ? true : 'no boolean' }}"}
`;

const cell = (country, period) => `tr[data-country="${country}"] td[data-period="${period}"]`;
const stateOf = (page, country, period) => page.locator(cell(country, period)).getAttribute("data-state");
const shows = (page, country, period, state) => page.waitForSelector(`${cell(country, period)}[data-state="${state}"]`, { timeout: 30_000 });

async function runMonths(world) {
  await deploy(world, "monthly", monthly);
  for (const params of [{ period: "2025-12" }, { period: "2026-01", bad: "FR" }, { period: "2026-03", countries: ["DE", "NO"] }]) {
    await api(world, "/v1/runs", { workflow: "monthly", params });
  }
}

async function checkGrid(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/partitions?workflow=monthly`);
  await shows(page, "FR", "2026-01", "failed");
  await shows(page, "NO", "2026-03", "succeeded");
  report.check("a month that no run came to is missing", (await stateOf(page, "DE", "2026-02")) === "missing" && (await stateOf(page, "FR", "2026-03")) === "missing");
  report.check("a state is told by more than its colour", (await page.locator(`${cell("FR", "2026-01")} use`).getAttribute("href")) !== (await page.locator(`${cell("DE", "2026-01")} use`).getAttribute("href")));
  await page.locator(".legend button", { hasText: "failed" }).click();
  report.check("a state filters the countries, in the address", (await page.locator("tbody tr[data-country]").count()) === 1 && page.url().includes("state=failed"));
  await page.reload();
  await shows(page, "FR", "2026-01", "failed");
  report.check("the filter comes with the address", (await page.locator("tbody tr[data-country]").count()) === 1);
  await page.locator(".legend button", { hasText: "failed" }).click();

  await page.locator("td[tabindex='0']").focus();
  await page.keyboard.press("Control+End");
  report.check("Ctrl End leads to the last country's oldest month", (await page.evaluate(() => document.activeElement.dataset.period)) === "2025-12");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".drawer .facts");
  report.check("Enter opens the failure with its reason", (await page.locator(".drawer").textContent()).includes("must be true or false"));
  await world.shot(page, "partition");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".drawer", { state: "detached" });
  await page.keyboard.press("b");
  await page.waitForSelector("dialog .counted");
  report.check("B asks for a backfill of the country and month", (await page.locator("dialog .preview").textContent()).trim() === "2026-01 FR");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
}

async function checkBackfill(world) {
  const { page, report } = world;
  const dialog = page.locator("dialog");
  await page.getByRole("button", { name: "Feb 2026: backfill" }).click();
  await page.waitForFunction(() => document.querySelector("dialog .counted")?.textContent.startsWith("1 run would start"));
  await dialog.getByLabel("From month").fill("2025-12");
  await dialog.getByLabel("To month").fill("2026-03");
  await page.waitForFunction(() => document.querySelectorAll("dialog .preview li").length === 4);
  report.check("the preview says what would run and what is left out", (await dialog.locator(".counted").textContent()) === "3 runs would start, 1 at once; 1 period would be left out.", await dialog.locator(".counted").textContent());
  report.check("a preview starts nothing", (await api(world, "/v1/backfills?workflow=monthly")).items.length === 0);
  await world.shot(page, "backfill-preview");
  await dialog.getByLabel("From month").fill("2026-04");
  report.check("months the wrong way round are held back", await dialog.getByRole("button", { name: "Start the backfill" }).isDisabled());
  await dialog.getByLabel("From month").fill("2025-12");
  await page.waitForFunction(() => document.querySelectorAll("dialog .preview li").length === 4);
  await dialog.getByLabel("Reason").fill("the quarter is due");
  await dialog.getByRole("button", { name: "Start the backfill" }).click();
  await page.waitForSelector(".drawer .badge:has-text('succeeded')", { timeout: 60_000 });
  await page.waitForFunction(() => document.querySelectorAll(".backfill-months li[data-state=succeeded]").length === 3, null, { timeout: 60_000 });
  report.check("the backfill tells each month", (await page.locator(".backfill-months li").count()) === 4 && (await page.locator(".drawer").textContent()).includes("the quarter is due"));
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Countries and periods" }).click();
  await shows(page, "FR", "2026-01", "succeeded");
  await shows(page, "FR", "2026-02", "succeeded");
  report.check("what was missing is made", (await stateOf(page, "FR", "2026-03")) === "succeeded");
}

async function checkTurns(world) {
  const { page, report } = world;
  const dialog = page.locator("dialog");
  const made = await api(world, "/v1/backfills", { workflow: "monthly", periods: "2026-05..2026-08", params: { pause: "30s" }, reason: "slow" });
  await page.goto(`${world.base}/partitions?workflow=monthly&backfill=${made.id}`);
  const head = (state) => page.waitForSelector(`.drawer-title .badge:has-text('${state}')`, { timeout: 30_000 });
  await page.waitForSelector(".backfill-months li[data-state=running]", { timeout: 30_000 });
  report.check("each month that waits says for what", (await page.locator(".backfill-months li[data-state=waiting] .reason").first().textContent()).length > 0);
  await page.getByRole("button", { name: "Pause…" }).click();
  await dialog.getByLabel("Reason").fill("the warehouse is busy");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await head("paused");
  report.check("a backfill is paused with its reason", (await page.locator(".drawer .facts").textContent()).includes("the warehouse is busy"));
  await world.shot(page, "backfill-paused");
  await page.getByRole("button", { name: "Resume…" }).click();
  await dialog.getByRole("button", { name: "Resume" }).click();
  await head("running");
  await page.getByRole("button", { name: "Cancel…" }).click();
  await dialog.getByLabel("What runs").selectOption("runs");
  await dialog.getByRole("button", { name: "Cancel the backfill" }).click();
  await head("cancelled");
  const after = await api(world, `/v1/backfills/${made.id}`);
  report.check("a backfill is cancelled with what runs", after.state === "cancelled" && after.periods.every((each) => each.state === "cancelled"), JSON.stringify(after.periods.map((each) => each.state)));
}

export async function checkPartitions(world) {
  await runMonths(world);
  await checkGrid(world);
  await checkBackfill(world);
  await checkTurns(world);
  await surveyViews(world, [
    { name: "partitions-small", path: "/partitions?workflow=monthly", ready: "td[data-state]" },
    { name: "partitions-one", path: "/partitions?workflow=monthly&at=FR/2026-01", ready: ".drawer .facts" },
    { name: "backfills", path: "/partitions?workflow=monthly&by=backfill", ready: "table.list tbody tr" },
    { name: "backfill-one", path: "/partitions?workflow=monthly&backfill=" + (await api(world, "/v1/backfills?workflow=monthly")).items[0].id, ready: ".backfill-months li" },
  ]);
}
