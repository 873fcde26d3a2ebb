// The other pages of a campaign: each shows what it is for.

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
  await page.goto(`${world.base}/runs/${world.run}`);
  await page.waitForSelector(".node .badge", { timeout: 15_000 });
  report.check("a run's graph has a node per step", (await page.locator(".node").count()) >= 7 && (await page.locator(".graph-edges path").count()) >= 6);
  await page.getByRole("button", { name: "Instances of prepare" }).click();
  await page.waitForFunction((wanted) => document.querySelectorAll(".node .tile").length >= wanted, world.countries);
  report.check("a step opens to a tile per country", true);
  const beyond = await page.locator(".node:has(.tile)").evaluate((node) => [...node.querySelectorAll(".tile")].filter((each) => each.getBoundingClientRect().bottom > node.getBoundingClientRect().bottom).length);
  report.check("and every tile lies within it", beyond === 0, `${beyond} beyond`);
  await world.shot(page, "run-graph-open");
  await page.getByRole("button", { name: "Show all of it" }).click();
  await page.getByRole("button", { name: "Full size" }).waitFor();
  const [plane, frame] = await page.locator(".graph").evaluate((graph) => [graph.querySelector(".graph-plane").getBoundingClientRect().width, graph.clientWidth]);
  report.check("a graph that is too wide can be seen as a whole", plane <= frame + 1 && plane > 0.9 * frame, `${plane} of ${frame}`);
  await world.shot(page, "run-graph-whole");
  await page.getByRole("button", { name: "Full size" }).click();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.waitForSelector(".lane .bar");
  const width = await page.locator(".virtual-body").evaluate((body) => body.scrollWidth);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForFunction((before) => document.querySelector(".virtual-body").scrollWidth > before * 1.5, width);
  report.check("the timeline zooms", true);
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.waitForSelector(".v-row[data-task]");
  const drawn = await page.locator(".v-row[data-task]").count();
  const [shown, all] = (await page.locator(".instances [role=status]").textContent()).match(/[\d,]+/g).map((text) => Number(text.replaceAll(",", "")));
  report.check("the table knows all instances and draws those in sight", shown === all && all > 100 && drawn < 100, `${drawn} drawn, ${shown} of ${all}`);
  await page.getByLabel("Search tasks").fill("DE");
  await page.getByLabel("State").selectOption("succeeded");
  await page.waitForFunction((before) => !document.querySelector(".instances [role=status]").textContent.startsWith(before), String(shown));
  report.check("its filters stand in the address", page.url().includes("q=DE") && page.url().includes("state=succeeded"));
  await page.locator(".virtual").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".drawer dl");
  report.check("the keyboard opens a task from the table", true);
  await page.getByRole("tab", { name: "Log" }).click();
  await page.waitForSelector('.drawer .log, .drawer [role="tabpanel"] .empty:not([role=status])', { timeout: 10_000 });
  report.check("a task's log opens", (await page.locator(".drawer .note-error:not(.reason)").count()) === 0);
  await world.shot(page, "log");
  await page.keyboard.press("Escape");
}

async function checkLogs(world) {
  const { page, report } = world;
  await open(world, "Runs");
  await page.getByRole("link", { name: "Search the logs" }).click();
  await page.waitForSelector(".log-line");
  const heads = page.locator(".log-found h2 a");
  const [country, task] = (await heads.first().textContent()).split(" · ")[1].split(" / ");
  await page.getByLabel("Task").fill(task);
  await page.getByLabel("Country").fill(country.toLowerCase());
  await page.keyboard.press("Enter");
  await page.waitForFunction((what) => {
    const told = [...document.querySelectorAll(".log-found h2 a")];
    return told.length > 0 && told.every((head) => head.textContent.includes(what));
  }, `${country} / ${task}`);
  report.check("logs are searched by task and country, and the search stands in the address", page.url().includes(`task=${task}`) && page.url().includes(`country=${country}`), page.url());
  const word = (await page.locator(".log-line .text").first().textContent()).split(" ").find((part) => part.length > 3);
  await page.getByLabel("Text").fill(word);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".log-line mark");
  report.check("what was looked for is marked", (await page.locator(".log-line mark").first().textContent()).toLowerCase() === word.toLowerCase());
  await page.getByLabel("Text").fill("no task ever said this");
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .empty:not([role=status])");
  report.check("a search that finds nothing says so", (await page.locator("main .empty").textContent()) === "No line is like that.");
  await page.goBack();
  await page.getByRole("link", { name: "Search the logs" }).click();
  await page.waitForSelector(".log-line");
  await heads.first().click();
  await page.waitForSelector(".drawer dl");
  report.check("a found line leads to its task", /\/runs\/\d+\?task=\d+/.test(page.url()), page.url());
}

