// What a person sets by hand and sees before it counts: the model that stays in force, a pool's limit.
import { api } from "./browser.mjs";
import { hostileStrings } from "./hostile.mjs";

const action = (page) => page.locator("dialog button[type=submit]");
const counted = (page, text) => page.waitForFunction((wanted) => document.querySelector("dialog .counted")?.textContent.includes(wanted), text, { timeout: 10_000 });
const gone = (page) => page.waitForSelector("dialog", { state: "detached" });

export async function checkPins(world) {
  const { page, report } = world;
  const winner = async () => (await api(world, "/v1/winners")).items.find((each) => each.country === "FR");
  await page.goto(`${world.base}/models`);
  await page.getByRole("button", { name: "Pin the model of FR…" }).click();
  report.check("a pin wants a reason", await action(page).isDisabled());
  await page.locator("dialog textarea").fill(hostileStrings[1]);
  await counted(page, "whatever runs choose");
  report.check("the preview of a pin pins nothing", (await winner()).pinned === null && (await action(page).isEnabled()));
  await world.shot(page, "model-pin");
  await action(page).click();
  await gone(page);
  await page.getByRole("button", { name: "Unpin the model of FR…" }).waitFor();
  report.check("the model is pinned with its reason", (await winner()).pinned?.reason === hostileStrings[1], JSON.stringify((await winner()).pinned));
  await page.getByRole("button", { name: "Unpin the model of FR…" }).click();
  report.check("who unpins sees why it was pinned", (await page.locator("dialog").textContent()).includes(hostileStrings[1]) && (await page.evaluate(() => window.kontorHacked === undefined)));
  await page.locator("dialog textarea").fill("no longer");
  await counted(page, "until a run chooses");
  await action(page).click();
  await gone(page);
  await page.getByRole("button", { name: "Pin the model of FR…" }).waitFor();
  report.check("the model is unpinned, and the same", (await winner()).pinned === null);
}

export async function checkPools(world) {
  const { page, report } = world;
  const pool = async () => (await api(world, "/v1/pools")).items.find((each) => each.name === "io");
  const before = await pool();
  await page.goto(`${world.base}/system`);
  await page.getByRole("button", { name: "Change io…" }).click();
  await counted(page, "Nothing would change");
  const wanted = before.slots - 1;
  await page.locator("dialog").getByLabel("Slots").fill("many");
  report.check("what is no number is told and cannot be sent", (await page.locator("dialog .note-error").textContent()).includes("whole number") && (await action(page).isDisabled()));
  await page.locator("dialog").getByLabel("Slots").fill(String(wanted));
  report.check("a preview of another limit does not count", await action(page).isDisabled());
  await counted(page, `becomes ${wanted}`);
  report.check("the preview of a limit sets nothing", (await pool()).slots === before.slots);
  await world.shot(page, "pool-change");
  await page.locator("dialog").getByLabel("Reason").fill(hostileStrings[0]);
  await action(page).click();
  await gone(page);
  await page.waitForFunction((text) => [...document.querySelectorAll("main table.list tbody tr")].some((row) => row.textContent.startsWith("io") && row.textContent.includes(text)), String(wanted));
  const after = await pool();
  report.check("the limit is set, with its reason", after.slots === wanted && after.reason === hostileStrings[0], JSON.stringify(after).slice(0, 200));
}
