// The grid: all countries, filling live, sorted, filtered, grouped, pinned, and usable from the keyboard.
import { signIn } from "./browser.mjs";

const countryRows = "table.grid tbody tr[data-country]";
const countries = (page) => page.locator(countryRows).evaluateAll((rows) => rows.map((row) => row.dataset.country));

// Counts, inside the page, every change of a cell's state that comes without loading the page again.
async function countChanges(page) {
  await page.evaluate(() => {
    window.kontorChanges = 0;
    new MutationObserver((records) => {
      window.kontorChanges += records.filter((record) => record.attributeName === "data-state").length;
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
  });
}

export async function checkGrid(world) {
  const { page, report, base, token, timeoutMs } = world;
  await signIn(page, base, token);
  const kept = await page.evaluate(() => [JSON.stringify({ ...localStorage, ...sessionStorage }), document.cookie, location.href].join(" "));
  report.check("the token is in no storage, no cookie that scripts see, no address", !kept.includes(token.slice(7, 20)), kept.slice(0, 80));
  await page.waitForSelector(".live-live", { timeout: 15_000 });
  report.check("the live connection is open", true);

  await page.waitForSelector("table.grid", { timeout: timeoutMs });
  await countChanges(page);
  await page.waitForFunction(([rows, wanted]) => document.querySelectorAll(rows).length >= wanted, [countryRows, world.countries], { timeout: timeoutMs });
  report.check(`the grid shows ${world.countries} countries`, (await page.locator(countryRows).count()) === world.countries);
  await world.shot(page, "grid-begin");

  if (world.changes > 0) {
    await page.waitForFunction((wanted) => window.kontorChanges >= wanted, world.changes, { timeout: timeoutMs });
    report.check(`${world.changes} cells have changed live`, true);
    await world.shot(page, "grid-live");
  }
  await page.waitForFunction((wanted) => Number(document.querySelector("[data-countries-done]")?.dataset.countriesDone ?? 0) >= wanted, world.done, { timeout: timeoutMs });
  report.check(`${world.done} countries are done`, true);
  const glyphs = await page.locator("td[data-state]").evaluateAll((cells) => cells.every((cell) => cell.querySelector("svg use") !== null));
  report.check("every filled cell tells its state by a glyph too", glyphs);
  const counted = await page.locator("td.many .fraction").first().textContent();
  report.check("a cell of several instances shows its count", /^\d+\/\d+$/.test(counted ?? ""), counted ?? "none");
  const times = await page.locator("tr.steps .step-took b").allTextContents();
  report.check("every step's head has its median time", times.length > 0 && times.every((text) => /^–$|\d(ms|s|m|h)$/.test(text)), times.join(" "));
  // Models are read anew once a country's evaluation is seen to end: a moment after its last cell.
  await page.waitForFunction((wanted) => document.querySelectorAll("tbody .winner-cell .f1").length >= wanted, world.done, { timeout: 10_000 }).catch(() => {});
  const scores = await page.locator("tbody .winner-cell .f1").allTextContents();
  report.check("every country's row has its model's macro-F1", scores.length >= world.done && scores.every((text) => /^0\.\d{3}$/.test(text)), scores.slice(0, 4).join(" "));
  await world.shot(page, "grid-done");
}

export async function checkGridTools(world) {
  const { page, report } = world;
  let requests = 0;
  const counting = (request) => { if (request.url().includes("/v1/campaigns/")) requests += 1; };
  page.on("request", counting);
  await page.getByLabel("Sort").selectOption("country");
  const byName = await countries(page);
  report.check("rows can be sorted by country", JSON.stringify(byName) === JSON.stringify([...byName].sort()), byName.join(" "));
  await page.getByLabel("Filter countries").fill("germ");
  await page.waitForFunction((rows) => document.querySelectorAll(rows).length === 1, countryRows);
  report.check("the filter finds a country by its name and stands in the address", (await countries(page))[0] === "DE" && page.url().includes("q=germ"));
  await page.reload();
  await page.waitForFunction((rows) => document.querySelectorAll(rows).length === 1, countryRows);
  report.check("a reload keeps the filter", (await countries(page))[0] === "DE");
  await page.getByLabel("Filter countries").fill("no such country");
  await page.waitForSelector("main .empty");
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByLabel("By region").check();
  const regions = await page.locator("tr.section-row").allTextContents();
  report.check("countries can be grouped by region", regions.length >= 3 && regions.some((text) => text.includes("Northern Europe")), regions.join(", "));
  await page.getByLabel("By region").uncheck();
  await page.locator(`${countryRows} td[data-state]`).nth(40).focus();
  const chosen = await page.evaluate(() => document.activeElement.closest("tr").dataset.country);
  await page.keyboard.press("p");
  await page.waitForFunction((country) => document.querySelector("table.grid tbody tr[data-country]")?.dataset.country === country, chosen);
  report.check("P pins a country to the top", (await page.locator("tr.section-row").first().textContent()).startsWith("Pinned"));
  await page.getByRole("button", { name: /^Unpin/ }).first().click({ force: true });
  await page.locator(".chip").first().click();
  report.check("a state's chip filters and stands in the address", page.url().includes("look="));
  await page.locator(".chip").first().click();
  const before = requests;
  await page.locator(`${countryRows} td[data-state]`).nth(3).click();
  await page.waitForSelector(".drawer dl");
  await page.keyboard.press("Escape");
  report.check("a click in the grid reads only its task", requests === before, `${requests - before} requests for the grid`);
  page.off("request", counting);
}

// A lost network shows as such, and the page comes back by itself.
export async function checkReconnect(world) {
  const { browser, report, base, token } = world;
  const page = await browser.tolerantPage();
  await signIn(page, base, token);
  await page.waitForSelector(".live-live", { timeout: 15_000 });
  await page.waitForSelector("td[data-state]", { timeout: 15_000 });
  await browser.setOffline(page, true);
  await page.waitForSelector(".live-down", { timeout: 60_000 });
  report.check("a lost connection is shown", true);
  const cells = await page.locator("td[data-state]").count();
  report.check("what was known stays on the page meanwhile", cells > 0);
  await browser.setOffline(page, false);
  await page.waitForSelector(".live-live", { timeout: 60_000 });
  report.check("the page connects again by itself", (await page.locator("td[data-state]").count()) >= cells);
  await page.close();
}

const activeCell = (page) => page.evaluate(() => {
  const cell = document.activeElement?.closest("td[data-r]");
  return cell ? [Number(cell.dataset.r), Number(cell.dataset.c)] : null;
});

export async function checkKeyboard(world) {
  const { page, report } = world;
  const start = page.locator(`${countryRows} td[data-state]`).first();
  await start.focus();
  const before = await activeCell(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const after = await activeCell(page);
  report.check("arrow keys move in the grid", before !== null && after !== null && after[0] === before[0] + 2 && after[1] === before[1], `${before} to ${after}`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".drawer dl", { timeout: 10_000 });
  report.check("Enter opens the task", (await page.locator('.drawer [role="tab"]').count()) >= 4);
  await page.waitForSelector(".drawer .attempts li", { timeout: 10_000 });
  await world.shot(page, "task");
  await page.locator('.drawer [role="tab"][aria-selected="true"]').focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector(".drawer pre.json");
  report.check("arrow keys move between tabs", (await page.locator('.drawer [role="tab"][aria-selected="true"]').textContent()) === "Input");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".drawer", { state: "detached" });
  report.check("Escape closes it and the focus is back in the grid", JSON.stringify(await activeCell(page)) === JSON.stringify(after), `${await activeCell(page)}`);
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForFunction(() => location.pathname === "/models");
  await page.waitForSelector("main table tbody tr");  // the page, not only its address: a person sees it before the next key
  report.check("G and M lead to the models", true);
  await page.keyboard.press("Control+k");
  await page.waitForSelector("dialog.palette input:focus");
  await page.keyboard.type("run 1");
  await page.waitForSelector('.palette [role="option"]');
  await world.shot(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.waitForSelector("dialog.palette input:focus");
  await page.keyboard.type("Germany");
  await page.waitForFunction(() => document.querySelector('.palette [aria-selected="true"]')?.textContent.includes("Germany"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname === "/models/DE");
  report.check("the command palette leads to a country by its name", true);
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open] kbd");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForSelector("table.grid");
  // Everything that Tab reaches shows that it has the focus.
  const unseen = [];
  for (let step = 0; step < 24; step += 1) {
    await page.keyboard.press("Tab");
    const fault = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      return element === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) ? null : element.outerHTML.slice(0, 80);
    });
    if (fault) unseen.push(fault);
  }
  report.check("the focus is visible on everything that Tab reaches", unseen.length === 0, unseen.join(" | "));
}
