"""A real daemon on a data folder of its own, for tests: started, killed, stopped by its own process id, asked over REST and SQL.

Python's standard library only. $KONTOR_BINARY names the program. Everything waits for a condition, each with a deadline.
"""
import ctypes
import http.client
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARY = os.environ.get("KONTOR_BINARY", "")
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FINAL_RUN_STATES = ("succeeded", "failed", "cancelled")
# Between two looks at something that does not tell by itself when it changes.
LOOK_AGAIN_SECONDS = 0.05
READY_SECONDS = 90
STOP_SECONDS = 60


def wait_for(what, condition, seconds):
    """The first true answer of `condition`; AssertionError naming `what` when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        select.select([], [], [], LOOK_AGAIN_SECONDS)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_the_test():
    # A test that ctest had to kill must not leave its daemon behind.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def run_program(arguments, seconds=120, **environment):
    """Runs `kontor ARGUMENTS` to its end; the CompletedProcess with texts."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], env={**os.environ, **environment}, capture_output=True, text=True,
        timeout=seconds, check=False, preexec_fn=_end_with_the_test,
    )


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def json(self):
        return json.loads(self.text)


class Stream:
    """An open Server-Sent Events stream; `next` gives (event, id, data) of the next message."""

    def __init__(self, port, token, path, last_event_id=None):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        resume = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n{resume}\r\n".encode()
        )
        self._lines = self._socket.makefile("r", encoding="utf-8", newline="\n")
        self.status = int(self._lines.readline().split()[1])
        while self._lines.readline().strip():
            pass

    def next(self, seconds=60):
        """None at the end of the stream."""
        deadline = time.monotonic() + seconds
        message = {}
        for line in self._lines:
            if time.monotonic() >= deadline:  # comments keep the stream open, whatever else comes
                raise AssertionError(f"the stream had no message within {seconds} s")
            line = line.rstrip("\r\n")
            if not line and message:
                data = message.get("data")
                return message.get("event"), message.get("id"), json.loads(data) if data else None
            name, _, value = line.partition(":")
            if name:
                message[name] = value.removeprefix(" ")
        return None

    def close(self):
        self._lines.close()
        self._socket.close()


