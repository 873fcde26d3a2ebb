"""kill -9 of the daemon while a model is learned: the next attempt goes on where it was, and comes to the same model."""
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
