// Code lists: a faulty file is told line by line, what a list changes is seen before it is kept, and its days stand on a line.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { api } from "./browser.mjs";
import { surveyViews } from "./checks_views.mjs";
import { hostileStrings } from "./hostile.mjs";

const lists = "/v1/countries/DE/code-lists";
const rows = 3000;
const titleOf = (index) => (index < hostileStrings.length ? hostileStrings[index] : `title ${index}`);
// No line of the file may hold a control character; the quote is doubled as in any CSV.
const csv = (codes) => `code,title\n${codes.map((code, index) => `${code},"${titleOf(index).replaceAll('"', '""')}"`).join("\n")}\n`;
const codes = Array.from({ length: rows }, (_, index) => `C-${String(index).padStart(4, "0")}`);
const dayIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function file(world, name, text) {
  const path = join(world.folder, name);
  writeFileSync(path, text);
  return path;
}

async function checkRefusal(world) {
  const { page, report } = world;
  const dialog = page.locator("dialog");
  const errors = world.browser.seen.consoleErrors.length;
  await page.goto(`${world.base}/codes/DE`);
  await page.getByText("No list of Germany was imported").waitFor();
  await page.getByRole("button", { name: "Import a list…" }).click();
  await dialog.getByLabel("List").setInputFiles(file(world, "broken.csv", "code,title\nA,x\nA,y\n,z\n"));
  report.check("a list without its day is not asked about", await dialog.getByRole("button", { name: "Import" }).isDisabled());
  await dialog.getByLabel("In force from").fill(dayIn(-200));
  await page.waitForSelector("dialog .faults li");
  const said = await dialog.locator(".faults li").allTextContents();
  report.check("a faulty list is told line by line", said.length === 2 && said[0].includes("line 3") && said[1].includes("line 4"), said.join(" | "));
  report.check("a faulty list cannot be sent", await dialog.getByRole("button", { name: "Import" }).isDisabled());
  await world.shot(page, "codes-import-faults");
  writeFileSync(join(world.folder, "latin.csv"), Buffer.from("code,title\nA,gr\xfcn\n", "latin1"));
  await dialog.getByLabel("List").setInputFiles(join(world.folder, "latin.csv"));
  await page.waitForSelector("dialog .note-error:has-text('is not UTF-8')");
  report.check("a file in another encoding is refused before it is sent", true);
  await page.keyboard.press("Escape");
  // To the browser's console the refusal is an error; nothing else may be.
  const told = world.browser.seen.consoleErrors.splice(errors);
  world.browser.seen.consoleErrors.push(...told.filter((text) => !text.includes("422")));
}

async function take(world, name, day, list, crosswalk, wanted) {
  const { page } = world;
  const dialog = page.locator("dialog");
  await page.getByRole("button", { name: "Import a list…" }).click();
  await dialog.getByLabel("List").setInputFiles(file(world, `${name}.csv`, list));
  if (crosswalk) await dialog.getByLabel("Crosswalk").setInputFiles(file(world, `${name}-moves.csv`, crosswalk));
  await dialog.getByLabel("Reason").fill(hostileStrings[1]);
  await dialog.getByLabel("In force from").fill(day);
  await page.waitForFunction((text) => document.querySelector("dialog .counted")?.textContent.includes(text), wanted);
}

