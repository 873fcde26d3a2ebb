"""What an operator asks of a run, by the command line against a live daemon that is killed in between."""
import json
import os
import unittest

from kontor_daemon import DaemonTest

# Fails while the test's file is not there.
GATE = 'if [ -e "$1" ]; then exit 0; fi; echo "the gate is shut" >&2; exit 78'


class Control(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon(arguments=["--config", cls.write("kontor.yaml", "cores: 4\n")])
        cls.gate = os.path.join(cls.folder, "gate")
        cls.daemon.deploy("steps", f"""workflow: steps
partition: {{key: country, over: [DE, FR]}}
tasks:
  first: {{uses: noop, per: country}}
  gate:
    uses: exec
    after: first
    per: country
    retry: {{attempts: 1}}
    with: {{program: /bin/sh, args: ["-c", '{GATE}', "sh", "{cls.gate}-${{{{ country }}}}"]}}
  nap: {{uses: sleep, after: gate, per: country, with: {{for: "${{{{ country == 'DE' ? '1h' : '1ms' }}}}"}}}}
  last: {{uses: noop, after: nap, per: country}}
""")

    def cli(self, *arguments, status=0):
        done = self.daemon.cli(*[str(each) for each in arguments])
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def states(self, run, country):
        return {task["task"]: task["state"] for task in self.daemon.items(f"/v1/runs/{run}/tasks?country={country}")}

    def test_a_run_is_paused_killed_resumed_marked_done_skipped_and_rerun(self):
        run = self.daemon.submit("steps")["id"]
        self.daemon.wait_run(run, states=("failed",))
        self.assertIn("DE/nap  will not run: gate/DE is dead", self.cli("explain", run, "--country", "DE"))

        # By hand for DE, and for FR from the gate on once it is open; a dry run changes nothing.
        self.assertIn("Nothing was changed. Would change 2 task instances:\n  DE/gate  dead -> succeeded\n  DE/nap  waiting -> ready",
                      self.cli("done", run, "--task", "gate", "--country", "DE", "--reason", "seen by eye", "--dry-run"))
        self.assertEqual(self.daemon.get(f"/v1/runs/{run}")["state"], "failed")
        self.cli("done", run, "--task", "gate", "--country", "DE", "--outputs", '{"by": "eye"}', "--reason", "seen by eye")
        self.daemon.wait_task(run, "awaiting", task="nap", country="DE")
        self.write(f"{self.gate}-FR", "")
        self.cli("rerun", run, "--from", "gate", "--country", "FR")
        self.daemon.wait_task(run, "succeeded", task="last", country="FR")
        self.assertEqual({letter["state"] for letter in self.daemon.items(f"/v1/dead-letters?workflow=steps")}, {"redriven", "discarded"})

        # What is paused stays so after a kill.
        self.cli("pause", run, "--reason", "the disk is full")
        self.assertIn("is paused already", self.cli("pause", run, status=1))
        self.daemon.kill()
        self.daemon.start()
        shown = self.daemon.get(f"/v1/runs/{run}")
        self.assertEqual((shown["state"], shown["pauses"][0]["reason"]), ("paused", "the disk is full"))
        self.cli("skip", run, "--task", "nap", "--country", "DE", "--reason", "no time")
        ended = self.daemon.wait_run(run)
        self.assertEqual((ended["state"], ended["pauses"]), ("succeeded", None))
        self.assertEqual(self.states(run, "DE"), {"first": "succeeded", "gate": "succeeded", "nap": "skipped", "last": "skipped"})
        self.assertIn("it is succeeded", self.cli("pause", run, status=1))

        # An ended run, again from the middle on.
        before = {task["id"] for task in self.daemon.items(f"/v1/runs/{run}/tasks?task=first")}
        self.cli("rerun", run, "--from", "nap", "--country", "FR", "--reason", "to see")
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")
        self.assertEqual({task["id"] for task in self.daemon.items(f"/v1/runs/{run}/tasks?task=first")}, before)
        self.assertEqual(len(self.daemon.items(f"/v1/runs/{run}/tasks")), 8)

        record = [entry for entry in json.loads(self.cli("audit", "-o", "json"))["items"] if entry["resource"].startswith(f"/v1/runs/{run}/")]
        done = [entry for entry in record if entry["route"] == "POST /v1/runs/{id}/done"]
        self.assertEqual([(entry["reason"], entry["dry_run"]) for entry in done], [("seen by eye", False), ("seen by eye", True)])
        # The refusal just before the kill may be lost.
        self.assertEqual({entry["status"] for entry in record if entry["route"] == "POST /v1/runs/{id}/pause"}, {409, 200})

    def test_a_pause_with_kill_interrupts_and_the_attempt_is_not_counted(self):
        self.daemon.deploy("naps", "workflow: naps\ntasks:\n  one: {uses: exec, with: {program: /bin/sleep, args: ['600']}}\n")
        run = self.daemon.submit("naps")["id"]
        self.daemon.wait_task(run, "running")
        self.assertIn("one  running -> interrupted", self.cli("pause", run, "--kill"))
        self.daemon.wait_task(run, "retrying")
        self.assertIn("is paused by", self.cli("explain", run))
        self.cli("resume", run)
        task = self.daemon.wait_task(run, "running")
        self.assertEqual(task["attempt"], 1)
        self.cli("cancel", run, "--dry-run")
        self.cli("done", run, "--task", "one", "--reason", "enough")
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")

    def test_a_pool_bounds_what_runs_at_once_and_is_changed_while_work_goes_on(self):
        self.daemon.deploy("claims", """workflow: claims
partition: {key: country, over: [DE, FR, IT]}
tasks:
  one: {uses: exec, per: country, pools: {licence: 1}, with: {program: /bin/sleep, args: ['600']}}
  free: {uses: noop, per: country}
""")
        run = self.daemon.submit("claims")["id"]
        self.daemon.wait_task(run, "succeeded", task="free", country="IT")
        self.assertIn("waits for pool 'licence', which does not exist: `kontor pools set licence SLOTS` makes it", self.cli("explain", run, "--country", "DE"))
        self.assertIn("Nothing was changed. Pool licence has no limit, and would have 1 slot; 0 are held.", self.cli("pools", "set", "licence", 1, "--dry-run"))
        self.cli("pools", "set", "licence", 1, "--reason", "one seat")
        self.daemon.wait_task(run, "running", task="one")
        # A kill in between: the limit stays, and no slot is lost.
        self.daemon.kill()
        self.daemon.start()
        self.daemon.wait_task(run, "running", task="one")
        pool = json.loads(self.cli("pools", "show", "licence", "-o", "json"))
        self.assertEqual((pool["slots"], pool["held"], pool["waiting"], pool["reason"]), (1, 1, 2, "one seat"))
        holder = pool["holders"][0]["country"]
        waiting = next(country for country in ("DE", "FR", "IT") if country != holder)
        self.assertIn(f"waits for 1 of 1 slot of pool licence, 1 is held by run {run} {holder}/one", self.cli("explain", run, "--country", waiting))
        self.cli("pools", "set", "licence", 3)
        for country in ("DE", "FR", "IT"):
            self.daemon.wait_task(run, "running", task="one", country=country)
        self.assertIn("workflow claims names pool 'licence'", self.cli("pools", "remove", "licence", status=1))
        self.assertIn("slots of pool compute must be 0 to 4", self.cli("pools", "set", "compute", 5, status=1))
        self.assertIn("is no name of a pool", self.cli("pools", "set", "Licence!", 1, status=1))
        self.cli("cancel", run, "--reason", "enough")
        self.daemon.wait_run(run, states=("cancelled",))
        self.assertEqual(json.loads(self.cli("pools", "show", "licence", "-o", "json"))["held"], 0)


if __name__ == "__main__":
    unittest.main()
