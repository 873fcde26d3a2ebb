#!/usr/bin/env python3
"""Trains, evaluates and infers on a real, country-partitioned data set through a running daemon.

Usage: run.py DATA_FOLDER [options]        DATA_FOLDER holds tariff_lines.csv.gz

Starts `kontor serve` on a fresh data folder, loads the file into the warehouse of its embedded PostgreSQL (the same
landing tables as the demo's), submits `train`, lets the events start `evaluate` and `infer`, and prints one line per
country: rows, macro-F1, accuracy, time. Needs Python 3 and psql; nothing else.
"""
import argparse
import csv
import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FINAL = {"succeeded", "failed", "cancelled"}
START_MAX_S = 120
LABELLED = ["item_id", "country", "title", "description", "brand", "price", "currency", "weight_kg", "voltage", "battery",
            "wattage", "code"]
TABLES = """
drop table if exists labelled_item, sold_item, code_list;
create table labelled_item (item_id text, country text, title text, description text, brand text, price text, currency text,
    weight_kg text, voltage text, battery text, wattage text, code text);
create table sold_item (item_id text, country text, period text, title text, description text, brand text, price text,
    currency text, weight_kg text, voltage text, battery text, wattage text, units text);
create table code_list (country text, code text, title text, effective_from date, effective_to date);
"""
AFTER = """
insert into sold_item select item_id, country, '{period}', title, description, brand, price, currency, weight_kg, voltage,
    battery, wattage, '1' from labelled_item;
insert into code_list select distinct country, code, 'HS ' || code, date '2000-01-01', null::date from labelled_item;
create index on sold_item (country, period);
analyze;
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder that holds tariff_lines.csv.gz")
    parser.add_argument("--kontor", type=Path, default=ROOT / "build/kontor", help="the program (default: build/kontor)")
    parser.add_argument("--label", choices=["hs2", "hs4"], default="hs2", help="chapters (about 96 classes) or headings (about 1,100)")
    parser.add_argument("--families", default="linear", help="model families, parted by commas (default: linear)")
    parser.add_argument("--trials", type=int, default=3, help="trials per country (default: 3)")
    parser.add_argument("--countries", default="", help="only these, parted by commas (default: all seven)")
    parser.add_argument("--work", type=Path, help="keep the data folder here; default: a temporary one, removed at the end")
    parser.add_argument("--limit-minutes", type=float, default=120, help="give up after this long (default: 120)")
    parser.add_argument("--json", type=Path, help="write the table as JSON too")
    return parser.parse_args()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    def __init__(self, program, work):
        self.data = work / "data"
        self.port = free_port()
        self.log_path = work / "daemon.log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [str(program), "serve", "--data", str(self.data), "--port", str(self.port), "--workflows", str(ROOT / "workflows")],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.token = ""

    def wait_ready(self):
        deadline = time.monotonic() + START_MAX_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"the daemon ended at its start; see below\n{self.log_path.read_text(errors='replace')[-4000:]}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    self.token = (self.data / "token").read_text().strip()
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise SystemExit(f"the daemon is not ready after {START_MAX_S} s; its log: {self.log_path}")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error

    def every(self, path):
        """All items of a paged list."""
        items, cursor = [], None
        while True:
            joint = "&" if "?" in path else "?"
            page = self.call("GET", f"{path}{joint}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page.get("next")
            if not cursor:
                return items

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def psql(self, *options, stdin=None):
        url = f"host={self.data / 'postgres' / 'socket'} port=5432 user=kontor dbname=warehouse"
        return subprocess.Popen(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, *options], stdin=stdin, encoding="utf-8",
                                env={**os.environ, "PGCLIENTENCODING": "UTF8", "PGOPTIONS": "-c client_min_messages=warning"})


def run_psql(daemon, sql):
    if daemon.psql("-c", sql).wait() != 0:
        raise SystemExit("psql failed; is the PostgreSQL client installed?")


def load(daemon, options, period):
    """Streams the file into the warehouse: the columns that the source lacks stay empty."""
    run_psql(daemon, TABLES)
    wanted = set(filter(None, options.countries.split(",")))
    rows = defaultdict(int)
    classes = defaultdict(set)
    copy = daemon.psql("-c", f"\\copy labelled_item ({', '.join(LABELLED)}) from stdin with (format csv)", stdin=subprocess.PIPE)
    csv.field_size_limit(1 << 24)
    with gzip.open(options.folder / "tariff_lines.csv.gz", "rt", encoding="utf-8", newline="") as source:
        sink = csv.writer(copy.stdin, lineterminator="\n")
        for row in csv.DictReader(source):
            if wanted and row["country"] not in wanted:
                continue
            rows[row["country"]] += 1
            classes[row["country"]].add(row[f"label_{options.label}"])
            sink.writerow([row["item_id"], row["country"], row["title"], row["description"], row["brand"], row["price"],
                           row["currency"], row["weight_kg"], "", "", "", row[f"label_{options.label}"]])
    copy.stdin.close()
    if copy.wait() != 0:
        raise SystemExit("psql could not load the rows")
    run_psql(daemon, AFTER.format(period=period))
    return rows, {country: len(labels) for country, labels in classes.items()}


def wait_for_campaign(daemon, correlation, limit_s):
    """Until no run of the campaign is live, and none has appeared between two looks."""
    deadline = time.monotonic() + limit_s
    before = None
    while time.monotonic() < deadline:
        runs = daemon.every(f"/v1/runs?correlation={correlation}")
        live = [run for run in runs if run["state"] not in FINAL]
        states = sorted((run["id"], run["state"]) for run in runs)
        if sys.stderr.isatty():
            print(f"\r{len(runs)} runs, {len(live)} live ", end="", file=sys.stderr, flush=True)
        if not live and states == before:
            print(file=sys.stderr)
            return runs
        before = states
        time.sleep(2)
    raise SystemExit(f"the campaign has not ended within {limit_s / 60:.0f} minutes")


def seconds(task):
    if not task.get("started_at") or not task.get("finished_at"):
        return 0.0
    moments = [datetime.fromisoformat(task[key].replace("Z", "+00:00")) for key in ("started_at", "finished_at")]
    return (moments[1] - moments[0]).total_seconds()


def collect(daemon, runs, correlation):
    """Seconds per country and workflow, from the task instances; child runs of an evaluation count as evaluation."""
    spent = defaultdict(lambda: defaultdict(float))
    for run in runs:
        purpose = run["workflow"]
        if purpose == "infer" and run.get("params", {}).get("purpose") == "evaluation":
            purpose = "evaluate"
        for task in daemon.every(f"/v1/runs/{run['id']}/tasks"):
            # A task that waits for a child run does no work of its own.
            if task.get("country") and not task.get("child_run"):
                spent[task["country"]][purpose] += seconds(task)
    winners = {winner["country"]: winner for winner in daemon.every("/v1/winners")}
    predictions = {row["country"]: row for row in daemon.every(f"/v1/predictions?correlation={correlation}")}
    return spent, winners, predictions


def table(rows, classes, spent, winners, predictions):
    lines = []
    for country in sorted(rows):
        winner = winners.get(country)
        metrics = (winner or {}).get("metrics") or {}
        metrics = metrics.get("challenger", metrics)
        predicted = predictions.get(country) or {}
        lines.append({
            "country": country, "rows": rows[country], "classes": classes[country], "family": (winner or {}).get("family"),
            "macro_f1": metrics.get("macro_f1"), "accuracy": metrics.get("accuracy"), "held_out": metrics.get("rows"), "train_s": round(spent[country]["train"], 1),
            "evaluate_s": round(spent[country]["evaluate"], 1), "infer_s": round(spent[country]["infer"], 1),
            "classified": predicted.get("classified"), "review": predicted.get("review")})
    return lines


def show(lines, wall_s):
    columns = list(lines[0])
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for line in lines:
        cells = ("-" if value is None else f"{value:.3f}" if column in ("macro_f1", "accuracy") else str(value)
                 for column, value in line.items())
        print("| " + " | ".join(cells) + " |")
    print(f"\nFrom submission to the last prediction: {wall_s:.0f} s on {os.cpu_count()} cores.")


def main():
    options = arguments()
    if not (options.folder / "tariff_lines.csv.gz").is_file():
        raise SystemExit(f"{options.folder} holds no tariff_lines.csv.gz")
    if not options.kontor.is_file():
        raise SystemExit(f"{options.kontor} does not exist; build it first, or name it with --kontor")
    # Short, so that the socket's path fits; readable on its way for the account that PostgreSQL runs under.
    work = options.work or Path(tempfile.mkdtemp(prefix="kontor-real-"))
    work.mkdir(parents=True, exist_ok=True)
    work.chmod(0o711)
    daemon = Daemon(options.kontor.resolve(), work)
    try:
        daemon.wait_ready()
        period = datetime.now().strftime("%Y-%m")
        rows, classes = load(daemon, options, period)
        print(f"loaded {sum(rows.values())} rows of {len(rows)} countries", file=sys.stderr)
        begun = time.monotonic()
        run = daemon.call("POST", "/v1/runs", {"workflow": "train", "params": {
            "trials": options.trials, "families": options.families.split(","), "period": period,
            "schema": {"id": "item_id", "text": ["title", "description"], "label": "code"}}})
        runs = wait_for_campaign(daemon, run["correlation"], options.limit_minutes * 60)
        wall_s = time.monotonic() - begun
        lines = table(rows, classes, *collect(daemon, runs, run["correlation"]))
        show(lines, wall_s)
        if options.json:
            options.json.write_text(json.dumps({"label": options.label, "seconds": wall_s, "countries": lines}, indent=2) + "\n")
        letters = daemon.every("/v1/dead-letters?state=open")
        for letter in letters:
            print(f"dead letter {letter['id']}: {letter.get('workflow')}/{letter.get('task')} {letter.get('country')}: {letter['reason']}",
                  file=sys.stderr)
        missing = [line["country"] for line in lines if line["classified"] is None]
        if missing:
            print("without predictions: " + ", ".join(missing), file=sys.stderr)
        return 1 if letters or missing else 0
    finally:
        daemon.stop()
        if options.work is None:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
