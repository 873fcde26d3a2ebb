// Who may look, what hostile text can do, and whether everyone can read the page.
import { axeSource } from "./browser.mjs";

export async function checkSignIn(world) {
  const { browser, report, base } = world;
  const page = await browser.tolerantPage();
  const answer = await page.goto(`${base}/`);
  const policy = answer.headers()["content-security-policy"] ?? "";
  report.check("the content security policy allows only the daemon itself", /default-src 'self'/.test(policy) && !/unsafe-/.test(policy), policy || "none was sent");
  await page.fill('input[name="token"]', "not-the-token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector('.sign-in [role="alert"]', { timeout: 10_000 });
  report.check("a wrong token is refused in words", (await page.locator('.sign-in [role="alert"]').textContent()).includes("token"));
  await world.shot(page, "sign-in");
  await page.close();
}

const payload = `<img src=x onerror="window.kontorHacked=1"><script>window.kontorHacked=1</script>"'&`;

async function postHostileEvent({ base, token }) {
  const answer = await fetch(`${base}/v1/events`, {
    method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/cloudevents+json" },
    body: JSON.stringify({
      specversion: "1.0", id: `hostile-${Date.now()}`, source: "/tests/browser", type: "test.hostile.posted",
      subject: payload, datacontenttype: "application/json", data: { [payload]: payload },
    }),
  });
  if (answer.status !== 202) throw new Error(`POST /v1/events answered ${answer.status}: ${await answer.text()}`);
}

// Markup in what others have written stays text: in a table, in JSON, in an address.
export async function checkHostileText(world) {
  const { browser, report, base, token } = world;
  await postHostileEvent(world);
  const page = await browser.tolerantPage();
  await page.goto(`${base}/events?type=test.hostile.posted#token=${encodeURIComponent(token)}`);
  const row = page.locator("main table.list tbody tr").first();
  await row.waitFor({ timeout: 10_000 });
  report.check("hostile text is shown as text in a table", (await row.textContent()).includes(payload));
  await row.click();
  await page.waitForSelector(".drawer pre.json", { timeout: 10_000 });
  report.check("hostile text is shown as text in JSON", (await page.locator(".drawer pre.json").textContent()).includes("<script>"));
  await world.shot(page, "hostile");
  // Without slashes: the daemon refuses an encoded slash in a path before any page sees it.
  await page.goto(`${base}/campaigns/${encodeURIComponent(payload.replaceAll("/", ""))}`);
  await page.waitForSelector("main .note-error", { timeout: 10_000 });
  const made = await page.evaluate(() => [window.kontorHacked, document.querySelectorAll("main img, main script").length]);
  report.check("hostile text has made no element and run no script", made[0] === undefined && made[1] === 0, JSON.stringify(made));
  await page.goto(`${base}/no/such/page`);
  await page.waitForSelector("main .empty");
  report.check("an unknown address says so", (await page.locator("main .empty").textContent()).includes("/no/such/page"));
  await page.close();
}

async function axeFaults(page) {
  await page.evaluate(axeSource());
  const faults = await page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
    return result.violations.map((fault) => `${fault.id} x${fault.nodes.length} (${fault.nodes[0].html.slice(0, 90)})`);
  });
  return faults;
}

export async function checkLooks(world) {
  const { page, report, base } = world;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const [name, path] of [["grid", "/"], ["runs", "/runs"], ["models", "/models"], ["dead-letters", "/dead-letters"]]) {
      await page.goto(base + path);
      await page.waitForSelector("main table tbody tr, main .empty:not([role=status])", { timeout: 15_000 });
      const faults = await axeFaults(page);
      report.check(`${name} can be read by everyone (${scheme})`, faults.length === 0, faults.join(" | "));
      await world.shot(page, `${name}-${scheme}`);
    }
  }
  for (const width of [1024, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of ["/", "/runs", "/models"]) {
      await page.goto(base + path);
      await page.waitForSelector("main table tbody tr, main .empty:not([role=status])", { timeout: 15_000 });
      const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      report.check(`${path} fits ${width} pixels`, over <= 0, `${over} pixels too wide`);
    }
    await page.goto(`${base}/`);
    await page.waitForSelector("td[data-state]");
    await world.shot(page, `grid-${width}`);
  }
}
