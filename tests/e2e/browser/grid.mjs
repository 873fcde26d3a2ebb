// Looks at a running daemon's dashboard with a real headless Chromium, as a person would.
//
//   KONTOR_TOKEN=... node grid.mjs --url http://127.0.0.1:8710 [--shots DIR] [--countries 38] [--done N] [--changes 20] [--timeout 300]
//
// Start it before or while a campaign runs: it waits until the grid shows `countries` rows, has seen `changes` cells change live
// (0: the campaign may be over), and says that `done` countries are done (default: all). Then it walks through the other pages.
// Exit status: 0 every check passed, 1 a check failed, 2 it could not start. Waits for conditions, each with a deadline.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./browser.mjs";
import { checkGrid, checkKeyboard, checkReconnect } from "./checks_grid.mjs";
import { checkPages } from "./checks_pages.mjs";
import { checkHostileText, checkSignIn, checkLooks } from "./checks_safety.mjs";
import { Report } from "./report.mjs";

function readOptions() {
  const { values } = parseArgs({
    options: {
      url: { type: "string" }, token: { type: "string" }, shots: { type: "string" }, countries: { type: "string", default: "38" },
      done: { type: "string" }, changes: { type: "string", default: "20" }, timeout: { type: "string", default: "300" },
    },
  });
  const token = values.token ?? process.env.KONTOR_TOKEN;
  if (!values.url || !token) throw new Error("grid.mjs needs --url and a token (--token or KONTOR_TOKEN)");
  const number = (text, name) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not "${text}"`);
    return value;
  };
  const countries = number(values.countries, "countries");
  if (values.shots) mkdirSync(values.shots, { recursive: true });
  return {
    base: values.url.replace(/\/$/, ""), token, shots: values.shots ?? null, countries,
    done: values.done === undefined ? countries : number(values.done, "done"),
    changes: number(values.changes, "changes"), timeoutMs: number(values.timeout, "timeout") * 1000,
  };
}

async function main() {
  const options = readOptions();
  const report = new Report();
  const browser = await openBrowser(options.base);
  const shot = async (page, name) => {
    if (options.shots) await page.screenshot({ path: join(options.shots, `${name}.png`) });
  };
  const world = { ...options, report, browser, shot, page: await browser.watchedPage() };
  try {
    for (const check of [checkSignIn, checkGrid, checkKeyboard, checkReconnect, checkPages, checkHostileText, checkLooks]) {
      await report.group(check.name, () => check(world));
    }
    await report.group("whatWasWatched", async () => {
      const { consoleErrors, violations, external, serverErrors } = browser.seen;
      report.check("no console error", consoleErrors.length === 0, consoleErrors.join(" | "));
      report.check("no breach of the content security policy", violations.length === 0, violations.join(" | "));
      report.check("no request to anywhere else", external.length === 0, external.join(" | "));
      report.check("no answer with a server error", serverErrors.length === 0, serverErrors.join(" | "));
    });
    if (report.failed > 0) await shot(world.page, "at-the-end");
  } finally {
    await browser.close();
  }
  process.exitCode = report.finish();
}

main().catch((error) => {
  console.error(`grid.mjs: ${error.message}`);
  process.exitCode = 2;
});
