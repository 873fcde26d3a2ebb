"""What a model leaves in doubt: queued once per run and item also when the daemon is killed, claimed by one person each, decided on the
command line and on the page, and learned from by the next training without ever judging it."""
import os
import subprocess
import unittest

from kontor_daemon import BINARY, SOURCE, DaemonTest, load_demo_data, wait_for

NODE = os.environ.get("KONTOR_NODE") or "node"
SHOTS = os.environ.get("KONTOR_SHOTS") or os.path.join(os.path.dirname(BINARY), "shots")


class Reviews(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        run = cls.daemon.submit("train", {"trials": 1, "families": ["linear"], "countries": ["DE", "FR"], "period": "2026-11"})
        cls.daemon.wait_campaign(run["correlation"], 240)
        cls.tokens = {
            name: cls.daemon.post("/v1/tokens", {"name": name, "role": role, "countries": countries, "reason": "a test"}, expect=201)["secret"]
            for name, role, countries in (("anna", "reviewer", ["DE"]), ("boris", "reviewer", "all"), ("viktor", "viewer", "all"))
        }

    def ask(self, who, method, path, body=None):
        return self.daemon.request(method, path, body, headers={"Authorization": f"Bearer {self.tokens[who]}"})

    def counts(self):
        return {row["country"]: row for row in self.daemon.items("/v1/reviews/counts?period=2026-11")}

    def taken_in(self, run):
        """What the queue holds of the run, once its reports are taken in."""
        wanted = {row["country"]: row["reviews"] for row in self.daemon.rows(
            f"select country, coalesce((details -> 'reviews' ->> 'rows')::int, 0) as reviews from dataset where kind = 'report' and run = {run}")}
        held = wait_for("the reports are taken in", lambda: self.daemon.rows(
            f"select country, rows, fault from review_batch where run = {run}") if self.daemon.sql(
                f"select count(*) from review_batch where run = {run}").strip() == str(len(wanted)) else None, 60)
        self.assertEqual({row["country"]: row["rows"] for row in held}, wanted)
        self.assertEqual({row["fault"] for row in held}, {""})
        return wanted

    def test_1_doubts_are_queued_once_also_when_the_daemon_is_killed(self):
        run = self.daemon.submit("infer", {"countries": ["DE", "FR"], "period": "2026-11", "threshold": 1, "double_check": 0})["id"]
        self.assertEqual(self.daemon.wait_run(run, 240)["state"], "succeeded")
        self.daemon.kill()
        self.daemon.start()
        wanted = self.taken_in(run)
        self.assertGreater(wanted["DE"], 20)
        doubled = self.daemon.rows("select run, country, item from review group by run, country, item having count(*) > 1")
        self.assertEqual(doubled, [])
        self.assertEqual({country: row["open"] for country, row in self.counts().items()}, wanted, "an earlier run's doubts are superseded")
        page = self.daemon.get("/v1/reviews?country=DE&limit=10")["items"]
        self.assertEqual([row["cost"] for row in page], sorted((row["cost"] for row in page), reverse=True))
        self.assertNotIn("columns", page[0])

    def test_2_two_people_never_get_the_same_item_and_the_record_tells_who_opened_what(self):
        hers = self.ask("anna", "POST", "/v1/reviews/claim", {"limit": 5}).json["items"]
        his = self.ask("boris", "POST", "/v1/reviews/claim", {"limit": 50}).json["items"]
        self.assertEqual({item["country"] for item in hers}, {"DE"})
        self.assertEqual({item["country"] for item in his}, {"DE", "FR"})
        self.assertFalse({item["id"] for item in hers} & {item["id"] for item in his})
        self.assertTrue(all(item["columns"]["title"] and item["columns"]["item_id"] == item["item"] for item in hers + his))
        self.assertEqual(self.ask("viktor", "POST", "/v1/reviews/claim", {}).status, 403)
        self.assertEqual(self.ask("viktor", "GET", f"/v1/reviews/{hers[0]['id']}/item").status, 403)
        french = next(item for item in his if item["country"] == "FR")
        self.assertEqual(self.ask("anna", "GET", f"/v1/reviews/{french['id']}").status, 404)
        self.assertEqual(self.ask("anna", "POST", f"/v1/reviews/{french['id']}/decide", {"verdict": "excluded"}).status, 404)
        self.assertEqual(self.ask("anna", "POST", "/v1/reviews/claim", {"country": "FR"}).status, 403)
        self.assertEqual(self.ask("boris", "POST", f"/v1/reviews/{hers[0]['id']}/decide", {"code": hers[0]["code"]}).status, 409)
        refused = self.ask("anna", "POST", f"/v1/reviews/{hers[0]['id']}/decide", {"code": "no such code"})
        self.assertIn("is not in the list of DE in force in 2026-11", refused.text)
        # What was refused goes on record with a later commit.
        wait_for("both claims are on record", lambda: sorted(
            row["status"] for row in self.daemon.items("/v1/audit?who=anna") if row["route"] == "POST /v1/reviews/claim") == [202, 403], 10)
        opened = self.daemon.rows("select distinct role from object_audit where key like 'review/%'")
        self.assertEqual({row["role"] for row in opened}, {"registrar", "reviewer"})
        codes = self.ask("anna", "GET", "/v1/reviews/codes?country=DE&period=2026-11").json["items"]
        other = next(code["code"] for code in codes if code["code"] != hers[0]["code"])
        path = f"/v1/reviews/{hers[0]['id']}"
        foreseen = self.ask("anna", "POST", f"{path}/decide", {"code": other, "dry_run": True})
        self.assertEqual((foreseen.status, foreseen.json["state"], foreseen.json["decided_code"]), (200, "decided", other))
        self.assertEqual(self.ask("anna", "GET", path).json["state"], "open", "it was only asked")
        decided = self.ask("anna", "POST", f"{path}/decide", {"code": other, "reason": "read it"})
        self.assertEqual((decided.status, decided.json["state"], decided.json["decided_code"]), (200, "decided", other))
        self.assertEqual(self.ask("anna", "POST", f"{path}/undo", {"dry_run": True}).json["state"], "open")
        self.assertEqual(self.ask("anna", "GET", path).json["state"], "decided")
        self.assertEqual(self.ask("anna", "POST", f"{path}/undo", {}).json["state"], "open")
        for item in hers:
            self.assertEqual(self.ask("anna", "POST", f"/v1/reviews/{item['id']}/decide", {"code": other}).status, 200)
        lines = [row for row in self.daemon.items("/v1/audit?who=anna") if row["route"].endswith("/decide") and row["status"] == 200 and not row["dry_run"]]
        self.assertEqual(len(lines), 6)
        self.assertEqual(lines[-1]["reason"], "read it")

    def test_3_the_command_line_lists_takes_decides_and_takes_back(self):
        listed = self.daemon.cli("reviews", "--country", "FR", "--limit", "3")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("MODEL SAYS", listed.stdout)
        self.assertIn("DISPUTED", self.daemon.cli("reviews", "counts").stdout)
        taken = self.daemon.cli("reviews", "next", "--country", "FR")
        self.assertIn("the model says", taken.stdout)
        number = taken.stdout.split()[1]
        self.assertIn("is disputed", self.daemon.cli("reviews", "decide", number, "--cannot-say").stdout)
        self.assertIn("is open", self.daemon.cli("reviews", "undo", number).stdout)
        self.assertEqual(self.daemon.cli("reviews", "decide", number).returncode, 64)
        self.assertIn("is decided", self.daemon.cli("reviews", "decide", number, "--excluded").stdout)

    def test_4_a_person_decides_with_the_keyboard_alone(self):
        before = self.counts()["DE"]["decided"]
        done = subprocess.run(
            [NODE, os.path.join(SOURCE, "tests/e2e/browser/reviews.mjs"), "--url", f"http://127.0.0.1:{self.daemon.port}", "--shots", SHOTS],
            env={**os.environ, "KONTOR_TOKEN": self.daemon.token}, capture_output=True, text=True, timeout=200, check=False,
        )
        print(done.stdout, flush=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for("what was said has arrived", lambda: self.counts()["DE"]["decided"] == before + 10, 10)

    def test_5_the_next_training_learns_what_people_decided_and_is_not_judged_by_it(self):
        decided = self.daemon.rows("select distinct item from review where country = 'DE' and state = 'decided' and verdict = 'code'")
        run = self.daemon.submit("train", {"trials": 1, "families": ["linear"], "countries": ["DE"], "period": "2026-11"})
        labels = self.daemon.wait_task(run["id"], "succeeded", task="labels", country="DE", seconds=120)
        self.assertEqual(self.daemon.get(f"/v1/tasks/{labels['id']}")["outputs"]["rows"], len(decided))
        prepare = self.daemon.wait_task(run["id"], "succeeded", task="prepare", country="DE", seconds=120)
        self.assertEqual(self.daemon.get(f"/v1/tasks/{prepare['id']}")["outputs"]["reviewed"], len(decided))
        self.assertGreaterEqual(len(decided), 15)
        self.assertEqual(self.daemon.wait_campaign(run["correlation"], 240), "succeeded")


if __name__ == "__main__":
    unittest.main(verbosity=2)
