"""What tasks and the daemon say: followed while a task runs, and without the secrets that they print."""
import base64
import json
import os
import subprocess
import tempfile
import unittest

from kontor_daemon import BINARY, DaemonTest, _end_with_the_test, wait_for

PASSWORD = "pa55-of-the-warehouse"
# Its lines are printed one by one; the third is shorter than any that is looked for by itself.
CERTIFICATE_KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nx9=\n-----END KEY-----\n"
PIECE = 4096  # of a line that `exec` takes at a time


class Logs(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workflows = os.path.join(cls.folder, "workflows")
        cls.write(f"workflows/{PASSWORD}.yaml", "workflow: [no name]\n")
        config = cls.write("kontor.yaml", json.dumps({
            "cores": 2, "settings": {"smtp.password": PASSWORD, "tls.private_key": CERTIFICATE_KEY},
        }))
        cls.daemon = cls.start_daemon(arguments=["--config", config], workflows=cls.workflows)

    def logged(self, name, script):
        """Lines of a task that runs `script` and then says "the end", and the task."""
        self.daemon.deploy(name, f"workflow: {name}\ntasks:\n  one: {{uses: exec, with: {{program: /bin/sh, args: ['-c', {json.dumps(script + '; echo the end')}]}}}}\n")
        run = self.daemon.submit(name)["id"]
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")
        task = self.daemon.wait_task(run, "succeeded")["id"]

        def written():
            lines = [line["text"] for line in self.daemon.get(f"/v1/tasks/{task}/logs?limit=1000")["items"]]
            return lines if "the end" in lines else None

        return wait_for(f"the log of {name} is written", written, 20)

    def printed(self, name, text):
        """What the log makes of `text`, which goes to standard output byte for byte."""
        return self.logged(name, f"cat {self.write(name + '.txt', text)}")

    def test_a_token_that_was_made_is_not_in_the_log(self):
        made = self.daemon.cli("tokens", "create", "anna", "--role", "viewer", "--countries", "DE", "--reason", "a test")
        token = made.stdout.strip()
        self.assertRegex(token, "^kontor_[0-9a-f]{64}$")
        basic = base64.b64encode(f"anna:{token}".encode()).decode()
        lines = self.printed("token", f"Bearer {token}\nBasic {basic}\n")
        self.assertEqual(lines[0], "Bearer [secret]")
        self.assertRegex(lines[1], r"^Basic .{0,8}\[secret\].{0,4}$")

    def test_the_keys_of_the_objects_are_not_in_the_log(self):
        self.logged("encrypts", 'echo far > "$KONTOR_CHECKPOINT"; echo checkpoint')
        path = os.path.join(self.daemon.data, "keys.json")

        def keys():
            with open(path, encoding="ascii") as file:
                return list(json.load(file)["keys"].values())

        wait_for("there is a key", keys, 20)
        lines = "\n".join(self.logged("keys", f"cat {path}"))
        for key in keys():
            self.assertNotIn(key[:20], lines)
        self.assertIn('": "[secret]"', lines)

    def test_a_secret_in_two_pieces_of_a_line_is_in_neither(self):
        made = self.daemon.post("/v1/tokens", {"name": "cut", "role": "viewer", "countries": ["DE"]}, expect=201)["secret"]
        for secret, cut in ((PASSWORD, 3), (PASSWORD, 12), (PASSWORD, len(PASSWORD) - 1), (made, 20), (made, 70), (self.daemon.token, 40)):
            lines = self.printed(f"cut-{cut}", "." * (PIECE - cut) + secret + " behind\n")
            self.assertEqual(lines[0], "." * (PIECE - cut) + "[secret]", cut)
            self.assertEqual(lines[1], "[secret] behind", cut)

    def test_a_secret_of_several_lines_is_in_none_of_them(self):
        lines = self.printed("lines", f"before\n{CERTIFICATE_KEY}after\n")
        self.assertEqual([line for line in lines if line != "[secret]"], ["before", "after", "the end"])

    def test_the_daemons_own_log_holds_no_secret(self):
        wait_for("the file is refused", lambda: "is not deployed" in self.daemon.log_tail(200), 20)
        with open(self.daemon.log, encoding="utf-8") as log:
            text = log.read()
        self.assertIn("/workflows/[secret].yaml is not deployed", text)
        self.assertNotIn(PASSWORD, text)
        self.assertNotIn(self.daemon.token, text)

    def test_lines_appear_while_the_task_runs(self):
        # One each: whoever opens a pipe again may meet the writer of before, who is about to close it.
        gates = [os.path.join(tempfile.mkdtemp(dir=self.folder), "gate") for _ in range(2)]
        for gate in gates:
            os.mkfifo(gate)
        script = f"echo first; read word < {gates[0]}; echo $word; read word < {gates[1]}; echo last"
        self.daemon.deploy("slow", f"workflow: slow\ntasks:\n  one: {{uses: exec, with: {{program: /bin/sh, args: ['-c', {json.dumps(script)}]}}}}\n")
        run = self.daemon.submit("slow")["id"]
        task = self.daemon.wait_task(run, "running")["id"]
        environment = {**os.environ, "KONTOR_URL": f"http://127.0.0.1:{self.daemon.port}", "KONTOR_DATA": self.daemon.data, "NO_COLOR": "1"}
        follower = subprocess.Popen(
            [BINARY, "logs", str(task), "-f"], env=environment, stdout=subprocess.PIPE, text=True, preexec_fn=_end_with_the_test
        )
        self.addCleanup(follower.wait)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.kill)
        self.assertTrue(follower.stdout.readline().endswith("info first\n"))
        for word, gate in zip(("second", "third"), gates):
            self.assertEqual(self.daemon.get(f"/v1/tasks/{task}")["state"], "running")
            self.assertIsNone(follower.poll(), "the task runs")
            with open(gate, "w", encoding="ascii") as out:
                out.write(word + "\n")
            if word == "second":
                self.assertTrue(follower.stdout.readline().endswith("info second\n"))
        rest = follower.stdout.read()
        self.assertEqual(follower.wait(30), 0)
        self.assertEqual(rest.count("\n"), 1, rest)
        self.assertTrue(rest.endswith("info last\n"), rest)
        self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")

    def test_logs_of_many_runs_are_searched_within_a_tokens_countries(self):
        self.daemon.deploy("speaks", """workflow: speaks
params: {countries: {type: array, items: {type: string}, default: [DE, FR]}, word: {type: string}}
partition: {key: country, over: "${{ params.countries }}"}
tasks:
  one: {uses: exec, per: country, with: {program: /bin/echo, args: ["${{ 'said ' + params.word + ' in ' + country }}"]}}
""")
        runs = [self.daemon.submit("speaks", {"word": word})["id"] for word in ("north", "south", "north")]
        for run in runs:
            self.assertEqual(self.daemon.wait_run(run)["state"], "succeeded")

        def found(*arguments):
            listed = self.daemon.cli("logs", *arguments, "-o", "json")
            self.assertEqual(listed.returncode, 0, listed.stderr)
            return [json.loads(line) for line in listed.stdout.splitlines()]

        wait_for("the logs are written", lambda: len(found("--workflow", "speaks", "--grep", "said")) == 6, 20)
        north = found("--workflow", "speaks", "--since", "1h", "--grep", "SAID NORTH")
        self.assertEqual([line["run"] for line in north], [runs[2], runs[2], runs[0], runs[0]])
        self.assertEqual({line["country"] for line in north}, {"DE", "FR"})
        self.assertEqual({(line["workflow"], line["task"], line["text"][:10]) for line in north}, {("speaks", "one", "said north")})
        self.assertEqual([line["run"] for line in found("--country", "DE", "--grep", "said south")], [runs[1]])
        self.assertEqual(found("--workflow", "speaks", "--until", "1h", "--grep", "said"), [])
        self.assertIn(f"speaks {runs[1]} DE one said south in DE", self.daemon.cli("logs", "--workflow", "speaks", "--grep", "south").stdout)
        pages = self.daemon.get("/v1/logs?workflow=speaks&grep=said&limit=4")
        rest = self.daemon.get(f"/v1/logs?workflow=speaks&grep=said&limit=4&cursor={pages['next']}")
        self.assertEqual([line["run"] for line in pages["items"] + rest["items"]], [run for run in reversed(runs) for _ in "ab"])
        self.assertIsNone(rest["next"])
        german = self.daemon.post("/v1/tokens", {"name": "german", "role": "viewer", "countries": ["DE"]}, expect=201)["secret"]
        for query in ("grep=said", "grep=said&country=FR", "workflow=speaks"):
            answer = self.daemon.request("GET", f"/v1/logs?{query}", headers={"Authorization": f"Bearer {german}"})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual({line["country"] for line in answer.json["items"]}, set() if "FR" in query else {"DE"}, query)


if __name__ == "__main__":
    unittest.main()
