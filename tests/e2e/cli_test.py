"""Every client command against a live daemon that has run a small campaign: as a table, as JSON, and its exit status."""
import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import unittest

from kontor_daemon import BINARY, DaemonTest, load_demo_data, wait_for

OK, FAILED, CANCELLED, WRONG_USAGE, UNREACHABLE = 0, 1, 2, 64, 69
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})? (\S+)$')


class CommandLine(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 450)
        cls.daemon.start()
        cls.done = cls.daemon.cli(
            "run", "train", "--wait", "-p", 'countries=["DE","LU"]', "-p", "trials=2", "-p", "period=2026-11", "--correlation", "november"
        )
        cls.daemon.wait_campaign("november", 180)
        cls.daemon.deploy("fails", "workflow: fails\ntasks:\n  one: {uses: exec, with: {program: /bin/sh, args: ['-c', 'echo oh; exit 78']}}\n")
        cls.daemon.deploy("waits", "workflow: waits\ntasks:\n  one: {uses: sleep, with: {for: 1h}}\n")

    def cli(self, *arguments, status=OK):
        done = self.daemon.cli(*arguments)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def listed(self, *arguments, header, parts):
        """The list as a table and as JSON; the JSON's items."""
        table = self.cli(*arguments)
        self.assertEqual(table.stdout.splitlines()[0].split()[:len(header)], header)
        for part in parts:
            self.assertIn(part, table.stdout)
        self.assertEqual(table.stderr, "")
        items = json.loads(self.cli(*arguments, "-o", "json").stdout)["items"]
        self.assertEqual(len(items), len(table.stdout.splitlines()) - 1, table.stdout)
        return items

    def test_run_wait_ends_with_the_outcome(self):
        self.assertEqual(self.done.returncode, OK, self.done.stdout + self.done.stderr)
        self.assertRegex(self.done.stdout, r"Run \d+ succeeded after")
        self.assertIn("tune: 4/4 (4 succeeded)", self.done.stdout)
        failed = self.cli("run", "fails", "--wait", status=FAILED)
        self.assertIn("failed after", failed.stdout)
        self.assertIn("kontor dlq list", failed.stderr)
        as_json = self.cli("run", "fails", "--wait", "-o", "json", status=FAILED)
        self.assertEqual(json.loads(as_json.stdout)["state"], "failed")

    def test_run_wait_of_a_cancelled_run(self):
        run = json.loads(self.cli("run", "waits", "-o", "json", "--idempotency-key", "w").stdout)["id"]
        again = self.cli("run", "waits", "--idempotency-key", "w")
        self.assertEqual(again.stdout, f"{run}\n")
        self.assertIn(f"Run {run} ", again.stderr)
        self.assertIn("Cancelled 1 task of", self.cli("cancel", run, "--reason", "enough").stdout)
        self.assertIn("cancelled", self.cli("run", "waits", "--wait", "--idempotency-key", "w", status=CANCELLED).stdout)

    def test_what_cannot_be_asked(self):
        self.assertIn("did you mean 'train'?", self.cli("run", "trian", status=FAILED).stderr)
        self.assertIn("/params/trials", self.cli("run", "train", "-p", "trials=many", status=FAILED).stderr)
        self.assertIn("did you mean 'runs'?", self.cli("runz", status=WRONG_USAGE).stderr)
        self.assertTrue(self.cli("runs", "show", "999999999", status=FAILED).stderr.startswith("kontor: "))
        unreachable = self.daemon.cli("--url", "http://127.0.0.1:1", "runs")
        self.assertEqual(unreachable.returncode, UNREACHABLE)
        self.assertIn("no daemon answers", unreachable.stderr)
        refused = self.daemon.cli("runs", KONTOR_TOKEN="kontor_wrong")
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("token", refused.stderr)

    def test_runs_and_their_tasks(self):
        runs = self.listed("runs", "--correlation", "november", header=["ID", "WORKFLOW", "STATE"], parts=["train", "succeeded", "november"])
        by_workflow = {}
        for run in runs:
            by_workflow.setdefault(run["workflow"], []).append(run)
        self.assertEqual({name: len(some) for name, some in by_workflow.items()}, {"train": 1, "evaluate": 2, "infer": 4})
        train = by_workflow["train"][0]["id"]
        shown = self.cli("runs", "show", train).stdout
        for part in ("november", "tune", "4/4", "succeeded"):
            self.assertIn(part, shown)
        self.assertEqual(json.loads(self.cli("runs", "show", train, "-o", "json").stdout)["state"], "succeeded")
        tasks = self.listed("tasks", train, "--country", "DE", header=["ID", "TASK", "COUNTRY"], parts=["tune", "DE"])
        self.assertEqual({task["country"] for task in tasks}, {"DE"})
        prepare, = [task for task in tasks if task["task"] == "prepare"]
        self.assertIn("quarantine", self.cli("logs", prepare["id"]).stdout)
        lines = [json.loads(line) for line in self.cli("logs", prepare["id"], "-o", "json").stdout.splitlines()]
        self.assertEqual({line["attempt"] for line in lines}, {1})

    def test_logs_of_a_run_are_searched(self):
        train = [run for run in self.daemon.items("/v1/runs?workflow=train") if run["correlation"] == "november"][0]["id"]
        found = [json.loads(line) for line in self.cli("logs", "--run", train, "--country", "DE", "--grep", "QUARANTINE", "-o", "json").stdout.splitlines()]
        self.assertTrue(found)
        self.assertEqual({line["country"] for line in found}, {"DE"})
        self.assertTrue(all("quarantine" in line["text"].lower() for line in found), found)
        self.assertIn("DE prepare", self.cli("logs", "--run", train, "--task", "prepare").stdout)
        self.assertEqual(self.cli("logs", "--run", train, "--grep", "no such text").stdout, "")
        self.assertIn("say whose log", self.cli("logs", status=WRONG_USAGE).stderr)
        self.cli("logs", "--run", train, "--follow", status=WRONG_USAGE)

    def test_a_secret_that_a_task_prints_is_not_kept(self):
        token = self.daemon.token
        self.daemon.deploy("leaks", "workflow: leaks\ntasks:\n  one: {uses: exec, with: {program: /bin/sh, args: "
                           f"['-c', 'echo Bearer {token}; echo {token} >&2; exit 78']}}, retry: {{attempts: 1}}}}\n")
        run = self.daemon.wait_run(self.daemon.post("/v1/runs", {"workflow": "leaks"}, expect=201)["id"])
        self.assertEqual(run["state"], "failed")
        # Lines are written apart from the run's state.
        wait_for("its log is written", lambda: "Bearer [secret]" in self.cli("logs", "--run", run["id"]).stdout, 20)
        for table in ("task_log", "task_done", "attempt", "dead_letter"):
            told = self.daemon.rows(f"select reason from {table} where reason like '%{token}%'" if table != "task_log" else
                                    f"select text from task_log where text like '%{token}%'")
            self.assertEqual(told, [], table)

    def test_models_winners_leaderboard_predictions(self):
        models = self.listed("models", header=["ID", "COUNTRY", "FAMILY"], parts=["DE", "LU"])
        self.assertEqual(sorted(model["country"] for model in models), ["DE", "LU"])
        winners = self.listed("winners", header=["COUNTRY", "MODEL"], parts=["DE", "LU"])
        self.assertEqual({one["model"] for one in winners}, {one["id"] for one in models})
        self.assertEqual(json.loads(self.cli("winners", "--at", "2001-01-01T00:00:00Z", "-o", "json").stdout)["items"], [])
        for by in ("quality", "cost", "speed", "size"):
            board = self.listed("leaderboard", "DE", "--by", by, header=["RANK", "MODEL"], parts=["yes"])
            self.assertEqual([one["rank"] for one in board], [1])
            self.assertTrue(all(board[0][what] > 0 for what in ("seconds", "per_second", "bytes")), board)
        predictions = self.listed("predictions", "--correlation", "november", header=["COUNTRY", "ROWS"], parts=["DE", "LU"])
        for one in predictions:
            self.assertEqual(one["rows"], one["classified"] + one["review"])
            self.assertGreater(one["rows"], 200)

    def test_the_house(self):
        status = self.cli("status").stdout
        for part in ("leader", "true", "embedded"):
            self.assertIn(part, status)
        self.assertTrue(json.loads(self.cli("status", "-o", "json").stdout)["leader"])
        workflows = self.listed("workflows", header=["NAME", "TITLE"], parts=["train", "evaluate", "infer"])
        self.assertLessEqual({"train", "evaluate", "infer", "fails", "waits"}, {one["name"] for one in workflows})
        self.listed("schedules", header=["WORKFLOW", "TRIGGER"], parts=["train", "monthly", "Europe/Luxembourg"])
        self.assertIn("is paused", self.cli("schedules", "pause", "train", "monthly").stdout)
        self.assertIn("yes", self.cli("schedules").stdout)
        self.assertIn("is active", self.cli("schedules", "resume", "train", "monthly").stdout)
        events = self.listed("events", "--correlation", "november", header=["ID", "TIME", "TYPE"], parts=["kontor.winner.chosen"])
        counts = {kind: sum(one["type"] == kind for one in events) for kind in {one["type"] for one in events}}
        # Models of few rows leave much to people, or do not: alarms are not what this looks at.
        counts = {kind: count for kind, count in counts.items() if not kind.startswith("kontor.alarm.")}
        self.assertEqual(counts, {"kontor.model.trained": 2, "kontor.winner.chosen": 2, "kontor.predictions.ready": 2})
        path = self.write("applied.yaml", "workflow: applied\ntasks:\n  one: {uses: noop}\n")
        self.assertIn("Workflow applied deployed as version 1", self.cli("apply", path).stdout)
        broken = self.write("broken.yaml", "workflow: broken\ntasks:\n  one: {uses: nop}\n")
        self.assertIn(f"{broken}:3:15", self.cli("apply", broken, status=FAILED).stderr)
        self.assertRegex(self.cli("version").stdout, r"^kontor \d+\.\d+\.\d+$")

    def test_dead_letters(self):
        self.cli("run", "fails", "--wait", status=FAILED)
        letters = self.listed("dlq", "list", "--workflow", "fails", header=["ID", "STATE"], parts=["config", "78"])
        first = letters[0]["id"]
        self.assertIn("config", self.cli("dlq", "show", first).stdout)
        self.assertIn("is on its way again", self.cli("dlq", "redrive", first).stdout)
        self.daemon.wait_run(letters[0]["run"], states=("failed",))
        self.assertTrue(self.cli("dlq", "redrive", first, status=FAILED).stderr.startswith("kontor: "))
        newest = json.loads(self.cli("dlq", "list", "--workflow", "fails", "-o", "json").stdout)["items"][0]["id"]
        self.assertIn("discarded", self.cli("dlq", "discard", newest, "--reason", "known").stdout)

    def fresh_folder(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(path)
        return path

    def on_terminal(self, *arguments, columns=100, rows=24, **environment):
        """What a person sees, through a pseudo-terminal; and the exit status."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        surroundings = {**os.environ, "KONTOR_URL": f"http://127.0.0.1:{self.daemon.port}", "KONTOR_TOKEN": self.daemon.token, "TERM": "xterm", **environment}
        with subprocess.Popen([BINARY, *[str(each) for each in arguments]], stdin=slave, stdout=slave, stderr=slave, env=surroundings) as program:
            os.close(slave)
            seen = b""
            while True:
                try:
                    piece = os.read(master, 65536)
                except OSError:  # nobody writes any more
                    break
                if not piece:
                    break
                seen += piece
            os.close(master)
            return seen.decode().replace("\r\n", "\n"), program.wait(30)

    def test_what_a_person_sees_on_a_terminal(self):
        grid, status = self.on_terminal("grid", "november")
        self.assertEqual(status, OK)
        self.assertIn("\x1b[32m✓", grid)
        self.assertRegex(grid, r"Campaign november \x1b\[32msucceeded")
        plain, _ = self.on_terminal("grid", "november", NO_COLOR="1")
        self.assertNotIn("\x1b[", plain)
        self.assertRegex(plain, r"DE +0\.\d+ ")
        narrow, _ = self.on_terminal("grid", "november", NO_COLOR="1", columns=40)
        self.assertIn("more on a wider terminal", narrow)
        self.assertLessEqual(max(len(line) for line in narrow.splitlines()), 40)
        waited, status = self.on_terminal("run", "fails", "--wait")
        self.assertEqual(status, FAILED)
        self.assertIn("failed", waited)
        # A list longer than the terminal goes through the pager that the person named.
        paged, _ = self.on_terminal("tasks", self.listed("runs", "--workflow", "train", header=["ID"], parts=[])[0]["id"], rows=10, PAGER="sed s/^/paged:/")
        self.assertIn("paged:", paged)

    def test_plan_and_versions(self):
        path = self.write("planned.yaml", "workflow: planned\ntriggers:\n  t: {cron: '0 2 1 * *'}\ntasks:\n  one: {uses: noop}\n")
        self.assertIn("planned is new", self.cli("plan", path).stdout)
        first = json.loads(self.cli("apply", path, "-o", "json").stdout)["hash"]
        self.write("planned.yaml", "# the same\nworkflow: planned\ntasks: {one: {uses: noop, timeout: 1h}}\ntriggers:\n  t: {cron: '0 3 1 * *'}\n")
        plan = self.cli("plan", path).stdout
        for part in ("would change", "tasks.one.timeout is new: 1h", "triggers.t.cron: 0 2 1 * * -> 0 3 1 * *", "schedule t: next"):
            self.assertIn(part, plan)
        self.assertEqual(len(json.loads(self.cli("workflows", "versions", "planned", "-o", "json").stdout)["items"]), 1, "a plan deploys nothing")
        self.cli("apply", path, "--if-match", first)
        refused = self.cli("apply", path, "--if-match", first, status=FAILED)
        self.assertIn("by now: read it again", refused.stderr)
        answer = self.daemon.request("GET", "/v1/workflows/planned")
        self.assertNotEqual(answer.headers["ETag"], f'"{first}"')
        diff = self.cli("workflows", "diff", "planned", "1", "2").stdout
        self.assertEqual(len(diff.splitlines()), 2, diff)
        self.assertEqual(self.cli("workflows", "diff", "planned").stdout, diff)
        self.assertIn("has no version 9", self.cli("workflows", "diff", "planned", "1", "9", status=FAILED).stderr)

    def test_answers_in_every_form(self):
        items = json.loads(self.cli("winners", "-o", "json").stdout)["items"]
        self.assertEqual([json.loads(line) for line in self.cli("winners", "-o", "ndjson").stdout.splitlines()], items)
        self.assertEqual(self.cli("winners", "-o", "id").stdout.split(), [one["country"] for one in items])
        self.assertIn("country: DE", self.cli("winners", "-o", "yaml").stdout)
        # Names go straight into the next command.
        run = self.cli("runs", "--workflow", "train", "--limit", "1", "-o", "id").stdout.strip()
        self.assertEqual(json.loads(self.cli("runs", "show", run, "-o", "json").stdout)["workflow"], "train")

    def test_contexts(self):
        home = self.fresh_folder("home")
        url, token = f"http://127.0.0.1:{self.daemon.port}", self.write("the-token", self.daemon.token)
        def kontor(*arguments, status=OK):
            clean = {name: value for name, value in os.environ.items() if not name.startswith("KONTOR_")}
            done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60, env={**clean, "XDG_CONFIG_HOME": home})
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
            return done
        kontor("contexts", "add", "far", "--url", "http://127.0.0.1:1")
        kontor("contexts", "add", "near", "--url", url, "--token-file", token)
        kontor("workflows", status=UNREACHABLE)
        self.assertIn("train", kontor("workflows", "--context", "near").stdout)
        kontor("contexts", "use", "near")
        self.assertIn("train", kontor("workflows").stdout)
        self.assertIn("did you mean 'near'?", kontor("contexts", "use", "neer", status=FAILED).stderr)
        self.assertRegex(kontor("contexts").stdout, r"\* +near +http")
        kontor("contexts", "remove", "near")
        self.assertEqual(kontor("contexts", "-o", "id").stdout, "far\n")

    def test_completion_and_manual_pages(self):
        script = f"source <(kontor completion bash); COMP_WORDS=(kontor run tr); COMP_CWORD=2; _kontor; echo \"${{COMPREPLY[@]}}\"; " \
                 f"COMP_WORDS=(kontor leaderboard ''); _kontor; echo \"${{COMPREPLY[@]}}\""
        path = os.path.dirname(BINARY) + ":" + os.environ["PATH"]
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, env={
            **os.environ, "PATH": path, "KONTOR_URL": f"http://127.0.0.1:{self.daemon.port}", "KONTOR_TOKEN": self.daemon.token})
        self.assertEqual(done.stdout.splitlines(), ["train", "DE LU"], done.stderr)
        away = subprocess.run([BINARY, "--url", "http://127.0.0.1:1", "complete-words", "--", "run", ""], capture_output=True, text=True, timeout=10)
        self.assertEqual((away.returncode, away.stdout, away.stderr), (OK, "", ""), "a daemon that is away says nothing into a shell")
        folder = self.fresh_folder("pages")
        self.cli("man", folder)
        pages = os.listdir(folder)
        self.assertIn("kontor-dlq-redrive.1", pages)
        self.assertNotIn("kontor-complete-words.1", pages)
        if shutil.which("man"):
            for page in pages:
                done = subprocess.run(["man", "--warnings", "-l", os.path.join(folder, page)], capture_output=True, text=True, timeout=30, env={**os.environ, "MANWIDTH": "100"})
                self.assertEqual((done.returncode, done.stderr), (0, ""), page)

    def test_metrics_keep_the_conventions_of_prometheus(self):
        answer = self.daemon.request("GET", "/metrics")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers["Content-Type"])
        kinds, helped, seen = {}, set(), set()
        for line in answer.text.splitlines():
            if line.startswith("# HELP "):
                self.assertNotIn(line.split()[2], helped)
                helped.add(line.split()[2])
                self.assertGreater(len(line.split()), 3, line)
            elif line.startswith("# TYPE "):
                kinds[line.split()[2]] = line.split()[3]
            else:
                name, labels, value = SAMPLE.match(line).groups()
                float(value)
                self.assertNotIn((name, labels), seen)
                seen.add((name, labels))
                family = name if name in kinds else re.sub("_(bucket|sum|count)$", "", name)
                self.assertIn(family, kinds, line)
        self.assertEqual(set(kinds), helped)
        for name, kind in kinds.items():
            self.assertEqual(kind == "counter", name.endswith("_total"), name)
        self.assertEqual(self.daemon.request("GET", "/metrics", headers={"Authorization": "Bearer no"}).status, 401)
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=answer.text, capture_output=True, text=True, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
