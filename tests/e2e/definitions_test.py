"""Definitions as files: a watched folder, templates, the time limits of tasks. The real daemon."""
import json
import os
import unittest

from kontor_daemon import DaemonTest, wait_for

TEMPLATED = """workflow: blocks
templates:
  pair:
    params: {text: {type: string}, required: [text]}
    tasks:
      say: {uses: exec, with: {program: /bin/sh, args: ["-c", "printf '{\\"text\\":\\"%s\\"}' \\"$1\\" >\\"$KONTOR_OUTPUT\\"", sh, "${{ template.text }}"]}}
      again:
        uses: exec
        after: say
        with: {program: /bin/sh, args: ["-c", "printf '{\\"text\\":\\"%s\\"}' \\"$1\\" >\\"$KONTOR_OUTPUT\\"", sh, "${{ tasks.say.outputs.text }} again"]}
tasks:
  one: {use: pair, with: {text: first}}
  two: {use: pair, after: one, with: {text: second}}
"""


class Definitions(DaemonTest):
    def setUp(self):
        self.files = os.path.join(self.folder, self.id())
        os.mkdir(self.files)

    def put(self, name, text):
        """As an editor does it: the whole file at once, under another name first."""
        os.replace(self.write(os.path.join(self.files, name + ".new"), text), os.path.join(self.files, name))

    def state(self, daemon, name):
        told = {each["file"]: each for each in daemon.get("/v1/folder")["files"]}
        return told.get(name, {"state": "none"})

    def until(self, daemon, name, state, seconds=30):
        wait_for(f"{name} is {state}", lambda: self.state(daemon, name)["state"] == state, seconds)

    def test_a_folder_is_watched(self):
        self.put("a.yaml", "workflow: a\ntasks: {x: {uses: noop}}\n")
        self.put("broken.yaml", "workflow: broken\ntasks: {x: {usess: noop}}\n")
        daemon = self.start_daemon(workflows=self.files)
        self.assertEqual(self.state(daemon, "a.yaml")["state"], "in_force")
        self.assertEqual(self.state(daemon, "broken.yaml")["state"], "refused")
        shown = daemon.cli("folder")
        self.assertEqual(shown.returncode, 1, shown.stdout)
        self.assertIn("2:13: task 'x' has no key 'usess' (did you mean 'uses'?)", shown.stdout)
        doctor = {check["name"]: check for check in daemon.get("/v1/doctor")["checks"]}
        self.assertEqual((doctor["workflows_folder"]["state"], doctor["workflows_folder"]["found"]), ("warn", ["broken.yaml"]))

        self.put("broken.yaml", "workflow: broken\ntasks: {x: {uses: noop}}\n")
        self.until(daemon, "broken.yaml", "in_force")
        self.assertEqual(daemon.cli("folder").returncode, 0)
        self.put("a.yaml", "workflow: a\ntasks: {x: {uses: noop}, y: {uses: noop, after: x}}\n")
        wait_for("a has two tasks", lambda: len(daemon.get("/v1/workflows/a")["tasks"]) == 2, 30)

        # What people did since stays behind a restart: a definition deployed by hand, a workflow that is retired.
        by_hand = self.write("by-hand/a.yaml", "workflow: a\ntasks: {z: {uses: noop}}\n")
        self.assertEqual(daemon.cli("apply", by_hand).returncode, 0)
        self.assertEqual(daemon.cli("workflows", "retire", "broken", "--reason", "over").returncode, 0)
        daemon.kill()
        daemon.start()
        self.assertEqual([task["name"] for task in daemon.get("/v1/workflows/a")["tasks"]], ["z"])
        self.assertEqual(daemon.request("GET", "/v1/workflows/broken").status, 404)
        self.assertEqual({name: self.state(daemon, name)["state"] for name in ("a.yaml", "broken.yaml")},
                         {"a.yaml": "superseded", "broken.yaml": "superseded"})
        self.put("broken.yaml", "workflow: broken\ntitle: once more\ntasks: {x: {uses: noop}}\n")
        self.until(daemon, "broken.yaml", "in_force")
        self.assertEqual(daemon.get("/v1/workflows/broken")["title"], "once more")
        os.remove(os.path.join(self.files, "broken.yaml"))
        self.until(daemon, "broken.yaml", "none")
        self.assertEqual(daemon.get("/v1/workflows/broken")["title"], "once more")

    def test_templates_run_as_tasks_of_their_own(self):
        self.put("blocks.yaml", TEMPLATED)
        daemon = self.start_daemon(workflows=self.files)
        self.assertEqual([task["name"] for task in daemon.get("/v1/workflows/blocks")["tasks"]], ["one_say", "one_again", "two_say", "two_again"])
        run = daemon.submit("blocks")["id"]
        self.assertEqual(daemon.wait_run(run)["state"], "succeeded")
        said = {task["task"]: task["outputs"]["text"] for task in daemon.items(f"/v1/runs/{run}/tasks")}
        self.assertEqual(said, {"one_say": "first", "one_again": "first again", "two_say": "second", "two_again": "second again"})

    def test_what_takes_too_long_or_begins_too_late_is_dead(self):
        daemon = self.start_daemon(workflows=self.files)
        self.put("limits.yaml", """workflow: limits
tasks:
  long: {uses: exec, with: {program: /bin/sleep, args: ["60"]}, timeout: {total: 2s}, retry: {attempts: 5, backoff: 100ms}}
  again: {uses: exec, with: {program: /bin/false}, timeout: {total: 3s}, retry: {attempts: 99, backoff: 500ms, factor: 1, jitter: none, bug: {attempts: 99}, data: {attempts: 99}}}
  holds: {uses: exec, with: {program: /bin/sleep, args: ["8"]}, pools: {licence: 1}, priority: 9}
  late: {uses: exec, with: {program: /bin/true}, pools: {licence: 1}, timeout: {start: 2s}}
""")
        self.until(daemon, "limits.yaml", "in_force")
        self.assertEqual(daemon.cli("pools", "set", "licence", "1").returncode, 0)
        run = daemon.submit("limits")["id"]
        self.assertEqual(daemon.wait_run(run)["state"], "failed")
        tasks = {task["task"]: task for task in daemon.items(f"/v1/runs/{run}/tasks")}
        self.assertEqual({name: task["state"] for name, task in tasks.items()},
                         {"long": "dead", "again": "dead", "holds": "succeeded", "late": "dead"})
        self.assertIn("timeout.total", tasks["long"]["reason"])
        self.assertIn("timeout.total", tasks["again"]["reason"])
        self.assertGreater(tasks["again"]["attempt"], 1, json.dumps(tasks["again"]))
        self.assertEqual(tasks["late"]["reason"], "it waited 2s for a slot and has not begun (timeout.start)")

    def test_a_result_is_taken_from_an_earlier_run(self):
        daemon = self.start_daemon(workflows=self.files)
        self.put("kept.yaml", """workflow: kept
params: {n: {type: integer, default: 1}}
tasks:
  slow: {uses: exec, cache: true, with: {program: /bin/sh, args: ["-c", 'echo "{\\"at\\": \\"$(date +%s%N)\\", \\"n\\": $1}" >"$KONTOR_OUTPUT"', sh, "${{ params.n }}"]}}
  show: {uses: exec, after: slow, with: {program: /bin/true, args: ["${{ tasks.slow.outputs.at }}"]}}
""")
        self.until(daemon, "kept.yaml", "in_force")

        def slow_of(params):
            run = daemon.submit("kept", params)["id"]
            self.assertEqual(daemon.wait_run(run)["state"], "succeeded")
            return run, {task["task"]: task for task in daemon.items(f"/v1/runs/{run}/tasks")}["slow"]

        first, made = slow_of({})
        daemon.kill()
        daemon.start()
        second, taken = slow_of({})
        self.assertEqual((taken["outputs"], taken["attempt"]), (made["outputs"], 0))
        self.assertIn(f"taken from the cache: run {first} gave it", taken["reason"])
        third, other = slow_of({"n": 2})
        self.assertEqual(other["attempt"], 1)
        self.assertIn(f"of run {first}, with.args[3] was 1, is 2", daemon.cli("explain", third, "--task", "slow").stdout)
        self.assertIn("kept", daemon.cli("cache").stdout)
        self.assertIn("Nothing was changed. Thrown away would be 2 results", daemon.cli("cache", "clear", "kept", "--dry-run").stdout)
        self.assertEqual(daemon.cli("cache", "clear", "kept", "--reason", "a test").returncode, 0)
        self.assertEqual(slow_of({})[1]["attempt"], 1)
        refused = daemon.put_workflow("w", "workflow: w\ntasks: {x: {uses: notify.send, cache: true, with: {text: x}}}\n")
        self.assertEqual(refused.status, 422)
        self.assertIn("a result of 'notify.send' cannot stand for a later one", refused.text)


if __name__ == "__main__":
    unittest.main()
