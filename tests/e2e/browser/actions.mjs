// What people do on the dashboard of a small daemon without campaigns, and what hostile text must not do there.
//
//   KONTOR_TOKEN=... node actions.mjs --url http://127.0.0.1:8710 --folder DIR [--large RUN] [--shots DIR]
//
// Writes files into DIR that the workflows it deploys wait for. When it prints RESTART, restart the daemon on the same port.
import { surveyViews } from "./checks_views.mjs";
import { checkDeadLetters, checkDiscard, checkOneLetter, checkLargeRun, checkRestart, checkStartAndCancel, prepare } from "./checks_actions.mjs";
import { checkApprovals } from "./checks_approvals.mjs";
import { checkCodes } from "./checks_codes.mjs";
import { checkPartitions } from "./checks_partitions.mjs";
import { checkHostileText } from "./checks_hostile.mjs";
import { runChecks } from "./run_checks.mjs";

async function checkLetterViews(world) {
  await surveyViews(world, [
    { name: "dead-letters-causes", path: "/dead-letters?state=all", ready: "table.list tbody tr" },
    { name: "dead-letters-list", path: "/dead-letters?state=all&by=letter", ready: "table.list tbody tr" },
    { name: "dead-letters-jobs", path: "/dead-letters?by=job", ready: "table.list tbody tr" },
    { name: "grid-redriven", path: `/campaigns/${world.correlation}`, ready: "td[data-state]" },
  ]);
}

runChecks("actions.mjs", { large: 0 }, [
  prepare, checkStartAndCancel, checkDeadLetters, checkOneLetter, checkDiscard, checkApprovals, checkPartitions, checkCodes, checkLetterViews, checkRestart, checkHostileText, checkLargeRun,
], ["folder"]);
