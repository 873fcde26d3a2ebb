"""kill -9 of the daemon at twenty random moments of its campaigns: it goes on and ends with the same results, and nothing ran twice.

KONTOR_KILL_SEED repeats the moments of an earlier test; it is printed first.
"""
import http.client
import os
import random
import select
import signal
import threading
import unittest

import kontor_daemon
from kontor_daemon import DaemonTest, load_demo_data

KILLS = 20
# From the start or from readiness: start-up, recovery, every step of a campaign.
MOMENT_SECONDS_MAX = 4.0
CAMPAIGN_SECONDS = 300
COUNTRIES = ["DE", "FR", "LU", "NO", "PL", "SE"]
PARAMS = {"countries": COUNTRIES, "trials": 6, "period": "2026-11", "seed": 7}
# 300 labelled and 600 sold items per country.
ITEMS = 38 * 900


class Campaigns:
    """One campaign after the other on one daemon. A submission without an answer is sent again under its key."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.correlations = []
        self._running = False

    def press_on(self):
        """Starts the next one when the last has ended. OSError, HTTPException: the daemon died meanwhile."""
        if self.daemon.request("GET", "/readyz").status != 200:
            return
        if self._running and self.daemon.campaign_state(self.correlations[-1]) not in kontor_daemon.FINAL_RUN_STATES:
            return
        self._running = False
        self.submit()

    def submit(self):
        key = {"Idempotency-Key": f"campaign-{len(self.correlations)}"}
        run = self.daemon.post("/v1/runs", {"workflow": "train", "params": PARAMS}, expect=201, headers=key)
        self.correlations.append(run["correlation"])
        self._running = True

    def wait(self):
        self.daemon.wait_campaign(self.correlations[-1], CAMPAIGN_SECONDS)


def results(daemon, correlation):
    """What a campaign came to, without numbers and times of its own."""
    predictions = {row["country"]: row for row in daemon.items(f"/v1/predictions?correlation={correlation}")}
    for row in predictions.values():
        del row["run"], row["finished_at"]
    runs = daemon.items(f"/v1/runs?correlation={correlation}")
    endings = sorted((run["workflow"], run["state"]) for run in runs)
    tasks = daemon.rows(
        "select r.workflow, t.task, t.country, t.item, t.state, r.parent_task is not null as child, count(*) as n"
        f" from run r join task_done t on t.run = r.id where r.correlation = '{correlation}'"
        " group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"
    )
    return {"predictions": predictions, "runs": endings, "tasks": tasks}


def winners(daemon):
    kept = ("country", "model", "family", "metrics")
    return [{name: winner[name] for name in kept} for winner in daemon.items("/v1/winners")]


class KillTest(DaemonTest):
    maxDiff = 4000

    def test_twenty_kills_change_nothing_but_the_time_it_takes(self):
        seed = int(os.environ.get("KONTOR_KILL_SEED") or random.SystemRandom().randrange(1_000_000))
        print(f"KONTOR_KILL_SEED={seed}", flush=True)
        daemon = self.make_daemon()
        load_demo_data(daemon, ITEMS)
        campaigns = Campaigns(daemon)
        self._kill_again_and_again(daemon, campaigns, random.Random(seed))
        daemon.start()
        if not campaigns.correlations:
            campaigns.submit()
        campaigns.wait()
        got = [results(daemon, correlation) for correlation in campaigns.correlations]
        got_winners = winners(daemon)
        self._check_that_nothing_ran_twice(daemon)
        self.assertEqual(daemon.stop(), 0)

        expected, expected_winners = self._undisturbed(len(campaigns.correlations))
        for number, (mine, theirs) in enumerate(zip(got, expected, strict=True), 1):
            for what in mine:
                with self.subTest(campaign=number, results=what):
                    self.assertEqual(mine[what], theirs[what])
        self.assertEqual(got_winners, expected_winners)

    def _kill_again_and_again(self, daemon, campaigns, chance):
        for number in range(1, KILLS + 1):
            daemon.start(ready=False)
            from_ready = chance.random() < 0.75
            moment = chance.uniform(0, MOMENT_SECONDS_MAX)
            if from_ready:
                daemon.wait_ready()
            timer = threading.Timer(moment, daemon.process.kill)
            timer.start()
            while daemon.process.poll() is None:
                try:
                    campaigns.press_on()
                except (OSError, http.client.HTTPException):
                    pass  # not up yet, or dead in the middle of an answer
                select.select([], [], [], kontor_daemon.LOOK_AGAIN_SECONDS)
            timer.join()
            since = "readiness" if from_ready else "the start"
            print(f"kill {number}: {moment:.2f} s after {since}, in campaign {len(campaigns.correlations)}", flush=True)
            self.assertEqual(daemon.process.returncode, -signal.SIGKILL, daemon.log_tail())

    def _undisturbed(self, count):
        daemon = self.make_daemon()
        load_demo_data(daemon, ITEMS)
        daemon.start()
        campaigns = Campaigns(daemon)
        for _ in range(count):
            campaigns.submit()
            campaigns.wait()
        expected = [results(daemon, correlation) for correlation in campaigns.correlations]
        for result in expected:
            self.assertEqual(sorted(result["predictions"]), COUNTRIES)
            self.assertEqual({state for _, state in result["runs"]}, {"succeeded"})
        expected_winners = winners(daemon)
        self.assertEqual([winner["country"] for winner in expected_winners], COUNTRIES)
        self.assertEqual(daemon.stop(), 0)
        return expected, expected_winners

    def _check_that_nothing_ran_twice(self, daemon):
        none_of = {
            "a task instance is still open": "select id, task, country from task_instance where finished_at is null",
            "a run has not ended": "select id, workflow, state from run where finished_at is null",
            "a task instance has two rows":
                "select run, task, country, item from task_done group by 1, 2, 3, 4 having count(*) > 1",
            "an attempt counted twice":
                "select task, attempt from attempt_history where outcome in ('succeeded', 'failed', 'timeout')"
                " group by 1, 2 having count(*) > 1",
            "an attempt was counted and left no trace":
                "select t.id, t.task, t.attempts, count(a.task) from task_done t"
                " left join attempt_history a on a.task = t.id and a.outcome <> 'interrupted'"
                " group by 1, 2, 3 having count(a.task) <> t.attempts",
            "an attempt failed": "select * from attempt where outcome in ('failed', 'timeout')",
            "an event was emitted twice": "select run, type, subject from event group by 1, 2, 3 having count(*) > 1",
            "an event was not routed": "select id, type from event where id not in (select event from delivery)",
            "a delivery started no run, or two the same one":
                "select d.run from delivery d left join run r on r.id = d.run where d.state = 'started'"
                " group by 1 having count(*) <> 1 or count(r.id) <> 1",
            "a run was started by an event without a delivery":
                "select id from run where cause ->> 'kind' = 'event' and id not in (select run from delivery where run is not null)",
            "a score was recorded twice": "select task from score group by 1 having count(*) > 1",
            "a winner was chosen twice by one task": "select task, known_from from winner group by 1, 2 having count(*) > 1",
            "there is a dead letter": "select id, task, reason from dead_letter",
        }
        for fault, query in none_of.items():
            with self.subTest(fault):
                self.assertEqual(daemon.rows(query), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
