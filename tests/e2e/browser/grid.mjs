// Looks at a running daemon's dashboard with a real headless Chromium, as a person would.
//
//   KONTOR_TOKEN=... node grid.mjs --url http://127.0.0.1:8710 [--shots DIR] [--countries 38] [--done N] [--changes 20] [--timeout 300]
//
// Start it before or while a campaign of `train` runs: it waits until the grid shows `countries` rows, has seen `changes` cells change
// live (0: the campaign may be over), and says that `done` countries are done (default: all). Then it walks through the other pages.
import { checkGrid, checkGridTools, checkKeyboard, checkReconnect } from "./checks_grid.mjs";
import { checkPages } from "./checks_pages.mjs";
import { checkSignIn, checkSignOut } from "./checks_safety.mjs";
import { campaignViews, surveyViews } from "./checks_views.mjs";
import { runChecks } from "./run_checks.mjs";

async function findRun(world) {
  const ask = async (path) => (await fetch(world.base + path, { headers: { Authorization: `Bearer ${world.token}` } })).json();
  const run = (await ask("/v1/runs?workflow=train&limit=1")).items[0];
  world.run = run.id;
  world.correlation = run.correlation;
}

async function checkViews(world) {
  await surveyViews(world, campaignViews(world.correlation, world.run));
}

runChecks("grid.mjs", { countries: 38, done: null, changes: 20 }, [
  checkSignIn, findRun, checkGrid, checkGridTools, checkKeyboard, checkReconnect, checkPages, checkViews, checkSignOut,
]);
