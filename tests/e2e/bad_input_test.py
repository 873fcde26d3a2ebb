"""Bad input and what it gets: broken workflow files, wrong parameters, mistakes that only the data shows, broken rows."""
import json
import os
import shutil
import unittest

from kontor_daemon import SOURCE, DaemonTest, run_program

# What is wrong, the file, where it must be reported (line:column) and what must be said.
BROKEN_WORKFLOWS = [
    ("a duplicate key", "workflow: a\ntasks:\n  x: {uses: noop}\n  x: {uses: noop}\n", "4:3", ["'x' stands twice", "line 3"]),
    ("an unknown key", "workflow: a\ntasks:\n  x: {uses: noop, aftr: y}\n", "3:19", ["'aftr'", "did you mean 'after'"]),
    ("a merge key", "workflow: a\ntasks:\n  x: &x {uses: noop}\n  y:\n    <<: *x\n", "5:5", ["merge keys", "write the values out"]),
    ("a second document", "workflow: a\ntasks:\n  x: {uses: noop}\n---\nworkflow: b\n", "4:1", ["second document", "remove"]),
    ("a cycle", "workflow: a\ntasks:\n  x: {uses: noop, after: y}\n  y: {uses: noop, after: x}\n", "3:26", ["x after y after x"]),
    ("an unknown task type", "workflow: a\ntasks:\n  x: {uses: nop}\n", "3:13", ["'nop'", "did you mean 'noop'"]),
    ("an unknown task", "workflow: a\ntasks:\n  prepare: {uses: noop}\n  y: {uses: noop, after: prepar}\n", "4:26",
     ["'prepar'", "did you mean 'prepare'"]),
    ("a wrong type", "workflow: a\ntasks:\n  x: {uses: noop, timeout: [1]}\n", "3:28", ["'timeout' must be a duration, not a list"]),
    ("what is no YAML", "workflow: a\ntasks:\n  x: {uses: noop\n", "4:1", ["not valid YAML"]),
    ("an unknown parameter", "workflow: a\nparams: {trials: {type: integer, default: 1}}\ntasks:\n  x: {uses: noop, when: '${{ params.trails > 1 }}'}\n",
     "4:37", ["'trails'", "did you mean 'trials'"]),
    ("half an expression", "workflow: a\ntasks:\n  x:\n    uses: noop\n    when: ${{ 1 + }}\n", "5:19", ["ends too early"]),
    ("an alias inside itself", "workflow: a\ntasks: &t\n  x: *t\n", "3:6", ["alias"]),
    ("an alias bomb", "workflow: a\na: &a [" + ",".join("1" * 30) + "]\nb: &b [" + ",".join(["*a"] * 30) + "]\nc: [" + ",".join(["*b"] * 30) + "]\n",
     None, ["more than 10000 values, aliases counted in full"]),
    ("an octal number", "workflow: a\ntasks:\n  x: {uses: noop, priority: 010}\n", "3:29", ["010"]),
    ("an unknown input", "workflow: a\ntasks:\n  x: {uses: warehouse.extract, with: {qery: a}}\n", "3:39", ["'qery'", "query"]),
    ("nothing", "", "1:1", ["empty"]),
]

PERIOD = "2026-11"
WORDS = ["cable", "charger", "lamp", "kettle"]


def row(of, number, **other):
    word = WORDS[number % len(WORDS)]
    item = {
        "item_id": f"{of}-{number}", "country": of, "title": f"{word} model {number}", "description": f"a {word}",
        "brand": "Acme", "price": "9.5", "currency": "EUR", "weight_kg": "0.3", "voltage": "230", "battery": "none", "wattage": "5",
        "code": f"C{number % len(WORDS)}",
    }
    return {**item, **other}


def insert(table, rows):
    return f"insert into {table} select * from json_populate_recordset(null::{table}, $rows${json.dumps(rows)}$rows$);\n"


