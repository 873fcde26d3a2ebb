"""Tasks that take the whole daemon down: each ends as a dead letter after exactly its attempts, and everything else is done.

KONTOR_BINARY is kontor_crashing here: the program with one task more, which crashes in the way it is told.
"""
import signal
import unittest

import kontor_daemon
from kontor_daemon import DaemonTest, wait_for

ATTEMPTS = 3
# How a country's task crashes, and the signal of which the daemon then dies.
POISON = {
    "AB": ("segv", signal.SIGSEGV),
    "AC": ("abort", signal.SIGABRT),
    "AD": ("thread", signal.SIGSEGV),
    "AE": ("throw", signal.SIGABRT),
}
COUNTRIES = [a + b for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
WORKFLOW = """
workflow: poison
title: One task per country, some of which take the daemon down
params:
  countries: {type: array, items: {type: string}}
  how: {type: object}
partition: {key: country, over: "${{ params.countries }}"}
tasks:
  work:
    uses: test.crash
    per: country
    with: {how: "${{ default(params.how[country], '') }}"}
    retry: {attempts: 3, backoff: 100ms, max: 200ms}
"""


class CrashTest(DaemonTest):
    def test_each_poison_has_its_attempts_and_its_siblings_are_done(self):
        daemon = self.start_daemon()
        daemon.deploy("poison", WORKFLOW)
        how = {country: name for country, (name, _) in POISON.items()}
        try:
            daemon.submit("poison", {"countries": COUNTRIES, "how": how})
        except OSError:
            pass  # accepted, and the first crash came before the answer
        deaths = self._start_again_until_it_lives(daemon)
        self.assertEqual(set(deaths), {number for _, number in POISON.values()})

        letters = daemon.rows("select country, attempts, failure_class, reason from dead_letter order by country")
        self.assertEqual([letter["country"] for letter in letters], sorted(POISON))
        for letter in letters:
            _, number = POISON[letter["country"]]
            self.assertEqual(letter["failure_class"], "bug", letter)
            self.assertIn(f"took the whole daemon down with it: {signal.Signals(number).name}", letter["reason"])
            ends = daemon.rows(
                "select a.outcome, count(*) as n from attempt a join task_done t on t.id = a.task"
                f" where t.country = '{letter['country']}' group by 1 order by 1"
            )
            counted = {end["outcome"]: end["n"] for end in ends}
            # It may also have run beside another that crashed: that it does not pay for.
            self.assertEqual(counted.pop("failed"), ATTEMPTS, letter)
            self.assertLessEqual(set(counted), {"lost"})
        # Each crash is one attempt's, unless two crashed at the same moment.
        self.assertLessEqual(len(deaths), ATTEMPTS * len(POISON))
        self.assertGreaterEqual(len(deaths), ATTEMPTS)
        states = daemon.rows("select state, count(*) as n from task_done group by 1 order by 1")
        self.assertEqual(states, [{"state": "dead", "n": len(POISON)}, {"state": "succeeded", "n": len(COUNTRIES) - len(POISON)}])
        self.assertEqual(daemon.stop(), 0)

    def _start_again_until_it_lives(self, daemon):
        """The signals it died of, one after the other."""
        deaths = []

        def ended():
            if daemon.process.poll() is not None:
                deaths.append(-daemon.process.returncode)
                self.assertLessEqual(len(deaths), 2 * ATTEMPTS * len(POISON), daemon.log_tail())
                daemon.start(ready=False)
                return False
            try:
                runs = daemon.get("/v1/runs?workflow=poison")["items"]
                self.assertEqual(len(runs), 1)
                return runs[0]["state"] in kontor_daemon.FINAL_RUN_STATES
            except OSError:
                return False  # not up yet, or dead in the middle of the answer

        wait_for("the run has ended", ended, 240)
        return deaths


if __name__ == "__main__":
    unittest.main(verbosity=2)
