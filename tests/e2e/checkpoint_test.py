"""What goes wrong while a model is learned: after a kill -9 the next attempt goes on where it was and comes to the same model; a dead
trial costs its country nothing but itself."""
import pathlib
import re
import signal
import unittest

from kontor_daemon import DaemonTest, load_demo_data, wait_for

COUNTRY = "DE"
# 2,700 labelled items in the country: the trees of one model take seconds.
ITEMS = 38 * 8000
KILLS = 3
TRAIN = pathlib.Path(__file__).parents[2] / "workflows/train.yaml"


class Checkpoints(DaemonTest):
    def train(self, daemon):
        """The shipped workflow, but that each round is kept."""
        text = TRAIN.read_text(encoding="utf-8")
        for line in ("      trial: ${{ trial }}\n", "      trials: ${{ tasks.tune.outputs + default(tasks.refine.outputs, []) + default(tasks.polish.outputs, []) }}\n"):
            self.assertEqual(text.count(line), 1, line)
            text = text.replace(line, line + "      checkpoint_seconds: 0\n")
        daemon.deploy("train", text)
        return daemon.post(
            "/v1/runs",
            {"workflow": "train", "correlation": "learn",
             "params": {"countries": [COUNTRY], "period": "2026-11", "trials": 1, "families": ["softprob"], "reviews": False}},
            expect=201,
        )["id"]

    def kept(self, daemon):
        """What is kept now: name and time of writing."""
        folder = pathlib.Path(daemon.data) / "objects/.checkpoints"
        found = {}
        for path in folder.glob("[0-9a-f]*"):
            if path.suffix:
                continue  # being written
            try:
                found[path.name] = path.stat().st_mtime_ns
            except FileNotFoundError:
                pass  # its task has just succeeded
        return found

    def test_a_killed_training_goes_on_from_its_last_rounds(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, ITEMS)
        daemon.start()
        run = self.train(daemon)
        seen = {}
        for _ in range(KILLS):
            wait_for("a new checkpoint", lambda: any(seen.get(name) != at for name, at in self.kept(daemon).items()), 240)
            daemon.kill()
            self.assertEqual(daemon.process.returncode, -signal.SIGKILL)
            seen = self.kept(daemon)
            daemon.start()
        self.assertEqual(daemon.wait_campaign("learn", 300), "succeeded")

        # What a killed attempt said in its last moments is not in the log; the last attempt's words are.
        line = wait_for(
            "the last attempt says where it goes on",
            lambda: daemon.cli("logs", "--run", str(run), "--grep", "goes on after round").stdout.splitlines()[-1:], 20,
        )[0]
        self.assertGreaterEqual(int(re.search(r"after round (\d+) of at most 60", line)[1]), KILLS, line)
        attempts = daemon.rows(f"select max(attempt) as n from attempt_history where run = {run}")[0]["n"]
        self.assertEqual(attempts, KILLS + 1)
        self.assertEqual(self.kept(daemon), {}, "nobody goes on from what has succeeded")
        got = daemon.items("/v1/winners")[0]

        alone = self.make_daemon()
        load_demo_data(alone, ITEMS)
        alone.start()
        self.train(alone)
        self.assertEqual(alone.wait_campaign("learn", 300), "succeeded")
        self.assertEqual(alone.items("/v1/winners")[0]["model"], got["model"])

    def test_a_dead_trial_costs_its_country_nothing_but_itself(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, 38 * 300)
        daemon.start()
        text = TRAIN.read_text(encoding="utf-8")
        line = "      trial: ${{ trial }}\n"
        daemon.deploy("train", text.replace(line, '      trial: "${{ trial == 1 ? 0 - 1 : trial }}"\n'))
        for correlation, trials in (("a-few", 3), ("in-waves", 9)):
            run = daemon.post(
                "/v1/runs",
                {"workflow": "train", "correlation": correlation, "params": {"countries": [COUNTRY], "period": "2026-11", "trials": trials}},
                expect=201,
            )["id"]
            self.assertEqual(daemon.wait_campaign(correlation, 240), "failed", "what is dead is not hidden")
            states = {f"{row['task']}/{row['item']}": row["state"] for row in daemon.rows(f"select task, item, state from task_done where run = {run}")}
            self.assertEqual([name for name, state in states.items() if state == "dead"], ["tune/1"])
            self.assertEqual(states["choose/"], "succeeded")
            tried = daemon.rows(f"select outputs -> 'trials' as n from task_done where run = {run} and task = 'choose'")[0]["n"]
            self.assertEqual(tried, trials - 1)
        self.assertEqual(len(daemon.items("/v1/dead-letters?state=open")), 2)
        self.assertEqual([row["country"] for row in daemon.items("/v1/predictions?correlation=a-few")], [COUNTRY])


if __name__ == "__main__":
    unittest.main(verbosity=2)