async function checkImport(world) {
  const { page, report } = world;
  const dialog = page.locator("dialog");
  const settle = async (version) => {
    await dialog.getByRole("button", { name: "Import" }).click();
    await page.waitForSelector("dialog", { state: "detached" });
    await page.waitForFunction((many) => document.querySelectorAll("table.list tbody tr").length === many, version);
  };
  await take(world, "first", dayIn(-400), csv(codes), null, `version 1: ${rows.toLocaleString("en")} codes`);
  report.check("a preview keeps nothing", (await api(world, lists)).items.length === 0);
  await settle(1);
  await take(world, "second", dayIn(60), csv([...codes.slice(6), "R-1", "D-1", "D-2"]), "from,to,kind,weight\nC-0000,R-1,rename,\nC-0001,D-1,split,0.5\nC-0001,D-2,split,0.5\nC-0002,,end,\n", "version 2");
  const fate = (name) => dialog.locator(`[data-fate=${name}] td`).first().textContent();
  report.check("the preview counts what becomes of the codes", (await fate("renamed")) === "1" && (await fate("split_in_doubt")) === "1" && (await fate("ended")) === "1" && (await fate("lost")) === "3");
  report.check("what is lost without a word is warned of", (await dialog.locator(".note-error").textContent()).includes("3 codes of the list before are gone"));
  await world.shot(page, "codes-import");
  await settle(2);
  const kept = (await api(world, lists)).items;
  report.check("the daemon has both versions", kept.length === 2 && kept[0].moves === 4 && kept[1].in_force, JSON.stringify(kept).slice(0, 200));
  report.check("a reason of markup is text", (await page.locator("table.list tbody").textContent()).includes(hostileStrings[1]) && (await page.evaluate(() => window.kontorHacked === undefined)));
}

async function checkLine(world) {
  const { page, report } = world;
  report.check("the versions stand on a line of days", (await page.locator(".piece-now").count()) === 1 && (await page.locator(".piece-next").count()) === 1);
  await page.locator(".piece-now").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".code-rows") && new URL(location.href).searchParams.get("version") === "1");
  await page.waitForFunction((all) => document.querySelector(".run-panel [role=status]")?.textContent.startsWith(`${all} of ${all}`), rows.toLocaleString("en"));
  const drawn = await page.locator(".code-row[data-line]").count();
  report.check("of thousands of codes those in sight are in the page", drawn > 5 && drawn < 80, `${drawn}`);
  const shown = await page.locator(".code-row[data-line]").allTextContents();
  report.check("titles of markup are text", shown.some((text) => text.includes(hostileStrings[0])) && (await page.evaluate(() => window.kontorHacked === undefined && document.querySelectorAll(".code-rows img, .code-rows script, .code-rows iframe").length === 0)));
  await page.locator(".code-rows").focus();
  await page.keyboard.press("End");
  await page.waitForSelector(".code-row.here:has-text('C-2999')");
  report.check("End leads to the last code", true);
  await page.getByLabel("Search").fill("C-0002");
  await page.waitForFunction(() => document.querySelectorAll(".code-row[data-line]").length === 1);
  await page.locator(".piece-next").click();
  await page.getByRole("tab", { name: "Crosswalk" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".code-row[data-line]").length === 4);
  report.check("the crosswalk says what becomes of each code", (await page.locator(".code-row[data-line]").allTextContents()).some((text) => text.includes("C-0001") && text.includes("50.0 %")));
  await page.getByRole("tab", { name: "What it changes" }).click();
  await page.getByRole("button", { name: "Ask what it will change" }).click();
  await page.waitForSelector(".impact [data-fate=lost]");
  report.check("what the next list changes is asked again, by what is known now", (await page.locator(".impact [data-fate=lost] td").first().textContent()) === "3");
  report.check("asking takes nothing", (await api(world, lists)).items.length === 2);
}

export async function checkCodes(world) {
  await surveyViews(world, [{ name: "codes-empty", path: "/codes", ready: "main .empty:not([role=status])" }]);
  await checkRefusal(world);
  await checkImport(world);
  await checkLine(world);
  await surveyViews(world, [
    { name: "codes-overview", path: "/codes", ready: ".code-line[data-country=DE] a" },
    { name: "codes-country", path: "/codes/DE", ready: ".code-row[data-line]" },
    { name: "codes-crosswalk", path: "/codes/DE?version=2&tab=crosswalk", ready: ".code-row[data-line]" },
    { name: "codes-change", path: "/codes/DE?version=2&tab=change", ready: ".run-panel .empty button" },
  ]);
}
