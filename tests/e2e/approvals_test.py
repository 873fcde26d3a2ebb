"""People decide what a task asks: by REST and by the command line, with tokens of their own, over a kill of the daemon."""
import unittest

from kontor_daemon import DaemonTest

RELEASE = """workflow: release
params: {mark: {type: string, default: one}}
partition: {key: country, over: [DE, FR]}
tasks:
  measure: {uses: noop, per: country}
  approve:
    uses: approval
    after: measure
    per: country
    with:
      title: "Release in ${{ country }}?"
      evidence: {mark: "${{ params.mark }}", metrics: {macro_f1: 0.91, rows: 1200}}
      approvals: 2
      on_reject: continue
  release: {uses: noop, after: approve, per: country, when: "${{ tasks.approve.outputs.decision == 'approved' }}"}
"""


class Approvals(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon()
        cls.daemon.deploy("release", RELEASE)
        cls.daemon.deploy("short", "workflow: short\ntasks:\n  ask: {uses: approval, with: {title: \"Soon?\", deadline: 2s, escalate_after: 1s}}\n")
        cls.daemon.deploy("heard", """workflow: heard
params: {what: {type: string, default: ""}}
triggers:
  on-approval: {event: kontor.approval.*, params: {what: "${{ event.type }}"}}
tasks:
  one: {uses: noop}
""")

    def token(self, name, role="reviewer", countries="all"):
        return self.daemon.post("/v1/tokens", {"name": name, "role": role, "countries": countries}, expect=201)["secret"]

    def ask(self, secret, method, path, body=None, **headers):
        return self.daemon.request(method, path, body, headers={"Authorization": f"Bearer {secret}", **headers})

    def decide(self, secret, approval, decision="approve", comment="", **headers):
        return self.ask(secret, "POST", f"/v1/approvals/{approval}/decide", {"decision": decision, **({"comment": comment} if comment else {})}, **headers)

    def open_of(self, run, country):
        self.daemon.wait_task(run, "awaiting", task="approve", country=country)
        found = self.daemon.items(f"/v1/approvals?state=open&run={run}&country={country}")
        self.assertEqual(len(found), 1)
        return found[0]["id"]

    def test_two_people_decide_over_a_kill_and_everything_else_is_refused(self):
        anna, ben, cleo, german, operator = (self.token("anna"), self.token("ben"), self.token("cleo"),
                                              self.token("german", "reviewer", ["DE"]), self.token("olga", "operator"))
        run = self.daemon.submit("release", {"mark": "first"})["id"]
        german_one, french_one = self.open_of(run, "DE"), self.open_of(run, "FR")
        shown = self.daemon.get(f"/v1/approvals/{german_one}")
        self.assertEqual(shown["evidence"], {"mark": "first", "metrics": {"macro_f1": 0.91, "rows": 1200}})
        self.assertEqual((shown["title"], shown["submitter"], shown["approvals"]), ("Release in DE?", "admin", 2))

        own = self.daemon.request("POST", f"/v1/approvals/{german_one}/decide", {"decision": "approve"})
        self.assertEqual(own.status, 409, own.text)
        self.assertIn("admin started the run", own.text)
        self.assertEqual(self.decide(operator, german_one).status, 403)
        self.assertEqual(self.decide(german, french_one).status, 404, "out of sight")
        self.assertEqual(self.decide(anna, german_one, "reject").status, 422, "a rejection says why")
        once = self.decide(german, german_one, "approve", "fits", **{"Idempotency-Key": "k1"})
        again = self.decide(german, german_one, "approve", "fits", **{"Idempotency-Key": "k1"})
        self.assertEqual((once.status, once.text), (200, again.text))
        twice = self.decide(german, german_one)
        self.assertEqual(twice.status, 409)
        self.assertIn("has decided already", twice.text)

        self.daemon.kill()
        self.daemon.start()
        why = self.daemon.get(f"/v1/runs/{run}/explain?country=DE&task=approve")["items"][0]["sentence"]
        self.assertIn("waits for 1 of 2 approvals by a reviewer", why)
        self.assertIn("german has approved", why)
        refused = self.ask(operator, "POST", f"/v1/runs/{run}/done", {"country": "DE", "task": "approve", "reason": "in a hurry"})
        self.assertEqual(refused.status, 403, refused.text)
        self.assertEqual(self.decide(anna, german_one).json["state"], "approved")
        late = self.decide(ben, german_one)
        self.assertEqual(late.status, 409)
        self.assertIn("is approved already: approved by german and anna", late.text)
        self.assertEqual(self.decide(cleo, french_one, "reject", "too few rows").json["state"], "rejected")
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")
        states = {task["country"]: task["state"] for task in self.daemon.items(f"/v1/runs/{run}/tasks?task=release")}
        self.assertEqual(states, {"DE": "succeeded", "FR": "skipped"})
        outputs = next(task for task in self.daemon.items(f"/v1/runs/{run}/tasks?task=approve&country=DE"))
        outputs = self.daemon.get(f"/v1/tasks/{outputs['id']}")["outputs"]
        self.assertEqual((outputs["decision"], outputs["by"]), ("approved", ["german", "anna"]))
        # What was shown stays what it was, and answers stay what they are.
        for change in ("update approval set evidence = '{}'", "update approval_vote set decision = 'reject'"):
            self.assertIn("ERROR", self.refused_sql(change))
        record = [entry for entry in self.daemon.items("/v1/audit") if entry["route"] == "POST /v1/approvals/{id}/decide"]
        self.assertEqual({(entry["who"], entry["status"]) for entry in record} & {("german", 200), ("anna", 200), ("cleo", 200), ("ben", 409)},
                         {("german", 200), ("anna", 200), ("cleo", 200), ("ben", 409)})

    def refused_sql(self, statement):
        try:
            self.daemon.sql(statement)
        except AssertionError as error:
            return f"ERROR {error}"
        return "carried out"

    def test_the_command_line_lists_shows_and_decides(self):
        run = self.daemon.submit("release")["id"]
        one = self.open_of(run, "FR")
        self.assertIn("Release in FR?", self.daemon.cli("approvals", "list").stdout)
        shown = self.daemon.cli("approvals", "show", str(one)).stdout
        self.assertIn("macro_f1", shown)
        for name, said in (("dora", "another person must approve"), ("emil", "is approved")):
            done = self.daemon.cli("approvals", "approve", str(one), "--comment", "seen", KONTOR_TOKEN=self.token(name))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(said, done.stdout)
        self.assertNotEqual(self.daemon.cli("approvals", "approve", str(one)).returncode, 0)
        self.daemon.post(f"/v1/runs/{run}/cancel", {})
        self.assertEqual(self.daemon.wait_run(run)["state"], "cancelled")
        left = self.daemon.items(f"/v1/approvals?run={run}&country=DE")
        self.assertEqual([each["state"] for each in left], ["withdrawn"])

    def test_what_nobody_decides_is_escalated_and_ends_and_events_tell_of_it(self):
        run = self.daemon.submit("short")["id"]
        ended = self.daemon.wait_run(run)
        self.assertEqual(ended["state"], "failed")
        self.assertEqual(self.daemon.items(f"/v1/approvals?run={run}")[0]["state"], "expired")
        letter = next(each for each in self.daemon.items("/v1/dead-letters?state=open") if each["run"] == run)
        self.assertEqual(letter["failure_class"], "data")
        types = {event["type"] for event in self.daemon.items(f"/v1/events?correlation={ended['correlation']}")}
        self.assertEqual(types, {"kontor.approval.asked", "kontor.approval.escalated", "kontor.approval.decided"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
