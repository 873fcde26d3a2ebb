// What the scripts share: options, one browser, checks in groups, and what the browser must not have complained of.
// Exit status: 0 every check passed, 1 a check failed, 2 it could not start.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./browser.mjs";
import { Report } from "./report.mjs";

function readOptions(program, numbers, texts) {
  const options = { url: { type: "string" }, token: { type: "string" }, shots: { type: "string" }, timeout: { type: "string", default: "300" } };
  for (const name of [...Object.keys(numbers), ...texts]) options[name] = { type: "string" };
  const { values } = parseArgs({ options });
  const token = values.token ?? process.env.KONTOR_TOKEN;
  if (!values.url || !token) throw new Error(`${program} needs --url and a token (--token or KONTOR_TOKEN)`);
  const number = (text, name) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not "${text}"`);
    return value;
  };
  const given = Object.fromEntries(Object.entries(numbers).map(([name, otherwise]) => [name, values[name] === undefined ? otherwise : number(values[name], name)]));
  if ("done" in given) given.done ??= given.countries;
  if (values.shots) mkdirSync(values.shots, { recursive: true });
  for (const name of texts) given[name] = values[name] ?? "";
  return { ...given, base: values.url.replace(/\/$/, ""), token, shots: values.shots ?? null, timeoutMs: number(values.timeout, "timeout") * 1000 };
}

async function work(program, numbers, checks, texts) {
  const options = readOptions(program, numbers, texts);
  const report = new Report();
  const browser = await openBrowser(options.base);
  const shot = async (page, name) => {
    if (options.shots) await page.screenshot({ path: join(options.shots, `${name}.png`) });
  };
  const world = { ...options, report, browser, shot, page: await browser.watchedPage() };
  try {
    for (const check of checks) {
      const failed = report.failed;
      const began = Date.now();
      await report.group(check.name, () => check(world));
      console.log(`   ${((Date.now() - began) / 1000).toFixed(1)} s`);
      if (report.failed > failed) await shot(world.page, `failed-${check.name}`);
    }
    await report.group("whatWasWatched", async () => {
      const { consoleErrors, violations, external, serverErrors, unpromised, answers } = browser.seen;
      report.check("no console error", consoleErrors.length === 0, consoleErrors.join(" | "));
      report.check("no breach of the content security policy", violations.length === 0, violations.join(" | "));
      report.check("no request to anywhere else", external.length === 0, external.join(" | "));
      report.check("no answer with a server error", serverErrors.length === 0, serverErrors.join(" | "));
      report.check(`each of the ${answers} answers is as proto/openapi.yaml promises`, answers > 20 && unpromised.size === 0, [...unpromised].slice(0, 20).join(" | "));
    });
  } finally {
    await browser.close();
  }
  process.exitCode = report.finish();
}

export function runChecks(program, numbers, checks, texts = []) {
  work(program, numbers, checks, texts).catch((error) => {
    console.error(`${program}: ${error.message}`);
    process.exitCode = 2;
  });
}
