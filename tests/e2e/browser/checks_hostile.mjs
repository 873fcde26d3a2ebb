// Whatever others have written stays text, wherever it is shown: no element of it, no script, no request, no report.
import { axeFaults } from "./browser.mjs";
import { hostileLogLines, hostileStrings } from "./hostile.mjs";

const yaml = (text) => JSON.stringify(text);

const definition = (index) => `workflow: hostile
title: ${yaml(hostileStrings[index])}
params:
  lines: {type: array, items: {type: string}, default: []}
  note: {type: string, default: ${yaml(hostileStrings[(index + 5) % 25])}, description: ${yaml(hostileStrings[(index + 1) % 25])}}
partition: {key: country, over: [DE]}
tasks:
  say:
    title: ${yaml(hostileStrings[(index + 3) % 25])}
    uses: exec
    per: [country, line]
    fan_out: {line: "\${{ params.lines }}"}
    retry: {attempts: 1}
    with: {program: /bin/sh, args: ["-c", 'printf "%s\\n" "$1"; printf "%s\\n" "$1" >&2; test "\${#1}" -lt 60', sh, "\${{ line }}"]}
`;

async function send(world, path, body, method = "POST", type = "application/json") {
  const answer = await fetch(world.base + path, { method, headers: { Authorization: `Bearer ${world.token}`, "Content-Type": type }, body });
  const text = await answer.text();
  return { status: answer.status, body: answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text };
}

// What must never be in a page that shows it.
async function harm(page) {
  return page.evaluate(() => {
    const made = [...document.querySelectorAll("main *, .drawer *, dialog *")].filter((element) => {
      const inert = !["SCRIPT", "IFRAME", "IMG", "OBJECT", "EMBED", "STYLE", "LINK", "META", "BASE", "MATH"].includes(element.tagName);
      const address = element.getAttribute("href") ?? element.getAttribute("src") ?? element.getAttribute("action") ?? "";
      const handlers = element.getAttributeNames().some((name) => name.startsWith("on"));
      return !inert || handlers || /^\s*(javascript|data|vbscript):/i.test(address) || /^https?:\/\/(?!127\.0\.0\.1)/.test(address);
    }).map((element) => element.outerHTML.slice(0, 100));
    return [...(window.kontorHacked === undefined ? [] : ["a script has run"]), ...made];
  });
}

async function look(world, what, path, ready) {
  const { page, report, base } = world;
  await page.goto(base + path);
  await page.waitForSelector(ready, { timeout: 20_000 });
  const faults = await harm(page);
  report.check(`${what} shows hostile text as text`, faults.length === 0, faults.join(" | "));
}

