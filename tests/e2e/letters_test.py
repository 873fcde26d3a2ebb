"""Many dead letters by one command: previewed, with edited input, a canary, a rate, across a kill."""
import json
import os
import unittest

from kontor_daemon import DaemonTest, wait_for

# Succeeds with the argument "good", and for everybody while the test's file is there.
DOOR = 'if [ "$2" = good ] || [ -e "$1" ]; then exit 0; fi; echo "the door is shut" >&2; exit 78'


class Letters(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon(arguments=["--config", cls.write("kontor.yaml", "cores: 4\n")])
        cls.key = os.path.join(cls.folder, "key")
        cls.daemon.deploy("door", f"""workflow: door
partition: {{key: country, over: [DE, FR, IT, ES]}}
tasks:
  open:
    uses: exec
    per: country
    retry: {{attempts: 1}}
    with: {{program: /bin/sh, args: ["-c", '{DOOR}', "sh", "{cls.key}", "bad"]}}
  enter: {{uses: noop, after: open, per: country}}
""")

    def cli(self, *arguments, status=0):
        done = self.daemon.cli(*[str(each) for each in arguments])
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def job(self):
        return self.daemon.items("/v1/dead-letter-jobs")[0]

    def wait_job(self, *states):
        return wait_for("the job is " + " or ".join(states), lambda: self.job() if self.job()["state"] in states else None, 60)

    def test_a_canary_that_fails_stops_the_rest_and_an_edit_mends_them_across_a_kill(self):
        run = self.daemon.submit("door")["id"]
        self.daemon.wait_run(run, states=("failed",))
        letters = self.daemon.items("/v1/dead-letters?state=open")
        self.assertEqual({letter["country"] for letter in letters}, {"DE", "FR", "IT", "ES"})
        self.assertEqual(len({letter["fingerprint"] for letter in letters}), 1)
        cause = letters[0]["fingerprint"]
        shown = self.daemon.get(f"/v1/dead-letters/{letters[0]['id']}")
        self.assertEqual(shown["definition"]["hash"], shown["definition"]["newest_hash"])
        self.assertEqual(shown["tries"][0]["outcome"], "failed")

        # The canary dies again: three letters are as they were, and its new one is none of the job's.
        self.cli("dlq", "redrive", "--fingerprint", cause, "--canary")
        stopped = self.wait_job("stopped")
        self.assertIn("the canary failed: it is dead", stopped["said"])
        self.assertEqual((stopped["handled"], stopped["letters"]), (1, 4))
        self.assertIn(f"job {stopped['id']} is stopped already", self.cli("dlq", "stop", stopped["id"], status=1))
        self.daemon.wait_run(run, states=("failed",))
        self.assertEqual(len(self.daemon.items("/v1/dead-letters?state=open")), 4)

        # What is edited is held against the task type before anything changes.
        args = json.dumps(["-c", DOOR, "sh", self.key, "good"])
        wrong = self.cli("dlq", "redrive", "--fingerprint", cause, "--set", "programme=/bin/sh", "--dry-run")
        self.assertIn("would be refused: the edited input does not fit task type exec", wrong)
        preview = self.cli("dlq", "redrive", "--country", "DE", "--set", f"args={args}", "--dry-run")
        self.assertIn("Nothing was changed. Would redrive 1 dead letters", preview)
        self.assertIn("open/DE", preview)
        self.assertIn('"good"', preview)

        # One at a time, three seconds apart; killed behind the first, it goes on with the second.
        self.cli("dlq", "redrive", "--fingerprint", cause, "--set", f"args={args}", "--rate", "20/m", "--reason", "the key was found")
        wait_for("one letter is handled", lambda: self.job()["handled"] >= 1, 60)
        self.daemon.kill()
        self.daemon.start()
        done = self.wait_job("done")
        self.assertEqual((done["carried_out"], done["refused"]), (4, 0))
        ended = self.daemon.wait_run(run)
        self.assertEqual(ended["state"], "succeeded")
        self.assertEqual(len(ended["edits"]), 4)
        self.assertEqual(self.daemon.items("/v1/dead-letters?state=open"), [])
        closed = self.daemon.items("/v1/dead-letters?state=redriven")
        self.assertIn(f"(job {done['id']}): the key was found, with edited input", closed[0]["closed_reason"])
        self.assertIn("/v1/dead-letter-jobs/", self.cli("audit", "--limit", "20"))

        # Many are given up with one reason; nothing is left to take then.
        second = self.daemon.submit("door")["id"]
        self.daemon.wait_run(second, states=("failed",))
        self.assertIn("--reason", self.cli("dlq", "discard", "--workflow", "door", status=64))
        self.cli("dlq", "discard", "--workflow", "door", "--reason", "a drill")
        self.assertEqual(self.wait_job("done")["carried_out"], 4)
        self.assertIn("no open dead letter fits", self.cli("dlq", "redrive", "--workflow", "door", status=1))


if __name__ == "__main__":
    unittest.main()
