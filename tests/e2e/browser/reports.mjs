// Reports with the keyboard alone: where countries stand, what makes a month add up, approving, and what filing wants.
//
//   KONTOR_TOKEN=... node reports.mjs --url http://127.0.0.1:8710 [--shots DIR]
//
// Needs a daemon that has drafted FR by itself, with items that wait, and filed an amendment of DE. Approves FR's draft.
import { api, signIn } from "./browser.mjs";
import { surveyViews } from "./checks_views.mjs";
import { runChecks } from "./run_checks.mjs";

const inDrawer = (page, text) => page.waitForFunction((wanted) => document.querySelector(".drawer")?.textContent.includes(wanted), text, { timeout: 10_000 });

async function checkApproving(world) {
  const { page, report } = world;
  await signIn(page, world.base, world.token);
  const { items: campaigns } = await api(world, "/v1/campaigns");
  await page.goto(`${world.base}/campaigns/${encodeURIComponent(campaigns.at(-1).correlation)}`);
  await page.waitForFunction(() => /\d/.test(document.querySelector("tr[data-country=FR] .due-cell")?.textContent ?? ""));
  const [filed, due] = await Promise.all(["DE", "FR"].map((country) => page.locator(`tr[data-country=${country}] .due-cell`).textContent()));
  report.check("the grid says what is filed, what is due when, and how many items wait", filed === "filed" && /^20 Dec\d+$/.test(due), `${filed} ${due}`);
  await world.shot(page, "grid-due");
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await page.waitForSelector("table.list tbody tr");
  report.check("G F opens the reports, one row for each country", (await page.locator("table.list tbody tr").count()) === 2);
  report.check("what is filed shows its receipt", (await page.locator("table.list tbody").textContent()).includes("EAR-3"));
  await page.getByRole("button", { name: /France/ }).focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("table.reconciliation tbody tr");
  const difference = await page.locator("table.reconciliation tbody tr").last().textContent();
  report.check("the reconciliation ends with a difference of nothing", /^Difference0+$/.test(difference), difference);
  await inDrawer(page, "Learned from");
  report.check("it says which run, definition, model and rows it was made of", /Run.*run \d+.*infer, version \d+.*m-[0-9a-f]{11}.*rows/s.test(await page.locator(".drawer dl.facts").last().textContent()));
  const codes = page.getByLabel("Items under");
  const told = await codes.locator("option").nth(1).textContent();
  await codes.focus();
  await codes.selectOption({ index: 1 });
  await page.waitForSelector("table.behind tbody tr");
  const behind = await page.locator("table.behind tbody tr").count();
  report.check("as many items stand behind a code as it counts", told.endsWith(`(${behind})`), `${told}: ${behind}`);
  const [frame, table] = await page.locator("table.behind").evaluate((element) => [element.parentElement.clientHeight, element.clientHeight]);
  report.check("none of them is cut off", frame >= table && table > 20 * behind, `${frame} of ${table}`);
  await page.getByRole("button", { name: "Approve…" }).focus();
  await page.keyboard.press("Enter");
  const action = page.locator("dialog button[type=submit]");
  await action.waitFor();
  report.check("items that wait want a reason", await action.isDisabled());
  await page.locator("dialog textarea").focus();
  await page.keyboard.type("its day has come");
  await action.focus();
  await page.keyboard.press("Enter");
  await inDrawer(page, "its day has come");
  report.check("the approval stands with its reason", true);
  await page.getByRole("button", { name: "File…" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog textarea").waitFor();
  report.check("filing wants the authority's reference", await action.isDisabled());
  await page.keyboard.press("Escape");
  await world.shot(page, "report");
}

const views = [
  { name: "reports", path: "/reports", ready: "table.list tbody tr" },
  { name: "reports-version", path: "/reports?id=VERSION", ready: "table.reconciliation tbody tr" },
];

async function checkViews(world) {
  const rows = await world.page.evaluate(async () => (await (await fetch("/v1/reports?country=DE&state=filed")).json()).items);
  await surveyViews(world, views.map((view) => ({ ...view, path: view.path.replace("VERSION", String(rows[0].id)) })));
}

runChecks("reports.mjs", {}, [checkApproving, checkViews]);
