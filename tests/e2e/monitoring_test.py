"""Drift in a month's data raises an alarm, which trains the country anew; the better model wins, classifies the month again, and the alarm is over."""
import json
import os
import subprocess
import unittest

from kontor_daemon import BINARY, SOURCE, DaemonTest, load_demo_data, wait_for

NODE = os.environ.get("KONTOR_NODE") or "node"
SHOTS = os.environ.get("KONTOR_SHOTS") or os.path.join(os.path.dirname(BINARY), "shots")

COUNTRY, QUIET = "DE", "FR"
OLD, NEW = "2026-11", "2026-12"
COLUMNS = "item_id, country, title, description, brand, price, currency, weight_kg, voltage, battery, wattage"


class Monitoring(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 1500, period=OLD)
        cls.daemon.start()
        run = cls.daemon.submit("train", {"trials": 1, "families": ["linear"], "countries": [COUNTRY, QUIET], "period": OLD})
        if cls.daemon.wait_campaign(run["correlation"], 240) != "succeeded":
            raise AssertionError("train failed")

    def alarm(self, name, country=COUNTRY):
        return next((each for each in self.daemon.items(f"/v1/alarms?country={country}") if each["alarm"] == name), None)

    def reading(self, metric, period, feature=None, country=COUNTRY):
        found = self.daemon.items(f"/v1/countries/{country}/readings?metric={metric}&since={period}&until={period}")
        return next(each for each in found if feature is None or each["feature"] == feature)

    def winner(self, country=COUNTRY):
        return next(each["model"] for each in self.daemon.items("/v1/winners") if each["country"] == country)

    def events(self, kind):
        return self.daemon.items(f"/v1/events?type={kind}")

    def test_1_a_month_like_the_training_raises_nothing(self):
        for country in (COUNTRY, QUIET):
            wait_for("readings", lambda: self.daemon.items(f"/v1/countries/{country}/readings?metric=codes_psi"), 30)
            self.assertLess(self.reading("codes_psi", OLD, country=country)["value"], 0.25)
            moved = self.daemon.items(f"/v1/countries/{country}/readings?metric=feature_psi")
            self.assertEqual(len(moved), 2 * 2 + 4 + 2, "two texts, four numbers, two categories")
            self.assertLess(max(each["value"] for each in moved), 0.25)
            self.assertGreater(self.reading("volume", OLD, country=country)["value"], 500)
        self.assertEqual([each for each in self.daemon.items("/v1/alarms?state=raised")], [])
        self.assertEqual(self.events("kontor.alarm.raised"), [])

    def test_2_drift_raises_an_alarm_and_the_retrained_model_ends_it(self):
        first = self.winner()
        # The next month sells what was sold, and as much again under words and prices that nobody has seen. People have decided its codes.
        drifted = ("select item_id || '-n', country, regexp_replace(title, '(\\w+)', 'q\\1z', 'g'), regexp_replace(description, '(\\w+)', 'q\\1z', 'g'), brand,"
                   " case when price ~ '^[0-9.]+$' then (price::numeric * 7)::text else price end, currency, weight_kg, voltage, battery, wattage")
        self.daemon.sql(f"insert into labelled_item ({COLUMNS}, code) {drifted}, code from labelled_item where country = '{COUNTRY}'", "warehouse")
        self.daemon.sql(f"insert into sold_item ({COLUMNS}, period, units) select {COLUMNS}, '{NEW}', '1' from labelled_item where country = '{COUNTRY}'", "warehouse")
        run = self.daemon.submit("infer", {"countries": [COUNTRY], "period": NEW})
        self.daemon.wait_run(run["id"], 120, ("succeeded",))
        raised = self.events("kontor.alarm.raised")
        self.assertEqual({each["subject"] for each in raised}, {COUNTRY})
        told = next(each["data"] for each in raised if each["data"]["alarm"] == "drift")
        self.assertGreater(told["value"], 0.25)
        self.assertEqual((told["period"], told["model"], told["retrain"], told["warehouse"]), (NEW, first, True, "default"))
        self.assertEqual(self.alarm("drift", QUIET)["state"], "calm")

        def over():
            return self.alarm("drift")["state"] == "calm" and self.winner() != first
        wait_for("a better model, and the alarm over", over, 240)
        self.assertEqual(self.daemon.wait_campaign(run["correlation"], 120), "succeeded")
        self.assertLess(self.reading("feature_psi", NEW, "title")["value"], 0.15)
        self.assertEqual(self.reading("feature_psi", NEW, "title")["model"], self.winner())
        self.assertIn("drift", [each["data"]["alarm"] for each in self.events("kontor.alarm.cleared")])
        started = [each for each in self.daemon.items("/v1/runs?workflow=train") if each["cause"].get("kind") == "event"]
        self.assertEqual({tuple(each["params"]["countries"]) for each in started}, {(COUNTRY,)})
        self.assertEqual({each["params"]["period"] for each in started}, {NEW})

    def test_3_labels_that_come_later_judge_what_was_reported(self):
        # Half of what was sold is found to be something else.
        self.daemon.sql(
            f"insert into labelled_item ({COLUMNS}, code) select {COLUMNS}, (select min(code) from labelled_item where country = '{QUIET}') from sold_item"
            f" where country = '{QUIET}' and period = '{OLD}'", "warehouse")
        alarms = {"accuracy": {"metric": "accuracy", "below": 0.75, "clear": 0.8, "min_rows": 100},
                  "doubt": {"metric": "accuracy", "below": 0.7, "min_rows": 100}, "stale": {"metric": "freshness_days", "above": 1, "clear": 0}}
        run = self.daemon.submit("monitor", {"countries": [QUIET], "period": OLD, "alarms": alarms})
        self.daemon.wait_run(run["id"], 60, ("succeeded",))
        accuracy = self.reading("accuracy", OLD, country=QUIET)
        self.assertLess(accuracy["value"], 0.5)
        self.assertGreater(accuracy["rows"], 500)
        self.assertEqual(accuracy["model"], self.winner(QUIET))
        self.assertEqual(self.alarm("accuracy", QUIET)["state"], "raised")
        self.assertIn("accuracy is 0.", self.alarm("accuracy", QUIET)["sentence"])
        self.assertEqual(self.reading("freshness_days", OLD, country=QUIET)["rows"], 1)

    def test_4_a_person_sees_it_on_the_page_and_ends_one(self):
        done = subprocess.run(
            [NODE, os.path.join(SOURCE, "tests/e2e/browser/monitoring.mjs"), "--url", f"http://127.0.0.1:{self.daemon.port}", "--shots", SHOTS],
            env={**os.environ, "KONTOR_TOKEN": self.daemon.token}, capture_output=True, text=True, timeout=200, check=False,
        )
        print(done.stdout, flush=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_5_an_alarm_outlives_a_kill_and_is_ended_by_hand(self):
        self.daemon.kill()
        self.daemon.start()
        shown = self.daemon.cli("alarms", "--state", "raised", "-o", "json")
        self.assertEqual([(each["country"], each["alarm"]) for each in json.loads(shown.stdout)["items"]], [(QUIET, "accuracy")])
        refused = self.daemon.cli("alarms", "end", QUIET, "drift", "--reason", "none")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("is not raised", refused.stderr)
        preview = self.daemon.cli("alarms", "end", QUIET, "accuracy", "--reason", "labels were wrong", "--dry-run")
        self.assertIn("Nothing was changed", preview.stdout)
        self.assertEqual(self.alarm("accuracy", QUIET)["state"], "raised")
        done = self.daemon.cli("alarms", "end", QUIET, "accuracy", "--reason", "labels were wrong")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.alarm("accuracy", QUIET)["state"], "calm")
        self.assertIn("labels were wrong", self.alarm("accuracy", QUIET)["sentence"])
        self.assertIn("freshness_days", self.daemon.cli("readings", QUIET, "--metric", "freshness_days", "-o", "table").stdout)

    def test_6_a_rule_that_cannot_be_is_refused_with_its_name(self):
        alarms = {"odd": {"metric": "mood", "above": 1}}
        run = self.daemon.submit("infer", {"countries": [QUIET], "period": OLD, "alarms": alarms})
        task = self.daemon.wait_task(run["id"], "dead", task="check", country=QUIET)
        self.assertIn("with.alarms.odd needs a metric: one of feature_psi", task["reason"])


if __name__ == "__main__":
    unittest.main()