class BadInput(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workflows = os.path.join(cls.folder, "workflows")
        shutil.copytree(os.path.join(SOURCE, "workflows"), cls.workflows)
        cls.daemon = cls.start_daemon(workflows=cls.workflows)
        # A warehouse that takes any bytes, as old ones do.
        cls.daemon.sql("drop database warehouse;\n")
        cls.daemon.sql("create database warehouse encoding 'SQL_ASCII' template template0;\n")
        columns = [name + " text" for name in row("DE", 0) if name != "code"]
        cls.daemon.sql(
            f"create table labelled_item ({', '.join(columns)}, code text);"
            f"create table sold_item ({', '.join(columns)}, period text, units text);"
            "create table code_list (country text, code text, title text, effective_from date, effective_to date);",
            "warehouse",
        )

    def test_a_broken_workflow_file_is_refused_with_its_position(self):
        before = self.daemon.items("/v1/workflows")
        for what, text, position, parts in BROKEN_WORKFLOWS:
            with self.subTest(what):
                path = self.write("broken.yaml", text)
                done = run_program(["validate", path])
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                first, *rest = done.stderr.splitlines()
                if position is not None:
                    self.assertIn(f"{path}:{position}: ", first)
                if position is not None and text.count("\n") >= int(position.split(":")[0]):
                    line, column = map(int, position.split(":"))
                    self.assertEqual(rest[0].strip(), text.splitlines()[line - 1].strip())
                    caret = rest[1].index("^") - (len(rest[0]) - len(text.splitlines()[line - 1]))
                    self.assertEqual(caret + 1, column, done.stderr)
                for part in parts:
                    self.assertIn(part, done.stderr)

                refused = self.daemon.put_workflow("a", text)
                if not text:
                    self.assertEqual(refused.status, 400, refused.text)  # not even a body
                    continue
                self.assertEqual(refused.status, 422, refused.text)
                self.assertEqual(refused.headers["Content-Type"], "application/problem+json")
                where = [error["pointer"] for error in refused.json["errors"]]
                self.assertIn(position or where[0], where)
                self.assertRegex(where[0], "^[0-9]+:[0-9]+$")
        self.assertEqual(self.daemon.items("/v1/workflows"), before)
        self.assertEqual(self.daemon.request("GET", "/v1/workflows/a").status, 404)

    def test_a_good_file_under_another_name_is_refused(self):
        self.assertEqual(self.daemon.put_workflow("b", "workflow: a\ntasks:\n  x: {uses: noop}\n").status, 422)

    def test_a_country_called_no_is_a_country(self):
        path = self.write("no.yaml", "workflow: a\npartition: {key: country, over: [DE, NO]}\ntasks:\n  x: {uses: noop, per: country}\n")
        self.assertEqual(run_program(["validate", path]).returncode, 0)

    def test_a_wrong_parameter_is_refused_with_its_pointer(self):
        for params, pointer, part in [
            ({"trials": "many"}, "/params/trials", "integer"),
            ({"trials": 0}, "/params/trials", "1"),
            ({"trails": 3}, "/params/trails", "trials"),
            ({"countries": ["DE", "de"]}, "/params/countries/1", "de"),
            ({"schema": {"id": 5}}, None, ""),
        ]:
            with self.subTest(params):
                refused = self.daemon.request("POST", "/v1/runs", {"workflow": "train", "params": params})
                if pointer is None:
                    # The schema of this parameter leaves it open: the task says what is wrong, when it comes to it.
                    self.assertEqual(refused.status, 201, refused.text)
                    self.daemon.post(f"/v1/runs/{refused.json['id']}/cancel")
                    continue
                self.assertEqual(refused.status, 422, refused.text)
                errors = {error["pointer"]: error["message"] for error in refused.json["errors"]}
                self.assertIn(pointer, errors)
                self.assertIn(part, errors[pointer])
        refused = self.daemon.request("POST", "/v1/runs", {"workflow": "trian"})
        self.assertEqual(refused.status, 404)
        self.assertIn("train", refused.json["detail"])
        broken = self.daemon.request("POST", "/v1/runs", '{"workflow":', {"Content-Type": "application/json"})
        self.assertEqual(broken.status, 400)

    def test_a_missing_query_file_or_column_is_mended_and_redriven(self):
        absent = os.path.join(self.workflows, "queries/absent.sql")
        self._dead_then_mended(
            "absent", "query: queries/absent.sql", ["absent.sql"],
            lambda: self.write(absent, "select 'DE' as country, 1 as n"),
        )
        column = self.write("workflows/queries/column.sql", "select 'DE' as country, labell from labelled_item")
        self._dead_then_mended(
            "column", "query: queries/column.sql", ["labell", "does not exist"],
            lambda: self.write(column, "select 'DE' as country, code from labelled_item"),
        )
        split = self.write("workflows/queries/split.sql", "select 'DE' as land, 1 as n")
        self._dead_then_mended(
            "split", "query: queries/split.sql, split_by: country", ["no column 'country'", "land, n"],
            lambda: self.write(split, "select 'DE' as country, 1 as n"),
        )

    def _dead_then_mended(self, name, given, parts, mend):
        with self.subTest(name):
            self.daemon.deploy(name, f"workflow: {name}\ntasks:\n  extract:\n    uses: warehouse.extract\n    with: {{{given}}}\n")
            run = self.daemon.submit(name)["id"]
            self.assertEqual(self.daemon.wait_run(run)["state"], "failed")
            letter, = self.daemon.items(f"/v1/dead-letters?workflow={name}")
            self.assertEqual((letter["failure_class"], letter["attempts"], letter["run"]), ("config", 1, run))
            for part in parts:
                self.assertIn(part, letter["reason"])
            mend()
            self.daemon.post(f"/v1/dead-letters/{letter['id']}/redrive", {"definition": "pinned"}, expect=202)
            self.assertEqual(self.daemon.wait_run(run, states=("succeeded",))["state"], "succeeded")
            self.assertEqual(self.daemon.items(f"/v1/dead-letters?workflow={name}&state=open"), [])

    def test_broken_rows_are_quarantined_and_their_country_goes_on(self):
        labelled = [row("DE", n) for n in range(120)] + [row("LU", n) for n in range(120)]
        labelled += [row("DE", 200 + n, code="C99") for n in range(3)]
        labelled += [row("DE", 210 + n, item_id="") for n in range(2)]
        labelled += [row("DE", 220 + n, price="cheap") for n in range(4)]
        labelled += [row("DE", 230, code=None), row("DE", 7)]
        labelled += [row("FR", n) for n in range(20)]
        labelled += [row("PL", n, code="C1") for n in range(80)]
        labelled += [row("SE", n, country=None) for n in range(2)]
        sold = [row(country, 1000 + n, period=PERIOD, units="1") for country in ("DE", "FR", "LU", "PL") for n in range(30)]
        sold += [row("DE", 1100 + n, period=PERIOD, units="1", weight_kg="heavy") for n in range(2)]
        codes = [{"country": country, "code": f"C{n}", "title": WORDS[n], "effective_from": "2020-01-01"}
                 for country in ("DE", "FR", "LU", "PL") for n in range(len(WORDS))]
        broken = "insert into labelled_item (item_id, country, title, price, code) select 'DE-240', 'DE', chr(200), '1', 'C1';\n"
        statements = "set client_encoding to 'SQL_ASCII';\n" + insert("labelled_item", labelled) + insert("sold_item", sold)
        self.daemon.sql(statements + insert("code_list", codes) + broken, "warehouse")

        run = self.daemon.submit("train", {"trials": 2, "families": ["linear"], "period": PERIOD})
        self.assertEqual(self.daemon.wait_campaign(run["correlation"], 180), "succeeded")

        instances = {(task["task"], task["country"]): task for task in self.daemon.items(f"/v1/runs/{run['id']}/tasks")}
        prepared = {country: self._outputs(instances["prepare", country]) for country in ("DE", "FR", "LU", "PL")}
        self.assertEqual(prepared["DE"]["quarantine"]["reasons"], {
            "unknown_label": 3, "id_missing": 2, "not_a_number:price": 4, "label_missing": 1, "duplicate_id": 1, "invalid_utf8": 1,
        })
        self.assertEqual((prepared["DE"]["rows"], prepared["DE"]["quarantine"]["rows"]), (120, 12))
        self.assertEqual((prepared["LU"]["rows"], prepared["LU"]["usable"]), (120, True))
        self.assertFalse(prepared["FR"]["usable"])
        self.assertIn("20 good rows are fewer than min_rows (50)", prepared["FR"]["reason"])
        self.assertIn("all rows have the label C1", prepared["PL"]["reason"])
        self.assertEqual(self._outputs(instances["extract", ""])["quarantine"]["rows"], 2)
        self.assertEqual(instances["choose", "FR"]["state"], "skipped")

        # Each quarantine is an object that is listed, and a line in the task's log.
        kept = self.daemon.items(f"/v1/objects?run={run['id']}&country=DE")
        self.assertIn(prepared["DE"]["quarantine"]["object"]["key"], [item["key"] for item in kept])
        self._check_the_lists_of_rows(run["id"], instances)
        logged = self.daemon.items(f"/v1/tasks/{instances['prepare', 'DE']['id']}/logs")
        self.assertIn("12 rows went into quarantine", [line["text"] for line in logged])

        predictions = {item["country"]: item for item in self.daemon.items(f"/v1/predictions?correlation={run['correlation']}")}
        self.assertEqual(sorted(predictions), ["DE", "LU", "PL"])
        self.assertEqual((predictions["DE"]["rows"], predictions["DE"]["quarantined"]), (30, 2))
        families = {item["country"]: item["family"] for item in self.daemon.items("/v1/winners")}
        self.assertEqual(families, {"DE": "linear", "LU": "linear", "PL": "constant"})
        self.assertEqual(self.daemon.items("/v1/dead-letters?workflow=train"), [])

    def _check_the_lists_of_rows(self, run, instances):
        parts = self.daemon.items(f"/v1/runs/{run}/quarantine")
        self.assertEqual([(part["name"], part["country"], part["rows"]) for part in parts],
                         [("extract", "", 2), ("prepare", "DE", 12)])
        part, = self.daemon.items(f"/v1/runs/{run}/quarantine?country=DE")
        self.assertEqual((part["task"], part["reasons"]["not_a_number:price"]), (instances["prepare", "DE"]["id"], 4))
        rows = self.daemon.items(f"/v1/tasks/{part['task']}/quarantine")
        by_reason = {reason: [entry for entry in rows if entry["reason"] == reason] for reason in part["reasons"]}
        self.assertEqual({reason: len(some) for reason, some in by_reason.items()}, part["reasons"])
        self.assertEqual([entry["item_id"] for entry in by_reason["unknown_label"]], ["DE-200", "DE-201", "DE-202"])
        self.assertIn("C99", by_reason["unknown_label"][0]["text"])
        self.assertIn("cheap", by_reason["not_a_number:price"][0]["text"])
        self.assertEqual([entry["item_id"] for entry in by_reason["id_missing"]], ["", ""])
        self.assertIn("\ufffd", by_reason["invalid_utf8"][0]["text"])
        self.assertTrue(all(entry["row"] > 0 for entry in rows))
        page = self.daemon.get(f"/v1/tasks/{part['task']}/quarantine?limit=5")
        rest = self.daemon.get(f"/v1/tasks/{part['task']}/quarantine?limit=1000&cursor={page['next']}")
        self.assertEqual(page["items"] + rest["items"], rows)
        self.assertEqual(self.daemon.request("GET", f"/v1/tasks/{instances['prepare', 'LU']['id']}/quarantine").json["items"], [])
        self.assertEqual(self.daemon.request("GET", "/v1/runs/999999/quarantine").status, 404)

        # What was opened is on record, by key and by asker; a viewer sees counts alone, and nobody another country's rows.
        opened = [row["resource"] for row in self.daemon.items("/v1/audit") if row["route"] == "GET /v1/tasks/{id}/quarantine"]
        self.assertIn(f"/v1/tasks/{part['task']}/quarantine", opened)
        audited = self.daemon.rows(f"select role from object_audit where task = {part['task']} and role = 'inspector'")
        self.assertEqual(len(audited), len([path for path in opened if str(part["task"]) in path]))
        viewer = self.daemon.post("/v1/tokens", {"name": "viewer", "role": "viewer", "countries": "all"})["secret"]
        of_france = self.daemon.post("/v1/tokens", {"name": "france", "role": "operator", "countries": ["FR"]})["secret"]
        path = f"/v1/tasks/{part['task']}/quarantine"
        self.assertEqual(self.daemon.request("GET", path, headers={"Authorization": f"Bearer {viewer}"}).status, 403)
        self.assertEqual(self.daemon.request("GET", path, headers={"Authorization": f"Bearer {of_france}"}).status, 404)
        seen = self.daemon.request("GET", f"/v1/runs/{run}/quarantine", headers={"Authorization": f"Bearer {of_france}"})
        self.assertEqual(seen.json["items"], [])

        summary = self.daemon.cli("quarantine", run)
        self.assertEqual(summary.returncode, 0, summary.stderr)
        self.assertIn("4 not_a_number:price, 3 unknown_label, 2 id_missing", summary.stdout)
        listed = self.daemon.cli("quarantine", run, "--country", "DE")
        self.assertEqual(len(listed.stdout.splitlines()), 1 + 12, listed.stdout)
        self.assertRegex(listed.stdout, r"DE +[0-9]+ +DE-200 +unknown_label +DE-200,DE,")
        without = json.loads(self.daemon.cli("quarantine", run, "--task", "extract", "-o", "json").stdout)["items"]
        self.assertEqual([(entry["reason"], entry["row"]) for entry in without], [("country_missing", None)] * 2)

    def _outputs(self, instance):
        return self.daemon.get(f"/v1/tasks/{instance['id']}")["outputs"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
