"""What starts runs: gathered and repeated events, files in the inbox, other workflows' ends, ticks; over REST and the command line, across kills."""
import json
import os
import time
import unittest

from kontor_daemon import DaemonTest, wait_for

GATHERS = """workflow: gathers
params: {all: {type: array, default: []}, key: {type: string, default: ""}}
triggers:
  orders:
    event: shop.order.*
    when: ${{ event.data.n > 0 }}
    dedupe: {key: "${{ event.data.n }}", window: 1h}
    batch: {count: 3, within: 1h, key: "${{ event.data.country }}"}
    params: {all: "${{ batch.data }}", key: "${{ batch.key }}"}
tasks:
  one: {uses: noop}
"""


def order(number, country="DE", **more):
    return {"specversion": "1.0", "id": f"o-{number}-{country}", "source": "/shop", "type": "shop.order.placed",
            "data": {"n": number, "country": country}, **more}


class Triggers(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon()

    def post(self, event):
        return self.daemon.post("/v1/events", event, expect=202)

    def runs(self, workflow):
        return self.daemon.items(f"/v1/runs?workflow={workflow}")

    def cli(self, *arguments):
        done = self.daemon.cli(*arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_a_batch_survives_kills_and_is_explained(self):
        self.daemon.deploy("gathers", GATHERS)
        first = self.post(order(1))
        self.assertEqual(first["deliveries"][0]["state"], "pending", first)
        self.daemon.kill()
        self.daemon.start()
        self.post(order(2, traceparent="00-1"))
        self.assertEqual(self.post({**order(2), "id": "again"})["deliveries"][0]["state"], "duplicate")
        self.assertEqual(self.post(order(0))["deliveries"][0]["state"], "filtered")
        self.assertEqual(self.runs("gathers"), [])
        sentence = self.cli("events", "explain", first["id"])
        self.assertIn("gathers/orders waits: 2 of 3 events are gathered under the key 'DE'", sentence)
        self.daemon.kill()
        self.daemon.start()
        full = self.post(order(3))["deliveries"][0]
        self.assertEqual(full["state"], "started")
        run = self.daemon.wait_run(full["run"])
        self.assertEqual([item["n"] for item in run["params"]["all"]], [1, 2, 3])
        self.assertEqual(run["params"]["key"], "DE")
        explained = self.daemon.get(f"/v1/events/{first['id']}/explain")
        told = {(one["workflow"], one["trigger"]): one for one in explained["triggers"]}
        self.assertEqual(told["gathers", "orders"]["run"], run["id"])
        self.assertIn("started run", told["gathers", "orders"]["sentence"])

    def test_an_event_comes_in_every_mode_and_is_replayed(self):
        self.daemon.deploy("hears", "workflow: hears\nparams: {n: {type: integer}}\ntriggers:\n  t: {event: t.mode, params: {n: '${{ event.data }}'}}\ntasks:\n  one: {uses: noop}\n")
        head = {"ce-specversion": "1.0", "ce-id": "m1", "ce-source": "/s", "ce-type": "t.mode"}
        binary = self.daemon.post("/v1/events", 7, expect=202, headers=head)
        self.assertEqual(binary["deliveries"][0]["state"], "started", binary)
        batch = [{"specversion": "1.0", "id": name, "source": "/s", "type": "t.mode", "data": 8} for name in ("m1", "m2", "m3")]
        answer = self.daemon.post("/v1/events", batch, expect=202, headers={"Content-Type": "application/cloudevents-batch+json"})
        self.assertEqual([one["duplicate"] for one in answer["items"]], [True, False, False])
        self.assertEqual(sorted(run["params"]["n"] for run in self.runs("hears")), [7, 8, 8])
        dry = self.daemon.post(f"/v1/events/{binary['id']}/replay", {"dry_run": True}, expect=200)
        self.assertEqual(dry["items"][0]["deliveries"][0]["state"], "started")
        self.assertIn('"n":7', dry["items"][0]["deliveries"][0]["reason"])
        self.assertEqual(len(self.runs("hears")), 3)
        again = self.daemon.post("/v1/events/replay", {"type": "t.mode", "workflow": "hears"}, expect=202)
        self.assertEqual(len(again["items"]), 3)
        self.assertEqual(len(self.runs("hears")), 6)
        self.assertIn(f"Event {binary['id']} replayed as", self.cli("events", "replay", binary["id"]))
        self.assertIn("replay of", self.cli("events", "show", again["items"][0]["event"]))
        missing = self.daemon.request("POST", "/v1/events/replay", {"events": [999999], "dry_run": True})
        self.assertEqual(missing.status, 404, missing.text)
        sent = self.cli("events", "send", "t.mode", "--data", "9")
        self.assertIn("hears/t: started", sent)

    def test_a_mapping_that_fails_is_a_dead_letter_of_the_whole_batch(self):
        broken = GATHERS.replace("gathers", "broken").replace("batch.key }}", "batch.kay }}").replace("shop.order.*", "shop.broken")
        refused = self.daemon.put_workflow("broken", broken)
        self.assertEqual(refused.status, 422, refused.text)
        self.assertIn("batch has no member 'kay'", refused.text)
        broken = GATHERS.replace("gathers", "broken").replace("shop.order.*", "shop.broken").replace("${{ batch.data }}", "${{ event.data.all }}")
        self.daemon.deploy("broken", broken)
        for number in (1, 2, 3):
            self.post(order(number, type="shop.broken", id=f"b-{number}"))
        letter, = self.daemon.items("/v1/dead-letters?workflow=broken&state=open")
        self.assertEqual(letter["kind"], "delivery")
        self.assertIn("event.data has no member 'all'", letter["reason"])
        self.daemon.deploy("broken", GATHERS.replace("gathers", "broken").replace("shop.order.*", "shop.broken"))
        redriven = self.daemon.post(f"/v1/dead-letters/{letter['id']}/redrive", {}, expect=202)
        run = self.daemon.wait_run(redriven["run"])
        self.assertEqual([item["n"] for item in run["params"]["all"]], [1, 2, 3])

    def test_a_file_in_the_inbox_becomes_an_object_and_starts_a_run(self):
        self.daemon.deploy("files", "workflow: files\nparams: {file: {type: object}}\ntriggers:\n  t: {file: 'DE/*.csv', params: {file: '${{ event.data.object }}'}}\n"
                                    "  any: {file: '**', when: '${{ event.data.country == ''FR'' }}'}\ntasks:\n  one: {uses: noop}\n")
        inbox = os.path.join(self.daemon.data, "inbox")
        os.makedirs(os.path.join(inbox, "DE"))
        unfinished = os.path.join(inbox, "DE", "prices 1.csv.part")
        with open(unfinished, "w") as file:
            file.write("item,price\n1,2\n")
        self.write(os.path.join(inbox, "notes.txt"), "for nobody")
        wait_for("the other file is taken", lambda: not os.path.exists(os.path.join(inbox, "notes.txt")), 60)
        self.assertTrue(os.path.exists(unfinished))
        os.rename(unfinished, unfinished[:-5])
        wait_for("a run", lambda: self.runs("files"), 60)
        run, = self.runs("files")
        self.assertEqual(run["params"]["file"]["bytes"], 15)
        key = run["params"]["file"]["key"]
        self.assertTrue(key.startswith("inbox/") and key.endswith("prices_1.csv"), key)
        stored, = self.daemon.items(f"/v1/objects?prefix={key}")
        self.assertEqual((stored["country"], stored["bytes"], stored["run"]), ("DE", 15, None))
        with open(os.path.join(self.daemon.data, "objects", key), "rb") as file:
            self.assertNotIn(b"price", file.read())
        wait_for("the file is gone from the inbox", lambda: not os.path.exists(unfinished[:-5]), 30)
        events = self.daemon.items("/v1/events?type=kontor.file.arrived")
        self.assertEqual({event["subject"] for event in events}, {"notes.txt", "DE/prices 1.csv"})
        notes, = [event for event in events if event["subject"] == "notes.txt"]
        self.assertIn("it waits for files like DE/*.csv, and this one is notes.txt", self.cli("events", "explain", notes["id"]))

    def test_the_end_of_one_workflow_starts_another(self):
        self.daemon.deploy("after", "workflow: after\nparams: {of: {type: integer}}\ntriggers:\n  t: {on: {workflow: before}, params: {of: '${{ event.data.run }}'}}\ntasks:\n  one: {uses: noop}\n")
        self.daemon.deploy("before", "workflow: before\ntasks:\n  one: {uses: noop}\n")
        run = self.daemon.submit("before")["id"]
        wait_for("the next run", lambda: self.runs("after"), 30)
        after, = self.runs("after")
        self.assertEqual(after["params"]["of"], run)
        self.assertEqual(after["correlation"], self.daemon.get(f"/v1/runs/{run}")["correlation"])

    def test_schedules_are_previewed_and_an_interval_skips_while_its_run_goes(self):
        shown = self.daemon.get("/v1/schedules/preview?cron=30%202%20*%20*%20*&timezone=Europe/Luxembourg&from=2027-03-26T12:00:00Z&count=3&zones=Asia/Tokyo,UTC")
        self.assertEqual([one["at"][:16] for one in shown["items"]], ["2027-03-27T01:30", "2027-03-28T01:00", "2027-03-29T00:30"])
        self.assertIn("the clock jumps over", shown["items"][1]["note"])
        self.assertEqual(shown["items"][0]["zones"]["Asia/Tokyo"], "2027-03-27T10:30:00+09:00")
        self.assertGreater(len(self.daemon.get("/v1/schedules/preview?cron=@daily&zones=all&count=1")["items"][0]["zones"]), 300)
        begun = time.monotonic()
        refused = self.daemon.request("GET", "/v1/schedules/preview?cron=0%200%2030%202%20*")
        self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(refused.status, 422, refused.text)
        self.assertIn("at character 5: no date ever matches", refused.text)
        table = self.cli("schedule", "preview", "--cron", "0 2 1 * *", "--timezone", "Europe/Luxembourg", "--business-days", "after",
                         "--from", "2026-07-15T00:00:00Z", "--count", "2")
        self.assertIn("moved from 2026-08-01, which is no working day", table)
        self.daemon.deploy("busy", "workflow: busy\ntriggers:\n  t: {every: 1s, overlap: skip}\ntasks:\n  one: {uses: sleep, with: {for: 1h}}\n")

        def schedule():
            return next(one for one in self.daemon.items("/v1/schedules") if one["workflow"] == "busy")

        wait_for("a tick is let go", lambda: "(overlap: skip)" in schedule()["last_result"], 30)
        self.assertEqual(len(self.runs("busy")), 1)
        self.assertEqual(schedule()["cron"], "@every 1s")
        self.assertEqual(len(self.cli("schedule", "preview", "busy", "t", "--count", "4").splitlines()), 5)
        self.daemon.kill()
        self.daemon.start()
        wait_for("ticks after the restart", lambda: "(overlap: skip)" in schedule()["last_result"], 30)
        self.assertEqual(len(self.runs("busy")), 1)
        listed = json.loads(self.cli("schedules", "-o", "json"))["items"]
        self.assertIn("busy", {one["workflow"] for one in listed})


if __name__ == "__main__":
    unittest.main()