class Daemon:
    """`kontor serve` on `folder`/data. The same object starts it again after a stop or a kill."""

    def __init__(self, folder, workflows=None, arguments=()):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.port = free_port()
        self.log = os.path.join(folder, "daemon.log")
        self.process = None
        self._arguments = list(arguments)
        if workflows is not None:
            self._arguments += ["--workflows", workflows]

    # -- life

    def start(self, ready=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--port", str(self.port), *self._arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_end_with_the_test,
            )
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                return self.request("GET", "/readyz").status == 200
            except OSError:
                return False

        wait_for("/readyz says yes", ready, READY_SECONDS)

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {STOP_SECONDS} s of SIGTERM:\n{self.log_tail()}") from None

    def end(self):
        """For clean-up: no server process outlives the test, whatever happened."""
        if self.process is None:
            return
        if self.process.poll() is not None and os.path.exists(os.path.join(self.data, "postgres/data/postmaster.pid")):
            self.start(ready=False)  # it was killed: the next one finds its database server and stops it in order
            self.request_when_up("GET", "/healthz")
        self.stop()

    def log_tail(self, lines=30):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    # -- REST

    @property
    def token(self):
        with open(os.path.join(self.data, "token"), encoding="ascii") as file:
            return file.readline().strip()

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            given = dict(headers or {})
            if path.startswith("/v1") or path == "/metrics":
                given.setdefault("Authorization", f"Bearer {self.token}")
            if body is not None and not isinstance(body, (str, bytes)):
                given.setdefault("Content-Type", "application/json")
                body = json.dumps(body)
            connection.request(method, path, body.encode() if isinstance(body, str) else body, given)
            reply = connection.getresponse()
            return Answer(reply.status, reply.headers, reply.read().decode("utf-8"))
        finally:
            connection.close()

    def request_when_up(self, method, path):
        def answered():
            try:
                return self.process.poll() is not None or self.request(method, path)
            except OSError:
                return None

        return wait_for(f"{method} {path} is answered", answered, READY_SECONDS)

    def get(self, path):
        answer = self.request("GET", path)
        if answer.status != 200:
            raise AssertionError(f"GET {path}: {answer.status} {answer.text}")
        return answer.json

    def items(self, path):
        """All pages of a list."""
        mark = "&" if "?" in path else "?"
        page = self.get(f"{path}{mark}limit=1000")
        items = page["items"]
        while page["next"]:
            page = self.get(f"{path}{mark}limit=1000&cursor={page['next']}")
            items += page["items"]
        return items

    def post(self, path, body=None, expect=None, headers=None):
        answer = self.request("POST", path, {} if body is None else body, headers)
        if (answer.status // 100 != 2) if expect is None else (answer.status != expect):
            raise AssertionError(f"POST {path}: {answer.status} {answer.text}")
        return answer.json

    def put_workflow(self, name, yaml):
        return self.request("PUT", f"/v1/workflows/{name}", yaml, {"Content-Type": "application/yaml"})

    def deploy(self, name, yaml):
        answer = self.put_workflow(name, yaml)
        if answer.status != 200:
            raise AssertionError(f"PUT {name}: {answer.status} {answer.text}")
        return answer.json

    def submit(self, workflow, params=None):
        return self.post("/v1/runs", {"workflow": workflow, "params": params or {}}, expect=201)

    def wait_run(self, run, seconds=120, states=FINAL_RUN_STATES):
        def reached():
            shown = self.get(f"/v1/runs/{run}")
            return shown if shown["state"] in states else None

        return wait_for(f"run {run} is {' or '.join(states)}", reached, seconds)

    def wait_task(self, run, state, seconds=60, **filters):
        """The first task instance of the run in `state`."""
        query = "".join(f"&{name}={value}" for name, value in filters.items())
        path = f"/v1/runs/{run}/tasks?state={state}{query}"
        return wait_for(f"run {run} has a task {state} {filters}", lambda: self.items(path), seconds)[0]

    def campaign_state(self, correlation):
        return self.get(f"/v1/campaigns/{correlation}")["state"]

    def wait_campaign(self, correlation, seconds):
        return wait_for(
            f"campaign {correlation} has ended",
            lambda: (state := self.campaign_state(correlation)) in FINAL_RUN_STATES and state, seconds,
        )

    # -- other doors

    def cli(self, *arguments, **environment):
        url = f"http://127.0.0.1:{self.port}"
        return run_program(arguments, KONTOR_URL=url, KONTOR_DATA=self.data, NO_COLOR="1", **environment)

    def stream(self, path="/v1/stream", last_event_id=None):
        return Stream(self.port, self.token, path, last_event_id)

    def socket_folder(self):
        with open(os.path.join(self.data, "postgres/data/postmaster.pid"), encoding="ascii") as file:
            return file.read().splitlines()[4]

    def sql(self, statement, database="kontor"):
        """Runs statements in the embedded cluster."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.socket_folder(), "-U", "kontor", "-d", database],
            input=statement, capture_output=True, text=True, timeout=60, check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{statement}: {done.stderr}")
        return done.stdout

    def rows(self, query, database="kontor"):
        """The rows of one SELECT as dictionaries."""
        return json.loads(self.sql(f"select coalesce(json_agg(t), '[]') from ({query}) t;", database))


class DaemonTest(unittest.TestCase):
    """Tests with a folder of their own and any number of daemons in it, all gone at the end."""

    @classmethod
    def setUpClass(cls):
        if not os.access(BINARY, os.X_OK):
            raise AssertionError("KONTOR_BINARY must name the program, for example build/kontor")
        cls.folder = tempfile.mkdtemp(prefix="kontor-e2e-")
        os.chmod(cls.folder, 0o755)  # the database server runs under another account when the test is root's
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.daemons = []

    @classmethod
    def make_daemon(cls, **options):
        folder = os.path.join(cls.folder, str(len(cls.daemons)))
        os.mkdir(folder)
        daemon = Daemon(folder, **options)
        cls.daemons.append(daemon)
        cls.addClassCleanup(daemon.end)
        return daemon

    @classmethod
    def start_daemon(cls, **options):
        return cls.make_daemon(**options).start()

    def tearDown(self):
        if not self._outcome.success:
            for daemon in self.daemons:
                if os.path.exists(daemon.log):
                    print(f"--- the log of {daemon.data} ends with\n{daemon.log_tail()}", flush=True)

    @classmethod
    def write(cls, name, text):
        """A file in the test's folder; its path."""
        path = os.path.join(cls.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def load_demo_data(daemon, items, period="2026-11"):
    """Before the daemon starts: the cluster is one program's at a time."""
    loaded = run_program(["demo-data", "--items", items, "--period", period, "--data", daemon.data], seconds=300)
    if loaded.returncode != 0:
        raise AssertionError(f"demo-data ended with {loaded.returncode}: {loaded.stderr}")


def sold_items(daemon, country, columns, most):
    """Items of the demo's warehouse as live predictions take them: what is missing is left out."""
    sold = daemon.rows(f"select item_id, {', '.join(columns)} from sold_item where country = '{country}' order by item_id limit {most}", "warehouse")
    return [{name: value for name, value in row.items() if value is not None} for row in sold]
