// Each view in both themes and both widths: axe finds nothing, nothing is wider than the page, and a picture for people to look at.
import { axeFaults } from "./browser.mjs";

// What each page shows once it has read what it shows. `narrow`: must be usable on a phone (no page may scroll sideways there).
export const campaignViews = (correlation, run) => [
  { name: "grid", path: "/", ready: "td[data-state]" },
  { name: "grid-regions", path: "/?group=region", ready: "tr.section-row" },
  { name: "runs", path: "/runs", ready: "table.list tbody tr" },
  { name: "logs", path: "/logs?task=prepare", ready: ".log-line" },
  { name: "run-graph", path: `/runs/${run}`, ready: ".node" },
  { name: "run-timeline", path: `/runs/${run}?view=timeline`, ready: ".lane .bar" },
  { name: "run-tasks", path: `/runs/${run}?view=tasks`, ready: ".v-row[data-task]" },
  { name: "run-quarantine", path: `/runs/${run}?view=quarantine&country=DE`, ready: "table.list tbody code" },
  { name: "run-params", path: `/runs/${run}?view=params`, ready: "pre.json" },
  { name: "models", path: "/models", ready: "table.list tbody tr" },
  { name: "model-board", path: "/models/DE", ready: "table.list tbody tr" },
  { name: "model-history", path: "/models/DE?tab=history", ready: ".reigns li" },
  { name: "model-errors", path: "/models/DE?tab=model", ready: ".confusion td" },
  { name: "predictions", path: `/predictions?correlation=${correlation}`, ready: "table.list tbody tr" },
  { name: "partitions", path: "/partitions?workflow=train", ready: "td[data-state]" },
  { name: "workflows", path: "/workflows", ready: "table.list tbody tr" },
  { name: "workflow-graph", path: "/workflows/train", ready: ".node" },
  { name: "workflow-start", path: "/workflows/train?tab=start", ready: ".param" },
  { name: "workflow-triggers", path: "/workflows/evaluate?tab=triggers", ready: ".run-list li" },
  { name: "workflow-text", path: "/workflows/train?tab=text", ready: ".yaml-line" },
  { name: "workflow-versions", path: "/workflows/train?tab=versions", ready: ".version-text .yaml" },
  { name: "schedules", path: "/schedules", ready: "table.list tbody tr" },
  { name: "events", path: "/events", ready: "table.list tbody tr" },
  { name: "system", path: "/system", ready: ".plain-table tbody tr" },
];

const wide = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

async function open(page, base, view) {
  await page.goto(base + view.path);
  await page.waitForSelector(view.ready, { timeout: 20_000 });
}

const tooWide = (page) => page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);

// One load for each view and width: the theme changes under it.
export async function surveyViews(world, views) {
  const { page, report, base } = world;
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  for (const view of views) {
    await page.setViewportSize(wide);
    await open(page, base, view);
    report.check(`${view.name} fits 1280 pixels`, (await tooWide(page)) <= 0, `${await tooWide(page)} pixels too wide`);
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      const faults = await axeFaults(page);
      report.check(`${view.name} can be read by everyone (${scheme})`, faults.length === 0, faults.join(" | "));
      await world.shot(page, `${view.name}-1280-${scheme}`);
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.setViewportSize(phone);
    report.check(`${view.name} fits 390 pixels`, (await tooWide(page)) <= 0, `${await tooWide(page)} pixels too wide`);
    await world.shot(page, `${view.name}-390`);
  }
  for (const width of [1280, 1380, 1440, 1520, 1700, 1750]) {
    await page.setViewportSize({ width, height: 900 });
    const hidden = await page.evaluate(() => { const nav = document.querySelector("nav.sections"); return nav.scrollWidth - nav.clientWidth; });
    report.check(`the navigation shows every section at ${width} pixels`, hidden <= 0, `${hidden} pixels are cut off`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
