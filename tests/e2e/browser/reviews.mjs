// A reviewer with the keyboard alone: take items, decide by number, take one back, go on; readable by everyone and on a phone.
//
//   KONTOR_TOKEN=... node reviews.mjs --url http://127.0.0.1:8710 [--shots DIR]
//
// Needs a daemon whose queue holds at least ten items of DE for this token. Decides ten of them.
import { axeFaults, signIn } from "./browser.mjs";
import { surveyViews } from "./checks_views.mjs";
import { runChecks } from "./run_checks.mjs";

const item = (page) => page.locator("section.review").getAttribute("aria-label");
const nextItem = (page, before) => page.waitForFunction((label) => {
  const shown = document.querySelector("section.review");
  return shown !== null && shown.getAttribute("aria-label") !== label;
}, before, { timeout: 5000 });

async function checkDeciding(world) {
  const { page, report } = world;
  await signIn(page, world.base, world.token);
  await page.goto(`${world.base}/reviews?country=DE`);
  await page.getByRole("button", { name: "Take the next items" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("section.review .review-choice", { timeout: 15_000 });
  report.check("an item shows its text and the model's choices", (await page.locator(".review-fact").count()) > 2 && (await page.locator(".review-choices ol li").count()) >= 1);
  await page.keyboard.press("e");
  await page.waitForFunction(() => document.querySelectorAll("section.review table.list tbody tr").length > 2, null, { timeout: 10_000 });
  report.check("what spoke for its code is told by feature", /^For.*all others/s.test(await page.locator("section.review table.list").textContent()));
  await world.shot(page, "review-item");
  const first = await item(page);
  const began = Date.now();
  for (let decided = 0; decided < 9; decided += 1) {
    const before = await item(page);
    await page.keyboard.press("1");
    await nextItem(page, before);
  }
  report.check("nine items are decided in far less than 200 an hour need", Date.now() - began < 30_000, `${Date.now() - began} ms`);
  const tenth = await item(page);
  await page.keyboard.press("x");
  await nextItem(page, tenth);
  await page.keyboard.press("u");
  await page.waitForFunction((label) => document.querySelector("section.review")?.getAttribute("aria-label") === label, tenth, { timeout: 5000 });
  report.check("the last word is taken back and its item is there again", first !== tenth);
  await page.keyboard.press("f");
  await page.keyboard.type("1");
  await page.waitForSelector(".review-other li", { timeout: 5000 });
  report.check("other codes of the list are found by typing", true);
  await page.keyboard.press("Enter");
  await nextItem(page, tenth);
  await page.waitForFunction(() => document.querySelector(".page-head")?.textContent.includes("10 decided"), null, { timeout: 5000 });
  report.check("nothing was refused", (await page.locator("main .note-error").count()) === 0);
}

const views = [
  { name: "reviews", path: "/reviews", ready: "table.list tbody tr" },
  { name: "reviews-country", path: "/reviews?country=DE", ready: ".review-start button" },
];

async function checkItemIsReadable(world) {
  const { page, report } = world;
  await page.goto(`${world.base}/reviews?country=DE`);
  await page.getByRole("button", { name: "Take the next items" }).click();
  await page.waitForSelector("section.review", { timeout: 15_000 });
  const faults = await axeFaults(page);
  report.check("an item can be read by everyone", faults.length === 0, faults.join(" | "));
  await page.setViewportSize({ width: 390, height: 844 });
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  report.check("an item fits 390 pixels", over <= 0, `${over} pixels too wide`);
  await world.shot(page, "review-item-390");
}

async function checkViews(world) {
  await surveyViews(world, views);
}

runChecks("reviews.mjs", {}, [checkDeciding, checkViews, checkItemIsReadable]);
