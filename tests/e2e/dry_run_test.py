"""Every command that changes something says with --dry-run what it would do, and changes nothing."""
import json
import unittest

from kontor_daemon import DaemonTest, wait_for

SMALL = """
workflow: small
params:
  size: {type: integer, default: 3}
concurrency: {group: small, limit: 1, on_conflict: replace}
triggers:
  nightly: {cron: "0 3 1 1 *", timezone: UTC}
  ordered: {event: shop.ordered, params: {size: "${{ event.data.size }}"}}
  arrived: {file: "DE/small/*.csv"}
tasks:
  one: {uses: noop}
"""
WAITING = "workflow: waiting\nconcurrency: {group: small, limit: 1, on_conflict: replace}\ntasks:\n  ask: {uses: approval, with: {title: May it go on}}\n"
BROKEN = "workflow: broken\ntasks:\n  fail: {uses: exec, with: {program: /bin/false}, retry: {attempts: 1}}\n"
# The record and answers under a key are kept of a dry run, too; the lease goes on by itself.
OWN_WAYS = ("audit", "idempotency", "conductor")


class DryRun(DaemonTest):
    def everything(self):
        """What all tables hold."""
        tables = [row["name"] for row in self.daemon.rows(
            "select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace order by 1")]
        return self.daemon.rows(" union all ".join(
            f"select '{name}' as name, md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' order by t::text)) as sum from {name} t"
            for name in tables if name not in OWN_WAYS))

    def say(self, *arguments, would):
        before = self.everything()
        done = self.daemon.cli(*arguments, "--dry-run")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Nothing was", done.stdout, arguments)
        self.assertIn(would, done.stdout)
        self.assertEqual(self.everything(), before, arguments)
        shown = self.daemon.cli(*arguments, "--dry-run", "-o", "json")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertEqual(self.everything(), before, arguments)
        return json.loads(shown.stdout)

    def test_nothing_is_changed_that_was_only_asked_for(self):
        self.daemon = daemon = self.start_daemon()
        for name, text in (("small", SMALL), ("waiting", WAITING), ("broken", BROKEN)):
            daemon.deploy(name, text)
        going = daemon.submit("waiting")["id"]
        daemon.wait_task(going, "awaiting")
        for _ in range(3):
            run = daemon.submit("broken")["id"]
            self.assertEqual(daemon.wait_run(run)["state"], "failed")
        letters = [letter["id"] for letter in daemon.items("/v1/dead-letters")]
        self.assertEqual(len(letters), 3)

        foreseen = self.say("run", "small", would="begin at once, in place of run " + str(going))
        self.assertEqual((foreseen["params"], foreseen["cancels"], foreseen["tasks"]), ({"size": 3}, [going], ["one"]))
        refused = daemon.cli("run", "small", "-p", "size=big", "--dry-run")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("/params/size", refused.stderr)

        self.say("schedules", "pause", "small", "nightly", would="would be paused")
        self.say("schedules", "resume", "small", "nightly", would="would be active")
        self.say("schedules", "run", "small", "nightly", would="A run of small would begin at once")

        heard = self.say("events", "send", "shop.ordered", "--data", '{"size": 7}', would="small/ordered: started: with params")
        self.assertIn('{"size":7}', heard["deliveries"][0]["reason"])
        batch = daemon.request(
            "POST", "/v1/events?dry_run=true", json.dumps([{"specversion": "1.0", "id": "1", "source": "/shop", "type": "shop.ordered", "data": {"size": 1}}]),
            {"Content-Type": "application/cloudevents-batch+json"})
        self.assertEqual((batch.status, batch.json["items"][0]["dry_run"]), (200, True), batch.text)

        # What was only asked for is no answer to the same in earnest.
        key = {"Idempotency-Key": "asked-before"}
        event = {"specversion": "1.0", "id": "2", "source": "/shop", "type": "nobody.listens"}
        self.assertEqual(daemon.request("POST", "/v1/events?dry_run=true", event, key).status, 200)
        self.assertEqual(daemon.request("POST", "/v1/events", event, key).status, 422)
        self.assertEqual(daemon.request("POST", "/v1/workflows/small/retire", {"dry_run": True}, key | {"Idempotency-Key": "r"}).status, 200)
        self.assertEqual(daemon.request("POST", "/v1/runs", {"workflow": "small", "dry_run": True}, {"Idempotency-Key": "run"}).status, 200)
        self.assertEqual(daemon.request("POST", "/v1/runs", {"workflow": "small"}, {"Idempotency-Key": "run"}).status, 422)

        table = self.write("rows.csv", "a,b\n1,2\n")
        self.say("files", "send", "DE", table, "--as", "small/rows.csv", would="small: started, with params")
        samples = self.write("samples.ndjson", '{"country": "DE", "item": "A-1", "version": 1, "code": "1.03", "columns": {"title": "Kessel"}}\n')
        self.assertEqual(self.say("samples", "push", samples, would="1 line: 1 new")["accepted"], 1)

        self.say("tokens", "create", "anna", "--role", "reviewer", "--countries", "DE,FR", would="anna would be reviewer of the countries")
        taken = daemon.cli("tokens", "create", "token", "--dry-run")
        self.assertNotIn("kontor_", taken.stdout)
        self.assertEqual(daemon.cli("tokens", "create", "berta").returncode, 0)
        token = [each["id"] for each in daemon.items("/v1/tokens") if each["name"] == "berta"][0]
        self.say("tokens", "revoke", token, would="Token berta would be revoked")
        self.assertEqual(daemon.cli("tokens", "create", "berta", "--dry-run").returncode, 1, "the name is taken")

        self.say("dlq", "discard", letters[0], "--reason", "a test", would="would be discarded")
        self.assertEqual(daemon.get(f"/v1/dead-letters/{letters[0]}")["state"], "open")
        job = daemon.post("/v1/dead-letters/redrive", {"workflow": "broken", "per_minute": 1}, expect=202)["id"]
        wait_for("the first one is tried and fails again", lambda: daemon.rows("select 1 as one from dead_letter where state <> 'open'"), 30)
        for run in daemon.items("/v1/runs?workflow=broken"):
            daemon.wait_run(run["id"])
        self.say("dlq", "stop", job, would="would stop after 1 of 3")
        self.assertEqual(daemon.get(f"/v1/dead-letter-jobs/{job}")["state"], "running")

        sent = daemon.cli("files", "send", "DE", table, "--as", "other.csv")
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.say("keys", "rotate", would="keys would be replaced")

        record = [entry for entry in daemon.items("/v1/audit") if entry["dry_run"]]
        self.assertGreaterEqual(len({entry["route"] for entry in record}), 10, "who asked is on record")


if __name__ == "__main__":
    unittest.main()
