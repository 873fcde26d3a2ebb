"""What became of every country and month, and backfills of months: foreseen, started, killed in the middle, paused, cancelled."""
import unittest

from kontor_daemon import DaemonTest, wait_for

MONTHLY = """workflow: monthly
params:
  period: {type: string, pattern: "^([0-9]{4}-[0-9]{2})?$", default: ""}
  countries: {type: array, items: {type: string}, default: [DE, FR]}
  purpose: {type: string, enum: [month, evaluation], default: month}
  bad: {type: string, default: none}
  pause: {type: string, default: 1ms}
partition:
  key: country
  over: ${{ params.countries }}
  period: "${{ params.period != '' ? params.period : run.period }}"
  counts: ${{ params.purpose == 'month' }}
  made_by: report
tasks:
  work: {uses: sleep, per: country, with: {for: "${{ params.pause }}"}}
  report: {uses: noop, after: work, per: country, when: "${{ params.bad != country ? true : 'no boolean' }}"}
"""


class Backfill(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon()

    def setUp(self):
        self.workflow = "monthly-" + self._testMethodName.split("_")[1]
        self.daemon.deploy(self.workflow, MONTHLY.replace("workflow: monthly", f"workflow: {self.workflow}"))

    def states(self, period):
        return {each["country"]: each["state"] for each in self.daemon.items(f"/v1/partitions?workflow={self.workflow}&period={period}")}

    def backfill(self, periods, expect=201, **body):
        return self.daemon.post("/v1/backfills", {"workflow": self.workflow, "periods": periods, **body}, expect=expect)

    def show(self, backfill):
        return self.daemon.get(f"/v1/backfills/{backfill}")

    def succeeded(self, backfill):
        return sum(each["state"] == "succeeded" for each in self.show(backfill)["periods"])

    def wait_backfill(self, backfill, states=("succeeded", "failed", "cancelled"), seconds=90):
        def reached():
            shown = self.show(backfill)
            return shown if shown["state"] in states else None
        return wait_for(f"backfill {backfill} to be {states}", reached, seconds)

    def test_partitions_across_runs(self):
        first = self.daemon.submit(self.workflow, {"period": "2026-03", "bad": "FR"})["id"]
        self.daemon.wait_run(first)
        self.assertEqual(self.states("2026-03"), {"DE": "succeeded", "FR": "failed"})
        self.assertEqual(self.states("2026-04"), {"DE": "missing", "FR": "missing"}, "nothing is known of April")
        german, french = self.daemon.items(f"/v1/partitions?workflow={self.workflow}")
        self.assertEqual(german["last_success"]["run"], first)
        self.assertIsNone(german["last_failure"])
        self.assertEqual((french["last_failure"]["run"], french["last_failure"]["class"]), (first, "config"))
        self.assertIn("when: must be true or false", french["last_failure"]["reason"])
        evaluation = self.daemon.submit(self.workflow, {"period": "2026-04", "purpose": "evaluation"})["id"]
        self.daemon.wait_run(evaluation)
        self.assertEqual(self.states("2026-04"), {"DE": "missing", "FR": "missing"}, "an evaluation classifies no month")
        own = self.daemon.submit(self.workflow)
        self.daemon.wait_run(own["id"])
        self.assertEqual(self.states(own["created_at"][:7]), {"DE": "succeeded", "FR": "succeeded"})
        second = self.daemon.submit(self.workflow, {"period": "2026-03", "countries": ["FR"]})["id"]
        self.daemon.wait_run(second)
        self.assertEqual(self.states("2026-03"), {"DE": "succeeded", "FR": "succeeded"})
        listed = self.daemon.cli("partitions", "--workflow", self.workflow, "--period", "2026-04", "--state", "missing")
        self.assertIn("FR", listed.stdout)
        secret = self.daemon.post("/v1/tokens", {"name": "german", "role": "viewer", "countries": ["DE"]}, expect=201)["secret"]
        seen = self.daemon.request("GET", f"/v1/partitions?workflow={self.workflow}&period=2026-03", headers={"Authorization": f"Bearer {secret}"})
        self.assertEqual([each["country"] for each in seen.json["items"]], ["DE"])

    def test_missing_months_are_foreseen_and_run(self):
        self.daemon.wait_run(self.daemon.submit(self.workflow, {"period": "2026-01"})["id"])
        self.daemon.wait_run(self.daemon.submit(self.workflow, {"period": "2026-02", "bad": "FR"})["id"])
        plan = self.backfill("2026-01..2026-03", expect=200, missing_only=True, dry_run=True)
        self.assertEqual([(each["period"], each["state"], each["countries"]) for each in plan["periods"]],
                         [("2026-01", "skipped", None), ("2026-02", "waiting", ["FR"]), ("2026-03", "waiting", None)])
        self.assertEqual(plan["periods"][0]["reason"], "DE and FR have succeeded")
        self.assertEqual(self.daemon.items(f"/v1/backfills?workflow={self.workflow}"), [], "a preview starts nothing")
        told = self.daemon.cli("backfill", self.workflow, "--periods", "2026-01..2026-03", "--missing-only", "-o", "json")
        self.assertEqual(told.returncode, 0, told.stderr)
        made = self.daemon.items(f"/v1/backfills?workflow={self.workflow}")[0]
        done = self.wait_backfill(made["id"])
        self.assertEqual((done["state"], done["summary"]), ("succeeded", "2 succeeded, 1 skipped"))
        for month in ("2026-01", "2026-02", "2026-03"):
            self.assertEqual(self.states(month), {"DE": "succeeded", "FR": "succeeded"}, month)
        late = self.daemon.request("POST", f"/v1/backfills/{made['id']}/pause", {})
        self.assertEqual(late.status, 409, late.text)
        self.assertIn("has ended: it is succeeded, 2 succeeded, 1 skipped", late.text)

    def test_killed_in_the_middle_it_goes_on_with_one_run_each(self):
        made = self.backfill("2025-07..2026-06", max_parallel=2, params={"pause": "300ms"})["id"]
        for kills in range(3):
            wait_for("some periods to have succeeded", lambda: self.succeeded(made) > 2 * kills, 60)
            self.daemon.kill()
            self.daemon.start()
        done = self.wait_backfill(made)
        self.assertEqual((done["state"], done["summary"]), ("succeeded", "12 succeeded"))
        runs = self.daemon.items(f"/v1/runs?workflow={self.workflow}")
        self.assertEqual(len(runs), 12)
        self.assertEqual({run["params"]["period"] for run in runs}, {each["period"] for each in done["periods"]})
        self.assertEqual({run["priority"] for run in runs}, {-100})
        self.assertEqual({run["id"] for run in runs}, {each["run"] for each in done["periods"]})

    def test_paused_failed_and_cancelled(self):
        made = self.backfill("2026-01..2026-04", params={"bad": "DE", "pause": "1500ms"})["id"]
        self.daemon.post(f"/v1/backfills/{made}/pause", {"reason": "month's end"}, expect=200)
        held = wait_for("the first period to end", lambda: next((shown for shown in [self.show(made)] if shown["periods"][0]["state"] == "failed"), None), 60)
        self.assertEqual(held["periods"][1]["state"], "waiting")
        self.assertIn("it is paused by admin: month's end", held["periods"][1]["sentence"])
        self.daemon.post(f"/v1/backfills/{made}/resume", {}, expect=200)
        running = wait_for("the second period to run", lambda: next((shown for shown in [self.show(made)] if shown["periods"][1]["state"] == "running"), None), 60)
        self.assertEqual(running["periods"][3]["sentence"],
                         f"waits for one of 1 places, held by run {running['periods'][1]['run']} (2026-02); 1 wait before it")
        self.daemon.post(f"/v1/backfills/{made}/cancel", {"runs": True}, expect=200)
        done = self.wait_backfill(made)
        self.assertEqual(done["state"], "cancelled")
        self.assertEqual(done["periods"][0]["state"], "failed", "a failed period stopped no other")
        self.assertEqual(done["periods"][3]["state"], "cancelled")
        wrong = self.daemon.request("POST", "/v1/backfills", {"workflow": self.workflow, "periods": "2026-13"})
        self.assertEqual(wrong.status, 422, wrong.text)
        self.assertIn("is neither a month", wrong.text)


if __name__ == "__main__":
    unittest.main()
