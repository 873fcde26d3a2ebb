"""What an operator does with a live daemon: submit once, cancel, discard, schedules, events, the live stream, stop and start."""
import os
import unittest

from kontor_daemon import DaemonTest, wait_for

# Waits for a file that the test makes; the number of its starts stands in another one.
WAIT_FOR_FILE = 'echo started >> "$1.starts"; until [ -e "$1" ]; do sleep 0.05; done'


def held(name, file, tail=""):
    """A workflow whose middle task ends when `file` exists."""
    return f"""workflow: {name}
partition: {{key: country, over: [DE, FR, NO]}}
tasks:
  first: {{uses: noop, per: country}}
  held:
    uses: exec
    after: first
    per: country
    with:
      program: /bin/sh
      args: ["-c", '{WAIT_FOR_FILE}', "sh", "{file}-${{{{ country }}}}"]
  last: {{uses: noop, after: held, per: country}}
{tail}"""


class Operations(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A program keeps a core busy as far as the daemon knows: room for the countries that are held.
        config = cls.write("kontor.yaml", "cores: 4\n")
        cls.daemon = cls.start_daemon(arguments=["--config", config])
        cls.daemon.deploy("quick", "workflow: quick\nparams: {n: {type: integer, default: 1}}\ntasks:\n  one: {uses: noop}\n")

    def hold(self, name):
        """A run whose three countries are held; the path that their files begin with."""
        path = os.path.join(self.folder, name)
        self.daemon.deploy(name, held(name, path))
        run = self.daemon.submit(name)["id"]
        for country in ("DE", "FR", "NO"):
            self.daemon.wait_task(run, "running", task="held", country=country)
        return run, path

    def release(self, path, *countries):
        for country in countries:
            self.write(f"{path}-{country}", "")

    def states(self, run, **only):
        return {
            (task["task"], task["country"]): task["state"] for task in self.daemon.items(f"/v1/runs/{run}/tasks")
            if all(task[name] == value for name, value in only.items())
        }

    # -- once

    def test_a_submission_counts_once_under_its_key(self):
        key = {"Idempotency-Key": "month-2026-11"}
        first = self.daemon.post("/v1/runs", {"workflow": "quick", "params": {"n": 2}}, expect=201, headers=key)
        again = self.daemon.post("/v1/runs", {"workflow": "quick", "params": {"n": 2}}, expect=201, headers=key)
        self.assertEqual(again["id"], first["id"])
        other = self.daemon.request("POST", "/v1/runs", {"workflow": "quick", "params": {"n": 3}}, key)
        self.assertEqual(other.status, 422, other.text)
        self.assertEqual(len(self.daemon.rows("select id from run where workflow = 'quick' and params ->> 'n' = '2'")), 1)

    def test_an_event_counts_once_even_after_a_restart(self):
        listening = "workflow: heard{n}\nparams: {{item: {{type: string}}, required: [item]}}\ntriggers:\n  on-sample:\n" \
                    "    event: shop.sample.taken\n    when: ${{{{ event.data.size > 1 }}}}\n    params: {{item: '${{{{ event.data.item }}}}'}}\n" \
                    "tasks:\n  one: {{uses: noop}}\n"
        self.daemon.deploy("heard1", listening.format(n=1))
        event = {"specversion": "1.0", "id": "s-1", "source": "/shop", "type": "shop.sample.taken", "data": {"size": 2, "item": "lamp"}}
        first = self.daemon.post("/v1/events", event, expect=202)
        self.assertFalse(first["duplicate"])
        delivery, = first["deliveries"]
        self.assertEqual((delivery["workflow"], delivery["trigger"], delivery["state"]), ("heard1", "on-sample", "started"))
        run = self.daemon.wait_run(delivery["run"])
        self.assertEqual((run["state"], run["params"]["item"]), ("succeeded", "lamp"))
        self.assertTrue(self.daemon.post("/v1/events", event, expect=202)["duplicate"])
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        again = self.daemon.post("/v1/events", event, expect=202)
        self.assertTrue(again["duplicate"], again)
        self.assertEqual(len(self.daemon.items("/v1/runs?workflow=heard1")), 1)

        small = self.daemon.post("/v1/events", {**event, "id": "s-2", "data": {"size": 1, "item": "lamp"}}, expect=202)
        self.assertEqual(small["deliveries"][0]["state"], "filtered")
        unmappable = self.daemon.post("/v1/events", {**event, "id": "s-3", "data": {"size": 2}}, expect=202)
        self.assertEqual(unmappable["deliveries"][0]["state"], "dead")
        letter, = self.daemon.items("/v1/dead-letters?workflow=heard1")
        self.assertEqual((letter["kind"], letter["event_id"]), ("delivery", unmappable["id"]))

    # -- cancel

    def test_a_country_is_cancelled_and_the_others_go_on(self):
        run, path = self.hold("cancel-country")
        self.daemon.post(f"/v1/runs/{run}/cancel", {"country": "FR", "reason": "no licence"}, expect=202)
        self.daemon.wait_task(run, "cancelled", task="last", country="FR")
        self.release(path, "DE", "NO")
        self.daemon.wait_run(run)
        self.assertEqual(self.states(run, country="FR"), {("first", "FR"): "succeeded", ("held", "FR"): "cancelled", ("last", "FR"): "cancelled"})
        self.assertEqual(self.states(run, task="last", state="succeeded"), {("last", "DE"): "succeeded", ("last", "NO"): "succeeded"})

    def test_a_task_of_one_country_is_cancelled(self):
        run, path = self.hold("cancel-task")
        answer = self.daemon.post(f"/v1/runs/{run}/cancel", {"country": "DE", "task": "held"}, expect=202)
        self.assertEqual(answer["cancelled"], 1)
        self.release(path, "FR", "NO")
        self.daemon.wait_run(run)
        self.assertEqual(self.states(run, task="held"), {("held", "DE"): "cancelled", ("held", "FR"): "succeeded", ("held", "NO"): "succeeded"})

    def test_a_run_is_cancelled_with_its_programs(self):
        run, path = self.hold("cancel-run")
        self.daemon.post(f"/v1/runs/{run}/cancel", {"reason": "wrong month"}, expect=202)
        ended = self.daemon.wait_run(run)
        self.assertEqual(ended["state"], "cancelled")
        self.assertIn("wrong month", ended["reason"])
        self.assertEqual(set(self.states(run, task="held").values()), {"cancelled"})
        wait_for("its programs have ended", lambda: not self._processes_with(path), 30)
        again = self.daemon.request("POST", f"/v1/runs/{run}/cancel", {})
        self.assertEqual(again.status, 409, again.text)

    def _processes_with(self, text):
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    line = file.read()
            except OSError:
                continue  # ended meanwhile
            if text.encode() in line and int(process) != os.getpid():
                found.append(process)
        return found

    # -- dead letters, schedules

    def test_a_dead_letter_is_discarded_with_a_reason(self):
        self.daemon.deploy("broken", "workflow: broken\ntasks:\n  one: {uses: exec, with: {program: /bin/sh, args: ['-c', 'exit 78']}}\n")
        run = self.daemon.submit("broken")["id"]
        self.assertEqual(self.daemon.wait_run(run)["state"], "failed")
        letter, = self.daemon.items("/v1/dead-letters?workflow=broken&state=open")
        self.assertEqual(self.daemon.request("POST", f"/v1/dead-letters/{letter['id']}/discard", {}).status, 422)
        closed = self.daemon.post(f"/v1/dead-letters/{letter['id']}/discard", {"reason": "a test"}, expect=200)
        self.assertEqual(closed["state"], "discarded")
        self.assertTrue(closed["closed_reason"].startswith("a test"), closed["closed_reason"])
        self.assertEqual(self.daemon.request("POST", f"/v1/dead-letters/{letter['id']}/redrive", {}).status, 409)
        self.assertEqual(self.daemon.items("/v1/dead-letters?workflow=broken&state=open"), [])

    def test_a_schedule_is_paused_resumed_and_run_now(self):
        self.daemon.deploy("timed", "workflow: timed\ntriggers:\n  yearly: {cron: '@yearly', timezone: Europe/Luxembourg}\ntasks:\n  one: {uses: noop}\n")

        def shown():
            schedule, = [one for one in self.daemon.items("/v1/schedules") if one["workflow"] == "timed"]
            return schedule

        self.assertFalse(shown()["paused"])
        self.assertTrue(shown()["next_tick"].endswith("-12-31T23:00:00.000000Z"), shown())
        self.daemon.post("/v1/schedules/timed/yearly/pause", expect=200)
        self.assertTrue(shown()["paused"])
        run = self.daemon.post("/v1/schedules/timed/yearly/run", expect=201)
        self.assertEqual(self.daemon.wait_run(run["id"])["state"], "succeeded")
        self.daemon.post("/v1/schedules/timed/yearly/resume", expect=200)
        self.assertFalse(shown()["paused"])
        self.assertEqual(self.daemon.request("POST", "/v1/schedules/timed/monthly/pause", {}).status, 404)

    def test_a_schedule_fires_by_the_clock(self):
        self.daemon.deploy("often", "workflow: often\ntriggers:\n  second: {cron: '* * * * * *'}\ntasks:\n  one: {uses: noop}\n")
        wait_for("two ticks", lambda: len(self.daemon.items("/v1/runs?workflow=often&state=succeeded")) >= 2, 30)
        self.daemon.post("/v1/schedules/often/second/pause", expect=200)
        ticks = self.daemon.rows("select cause ->> 'tick' as tick, count(*) as n from run where workflow = 'often' group by 1")
        self.assertEqual({row["n"] for row in ticks}, {1}, ticks)

    # -- the live stream, stop and start

    def test_the_stream_goes_on_where_it_was_and_says_when_it_cannot(self):
        stream = self.daemon.stream()
        self.assertEqual(stream.status, 200)

        def changes_of(run, state, stream, resync=False):
            """Reads until the run is in `state`; the id of that message. A client that is told to resync reads its page again."""
            while (message := stream.next()) is not None:
                event, position, data = message
                self.assertTrue(event != "resync" or resync, message)
                if event == "resync" and self.daemon.wait_run(run, states=(state,)):
                    return position
                if event == "change" and any(one["id"] == run and one["state"] == state for one in data["runs"]):
                    return position
            raise AssertionError(f"the stream ended before run {run} was {state}")

        first = self.daemon.submit("quick")["id"]
        changes_of(first, "succeeded", stream, resync=True)
        second = self.daemon.submit("quick")["id"]
        position = changes_of(second, "succeeded", stream, resync=True)
        stream.close()
        missed = self.daemon.submit("quick")["id"]
        self.daemon.wait_run(missed)
        resumed = self.daemon.stream(last_event_id=position)
        changes_of(missed, "succeeded", resumed)
        self.assertEqual(self.daemon.stop(), 0)
        while resumed.next() is not None:
            pass  # it ends with the daemon
        resumed.close()

        self.daemon.start()
        after_restart = self.daemon.stream(last_event_id=position)
        self.assertEqual(after_restart.next()[0], "resync")
        third = self.daemon.submit("quick")["id"]
        changes_of(third, "succeeded", after_restart, resync=True)
        after_restart.close()

    def test_a_stop_interrupts_what_runs_and_a_start_goes_on(self):
        run, path = self.hold("stopped")
        self.release(path, "DE")
        self.daemon.wait_task(run, "succeeded", task="last", country="DE")
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log_tail())
        self.assertEqual(self._processes_with(path), [])
        self.assertFalse(os.path.exists(os.path.join(self.daemon.data, "postgres/data/postmaster.pid")))

        self.daemon.start()
        for country in ("FR", "NO"):
            self.daemon.wait_task(run, "running", task="held", country=country)
        self.release(path, "FR", "NO")
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")
        starts = {}
        for country in ("DE", "FR", "NO"):
            with open(f"{path}-{country}.starts", encoding="ascii") as file:
                starts[country] = len(file.readlines())
        self.assertEqual(starts, {"DE": 1, "FR": 2, "NO": 2})
        task = self.daemon.wait_task(run, "succeeded", task="held", country="FR")
        self.assertEqual(task["attempt"], 1)
        attempts = self.daemon.items(f"/v1/tasks/{task['id']}/attempts")
        self.assertEqual([(one["attempt"], one["outcome"]) for one in attempts], [(1, "interrupted"), (1, "succeeded")])
        self.assertEqual(self.daemon.items("/v1/dead-letters?workflow=stopped"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
