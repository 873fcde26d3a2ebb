// Monitoring: open alarms in the navigation, on the grid and in the list; the plots of a country; ending an alarm by hand.
//
//   KONTOR_TOKEN=... node monitoring.mjs --url http://127.0.0.1:8710 [--shots DIR]
//
// Needs a daemon on which `accuracy` and `doubt` are raised for FR, and an alarm has started a training of DE. Ends `doubt`.
import { api, signIn } from "./browser.mjs";
import { checkPins, checkPools } from "./checks_control.mjs";
import { surveyViews } from "./checks_views.mjs";
import { hostileStrings } from "./hostile.mjs";
import { runChecks } from "./run_checks.mjs";

const raised = async (world) => (await api(world, "/v1/alarms?state=raised")).items.map((each) => `${each.country} ${each.alarm}`).sort();
const rowOf = (page, country, alarm) => page.locator("main table.list tbody tr").filter({ has: page.getByRole("link", { name: new RegExp(`^${country}\\b`) }) }).filter({ hasText: alarm }).first();

async function checkSeen(world) {
  const { page, report } = world;
  await signIn(page, world.base, world.token);
  const open = await raised(world);
  await page.waitForFunction((wanted) => document.querySelector('nav.sections a[href="/alarms"] .bubble')?.textContent === wanted, String(open.length), { timeout: 15_000 });
  report.check("the navigation counts the open alarms", open.includes("FR accuracy") && open.includes("FR doubt"), open.join(", "));
  const mark = page.locator('.country-head a.alarmed[href="/alarms/FR"]');
  await mark.waitFor({ timeout: 15_000 });
  report.check("the grid's row head shows the open alarm and says why", (await mark.getAttribute("title")).includes("accuracy is 0."));
  report.check("a country without an open alarm has no mark", (await page.locator('.country-head a.alarmed[href="/alarms/DE"]').count()) === 0);
  await world.shot(page, "grid-alarm");
}

async function checkList(world) {
  const { page, report } = world;
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await page.waitForSelector("main table.list tbody tr");
  const rows = await page.locator("main table.list tbody tr").allTextContents();
  report.check("G N opens the alarms, raised ones first", page.url().endsWith("/alarms") && rows[0].includes("raised") && rows.at(-1).includes("calm"), rows.join(" | "));
  report.check("each alarm says why", rows.some((text) => text.includes("accuracy is 0.") && text.includes("below 0.75")));
  const train = page.locator('main table.list tbody a[href^="/runs/"]', { hasText: "train" }).first();
  await train.waitFor({ timeout: 10_000 });
  const run = await api(world, `/v1${await train.getAttribute("href")}`);
  report.check("what an alarm started is a link to its run", run.workflow === "train" && run.cause.kind === "event", JSON.stringify(run.cause));
  await page.getByLabel("State").selectOption("raised");
  await page.waitForFunction(() => [...document.querySelectorAll("main table.list tbody tr")].every((row) => row.textContent.includes("raised")));
  report.check("the filter stands in the address", page.url().includes("state=raised"));
}

async function checkPlots(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/alarms/DE`);
  await page.waitForSelector(".metric-plot");
  const readings = (await api(world, "/v1/countries/DE/readings?limit=1000")).items;
  const metrics = [...new Set(readings.map((each) => each.metric))].sort();
  const drawn = await page.locator(".metric-plot").evaluateAll((all) => all.map((each) => each.dataset.metric).sort());
  report.check("every metric that was read has a plot", metrics.length >= 6 && JSON.stringify(metrics) === JSON.stringify(drawn), `${drawn} of ${metrics}`);
  const psi = page.locator('.metric-plot[data-metric="feature_psi"]');
  const features = new Set(readings.filter((each) => each.metric === "feature_psi").map((each) => each.feature));
  report.check("each feature is a line", (await psi.locator(".features button").count()) === features.size && (await psi.locator("path.best, path.other").count()) === features.size, `${features.size}`);
  report.check("the limit of the alarm is drawn and named", (await psi.locator("line.limit").count()) >= 1 && (await psi.locator(".limit-name").first().textContent()).includes("0.25"));
  await psi.locator(".features button", { hasText: "price" }).click();
  const said = await psi.locator("svg").getAttribute("aria-label");
  const price = readings.find((each) => each.metric === "feature_psi" && each.feature === "price");
  report.check("a chosen feature's values are those of the daemon", said.includes("of price") && said.includes(`${price.period}: ${price.value.toFixed(3)}`), said);
  await page.goto(`${world.base}/alarms/FR`);
  await page.waitForSelector('.metric-plot[data-metric="accuracy"]');
  report.check("accuracy by late labels stands against its limits", (await page.locator('.metric-plot[data-metric="accuracy"] line.limit').count()) === 2);
}

async function checkEnding(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/alarms`);
  await rowOf(page, "FR", "doubt").getByRole("button", { name: "End doubt of FR…" }).click();
  const action = page.locator("dialog button[type=submit]");
  report.check("without a reason nothing can be ended", await action.isDisabled());
  await page.locator("dialog textarea").fill(hostileStrings[0]);
  report.check("before the preview nothing can be ended", await action.isDisabled());
  await page.waitForFunction(() => document.querySelector("dialog .counted")?.textContent.includes("It will be calm"));
  report.check("the preview ends nothing", (await raised(world)).includes("FR doubt") && (await action.isEnabled()));
  await world.shot(page, "alarm-end");
  await page.locator("dialog textarea").fill(`${hostileStrings[0]} again`);
  report.check("a preview of another reason does not count", await action.isDisabled());
  await page.waitForFunction(() => !document.querySelector("dialog button[type=submit]").disabled);
  await action.click();
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForFunction(() => [...document.querySelectorAll("main table.list tbody tr")].some((row) => row.textContent.includes("doubt") && row.textContent.includes("calm")));
  const row = await rowOf(page, "FR", "doubt").textContent();
  report.check("it is calm, with its end's reason as text", row.includes(`${hostileStrings[0]} again`) && row.includes("by hand") && (await page.evaluate(() => window.kontorHacked === undefined)), row);
  report.check("the daemon says so too", JSON.stringify(await raised(world)) === JSON.stringify(["FR accuracy"]), (await raised(world)).join(", "));
}

const views = [
  { name: "alarms", path: "/alarms", ready: "main table.list tbody tr" },
  { name: "alarms-country", path: "/alarms/DE", ready: ".metric-plot" },
  { name: "alarms-accuracy", path: "/alarms/FR", ready: ".metric-plot" },
  { name: "models-pins", path: "/models", ready: "main table.list tbody tr" },
  { name: "system-pools", path: "/system", ready: "main table.list tbody tr button" },
  { name: "alarms-none", path: "/alarms/ZZ", ready: "main .empty:not([role=status])" },
];

const checkViews = (world) => surveyViews(world, views);

runChecks("monitoring.mjs", {}, [checkSeen, checkList, checkPlots, checkEnding, checkPins, checkPools, checkViews]);
