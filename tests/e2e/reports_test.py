"""What is reported to a country's authority: counted by a run, drafted, approved by a second person, filed, amended by what is decided late,
and the same bytes for every time that has passed."""
import csv
import io
import os
import subprocess
import unittest

from kontor_daemon import BINARY, SOURCE, DaemonTest, load_demo_data, wait_for

NODE = os.environ.get("KONTOR_NODE") or "node"
SHOTS = os.environ.get("KONTOR_SHOTS") or os.path.join(os.path.dirname(BINARY), "shots")
PERIOD = "2026-11"
PARTS = ("classified", "reviewed", "excluded", "waiting", "unresolved", "quarantined")


class Reports(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        config = os.path.join(cls.folder, "kontor.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("report_due_days: {default: 20, DE: 9}\n")
        cls.daemon = cls.make_daemon(arguments=("--config", config))
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        run = cls.daemon.submit("train", {"trials": 1, "families": ["linear"], "countries": ["DE", "FR"], "period": PERIOD})
        cls.daemon.wait_campaign(run["correlation"], 240)
        cls.tokens = {
            name: cls.daemon.post("/v1/tokens", {"name": name, "role": role, "countries": countries, "reason": "a test"}, expect=201)["secret"]
            for name, role, countries in (
                ("anna", "reviewer", "all"), ("boris", "reviewer", "all"), ("olga", "operator", ["DE"]), ("flora", "reviewer", ["FR"]))
        }

    def ask(self, who, method, path, body=None, expect=200, key=None):
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **({"Idempotency-Key": key} if key else {})}
        answer = self.daemon.request(method, path, body, headers=headers)
        self.assertEqual(answer.status, expect, answer.text)
        return answer.json if "json" in answer.headers.get("Content-Type", "json") else answer.text

    def text(self, path):
        answer = self.daemon.request("GET", path)
        self.assertEqual((answer.status, answer.headers.get("Content-Type")), (200, "text/csv; charset=utf-8"), answer.text)
        return answer.text

    def month(self, country="DE"):
        return self.daemon.get(f"/v1/reports/{country}/{PERIOD}")

    def infer(self, threshold):
        """Counts DE's month anew; once its report is taken in."""
        run = self.daemon.submit("infer", {"countries": ["DE"], "period": PERIOD, "threshold": threshold, "double_check": 0})["id"]
        self.assertEqual(self.daemon.wait_run(run, 240)["state"], "succeeded")
        wait_for("the report is taken in", lambda: self.daemon.sql(f"select count(*) from review_batch where run = {run}").strip() == "1", 60)
        return run

    def check_adds_up(self, report):
        figures = report["figures"]
        for part in ("items", "units", "weight_kg"):
            self.assertAlmostEqual(figures["sold"][part], sum(figures[name][part] for name in PARTS), 6)
            self.assertEqual(figures["difference"][part], 0)
        self.assertTrue(report["balanced"])
        rows = list(csv.DictReader(io.StringIO(self.text(f"/v1/reports/{report['id']}/csv"))))
        by_code = [row for row in rows if row["line"] == "code"]
        self.assertEqual(len(by_code), report["codes"])
        reported = sum(int(row["items"]) for row in by_code)
        self.assertEqual(reported, figures["classified"]["items"] + figures["reviewed"]["items"])
        self.assertEqual({row["line"]: int(row["items"]) for row in rows if row["line"] != "code"},
                         {name: figures[name]["items"] for name in (*PARTS, "sold")})
        lines = self.daemon.items(f"/v1/reports/{report['id']}/lines")
        self.assertEqual([(line["code"], line["items"]) for line in lines], [(row["code"], int(row["items"])) for row in by_code])

    def behind(self, version, **more):
        """The items behind DE's month, page by page."""
        query = "&".join(f"{name}={value}" for name, value in {"version": version, "limit": 40, **more}.items())
        items, cursor = [], ""
        while cursor is not None:
            page = self.daemon.get(f"/v1/reports/DE/{PERIOD}/lineage/items?{query}" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next"]
        self.assertEqual(len({item["item"] for item in items}), len(items), "none twice")
        return items

    def check_traced(self, report):
        """Each line of the report has as many items behind it as it says, and the model and data that gave them their codes."""
        version = report["version"]
        lines = self.daemon.items(f"/v1/reports/{report['id']}/lines")
        everything = self.behind(version)
        for line in lines:
            items = self.behind(version, code=line["code"])
            self.assertEqual(len(items), line["items"], f"version {version}, code {line['code']}")
            self.assertEqual({item["code"] for item in items}, {line["code"]})
            self.assertEqual(items, [item for item in everything if item["code"] == line["code"]])
            self.assertEqual(sum(item["by"] == "review" for item in items), line["reviewed"]["items"])
        self.assertEqual(len(everything), sum(line["items"] for line in lines))
        line = lines[0]
        traced = self.daemon.get(f"/v1/reports/DE/{PERIOD}/lineage?version={version}&code={line['code']}")
        self.assertEqual((traced["report"]["id"], traced["number"]["items"], traced["run"]["id"]), (report["id"], line["items"], report["run"]))
        self.assertEqual((traced["workflow"]["name"], traced["workflow"]["hash"]), ("infer", traced["run"]["hash"]))
        self.assertEqual(traced["model"]["id"], report["model"])
        self.assertEqual(traced["predictions"]["kind"], "predictions")
        self.assertTrue(traced["code_list"]["object"])
        # And back: from the model, and from what it learned from, to this report.
        training = traced["model"]["training"]
        self.assertGreater(training["rows"], 0)
        for path in (f"/v1/models/{report['model']}/lineage", f"/v1/datasets/{training['sha256']}/lineage"):
            uses = self.daemon.get(path)["items"]
            self.assertIn((report["run"], report["id"]), [(use["run"], each["id"]) for use in uses for each in use["reports"]], path)
        learned = self.daemon.get(f"/v1/datasets/{training['sha256']}/lineage")
        self.assertEqual((learned["sources"][0]["key"], learned["models"][0]["id"]), (training["key"], report["model"]))

    def test_1_a_counted_month_is_drafted_by_itself_and_again_by_people(self):
        for country in ("DE", "FR"):
            first = wait_for(f"{country} is drafted", lambda c=country: next(
                iter(self.daemon.items(f"/v1/reports?country={c}&period={PERIOD}")), None), 60)
            self.assertEqual((first["version"], first["state"], first["automatic"]), (1, "draft", True))
            self.check_adds_up(first)
        run = self.infer(0.8)
        wait_for("the draft is behind", lambda: self.month()["stale"], 30)
        seen = self.ask("olga", "POST", f"/v1/reports/DE/{PERIOD}/draft", {"dry_run": True})
        self.assertEqual((seen["dry_run"], seen["version"], self.month()["version"]), (True, 2, 1))
        self.assertGreater(seen["figures"]["waiting"]["items"], 3)
        drafted = self.ask("olga", "POST", f"/v1/reports/DE/{PERIOD}/draft", {"reason": "the month is over"}, key="draft-DE")
        self.assertEqual((drafted["version"], drafted["run"], drafted["drafted_by"], drafted["stale"]), (2, run, "olga", False))
        self.assertEqual(drafted["figures"], seen["figures"])
        self.assertEqual(self.ask("olga", "POST", f"/v1/reports/DE/{PERIOD}/draft", {"reason": "the month is over"}, key="draft-DE"), drafted)
        self.assertTrue(self.ask("olga", "POST", f"/v1/reports/DE/{PERIOD}/draft", {})["unchanged"])
        self.check_adds_up(drafted)
        self.check_traced(drafted)
        self.assertEqual([row["state"] for row in self.daemon.items(f"/v1/reports?country=DE&period={PERIOD}")], ["draft", "superseded"])

    def test_2_a_second_person_approves_and_it_is_filed_with_its_receipt(self):
        report = self.ask("anna", "POST", f"/v1/reports/DE/{PERIOD}/draft", {})
        path = f"/v1/reports/{report['id']}"
        self.assertEqual(self.ask("anna", "POST", f"{path}/file", {"receipt": "R"}, 409)["detail"].split(":")[0],
                         f"report {report['id']} (DE {PERIOD}, version 2) is draft")
        waiting = self.ask("anna", "POST", f"{path}/approve", {}, 409)["detail"]
        self.assertIn(f"{report['waiting']} items still wait for people", waiting)
        self.ask("olga", "POST", f"{path}/approve", {"despite_waiting": True}, 403)
        self.ask("flora", "POST", f"{path}/approve", {"despite_waiting": True}, 404)
        self.ask("flora", "GET", f"{path}/csv", expect=404)
        self.ask("flora", "GET", f"/v1/reports/DE/{PERIOD}", expect=404)
        for more in ("lineage", "lineage/items"):
            self.ask("flora", "GET", f"/v1/reports/DE/{PERIOD}/{more}", expect=404)
        self.assertEqual({row["country"] for row in self.ask("flora", "GET", "/v1/reports")["items"]}, {"FR"})
        self.assertEqual({row["country"] for row in self.ask("flora", "GET", "/v1/reports/status")["items"]}, {"FR"})
        would = self.ask("anna", "POST", f"{path}/approve", {"despite_waiting": True, "dry_run": True})
        self.assertEqual((would["state"], self.month()["state"]), ("approved", "draft"))
        approved = self.ask("anna", "POST", f"{path}/approve", {"despite_waiting": True, "reason": "the day has come"}, key="a")
        self.assertEqual(self.ask("anna", "POST", f"{path}/approve", {"despite_waiting": True, "reason": "the day has come"}, key="a"), approved)
        self.assertIn("is approved", self.ask("boris", "POST", f"{path}/approve", {"despite_waiting": True}, 409)["detail"])
        filed = self.ask("anna", "POST", f"{path}/file", {"receipt": "EAR-2026-1"})
        self.assertEqual((filed["state"], filed["receipt"]), ("filed", "EAR-2026-1"))
        self.assertEqual([(step["state"], step["who"]) for step in filed["steps"]], [("draft", "olga"), ("approved", "anna"), ("filed", "anna")])
        status = {row["country"]: row for row in self.daemon.items(f"/v1/reports/status?period={PERIOD}")}
        self.assertEqual((status["DE"]["due_on"], status["FR"]["due_on"]), ("2026-12-09", "2026-12-20"))
        self.assertEqual((status["DE"]["state"], status["DE"]["filed"]["receipt"], status["FR"]["state"]), ("filed", "EAR-2026-1", "draft"))
        routes = [row["route"] for row in self.daemon.items("/v1/audit?who=anna") if row["status"] == 200 and not row["dry_run"]]
        self.assertIn("POST /v1/reports/{id}/file", routes)

    def test_3_what_is_decided_late_is_an_amendment_and_the_past_stays_the_same_bytes(self):
        before = self.month()
        moment = before["steps"][-1]["at"]
        as_of = f"?as_of={moment}"
        told, text = self.daemon.get(f"/v1/reports/DE/{PERIOD}{as_of}"), self.text(f"/v1/reports/DE/{PERIOD}/csv{as_of}")
        items = self.ask("boris", "POST", "/v1/reviews/claim", {"country": "DE", "limit": 3})["items"]
        codes = [code["code"] for code in self.daemon.items(f"/v1/reviews/codes?country=DE&period={PERIOD}")]
        other = next(code for code in codes if code != items[0]["code"])
        self.ask("boris", "POST", f"/v1/reviews/{items[0]['id']}/decide", {"code": other})
        amendment = wait_for("the amendment is drafted", lambda: self.month() if self.month()["version"] == 3 else None, 30)
        self.ask("boris", "POST", f"/v1/reviews/{items[1]['id']}/decide", {"verdict": "excluded"})
        self.ask("boris", "POST", f"/v1/reviews/{items[2]['id']}/decide", {"verdict": "cannot_say"})
        self.assertEqual((amendment["amends"], amendment["automatic"], amendment["changed"]["codes"]), (before["id"], True, 1))
        self.assertIn("draft DE 2026-11 again", self.ask("anna", "POST", f"/v1/reports/{amendment['id']}/approve", {"despite_waiting": True}, 409)["detail"])
        again = self.ask("boris", "POST", f"/v1/reports/DE/{PERIOD}/draft", {"reason": "late words"})
        self.check_adds_up(again)
        self.check_traced(again)
        # What was filed rests on what was decided then, whatever was decided since.
        self.check_traced(before)
        late = [item for item in self.behind(again["version"]) if item["by"] == "review"]
        self.assertEqual([(item["item"], item["code"], item["said"], item["reviewer"]) for item in late],
                         [(items[0]["item"], other, items[0]["code"], "boris")])
        self.assertEqual(self.behind(again["version"], item=items[0]["item"]), late)
        self.assertEqual(self.behind(before["version"], item=items[0]["item"]), [])
        figures = again["figures"]
        self.assertEqual([figures[name]["items"] for name in ("reviewed", "excluded", "unresolved")], [1, 1, 1])
        self.assertEqual(figures["waiting"]["items"], before["figures"]["waiting"]["items"] - 3)
        diff = self.daemon.get(f"/v1/reports/{again['id']}/diff")
        self.assertEqual([(row["code"], row["difference"]["items"]) for row in diff["items"]], [(other, 1)])
        self.assertAlmostEqual(diff["items"][0]["difference"]["units"], figures["reviewed"]["units"], 6)
        self.assertIn("boris drafted it", self.ask("boris", "POST", f"/v1/reports/{again['id']}/approve", {"despite_waiting": True}, 409)["detail"])
        self.ask("anna", "POST", f"/v1/reports/{again['id']}/approve", {"despite_waiting": True})
        self.ask("boris", "POST", f"/v1/reports/{again['id']}/file", {"receipt": "EAR-2026-2"})
        states = {row["version"]: row["state"] for row in self.daemon.items(f"/v1/reports?country=DE&period={PERIOD}")}
        self.assertEqual(states, {1: "superseded", 2: "amended", 3: "superseded", 4: "filed"})
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.daemon.get(f"/v1/reports/DE/{PERIOD}{as_of}"), told)
        self.assertEqual(self.text(f"/v1/reports/DE/{PERIOD}/csv{as_of}"), text)
        self.assertEqual((told["version"], told["state"], told["filed"]["receipt"]), (2, "filed", "EAR-2026-1"))
        self.assertNotEqual(self.text(f"/v1/reports/DE/{PERIOD}/csv"), text)
        opened = self.daemon.rows("select distinct role from object_audit where key like 'report/reports/%'")
        self.assertEqual([row["role"] for row in opened], ["filer"])

    def test_4_a_run_again_amends_only_what_it_changes_and_what_people_decided_holds(self):
        filed = self.month()
        disputed = self.daemon.items("/v1/reviews?country=DE&state=disputed")[0]["id"]
        self.ask("anna", "POST", f"/v1/reviews/{disputed}/decide", {"verdict": "excluded"})
        amendment = wait_for("the amendment is drafted", lambda: self.month() if self.month()["version"] == 5 else None, 30)
        self.assertEqual((amendment["amends"], amendment["changed"]["codes"]), (filed["id"], 0))
        self.infer(0.8)
        wait_for("the draft is behind", lambda: self.month()["stale"], 30)
        same = self.ask("boris", "POST", f"/v1/reports/DE/{PERIOD}/draft", {})
        self.assertEqual((same["unchanged"], same["id"], same["stale"]), (True, amendment["id"], False))
        # However sure the model is now: the words about three items hold.
        self.infer(0)
        wait_for("the draft is behind", lambda: self.month()["stale"], 30)
        sure = self.ask("boris", "POST", f"/v1/reports/DE/{PERIOD}/draft", {})
        self.check_adds_up(sure)
        self.assertEqual((sure["version"], sure["amends"]), (6, filed["id"]))
        self.assertEqual([sure["figures"][name]["items"] for name in ("reviewed", "excluded", "waiting", "unresolved")], [1, 2, 0, 0])
        self.assertEqual(sure["changed"]["items"], filed["figures"]["waiting"]["items"])

    def test_5_the_command_line_shows_approves_and_files(self):
        cli = self.daemon.cli
        self.assertIn("EAR-2026-2", cli("reports", "--period", PERIOD).stdout)
        self.assertIn("SOLD", cli("reports", "list", "--country", "DE", "--state", "filed").stdout)
        shown = cli("reports", "show", f"DE/{PERIOD}")
        self.assertIn("difference    0 items, 0 units, 0 kg", shown.stdout)
        number = shown.stdout.split()[1]
        self.assertEqual(cli("reports", "csv", f"DE/{PERIOD}").stdout, self.text(f"/v1/reports/DE/{PERIOD}/csv"))
        self.assertIn("ITEMS BEFORE", cli("reports", "diff", number).stdout)
        self.assertEqual(cli("reports", "show", "DE-2026").returncode, 64)
        self.assertIn("would be", cli("reports", "approve", number, "--dry-run").stdout)
        self.assertIn("approved", cli("reports", "approve", number, "--reason", "by hand").stdout)
        self.assertIn("is approved: only a draft can be approved", cli("reports", "approve", number).stderr)
        self.assertIn("receipt EAR-3", cli("reports", "file", number, "--receipt", "EAR-3").stdout)
        traced = cli("lineage", "report", "DE", PERIOD).stdout
        model = self.month()["model"]
        self.assertIn(model, traced)
        self.assertIn("training SHA-256", traced)
        lines = self.daemon.items(f"/v1/reports/{number}/lines")
        self.assertEqual(len(cli("lineage", "report", "DE", PERIOD, "--version", str(self.month()["version"]), "--code", lines[0]["code"],
                                 "--items", "-o", "id").stdout.split()), min(lines[0]["items"], 50))
        self.assertIn(f"{PERIOD} v2 ", cli("lineage", "model", model).stdout)
        sha256 = self.daemon.get(f"/v1/models/{model}/lineage")["model"]["training"]["sha256"]
        self.assertIn(model, cli("lineage", "dataset", sha256).stdout)
        self.assertEqual(cli("lineage", "dataset", "0" * 64).returncode, 1)
        drafted = cli("reports", "draft", "FR", PERIOD, "--dry-run").stdout
        self.assertIn("Nothing was done", drafted)
        self.assertIn(f"FR {PERIOD}  version 1  draft", drafted)

    def test_6_a_person_approves_on_the_page_with_the_keyboard_alone(self):
        done = subprocess.run(
            [NODE, os.path.join(SOURCE, "tests/e2e/browser/reports.mjs"), "--url", f"http://127.0.0.1:{self.daemon.port}", "--shots", SHOTS],
            env={**os.environ, "KONTOR_TOKEN": self.daemon.token}, capture_output=True, text=True, timeout=200, check=False,
        )
        print(done.stdout, flush=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.month("FR")["state"], "approved")


if __name__ == "__main__":
    unittest.main(verbosity=2)
