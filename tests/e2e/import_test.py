"""A model that Debian's XGBoost trained on Kontor's features comes in, is judged, and gives the same probabilities; and packages that
would take a careless daemon down do not."""
import json
import os
import re
import shutil
import socket
import tarfile
import unittest

from kontor_daemon import DaemonTest, load_demo_data, run_program, sold_items, wait_for
from python_scorer import COLUMNS, has_plain_numbers, has_title, run_python

COUNTRY = "DE"
# Other trees for the same features: what somebody does who has an exported model and items of his own.
LEARN = """
import json, sys, numpy, xgboost
sys.path.insert(0, sys.argv[1])
import score
scorer = score.Scorer(sys.argv[1])
items = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
labels = numpy.array([scorer.classes.index(item["code"]) for item in items])
data = xgboost.DMatrix(scorer.features(items), label=labels)
trees = xgboost.train({"objective": "multi:softprob", "num_class": len(scorer.classes), "max_depth": 6, "eta": 0.3, "nthread": 2, "seed": 7}, data, 40)
trees.save_model(sys.argv[1] + "/trees.ubj")
"""


def files_below(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


class Import(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        cls.items = [item for item in sold_items(cls.daemon, COUNTRY, COLUMNS, 300) if has_plain_numbers(item) and has_title(item)]
        cls.own = cls.train("softprob")
        cls.exported = cls.export(cls.own, "exported")

    @classmethod
    def export(cls, model, name):
        folder = os.path.join(cls.folder, name)
        done = cls.daemon.cli("model", "export", model, "--to", folder)
        assert done.returncode == 0, done.stderr
        return folder

    @classmethod
    def train(cls, family):
        cls.daemon.post(
            "/v1/runs", {"workflow": "train", "correlation": family,
                         "params": {"countries": [COUNTRY], "period": "2026-11", "trials": 1, "families": [family]}}, expect=201,
        )
        assert cls.daemon.wait_campaign(family, 240) == "succeeded"
        return [model["id"] for model in cls.daemon.items(f"/v1/models?country={COUNTRY}") if model["family"] == family][0]

    def labelled(self):
        items = self.daemon.rows(f"select code, {', '.join(COLUMNS)} from labelled_item where country = '{COUNTRY}'", "warehouse")
        with open(os.path.join(self.exported, "model.json"), encoding="utf-8") as file:
            classes = json.load(file)["classes"]
        return [item for item in items if item["code"] in classes and has_plain_numbers(item)]

    def folder_named(self, name):
        folder = os.path.join(self.folder, name)
        shutil.rmtree(folder, ignore_errors=True)
        return shutil.copytree(self.exported, folder)

    def outside_model(self):
        folder = self.folder_named("outside")
        items = self.write("labelled.ndjson", "".join(json.dumps(item) + "\n" for item in self.labelled()))
        run_python("-c", LEARN, folder, items)
        return folder

    def bring(self, source, *more, expect=0):
        done = self.daemon.cli("model", "import", COUNTRY, source, *more)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def import_runs(self):
        return self.daemon.items("/v1/runs?workflow=import")

    def imported_by(self, run):
        tasks = self.daemon.items(f"/v1/runs/{run}/tasks?task=import")
        return self.daemon.get(f"/v1/tasks/{tasks[0]['id']}")["outputs"]["model"]["id"]

    def score(self, folder):
        path = self.write("items.ndjson", "".join(json.dumps(item) + "\n" for item in self.items))
        return [json.loads(line) for line in run_python(os.path.join(folder, "score.py"), path).splitlines()]

    def predicted(self, model):
        def answered():
            told = self.daemon.request("POST", f"/v1/countries/{COUNTRY}/predict", {"items": self.items, "top": 100})
            return told.status == 200 and told.json["model"]["id"] == model and told.json["items"]
        return wait_for(f"{model} answers", answered, 30)

    def test_trees_that_python_trained_are_judged_and_say_the_same(self):
        folder = self.outside_model()
        told = run_program(["model", "import", COUNTRY, folder, "--dry-run", "--url", "http://127.0.0.1:9"])
        self.assertIn("The package is sound", told.stdout, told.stderr)
        model = re.search(r"m-[0-9a-f]{16}", told.stdout).group()
        self.assertNotEqual(model, self.own)
        before = len(self.import_runs())
        self.assertIn("Run", self.bring(folder, "--wait"))
        runs = self.import_runs()
        self.assertEqual((len(runs), runs[0]["state"]), (before + 1, "succeeded"))
        self.assertEqual(self.imported_by(runs[0]["id"]), model, "the dry run names it already")
        registered = self.daemon.get(f"/v1/models/{model}")
        self.assertEqual(registered["metrics"]["imported"]["file"], "DE/models/outside.tar")
        card = self.daemon.get(f"/v1/models/{model}/card?country={COUNTRY}")
        self.assertNotIn("train", card["data"], "nobody here knows what it learned from")
        self.assertIn("It was made elsewhere", card["beware"][0])
        held_out = card["data"]["holdout_sha256"]
        rows = self.daemon.rows(f"select sha256 from dataset where run = {runs[0]['id']} and kind = 'train'")
        learned = self.daemon.get(f"/v1/datasets/{rows[0]['sha256']}/lineage")["models"]
        self.assertNotIn(model, [each["id"] for each in learned])
        self.assertEqual(len(held_out), 64)
        # `evaluate` holds it against the model in force; should it be the better one, a person is asked.
        wait_for("it is scored", lambda: [each for each in self.daemon.items(f"/v1/countries/{COUNTRY}/leaderboard") if each["model"] == model], 120)
        judged = wait_for("it is judged", lambda: [
            run for run in self.daemon.items("/v1/runs?workflow=evaluate")
            if run["params"]["model"]["id"] == model and (run["state"] == "succeeded" or self.daemon.items("/v1/approvals?state=open"))], 120)
        self.assertTrue(judged[0]["params"]["approval"])
        for approval in self.daemon.items("/v1/approvals?state=open"):
            self.assertEqual(self.daemon.get(f"/v1/approvals/{approval['id']}")["evidence"]["challenger"]["model"], model)
            decide = f"/v1/approvals/{approval['id']}/decide"
            self.daemon.post(decide, {"decision": "approve"}, expect=409)  # not who brought the model
            anna = self.daemon.post("/v1/tokens", {"name": "anna", "role": "reviewer", "countries": [COUNTRY]}, expect=201)["secret"]
            self.daemon.post(decide, {"decision": "approve"}, expect=200, headers={"Authorization": f"Bearer {anna}"})
        self.daemon.wait_run(judged[0]["id"])
        self.assertEqual(self.daemon.cli("winners", "set", COUNTRY, model, "--reason", "a test").returncode, 0)
        apart = 0.0
        answers = self.predicted(model)
        for mine, theirs in zip(self.score(folder), answers):
            for each in [theirs, *theirs["alternatives"]]:
                apart = max(apart, abs(mine["probabilities"][each["code"]] - each["probability"]))
        self.assertLess(apart, 1e-6)
        print(f"{len(answers)} items, at most {apart:.2e} apart")
        # Its profile is that of the country's rows, so that its months can be watched.
        self.assertTrue(self.daemon.rows(
            f"select 1 as one from winner where country = '{COUNTRY}' and model = '{model}' and details -> 'model' ? 'profile'"))

    def test_a_model_of_its_own_comes_back_as_itself(self):
        for model in (self.own, self.train("rerank")):
            metrics = self.daemon.get(f"/v1/models/{model}")["metrics"]
            packed = os.path.join(self.folder, f"{model}.tar.gz")
            with tarfile.open(packed, "w:gz") as tar:
                tar.add(self.export(model, model), arcname="own")
            self.bring(packed, "--wait")
            self.assertEqual(self.imported_by(self.import_runs()[0]["id"]), model)
            self.assertEqual(self.daemon.get(f"/v1/models/{model}")["metrics"], metrics, "what training said of it stands")
        self.assertTrue(self.daemon.rows("select 1 as one from object_audit where role = 'importer' and key like 'inbox/%'"), "who opened it is on record")
        sent = [each for each in self.daemon.items("/v1/audit") if each["route"] == "POST /v1/countries/{country}/files"]
        self.assertTrue(sent and sent[0]["country"] == COUNTRY, sent)

    def test_trees_that_take_xgboost_down_take_nothing_down(self):
        folder = self.folder_named("edited")
        edit = ("import sys, json, xgboost; b = xgboost.Booster(); b.load_model(sys.argv[1]); b.save_model(sys.argv[1][:-3] + 'json');"
                "t = json.load(open(sys.argv[1][:-3] + 'json')); tree = t['learner']['gradient_booster']['model']['trees'][1];"
                "tree['left_children'][0] = 100000; json.dump(t, open(sys.argv[1], 'w'))")
        run_python("-c", edit, os.path.join(folder, "trees.ubj"))
        told = run_program(["model", "import", COUNTRY, folder, "--dry-run", "--url", "http://127.0.0.1:9"])
        self.assertEqual(told.returncode, 1, told.stdout + told.stderr)
        self.assertIn("tree 1: node 0: its child 100000 is none of its own", told.stderr)
        pid = self.daemon.process.pid
        self.bring(folder, "--wait", expect=1)
        run = self.import_runs()[0]
        self.assertEqual(run["state"], "failed")
        letter = [each for each in self.daemon.items("/v1/dead-letters") if each["run"] == run["id"]][0]
        self.assertIn("its child 100000 is none of its own", letter["reason"])
        self.assertEqual(self.daemon.process.pid, pid)
        self.assertEqual(self.daemon.request("GET", "/readyz").status, 200)

    def test_a_file_in_the_inbox_or_by_the_route_is_a_package_too(self):
        before = len(self.import_runs())
        inbox = os.path.join(self.daemon.data, "inbox", COUNTRY, "models")
        os.makedirs(inbox, exist_ok=True)
        with open(os.path.join(inbox, "junk.tar"), "w", encoding="utf-8") as file:
            file.write("no tar at all")
        wait_for("the file is taken", lambda: len(self.import_runs()) == before + 1, 60)
        self.assertEqual(self.daemon.wait_run(self.import_runs()[0]["id"])["state"], "failed")
        junk = self.write("junk.tar", "no tar at all")
        sent = self.daemon.cli("files", "send", COUNTRY, junk, "--as", "models/more.tar", "-o", "json")
        self.assertEqual(sent.returncode, 0, sent.stderr)
        run = json.loads(sent.stdout)["deliveries"][0]["run"]
        self.assertEqual(self.daemon.wait_run(run)["state"], "failed")
        sent = self.daemon.cli("files", "send", COUNTRY, junk, "--as", "elsewhere.txt")
        self.assertIn("No workflow waits for such a file", sent.stdout)

    def test_a_daemon_that_dies_forgets_no_package_and_takes_in_no_half_one(self):
        package = self.write("killed.tar", "no tar at all")
        before = len(self.import_runs())
        sent = self.daemon.cli("files", "send", COUNTRY, package, "--as", "models/killed.tar", "-o", "json")
        self.daemon.kill()
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.daemon.start()
        run = json.loads(sent.stdout)["deliveries"][0]["run"]
        self.assertEqual(self.daemon.wait_run(run)["state"], "failed", "its attempts are counted and end")
        self.assertEqual(len(self.import_runs()), before + 1)

        # A whole one, while the model is read: it is registered once.
        self.bring(self.exported)
        self.daemon.wait_task(self.import_runs()[0]["id"], "running", task="import")
        self.daemon.kill()
        self.daemon.start()
        run = self.import_runs()[0]["id"]
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")
        self.assertEqual(self.imported_by(run), self.own)
        self.assertEqual([each["id"] for each in self.daemon.items(f"/v1/models?country={COUNTRY}")].count(self.own), 1)

        # The half of a body: nothing is there of it afterwards, neither an object nor a file that nobody writes.
        inbox, unfinished = (os.path.join(self.daemon.data, "objects", name) for name in ("inbox", ".tmp"))
        events = "select count(*) as n from event where type = 'kontor.file.arrived'"
        objects, heard = files_below(inbox), self.daemon.rows(events)
        with socket.create_connection(("127.0.0.1", self.daemon.port)) as half:
            half.sendall((
                f"POST /v1/countries/{COUNTRY}/files?name=models/half.tar HTTP/1.1\r\nHost: kontor\r\nContent-Length: 20000000\r\n"
                f"Content-Type: application/octet-stream\r\nAuthorization: Bearer {self.daemon.token}\r\n\r\n").encode())
            half.sendall(b"x" * 1_000_000)
            wait_for("it is being written", lambda: files_below(unfinished), 20)
            self.daemon.kill()
            left = set(files_below(unfinished))
        self.assertTrue(left)
        self.daemon.start()
        # What goes on behind the restart may write again, under other names.
        self.assertEqual((files_below(inbox), left & set(files_below(unfinished))), (objects, set()))
        self.assertEqual(self.daemon.rows(events), heard)

    def test_a_model_for_other_columns_is_refused(self):
        folder = self.folder_named("columns")
        path = os.path.join(folder, "model.json")
        with open(path, encoding="utf-8") as file:
            spec = json.load(file)
        spec["schema"]["numeric"][0] = "height"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(spec, file)
        self.bring(folder, "--wait", expect=1)
        run = self.import_runs()[0]["id"]
        letter = [each for each in self.daemon.items("/v1/dead-letters") if each["run"] == run][0]
        self.assertIn("height", letter["reason"])
        self.assertIn("give the workflow the model's schema", letter["reason"])


if __name__ == "__main__":
    unittest.main()
