// What Lighthouse says of the pages that people look at first: accessibility and best practices must be perfect. Performance is printed and
// not judged, since whatever else the machine does costs it.
//
//   KONTOR_TOKEN=... node lighthouse.mjs --url http://127.0.0.1:8710
//
// Needs a daemon with a campaign that has ended. Measures without throttling: the page comes over loopback.
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import lighthouse from "lighthouse";
import { chromiumPath } from "./browser.mjs";
import { Report } from "./report.mjs";

const require = createRequire(new URL("../../../daemon/dashboard/package.json", import.meta.url));
const perfect = ["accessibility", "best-practices"];

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

const { values } = parseArgs({ options: { url: { type: "string" } } });
const token = process.env.KONTOR_TOKEN;
if (!values.url || !token) throw new Error("lighthouse.mjs needs --url and KONTOR_TOKEN");
const headers = { Authorization: `Bearer ${token}` };
const { chromium } = require("playwright-core");
const port = await freePort();
const browser = await chromium.launch({
  executablePath: chromiumPath(), headless: true,
  args: [
    `--remote-debugging-port=${port}`, "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-component-update",
    "--disable-background-networking", `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(values.url).hostname}`,
  ],
});

// Beside other tests the browser's trace at times lacks its beginning. Lighthouse then has no scores, says so, and asks for another try.
const triesMax = 3;

async function recorded(path, tries = 1) {
  const { lhr } = await lighthouse(values.url + path, {
    port, logLevel: "error", output: "json", onlyCategories: [...perfect, "performance"], extraHeaders: headers, formFactor: "desktop",
    screenEmulation: { mobile: false, width: 1280, height: 860, deviceScaleFactor: 1, disabled: false }, throttlingMethod: "provided",
    // The page's stream of changes never ends, so what Lighthouse waits for never comes.
    maxWaitForLoad: 6000,
  });
  if (!lhr.runtimeError) return lhr;
  if (tries === triesMax) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  return recorded(path, tries + 1);
}

async function measure(path) {
  const lhr = await recorded(path);
  const poor = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative");
  return {
    scores: Object.fromEntries(Object.values(lhr.categories).map((each) => [each.id, each.score])),
    poor: poor.map((audit) => `${audit.id} ${audit.displayValue ?? ""}`.trim()).join(", "),
    url: lhr.finalDisplayedUrl,
  };
}

const report = new Report();
try {
  const { items } = await (await fetch(`${values.url}/v1/runs?limit=1`, { headers })).json();
  for (const path of ["/", `/runs/${items[0].id}`, "/models", "/workflows", "/dead-letters"]) {
    await report.group(`lighthouse ${path}`, async () => {
      const found = await measure(path);
      report.check("the page itself was measured", found.url === values.url + path, found.url);
      for (const name of perfect) report.check(`${name} is ${found.scores[name]}`, found.scores[name] === 1, found.poor);
      console.log(`     performance is ${found.scores.performance}${found.poor ? ` (${found.poor})` : ""}`);
    });
  }
} finally {
  await browser.close();
}
process.exitCode = report.finish();
