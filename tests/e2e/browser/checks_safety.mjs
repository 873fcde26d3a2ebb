// Who may look, and that nobody else's page can act.
export async function checkSignIn(world) {
  const { browser, report, base } = world;
  const page = await browser.tolerantPage();
  const answer = await page.goto(`${base}/`);
  const policy = answer.headers()["content-security-policy"] ?? "";
  report.check("the content security policy allows only the daemon itself", /default-src 'self'/.test(policy) && !/unsafe-/.test(policy), policy || "none was sent");
  await page.waitForSelector('input[name="token"]');
  await page.setViewportSize({ width: 1280, height: 860 });
  await world.shot(page, "sign-in-1280");
  await page.fill('input[name="token"]', "not-the-token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector('.sign-in [role="alert"]', { timeout: 10_000 });
  report.check("a wrong token is refused in words", (await page.locator('.sign-in [role="alert"]').textContent()).includes("token"));
  await page.close();
}

export async function checkSignOut(world) {
  const { browser, report, base, token } = world;
  const page = await browser.tolerantPage();
  await page.goto(`${base}/`);
  await page.waitForSelector("header.top");
  report.check("another tab is signed in too", true);
  const foreign = await fetch(`${base}/v1/schedules/train/monthly/pause`, {
    method: "POST", headers: { "Content-Type": "application/json", Cookie: `kontor-token-${new URL(base).port}=${token}`, Origin: "http://evil.example" }, body: "{}",
  });
  report.check("a request that another site began is refused", foreign.status === 403, `status ${foreign.status}`);
  // The first tab still asks for the status now and then: signed out, it would rightly be refused, and Chromium calls that an error.
  await world.page.goto("about:blank");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForSelector('input[name="token"]');
  const status = await page.evaluate(async () => (await fetch("/v1/runs")).status);
  report.check("after signing out the daemon answers no more", status === 401, `status ${status}`);
  await page.close();
}