export async function checkHostileText(world) {
  const { page, report } = world;
  let dialogs = 0;
  page.on("dialog", (dialog) => { dialogs += 1; void dialog.dismiss(); });
  for (const index of [1, 5]) {
    const deployed = await send(world, "/v1/workflows/hostile", definition(index), "PUT", "application/yaml");
    report.check(`a workflow with hostile titles is deployed (${index})`, deployed.status === 200, JSON.stringify(deployed.body).slice(0, 200));
  }
  let accepted = 0;
  for (const [index, text] of hostileStrings.entries()) {
    const event = { specversion: "1.0", id: `h-${index}`, source: `/hostile/${text}`.slice(0, 400), type: text.slice(0, 200), subject: text, data: { [text]: text }, correlation: text };
    const answer = await send(world, "/v1/events", JSON.stringify(event));
    if (answer.status === 202) accepted += 1;
    else report.check(`event ${index} is taken or refused in words`, answer.status === 400 || answer.status === 422, `status ${answer.status}`);
  }
  report.check("most hostile events are taken", accepted >= 35, `${accepted} of ${hostileStrings.length}`);
  const lines = [...hostileStrings, ...hostileLogLines.map((line) => line.replaceAll("\u0000", ""))];
  const run = await send(world, "/v1/runs", JSON.stringify({ workflow: "hostile", params: { lines, note: hostileStrings[1] }, correlation: hostileStrings[2] }));
  report.check("a run with hostile parameters starts", run.status === 201, JSON.stringify(run.body).slice(0, 200));
  const id = run.body.id;
  await page.goto(`${world.base}/runs/${id}?view=tasks`);
  await page.waitForFunction((wanted) => (document.querySelector(".instances [role=status]")?.textContent ?? "").startsWith(String(wanted)), lines.length, { timeout: 60_000 });
  await page.waitForFunction(() => document.querySelector(".page-head .badge")?.textContent === "failed", null, { timeout: 60_000 });

  await look(world, "the list of events", "/events", "table.list tbody tr");
  const shown = await page.locator("table.list tbody tr").allTextContents();
  const missing = hostileStrings.filter((text) => !shown.some((row) => row.includes(text)));
  report.check("every hostile event stands there word for word", missing.length <= hostileStrings.length - accepted, missing.join(" , ").slice(0, 300));
  for (const link of (await page.locator("table.list tbody th button").all()).slice(0, 12)) {
    await link.click();
    await page.waitForSelector(".drawer pre.json");
  }
  report.check("an event's drawer shows it as text", (await harm(page)).length === 0, (await harm(page)).join(" | "));
  await world.shot(page, "hostile-events");
  await look(world, "the list of runs", "/runs", "table.list tbody tr");
  await look(world, "a run's graph", `/runs/${id}`, ".node");
  await look(world, "a run's timeline", `/runs/${id}?view=timeline`, ".lane");
  await look(world, "a run's parameters", `/runs/${id}?view=params`, "pre.json");
  await look(world, "the grid", "/campaigns", "td[data-state]");
  await look(world, "the list of workflows", "/workflows", "table.list tbody tr");
  await look(world, "a file that is not deployed", "/workflows", ".folder-note pre");
  const unreadable = await axeFaults(page);
  report.check("a file that is not deployed can be read by everyone", unreadable.length === 0, unreadable.join(" | "));
  await world.shot(page, "workflows-folder");
  await look(world, "a start form", "/workflows/hostile?tab=start", ".param");
  report.check("a hostile default stands in its field", (await page.getByLabel("note").inputValue()).length > 0);
  await look(world, "a definition", "/workflows/hostile?tab=text", ".yaml-line");
  await look(world, "a difference of versions", "/workflows/hostile?tab=versions", ".diff-added");
  await page.waitForSelector(".changes li");
  const told = await page.locator(".changes li").allTextContents();
  report.check("what a difference means is said part by part", told.every((line) => /^[+−~](added|removed|changed): \S/.test(line)), told.join(" | ").slice(0, 300));
  await world.shot(page, "workflow-changes");
  const [gone, come] = await page.evaluate(() => [".diff-removed", ".diff-added"].map((kind) => document.querySelector(kind).getBoundingClientRect()));
  report.check("a new line stands below the old one, not beside it", come.top >= gone.bottom - 1 && Math.abs(come.left - gone.left) < 1, JSON.stringify([gone, come]));
  await look(world, "dead letters by cause", "/dead-letters", "table.list tbody tr");
  await look(world, "dead letters", "/dead-letters?by=letter", "table.list tbody tr");
  await page.locator("table.list tbody th button").first().click();
  await page.waitForSelector(".drawer .reason");
  report.check("a dead letter's drawer shows it as text", (await harm(page)).length === 0);

  await page.goto(`${world.base}/runs/${id}?view=tasks`);
  await page.waitForSelector(".v-row[data-task]");
  const tasks = (await (await fetch(`${world.base}/v1/runs/${id}/tasks?limit=1000`, { headers: { Authorization: `Bearer ${world.token}` } })).json()).items;
  await page.locator(".v-row[data-task]").first().click();
  for (const task of tasks) {
    await page.evaluate((taskId) => { history.replaceState(null, "", `?view=tasks&task=${taskId}`); dispatchEvent(new PopStateEvent("popstate")); }, task.id);
    await page.waitForFunction((wanted) => document.querySelector(".drawer .drawer-title")?.textContent.includes(`#${wanted}`), task.item);
    await page.getByRole("tab", { name: "Log" }).click();
    await page.waitForSelector(".drawer .log-line, .drawer [role=tabpanel] .empty:not([role=status])");
    const faults = await harm(page);
    if (faults.length > 0) report.check(`the log of "${task.item}" is text`, false, faults.join(" | "));
  }
  report.check(`the logs of ${tasks.length} hostile lines were text`, tasks.length === lines.length);
  await world.shot(page, "hostile-log");
  await page.keyboard.press("Control+k");
  await page.waitForSelector("dialog.palette input:focus");
  await page.keyboard.type("<");
  await page.waitForSelector(".palette [role=option], .palette .empty");
  report.check("the palette shows hostile names as text", (await harm(page)).length === 0);
  await page.keyboard.press("Escape");
  const errors = world.browser.seen.consoleErrors.length;
  await page.goto(`${world.base}/campaigns/${encodeURIComponent(hostileStrings[1])}`);
  await page.waitForSelector("main .note-error");
  report.check("a hostile campaign's address is shown as text", (await harm(page)).length === 0);
  await page.goto(`${world.base}/no/such/%3Cscript%3E`);
  await page.waitForSelector("main .empty");
  report.check("an unknown address is shown as text", (await harm(page)).length === 0);
  report.check("no dialog was opened", dialogs === 0);
  // To the browser's console the campaign that is not there is an error; nothing else may be.
  const said = world.browser.seen.consoleErrors.splice(errors);
  world.browser.seen.consoleErrors.push(...said.filter((text) => !text.includes("404")));
}
