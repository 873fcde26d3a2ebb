"""Who may do what on a live daemon: tokens by role and country, revoked in open streams, the record, keys."""
import unittest

from kontor_daemon import DaemonTest, Stream, run_program

BY_COUNTRY = """workflow: by-country
params: {countries: {type: array, items: {type: string}, default: [DE, FR]}}
partition: {key: country, over: "${{ params.countries }}"}
tasks:
  one: {uses: noop, per: country}
"""


class Access(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon()
        cls.daemon.deploy("by-country", BY_COUNTRY)
        cls.daemon.deploy("whole", "workflow: whole\ntasks:\n  one: {uses: noop}\n")

    def token(self, name, role, countries):
        made = self.daemon.post("/v1/tokens", {"name": name, "role": role, "countries": countries, "reason": "a test"}, expect=201)
        return made["id"], made["secret"]

    def ask(self, secret, method, path, body=None, **headers):
        return self.daemon.request(method, path, body, headers={"Authorization": f"Bearer {secret}", **headers})

    def test_a_scoped_operator_sees_and_touches_only_his_countries(self):
        _, german = self.token("german", "operator", ["DE"])
        both = self.daemon.submit("by-country")["id"]
        whole = self.daemon.submit("whole")["id"]
        for run in (both, whole):
            self.daemon.wait_run(run)
        self.assertEqual(self.ask(german, "GET", f"/v1/runs/{whole}").status, 404)
        seen = self.ask(german, "GET", f"/v1/runs/{both}").json
        self.assertEqual(seen["countries"], ["DE"])
        self.assertEqual(seen["totals"], {"succeeded": 1})
        tasks = self.ask(german, "GET", f"/v1/runs/{both}/tasks").json["items"]
        self.assertEqual([task["country"] for task in tasks], ["DE"])
        french = next(task for task in self.daemon.items(f"/v1/runs/{both}/tasks") if task["country"] == "FR")
        for path in (f"/v1/tasks/{french['id']}", f"/v1/tasks/{french['id']}/attempts", f"/v1/tasks/{french['id']}/logs",
                     "/v1/countries/FR/leaderboard"):
            self.assertEqual(self.ask(german, "GET", path).status, 404, path)
        refused = self.ask(german, "POST", "/v1/runs", {"workflow": "by-country"})
        self.assertEqual(refused.status, 403)
        self.assertIn("params.countries", refused.text)
        self.assertEqual(self.ask(german, "POST", "/v1/runs", {"workflow": "whole"}).status, 403)
        mine = self.ask(german, "POST", "/v1/runs", {"workflow": "by-country", "params": {"countries": ["DE"]}})
        self.assertEqual(mine.status, 201, mine.text)
        self.assertEqual(mine.json["cause"]["by"], "german")
        self.assertEqual(self.ask(german, "POST", f"/v1/runs/{both}/cancel", {}).status, 403)
        self.assertEqual(self.ask(german, "POST", f"/v1/runs/{whole}/cancel", {}).status, 404)
        for method, path in (("PUT", "/v1/workflows/whole"), ("GET", "/v1/audit"), ("GET", "/v1/tokens")):
            self.assertEqual(self.ask(german, method, path).status, 403, path)

    def test_a_revoked_token_ends_its_streams_and_opens_nothing(self):
        number, secret = self.token("short", "viewer", "all")
        stream = Stream(self.daemon.port, secret, "/v1/stream")
        self.assertEqual(stream.status, 200)
        self.assertEqual(self.ask(secret, "GET", "/v1/runs").status, 200)
        self.daemon.post(f"/v1/tokens/{number}/revoke", {"reason": "gone"}, expect=200)
        self.assertEqual(self.ask(secret, "GET", "/v1/runs").status, 401)
        # What was sent before may still come; then the stream ends, or this fails after five seconds.
        while stream.next(5) is not None:
            pass
        stream.close()

    def test_the_record_says_who_and_why_and_survives_a_kill(self):
        _, secret = self.token("anna", "operator", "all")
        run = self.ask(secret, "POST", "/v1/runs", {"workflow": "whole", "reason": "the month is due"}).json["id"]
        self.ask(secret, "PUT", "/v1/workflows/whole")
        self.daemon.kill()
        self.daemon.start()
        rows = self.daemon.items("/v1/audit?who=anna")
        carried_out = next(row for row in rows if row["status"] == 201)
        self.assertEqual((carried_out["route"], carried_out["resource"], carried_out["reason"], carried_out["role"]),
                         ("POST /v1/runs", f"/v1/runs/{run}", "the month is due", "operator"))
        self.assertEqual(self.ask(secret, "GET", "/v1/runs").status, 200, "tokens outlive the daemon")
        shown = self.daemon.cli("audit", "--who", "anna")
        self.assertIn("the month is due", shown.stdout)

    def test_the_command_line_makes_lists_and_revokes(self):
        made = self.daemon.cli("tokens", "create", "by-cli", "--role", "viewer", "--countries", "DE")
        self.assertEqual(made.returncode, 0, made.stderr)
        secret = made.stdout.strip()
        self.assertRegex(secret, "^kontor_[0-9a-f]{64}$")
        self.assertEqual(self.ask(secret, "GET", "/v1/runs").status, 200)
        listed = self.daemon.cli("tokens", "list").stdout
        line = next(line for line in listed.splitlines() if "by-cli" in line)
        self.assertNotIn(secret[7:], listed)
        self.assertEqual(self.daemon.cli("tokens", "revoke", line.split()[0]).returncode, 0)
        self.assertEqual(self.ask(secret, "GET", "/v1/runs").status, 401)

    def test_keys_of_nothing_are_not_rotated(self):
        answer = self.daemon.request("POST", "/v1/keys/rotate", {"scope": "raw", "country": "XX"})
        self.assertEqual(answer.status, 404, "nothing was ever encrypted for it")
        self.assertEqual(self.daemon.get("/v1/keys")["items"], [])

    def test_an_address_that_others_reach_is_refused_without_a_word_about_it(self):
        refused = run_program(["serve", "--address", "0.0.0.0", "--port", "0", "--data", self.folder + "/exposed"])
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--plain-http", refused.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
