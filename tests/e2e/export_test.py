"""An exported model, read by Debian's Python packages, gives the probabilities that the daemon gives."""
import json
import os
import random
import tarfile
import unittest

from kontor_daemon import DaemonTest, load_demo_data, sold_items, wait_for
from python_scorer import COLUMNS, NUMBERS, has_plain_numbers, has_title, run_python

COUNTRY = "DE"
SCRIPTS = ("Kabel für Lautsprecher 5m", "ΚΑΛΩΔΙΟ ΗΧΕΙΩΝ τάσης", "Кабель для колонок 220В", "スピーカーケーブル 5 メートル", "扬声器电缆 两米",
           "كابل مكبر الصوت", "स्पीकर केबल", "İstanbul ŞARJ kablosu", "Ladegerät\tUSB\u00a0C  ", "x", "a_b-c 42 \u2164 ½", "🔌 Stecker 🔋🔋")


class Export(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        cls.items = [item for item in sold_items(cls.daemon, COUNTRY, COLUMNS, 300) if has_plain_numbers(item)]
        cls.items += cls.strange_items([item for item in cls.items if has_title(item)])
        cls.items = [item for item in cls.items if has_title(item)]

    @staticmethod
    def strange_items(known):
        """Items in many scripts, with missing and huge numbers and categories that nobody knows. The same ones every time."""
        chance = random.Random(20261123)
        items = []
        for number in range(400):
            item = dict(chance.choice(known), item_id=f"strange-{number}")
            item["title"] = " ".join(chance.sample(SCRIPTS, 2) + [item["title"]][: chance.randrange(2)])
            for name in NUMBERS:
                item[name] = chance.choice((None, 0, -3.5, 1e9, item.get(name)))
            item["brand"] = chance.choice(("Nobody Knows & Söhne", "", "   ", None, item.get("brand")))
            item["battery"] = chance.choice(("neu", None, item.get("battery")))
            items.append(item)
        return items

    def train(self, correlation, family, **more):
        self.daemon.post(
            "/v1/runs",
            {"workflow": "train", "correlation": correlation,
             "params": {"countries": [COUNTRY], "period": "2026-11", "trials": 1, "families": [family], **more}}, expect=201,
        )
        self.assertEqual(self.daemon.wait_campaign(correlation, 240), "succeeded")
        models = [model["id"] for model in self.daemon.items(f"/v1/models?country={COUNTRY}") if model["family"] == family]
        self.assertTrue(models, family)
        return models[0]

    def put_in_force(self, model):
        done = self.daemon.cli("winners", "set", COUNTRY, model, "--reason", "a test")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        def answers():
            told = self.daemon.request("POST", f"/v1/countries/{COUNTRY}/predict", {"items": [{"title": "Kabel"}]})
            return told.status == 200 and told.json["model"]["id"] == model
        wait_for("the model answers", answers, 20)

    def scored(self, folder):
        path = self.write("items.ndjson", "".join(json.dumps(item) + "\n" for item in self.items))
        return [json.loads(line) for line in run_python(os.path.join(folder, "score.py"), path).splitlines()]

    def compare(self, folder):
        told = self.daemon.request("POST", f"/v1/countries/{COUNTRY}/predict", {"items": self.items, "top": 100})
        self.assertEqual(told.status, 200, told.text[:500])
        answered = told.json["items"]
        scored = self.scored(folder)
        self.assertEqual(len(scored), len(answered))
        self.assertGreater(len(answered), 500)
        compared, apart = 0, 0.0
        for mine, theirs in zip(scored, answered):
            self.assertEqual(str(mine["item_id"]), theirs["item_id"])
            for each in [theirs, *theirs["alternatives"]]:
                # The daemon's answer is rounded to six digits: half a millionth of any difference is its own.
                distance = abs(mine["probabilities"][each["code"]] - each["probability"])
                self.assertLess(distance, 1e-6, f"{mine['item_id']} {each}")
                compared, apart = compared + 1, max(apart, distance)
        print(f"{compared} probabilities of {len(answered)} items, at most {apart:.2e} apart")

    def test_each_family_says_the_same_in_python(self):
        for family in ("linear", "softprob", "rerank", "constant"):
            with self.subTest(family):
                model = self.train(family, family)
                self.put_in_force(model)
                folder = os.path.join(self.folder, family)
                done = self.daemon.cli("model", "export", COUNTRY, "--to", folder)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn(model, done.stdout)
                self.compare(folder)
                path = os.path.join(self.folder, f"{family}.tar")
                done = self.daemon.cli("model", "export", model, "--to", path)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                with tarfile.open(path) as tar:
                    for entry in tar:
                        with open(os.path.join(folder, entry.name), "rb") as file:
                            self.assertEqual(tar.extractfile(entry).read(), file.read(), entry.name)
                    self.assertIn("model.json", tar.getnames())
        opened = self.daemon.rows("select role, key from object_audit where role = 'live' and key like '%model%'")
        self.assertGreaterEqual(len(opened), 4)
        self.assertTrue([entry for entry in self.daemon.items("/v1/audit") if "exported the model" in json.dumps(entry)])
        self.check_card(model)
        self.check_refusals(model)

    def check_card(self, model):
        """The card of the model in force, which learned last and was never judged, and of the one that won by comparison."""
        path = os.path.join(self.folder, "card.html")
        done = self.daemon.cli("model", "card", COUNTRY, "--to", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with open(path, encoding="utf-8") as file:
            page = file.read()
        self.assertIn(f"Model card: {model}, {COUNTRY}", page)
        self.assertIn("a test", page, "why it was put in force")
        first = self.daemon.items(f"/v1/countries/{COUNTRY}/champions")[-1]["model"]
        done = self.daemon.cli("model", "card", first, "-o", "json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        card = json.loads(done.stdout)
        self.assertEqual(card["model"]["id"], first)
        self.assertEqual(card["data"]["rows"], card["data"]["train"] + card["data"]["holdout"])
        self.assertEqual(card["judged"]["rows"], sum(code["rows"] for code in card["codes"]))
        right = sum(code["right"] for code in card["codes"])
        self.assertAlmostEqual(card["judged"]["metrics"]["accuracy"], right / card["judged"]["rows"], 6)
        self.assertEqual(card["made_by"]["schema"]["label"], "code")
        self.assertEqual(card["in_force"][-1]["reason"], f"it is the first model of {COUNTRY}")
        missing = self.daemon.cli("model", "card", "m-0000000000000000")
        self.assertNotEqual(missing.returncode, 0)

    def check_refusals(self, model):
        refused = self.daemon.cli("model", "export", "m-0000000000000000", "--to", os.path.join(self.folder, "no"))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("m-0000000000000000", refused.stderr)
        self.assertEqual(self.daemon.request("GET", f"/v1/countries/FR/models/{model}/package").status, 404)
        path = f"/v1/countries/{COUNTRY}/models/{model}/package"
        for role, countries, status in (("viewer", "all", 403), ("operator", ["FR"], 404)):
            made = self.daemon.post(
                "/v1/tokens", {"name": f"{role}-{status}", "role": role, "countries": countries, "reason": "a test"}, expect=201)
            answer = self.daemon.request("GET", path, None, {"Authorization": f"Bearer {made['secret']}"})
            self.assertEqual(answer.status, status)


if __name__ == "__main__":
    unittest.main()
