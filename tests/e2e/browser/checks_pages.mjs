// The other pages: each shows its table or says in words why it is empty.

// Follows the navigation's own link, so that the page is not loaded again.
async function open(world, label) {
  await world.page.locator("nav.sections").getByRole("link", { name: label }).click();
  await world.page.waitForFunction(() => document.querySelector("main table.list tbody tr, main .empty:not([role=status]), main .note-error"), null, { timeout: 15_000 });
}

const rowsShown = (page) => page.locator("main table.list tbody tr").count();

async function expectNoError(world, name) {
  const notes = await world.page.locator("main > .page > .note-error").allTextContents();
  world.report.check(`${name} opens without an error`, notes.length === 0, notes.join(" | "));
}

async function checkRun(world) {
  const { page, report } = world;
  await open(world, "Runs");
  await expectNoError(world, "the list of runs");
  report.check("there are runs", (await rowsShown(page)) > 0);
  await world.shot(page, "runs");
  await page.locator('main table.list tbody th a[href^="/runs/"]').last().click();
  await page.waitForSelector("main table.list tbody tr", { timeout: 15_000 });
  report.check("a run's page lists its tasks", (await rowsShown(page)) > 0);
  report.check("a run's page shows its steps", (await page.locator(".steps-list li").count()) > 0);
  await world.shot(page, "run");
  await page.locator("main table.list tbody tr").first().click();
  await page.getByRole("tab", { name: "Log" }).click();
  await page.waitForSelector('.drawer .log, .drawer [role="tabpanel"] .empty:not([role=status])', { timeout: 10_000 });
  report.check("a task's log opens", (await page.locator(".drawer .note-error:not(.reason)").count()) === 0);
  await world.shot(page, "log");
  await page.keyboard.press("Escape");
}

async function checkModels(world) {
  const { page, report } = world;
  await open(world, "Models");
  await expectNoError(world, "the list of models");
  const winners = await rowsShown(page);
  report.check(`a model is in force for ${world.done} countries`, winners >= world.done, `${winners} rows`);
  await world.shot(page, "models");
  if (winners > 0) {
    await page.locator('main table.list tbody th a[href^="/models/"]').first().click();
    await page.waitForSelector('main .page-head a[href="/models"]');
    await page.waitForSelector("main table.list tbody tr", { timeout: 10_000 });
    report.check("the leaderboard marks the model in force", (await page.locator(".winner").count()) === 1);
    await world.shot(page, "leaderboard");
  }
}

// Holds a schedule and lets it go on: the page changes the daemon and shows what the daemon then says.
async function checkPause(world) {
  const row = world.page.locator("main table.list tbody tr").first();
  const turn = async (from, to) => {
    await row.getByRole("button", { name: from }).click();
    await row.getByRole("button", { name: to }).waitFor({ timeout: 10_000 });
  };
  const paused = (await row.getByRole("button", { name: "Resume" }).count()) > 0;
  if (paused) {
    await turn("Resume", "Pause");
    await turn("Pause", "Resume");
  } else {
    await turn("Pause", "Resume");
    await turn("Resume", "Pause");
  }
  world.report.check("a schedule can be paused and resumed", true);
}

export async function checkPages(world) {
  const { page, report } = world;
  await checkRun(world);
  await open(world, "Dead letters");
  await expectNoError(world, "the list of dead letters");
  await world.shot(page, "dead-letters");
  if ((await rowsShown(page)) > 0) {
    await page.locator("main table.list tbody tr").first().click();
    await page.waitForSelector(".drawer .reason", { timeout: 10_000 });
    await page.getByRole("button", { name: "Discard…" }).click();
    report.check("a letter cannot be discarded without a reason", await page.locator("dialog button[type=submit]").isDisabled());
    await world.shot(page, "dead-letter");
    await page.locator("dialog").getByRole("button", { name: "Back" }).click();
    await page.keyboard.press("Escape");
  }
  await checkModels(world);
  await open(world, "Predictions");
  await expectNoError(world, "the table of predictions");
  const predictions = await rowsShown(page);
  report.check(`predictions are there for ${world.done} countries`, predictions >= world.done, `${predictions} rows`);
  await world.shot(page, "predictions");
  for (const label of ["Schedules", "Events"]) {
    await open(world, label);
    await expectNoError(world, label.toLowerCase());
    await world.shot(page, label.toLowerCase());
    if (label === "Schedules" && (await rowsShown(page)) > 0) await checkPause(world);
  }
  report.check("there are events", (await rowsShown(page)) > 0);
  await page.goBack();
  await page.waitForFunction(() => location.pathname === "/schedules");
  report.check("the browser's way back works", (await page.locator("h1").textContent()) === "Schedules");
}
