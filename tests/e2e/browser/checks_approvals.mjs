// The inbox of approvals: what somebody else's run asks is found, looked at and decided by the keyboard alone.
import { surveyViews } from "./checks_views.mjs";

async function send(world, method, path, body, token = world.token, type = "application/json") {
  const answer = await fetch(world.base + path, { method, body: type === "application/json" ? JSON.stringify(body) : body, headers: { Authorization: `Bearer ${token}`, "Content-Type": type } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const openRows = (page, count) => page.waitForFunction((wanted) => document.querySelectorAll("main .page > .card table.list tbody tr").length === wanted, count, { timeout: 15_000 });

export async function checkApprovals(world) {
  const { page, report, base } = world;
  await page.goto(`${base}/approvals`);
  await page.waitForSelector("main .empty:not([role=status])");
  report.check("an empty inbox says so", (await page.locator("main .empty").textContent()).includes("Nothing waits for a decision"));
  await send(world, "PUT", "/v1/workflows/asks", `workflow: asks
partition: {key: country, over: [DE, FR, NO]}
tasks:
  ask:
    uses: approval
    per: country
    with:
      title: "Release in \${{ country }}?"
      text: The new model is better by a clear margin.
      evidence: {challenger: {macro_f1: 0.912, rows: 12000}, champion: {macro_f1: 0.887}, worse_codes: [], rule: {metric: macro_f1, margin: 0.002}}
      deadline: 3d
      default: reject
      on_reject: continue
`, world.token, "application/yaml");
  const starter = await send(world, "POST", "/v1/tokens", { name: "starter", role: "operator", countries: "all" });
  const run = await send(world, "POST", "/v1/runs", { workflow: "asks" }, starter.secret);
  await openRows(page, 3);
  report.check("what is asked comes in by itself", true);
  await page.waitForFunction(() => document.querySelector('nav.sections a[href="/approvals"] .bubble')?.textContent === "3", null, { timeout: 20_000 });
  report.check("the navigation counts what waits", true);
  await page.keyboard.press("j");
  await page.waitForSelector(".drawer table.evidence tbody tr");
  const facts = await page.locator(".drawer table.evidence").textContent();
  report.check("the evidence is a table of facts", facts.includes("challenger · macro f1") && facts.includes("0.912") && facts.includes("12,000"), facts);
  const first = new URL(page.url()).searchParams.get("id");
  await page.keyboard.press("j");
  await page.waitForFunction((before) => new URLSearchParams(location.search).get("id") !== before, first);
  await page.keyboard.press("k");
  await page.waitForFunction((before) => new URLSearchParams(location.search).get("id") === before, first);
  await page.waitForSelector(".drawer table.evidence tbody tr");
  await page.keyboard.press("a");
  await page.locator("dialog").getByRole("button", { name: "Approve" }).click();
  await openRows(page, 2);
  report.check("J, K and A choose and approve", (await (await fetch(`${base}/v1/approvals/${first}`, { headers: { Authorization: `Bearer ${world.token}` } })).json()).state === "approved");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.waitForSelector(".drawer table.evidence tbody tr");
  await page.keyboard.press("r");
  report.check("a rejection wants a comment", await page.locator("dialog button[type=submit]").isDisabled());
  await page.locator("dialog textarea").fill("too few rows");
  await page.locator("dialog button[type=submit]").click();
  await openRows(page, 1);
  await page.waitForFunction(() => document.querySelector(".drawer .votes")?.textContent.includes("too few rows"), null, { timeout: 15_000 });
  report.check("R rejects with a comment that is kept", true);
  await world.shot(page, "approval-rejected");
  const last = (await (await fetch(`${base}/v1/approvals?state=open&run=${run.id}`, { headers: { Authorization: `Bearer ${world.token}` } })).json()).items[0].id;
  await surveyViews(world, [
    { name: "approvals", path: "/approvals", ready: "table.list tbody tr" },
    { name: "approvals-one", path: `/approvals?state=all&id=${last}`, ready: ".drawer table.evidence tbody tr" },
  ]);
  await page.goto(`${base}/approvals?id=${last}`);
  await page.waitForSelector(".drawer table.evidence tbody tr");
  await page.locator(".drawer").getByRole("button", { name: "Approve…" }).click();
  await page.locator("dialog").getByRole("button", { name: "Approve" }).click();
  await page.waitForSelector("main .empty:not([role=status])", { timeout: 15_000 });
  report.check("decided, the run goes on", true);
  await page.keyboard.press("Escape");
}
