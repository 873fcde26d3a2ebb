// Chromium with a fresh profile that can reach nothing but the daemon, and a note of everything that it complains about.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promises } from "./promised.mjs";

// The packages are the dashboard's own, by its lock file.
const require = createRequire(new URL("../../../daemon/dashboard/package.json", import.meta.url));

export const axeSource = () => require("axe-core").source;

export function chromiumPath() {
  const found = [process.env.CHROME, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
  if (!found) throw new Error("no Chromium found: install the Debian package chromium or set CHROME to the program");
  return found;
}

// As a person would: the token goes into the form.
export async function signIn(page, base, token, path = "/") {
  await page.goto(base + path);
  await page.waitForSelector('input[name="token"], header.top', { timeout: 15_000 });
  if (await page.locator("header.top").count() > 0) return;
  await page.fill('input[name="token"]', token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("header.top", { timeout: 15_000 });
}

// The daemon asked directly, beside the page.
export async function api(world, path, body) {
  const answer = await fetch(world.base + path, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: { Authorization: `Bearer ${world.token}`, "Content-Type": "application/json" },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function deploy(world, name, yaml) {
  const answer = await fetch(`${world.base}/v1/workflows/${name}`, { method: "PUT", headers: { Authorization: `Bearer ${world.token}`, "Content-Type": "application/yaml" }, body: yaml });
  if (!answer.ok) throw new Error(`PUT ${name}: ${answer.status} ${await answer.text()}`);
}

export async function axeFaults(page) {
  await page.evaluate(axeSource());
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
    return result.violations.map((fault) => `${fault.id} x${fault.nodes.length} (${fault.nodes[0].html.slice(0, 110)})`);
  });
}

export async function openBrowser(base) {
  const { chromium } = require("playwright-core");
  const profile = mkdtempSync(join(tmpdir(), "kontor-browser-"));
  const host = new URL(base).hostname;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(), headless: true, viewport: { width: 1440, height: 900 },
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${host}`,
    ],
  });
  const seen = { consoleErrors: [], violations: [], external: [], serverErrors: [], unpromised: new Set(), answers: 0 };
  const broken = promises();
  await context.exposeBinding("kontorViolation", (_source, text) => { seen.violations.push(text); });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.kontorViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`);
    });
  });
  const origin = new URL(base).origin;
  context.on("request", (request) => {
    const url = request.url();
    if (new URL(url).origin !== origin) seen.external.push(url);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) seen.serverErrors.push(`${response.status()} ${response.url()}`);
    if (!(response.headers()["content-type"] ?? "").startsWith("application/json")) return;
    const request = response.request();
    // A page that is left does not read its answers to their end.
    response.json().then((body) => {
      seen.answers += 1;
      for (const fault of broken(request.method(), new URL(request.url()).pathname, response.status(), body)) seen.unpromised.add(fault);
    }, () => {});
  });
  const networkSessions = new Map();
  return {
    seen,
    // A page whose console must stay clean.
    async watchedPage() {
      const page = await context.newPage();
      page.on("console", (message) => { if (message.type() === "error") seen.consoleErrors.push(`${message.text()} (${message.location().url})`); });
      page.on("pageerror", (error) => { seen.consoleErrors.push(String(error)); });
      return page;
    },
    // A page in which an answer such as 401 or 404 is expected, which Chromium reports as a console error; script errors still count.
    async tolerantPage() {
      const page = await context.newPage();
      page.on("pageerror", (error) => { seen.consoleErrors.push(String(error)); });
      return page;
    },
    // One page's network only: the others keep theirs.
    async setOffline(page, offline) {
      let session = networkSessions.get(page);
      if (!session) {
        session = await context.newCDPSession(page);
        networkSessions.set(page, session);
        await session.send("Network.enable");
      }
      await session.send("Network.emulateNetworkConditions", { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
