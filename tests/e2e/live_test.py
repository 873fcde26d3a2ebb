"""Live predictions on a live daemon: the same answers as the batch, explained; a winner that changes under load; who may ask."""
import json
import threading
import unittest

from kontor_daemon import DaemonTest, load_demo_data, sold_items, wait_for

COUNTRY = "DE"
PATH = f"/v1/countries/{COUNTRY}/predict"
# As the shipped workflow `infer` has it.
COLUMNS = ("title", "description", "price", "weight_kg", "voltage", "wattage", "brand", "battery")


class Live(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        cls.items = sold_items(cls.daemon, COUNTRY, COLUMNS, 40)

    def train(self, correlation, **params):
        self.daemon.post(
            "/v1/runs",
            {"workflow": "train", "correlation": correlation,
             "params": {"countries": [COUNTRY], "period": "2026-11", "trials": 1, **params}}, expect=201,
        )
        self.assertEqual(self.daemon.wait_campaign(correlation, 240), "succeeded")
        return self.daemon.items("/v1/winners")[0]["model"]

    def ask(self, items, **more):
        return self.daemon.request("POST", PATH, {"items": items, **more})

    def test_from_no_winner_over_a_weak_one_to_a_better_one_under_load(self):
        none = self.ask([{"title": "Kabel"}])
        self.assertEqual(none.status, 409)
        self.assertIn("run the workflow train", none.json["detail"])
        weak = self.train("weak", families=["constant"])
        first = self.ask(self.items).json
        self.assertEqual(first["model"], {"id": weak, "family": "constant"})

        stop, failed, models = threading.Event(), [], set()

        def client():
            while not stop.is_set():
                answer = self.ask(self.items[:3])
                if answer.status == 200 and len(answer.json["items"]) == 3:
                    models.add(answer.json["model"]["id"])
                else:
                    failed.append((answer.status, answer.text))

        clients = [threading.Thread(target=client) for _ in range(4)]
        for each in clients:
            each.start()
        try:
            better = self.train("better", families=["linear"])
            self.assertNotEqual(better, weak)
            wait_for("the new winner answers", lambda: better in models, 20)
        finally:
            stop.set()
            for each in clients:
                each.join()
        self.assertEqual(failed, [])
        self.assertEqual(models, {weak, better})
        self.check_answers(better)
        self.check_command_line()
        self.check_guard()
        self.check_choice_by_hand(weak, better)

    def check_answers(self, model):
        told = self.ask(self.items[:20], explain=True, top=2).json
        self.assertEqual(told["model"], {"id": model, "family": "linear"})
        for item in told["items"]:
            self.assertEqual(item["review"], item["probability"] < told["threshold"])
            self.assertEqual(len(item["alternatives"]), 1)
            why = item["explanation"]
            total = why["base"] + why["rest"] + sum(each["amount"] for each in why["contributions"])
            self.assertAlmostEqual(total, why["score"], places=9)
        names = [each["feature"] for item in told["items"] for each in item["explanation"]["contributions"]]
        self.assertTrue(any(name.startswith("title ") for name in names), names[:20])
        wrong = self.ask([{"title": "Kabel"}, {"titel": "Kabel", "price": "cheap"}])
        self.assertEqual(wrong.status, 422)
        self.assertEqual({each["pointer"] for each in wrong.json["errors"]}, {"/items/1/titel", "/items/1/title", "/items/1/price"})
        opened = self.daemon.rows("select role, key from object_audit where role = 'live'")
        self.assertGreaterEqual(len(opened), 2, "each model that was opened stands on the record")
        self.assertIn("kontor_live_models 1", self.daemon.request("GET", "/metrics").text)

    def check_command_line(self):
        done = self.daemon.cli("predict", COUNTRY, "--text", self.items[0]["title"], "--explain")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("PROBABILITY", done.stdout)
        self.assertIn("weight times value", done.stdout)
        path = self.write("items.ndjson", "".join(json.dumps(item) + "\n" for item in self.items))
        many = self.daemon.cli("predict", COUNTRY, path, "-o", "json")
        self.assertEqual(many.returncode, 0, many.stderr)
        answered = json.loads(many.stdout)["items"]
        self.assertEqual([each["item_id"] for each in answered], [str(item["item_id"]) for item in self.items])
        wrong = self.daemon.cli("predict", COUNTRY, "--text", "x", "--set", "prise=3")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("did you mean 'price'?", wrong.stderr)

    def check_choice_by_hand(self, weak, better):
        def cli(*arguments, status=0):
            done = self.daemon.cli(*arguments)
            self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
            return done.stdout + done.stderr

        self.assertIn("no model 'm-none' was scored in DE", cli("winners", "set", COUNTRY, "m-none", "--reason", "a test", status=1))
        self.assertIn("Nothing was changed.", cli("winners", "set", COUNTRY, weak, "--reason", "a test", "--dry-run"))
        self.assertEqual(self.daemon.items("/v1/winners")[0]["model"], better)
        self.assertIn(f"In force is model {weak} in DE, pinned; before it was {better}.", cli("winners", "pin", COUNTRY, weak, "--reason", "the audit"))
        wait_for("the pinned model answers", lambda: self.ask(self.items[:1]).json["model"]["id"] == weak, 20)
        # A better one does not replace it until somebody says so.
        self.assertEqual(self.train("again", families=["linear"], seed=7), weak)
        pinned = self.daemon.items("/v1/winners")[0]["pinned"]
        self.assertEqual(pinned["reason"], "the audit")
        cli("winners", "unpin", COUNTRY, "--reason", "the audit is over")
        self.assertIsNone(self.daemon.items("/v1/winners")[0]["pinned"])
        self.assertNotEqual(self.train("at-last", families=["linear"], seed=7), weak)
        history = cli("winners", "history", COUNTRY)
        self.assertIn("pinned by admin: the audit", history)
        self.assertIn(weak, history)
        record = [entry for entry in self.daemon.items("/v1/audit") if entry["route"] == "POST /v1/countries/{country}/winner"]
        self.assertEqual([entry["status"] for entry in record], [200, 200, 200, 404])

    def check_guard(self):
        made = self.daemon.post("/v1/tokens", {"name": "french", "role": "operator", "countries": ["FR"], "reason": "a test"}, expect=201)
        looks = self.daemon.post("/v1/tokens", {"name": "looks", "role": "viewer", "countries": "all", "reason": "a test"}, expect=201)
        for secret, status in ((made["secret"], 404), (looks["secret"], 403)):
            answer = self.daemon.request("POST", PATH, {"items": [{"title": "x"}]}, {"Authorization": f"Bearer {secret}"})
            self.assertEqual(answer.status, status, answer.text)


if __name__ == "__main__":
    unittest.main()
