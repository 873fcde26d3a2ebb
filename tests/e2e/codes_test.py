"""A new code list: what it would change beforehand, that it is in force in its months and no others, and that no code outside it is given."""
import json
import unittest

from kontor_daemon import DaemonTest, load_demo_data, wait_for

COUNTRY = "DE"
LISTS = f"/v1/countries/{COUNTRY}/code-lists"
OLD, NEW = "2026-11", "2026-12"


class CodeLists(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 1200, period=OLD)
        cls.daemon.start()
        cls.daemon.sql(f"insert into sold_item select item_id, country, '{NEW}', title, description, brand, price, currency, weight_kg, voltage, battery, wattage, units"
                       f" from sold_item where country = '{COUNTRY}'", "warehouse")
        # The warehouse's codes, those with the most labels first.
        cls.codes = cls.daemon.rows(
            f"select c.code, c.title, count(l.*) as labels from code_list c left join labelled_item l on l.code = c.code and l.country = c.country"
            f" where c.country = '{COUNTRY}' and c.effective_to is null group by 1, 2 order by 3 desc, 1", "warehouse")
        names = [row["code"] for row in cls.codes]
        cls.renamed, cls.clear, cls.doubtful, cls.merged, cls.merged_too, cls.ended = names[:6]
        cls.first = cls.chain("train", {"trials": 1, "families": ["linear"], "countries": [COUNTRY], "period": OLD})
        cls.new_list = cls.write("list.csv", "code,title\n" + "".join(
            f'"{code}","{title}"\n' for code, title in
            [(row["code"], row["title"]) for row in cls.codes[6:]] + [("R-1", "renamed"), ("M-1", "merged"), ("C-1", "most"), ("C-2", "few"), ("D-1", "half"), ("D-2", "half")]))
        cls.moves = cls.write("moves.csv", "from,to,kind,weight\n" + f"{cls.renamed},R-1,rename,\n{cls.merged},M-1,merge,\n{cls.merged_too},M-1,merge,\n"
                              f"{cls.clear},C-1,split,0.9\n{cls.clear},C-2,split,0.1\n{cls.doubtful},D-1,split,0.5\n{cls.doubtful},D-2,split,0.5\n{cls.ended},,end,\n")
        cls.listed = {row["code"] for row in cls.codes[6:]} | {"R-1", "M-1", "C-1", "C-2", "D-1", "D-2"}

    @classmethod
    def chain(cls, workflow, params):
        """Runs a workflow and what it starts; its run."""
        run = cls.daemon.submit(workflow, params)
        if cls.daemon.wait_campaign(run["correlation"], 240) != "succeeded":
            raise AssertionError(f"{workflow} failed")
        return run

    def last_run(self, workflow):
        # Not an evaluation's, which classifies the rows that judge.
        runs = [run for run in self.daemon.items(f"/v1/runs?workflow={workflow}") if run["params"].get("purpose", "month") == "month"]
        return max(run["id"] for run in runs)

    def last_run_of(self, workflow):
        return max(run["id"] for run in self.daemon.items(f"/v1/runs?workflow={workflow}"))

    def outputs(self, run, task):
        return self.daemon.get(f"/v1/tasks/{self.daemon.wait_task(run['id'], 'succeeded', task=task, country=COUNTRY)['id']}")["outputs"]

    def given_codes(self, run, period, before=None):
        """What the run's report of the month has, code -> items, and the codes that people are asked about. Figures that a run left as they
        were stand in the report of the run before."""
        def drafted():
            answer = self.daemon.request("POST", f"/v1/reports/{COUNTRY}/{period}/draft", {})
            return answer.status == 200 and answer.json["run"] in (run, before) and answer.json

        report = wait_for(f"run {run} is in the report of {period}", drafted, 30)
        lines = {row["code"]: row["items"] for row in self.daemon.items(f"/v1/reports/{report['id']}/lines")}
        reviews = [row["code"] for row in self.daemon.items(f"/v1/reviews?country={COUNTRY}&period={period}&state=all")]
        return lines, reviews

    def test_1_a_list_that_does_not_fit_is_told_line_by_line_and_changes_nothing(self):
        broken = self.write("broken.csv", "code,title\nA,x\nA,y\n,z\n")
        told = self.daemon.cli("codes", "import", COUNTRY, broken, "--effective", f"{NEW}-01")
        self.assertEqual(told.returncode, 1)
        self.assertIn('line 3, column "code": "A" stands in line 2 already', told.stderr)
        self.assertIn('line 4, column "code": the code is missing', told.stderr)
        self.assertIn("is no day", self.daemon.cli("codes", "import", COUNTRY, self.new_list, "--effective", "soon").stderr)
        self.assertEqual(self.daemon.items(LISTS), [])
        viewer = self.daemon.post("/v1/tokens", {"name": "olga", "role": "operator", "countries": [COUNTRY], "reason": "a test"}, expect=201)["secret"]
        answer = self.daemon.request("POST", LISTS, {"effective_from": f"{NEW}-01", "list": "code,title\n1,x\n"}, {"Authorization": f"Bearer {viewer}"})
        self.assertEqual(answer.status, 403, "saying which codes there are is for reviewers")

    def test_2_what_it_would_change_is_said_beforehand(self):
        lines, _ = self.given_codes(self.last_run("infer"), OLD)
        told = self.daemon.cli("-o", "json", "codes", "impact", COUNTRY, self.new_list, "--effective", f"{NEW}-01", "--crosswalk", self.moves)
        self.assertEqual(told.returncode, 0, told.stderr)
        impact = json.loads(told.stdout)["impact"]
        items = impact["items"]
        self.assertEqual(items["period"], OLD)
        self.assertEqual(items["renamed"], lines.get(self.renamed, 0))
        self.assertEqual(items["merged"], lines.get(self.merged, 0) + lines.get(self.merged_too, 0))
        self.assertEqual(items["split"], lines.get(self.clear, 0))
        self.assertEqual(items["split_in_doubt"], lines.get(self.doubtful, 0))
        self.assertEqual(items["ended"], lines.get(self.ended, 0))
        self.assertEqual(items["kept"], sum(lines.get(row["code"], 0) for row in self.codes[6:]))
        self.assertGreater(items["renamed"], 0)
        self.assertEqual(items["expected_review"]["crosswalk"], items["split_in_doubt"] + items["ended"] + items["waiting"])
        self.assertTrue(impact["model"]["outdated"])
        self.assertEqual(self.daemon.items(LISTS), [], "nothing was taken")

    def test_3_imported_it_is_a_version_and_again_the_same(self):
        taken = self.daemon.cli("codes", "import", COUNTRY, self.new_list, "--effective", f"{NEW}-01", "--crosswalk", self.moves, "--reason", "the law of December")
        self.assertEqual(taken.returncode, 0, taken.stderr)
        self.assertIn("DE version 1, effective from 2026-12-01", taken.stdout)
        self.assertIn("is bound to an older list", taken.stdout)
        again = self.daemon.cli("codes", "import", COUNTRY, self.new_list, "--effective", f"{NEW}-01", "--crosswalk", self.moves)
        self.assertIn("That very list is there already", again.stdout)
        self.assertEqual([row["version"] for row in self.daemon.items(LISTS)], [1])
        self.assertEqual({row["code"] for row in self.daemon.items(f"{LISTS}/1/codes")}, self.listed)
        self.assertIn("R-1", self.daemon.cli("codes", "show", COUNTRY).stdout)
        self.assertIn("0.9", self.daemon.cli("codes", "crosswalk", COUNTRY, "1").stdout)
        self.assertIn("the law of December", [row["reason"] for row in self.daemon.items("/v1/audit")])

    def test_4_it_is_in_force_in_its_months_alone_and_the_older_model_goes_by_the_crosswalk(self):
        runs_before = self.last_run("infer")
        first = self.chain("infer", {"countries": [COUNTRY], "period": OLD})
        self.assertEqual(self.outputs(first, "lists")["list"], {"source": "warehouse", "period": OLD})
        self.assertFalse(self.outputs(first, "predict")["outdated"])
        old, _ = self.given_codes(first["id"], OLD, before=runs_before)
        after = self.chain("infer", {"countries": [COUNTRY], "period": NEW})
        self.assertEqual(self.outputs(after, "lists")["list"], {"source": "imported", "version": 1, "effective_from": f"{NEW}-01", "period": NEW})
        self.assertTrue(self.outputs(after, "predict")["outdated"])
        lines, reviews = self.given_codes(after["id"], NEW)
        self.assertLessEqual(set(lines), self.listed)
        self.assertLessEqual(set(reviews) - {""}, self.listed)
        # The very same items as in the month before.
        self.assertEqual(lines.get("R-1"), old[self.renamed])
        self.assertGreaterEqual(lines.get("M-1", 0), old.get(self.merged, 0) + old.get(self.merged_too, 0))
        self.assertGreater(lines.get("C-1", 0), 0)
        self.assertLessEqual(lines.get("C-1", 0), old[self.clear])
        self.assertFalse({"C-2", "D-1", "D-2"} & set(lines), "what only a person tells apart is not classified")
        self.assertIn("D-1", reviews)
        for row in self.codes[6:]:
            self.assertEqual(lines.get(row["code"], 0), old.get(row["code"], 0), row["code"])

    def test_5_where_so_declared_everything_goes_to_people(self):
        run = self.chain("infer", {"countries": [COUNTRY], "period": NEW, "outdated_model": "review"})
        predicted = self.outputs(run, "predict")
        self.assertEqual((predicted["classified"], predicted["review"]), (0, predicted["rows"]))
        lines, reviews = self.given_codes(run["id"], NEW)
        self.assertEqual(lines, {})
        self.assertIn("R-1", reviews, "with what the crosswalk says as a proposal")

    def test_6_live_predictions_keep_to_the_list(self):
        sold = self.daemon.rows(f"select title, description, brand from sold_item where country = '{COUNTRY}' and period = '{NEW}' limit 200", "warehouse")
        answer = self.daemon.post(f"/v1/countries/{COUNTRY}/predict", {"items": [{k: v for k, v in row.items() if v is not None} for row in sold]})
        self.assertEqual({item["status"] for item in answer["items"]}, {"review"}, "as the newest batch declared it")
        self.assertLessEqual({item["code"] for item in answer["items"]}, self.listed)

    def test_7_training_for_the_month_maps_labels_and_binds_the_model(self):
        run = self.chain("train", {"trials": 1, "families": ["linear"], "countries": [COUNTRY], "period": NEW})
        prepared = self.outputs(run, "prepare")
        labels = {row["code"]: row["labels"] for row in self.codes}
        self.assertGreater(prepared["moved"], 0)
        before = self.outputs(self.first, "prepare")
        reasons = prepared["quarantine"]["reasons"]
        self.assertGreater(reasons["split_code"], 0.8 * labels[self.doubtful])
        self.assertGreater(reasons["ended_code"], 0.8 * labels[self.ended])
        everything = lambda out: out["rows"] + out["twins"]
        self.assertEqual(everything(prepared) + reasons["split_code"] + reasons["ended_code"], everything(before))
        winner = self.daemon.items("/v1/winners")[0]["model"]
        model = self.daemon.get(f"/v1/models/{winner}")
        self.assertEqual(model["metrics"]["code_list"]["version"], 1)
        evaluation = {"id": self.last_run_of("evaluate")}
        champion = self.outputs(evaluation, "score_champion")["metrics"]
        challenger = self.outputs(evaluation, "score_challenger")["metrics"]
        self.assertGreater(champion["accuracy"], challenger["accuracy"] - 0.2, "the older model is judged by what it says through the crosswalk")
        predicted = self.outputs({"id": self.last_run("infer")}, "predict")
        self.assertFalse(predicted["outdated"])
        self.assertEqual(predicted["model"]["list"]["version"], 1)
        lines, reviews = self.given_codes(self.last_run("infer"), NEW)
        self.assertLessEqual(set(lines) | set(reviews), self.listed)
        told = self.daemon.cli("codes", "impact", COUNTRY, self.new_list, "--effective", f"{NEW}-01", "--crosswalk", self.moves)
        self.assertIn("is bound to this list", told.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