async function checkModels(world) {
  const { page, report } = world;
  await open(world, "Models");
  await expectNoError(world, "the list of models");
  const winners = await rowsShown(page);
  report.check(`a model is in force for ${world.done} countries`, winners >= world.done, `${winners} rows`);
  await page.locator('main table.list tbody th a[href^="/models/"]').first().click();
  await page.waitForSelector('main .page-head a[href="/models"]');
  await page.waitForSelector("main table.list tbody tr", { timeout: 10_000 });
  report.check("the leaderboard marks the model in force", (await page.locator(".winner").count()) === 1);
  await page.getByLabel("Rank by").selectOption("speed");
  await page.waitForFunction(() => location.search.includes("by=speed") && document.querySelectorAll("main table.list tbody tr").length > 0);
  const fast = await page.locator("main table.list tbody tr").first().textContent();
  report.check("it ranks by speed too, and says how large the model is", /KiB|MiB/.test(fast), fast);
  await page.getByRole("tab", { name: "Trials and errors" }).click();
  await page.waitForSelector(".chart circle");
  report.check("the trials are a curve with the chosen one marked", (await page.locator(".chart .dot.chosen").count()) >= 1);
  await page.waitForSelector(".confusion td");
  const cells = await page.locator(".confusion td").allTextContents();
  const sum = cells.reduce((total, text) => total + Number(text || 0), 0);
  const said = Number((await page.locator("section p.faint").last().textContent()).match(/^[\d,]+/)[0].replaceAll(",", ""));
  report.check("the confusion matrix counts every held-out row", sum === said && sum > 0, `${sum} of ${said}`);
  const inDots = (await page.locator(".calibration .dot title").allTextContents()).reduce((total, text) => total + Number(text.match(/^[\d,]+/)[0].replaceAll(",", "")), 0);
  await page.locator(".calibration").scrollIntoViewIfNeeded();
  await world.shot(page, "model-calibration");
  report.check("the calibration's dots stand for every held-out row", inDots === said, `${inDots} of ${said}`);
  await page.getByRole("tab", { name: "History" }).click();
  await page.waitForSelector(".reigns li.now");
  report.check("the history ends with the model in force", (await page.locator(".reigns li.now").count()) === 1);
}

// Holds a schedule and lets it go on: the page changes the daemon and shows what the daemon then says.
async function checkPause(world) {
  const row = world.page.locator("main table.list tbody tr").first();
  const turn = async (from, to) => {
    await row.getByRole("button", { name: from }).click();
    await row.getByRole("button", { name: to }).waitFor({ timeout: 10_000 });
  };
  await turn("Pause", "Resume");
  await turn("Resume", "Pause");
  await row.getByRole("button", { name: "Preview" }).click();
  await world.page.waitForSelector(".drawer tbody tr");
  world.report.check("a schedule's next ticks can be looked at", (await world.page.locator(".drawer tbody tr").count()) === 12);
  await world.page.keyboard.press("Escape");
  world.report.check("a schedule can be paused and resumed", true);
}

async function checkWorkflow(world) {
  const { page, report } = world;
  await open(world, "Workflows");
  await page.locator("main table.list").getByRole("link", { name: "train" }).click();
  await page.waitForSelector(".node");
  await page.getByRole("tab", { name: "Definition" }).click();
  await page.waitForSelector(".y-expression");
  report.check("a definition is shown with its expressions told apart", (await page.locator(".y-key").count()) > 20);
  await page.getByRole("tab", { name: "Start a run" }).click();
  await page.getByLabel("trials").fill("0");
  await page.waitForSelector(".param-help.fault");
  report.check("the start form says what does not fit", (await page.locator(".param-help.fault").textContent()).includes("from 1 to 500"));
  await page.getByLabel("trials").fill("3");
  const command = await page.getByLabel("Command").textContent();
  report.check("the form is the same as a command", command === "kontor run train -p trials=3", command);
  await page.waitForSelector(".foreseen:not(.faint)");
  const foreseen = await page.locator(".foreseen").textContent();
  report.check("the form says what would begin", foreseen.startsWith("Begins at once.") || foreseen.startsWith("Waits until"), foreseen);
}

export async function checkPages(world) {
  const { page, report } = world;
  await checkRun(world);
  await checkLogs(world);
  await checkModels(world);
  await open(world, "Predictions");
  await expectNoError(world, "the table of predictions");
  const predictions = await rowsShown(page);
  report.check(`predictions are there for ${world.done} countries`, predictions >= world.done, `${predictions} rows`);
  await checkWorkflow(world);
  for (const label of ["Schedules", "Events"]) {
    await open(world, label);
    await expectNoError(world, label.toLowerCase());
    if (label === "Schedules") await checkPause(world);
  }
  report.check("there are events", (await rowsShown(page)) > 0);
  await page.locator("main table.list tbody th button").first().click();
  await page.waitForSelector(".drawer .run-list li");
  report.check("an event says why it did or did not start something", (await page.locator(".drawer .run-list").textContent()).length > 20);
  await page.keyboard.press("Escape");
  await page.goBack();
  await page.waitForFunction(() => location.pathname === "/schedules");
  report.check("the browser's way back works", (await page.locator("h1").textContent()) === "Schedules");
  await open(world, "System");
  await page.waitForSelector(".gauge");
  report.check("the system page shows cores and tables", (await page.locator(".gauge").count()) === 5 && (await page.locator(".plain-table tbody tr").count()) > 5);
}
