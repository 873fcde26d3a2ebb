// The grid: all countries, filling live, and usable from the keyboard.

const countryRows = 'table.grid tbody tr[data-country]';

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
  await page.goto(`${base}/#token=${encodeURIComponent(token)}`);
  await page.waitForSelector("header.top", { timeout: 15_000 });
  report.check("the token is taken out of the address", (await page.evaluate(() => location.hash)) === "");
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
  await world.shot(page, "grid-done");
}

// A lost network shows as such, and the page comes back by itself.
export async function checkReconnect(world) {
  const { browser, report, base, token } = world;
  const page = await browser.tolerantPage();
  await page.goto(`${base}/#token=${encodeURIComponent(token)}`);
  await page.waitForSelector(".live-live", { timeout: 15_000 });
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
  await page.getByRole("tab", { name: "Input" }).click();
  await page.waitForSelector(".drawer pre.json");
  await world.shot(page, "task");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".drawer", { state: "detached" });
  report.check("Escape closes it and the focus is back in the grid", JSON.stringify(await activeCell(page)) === JSON.stringify(after), `${await activeCell(page)}`);
}
