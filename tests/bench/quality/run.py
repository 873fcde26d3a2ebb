#!/usr/bin/env python3
"""Kontor's model families beside what a skilled Python user gets, on the same rows.

Usage: run.py DATA_FOLDER [--sets "customs US hs4,scms"] [--models LinearSVC,...] [--families linear,rerank] [--trials 12]
       run.py DATA_FOLDER --new-codes [--sets "customs US hs4"]

Needs scikit-learn, xgboost and optuna for Python (Debian: python3-sklearn python3-xgboost python3-optuna), and
build/tests/bench/quality/bench_quality. With --new-codes every labelled item of a tenth of the codes is kept from training; the
codes' own texts come from the country's tariff schedule (needs no Python packages). Results of the Python models are kept in --work and not measured again.
"""
import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from sets import SETS, code_texts, load, without_codes, write_rows

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ["LinearSVC", "SGD (log)", "ComplementNB", "LogisticRegression", "xgboost + Optuna"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--models", default=",".join(PYTHON), help="Python models; empty: none")
    parser.add_argument("--families", default="linear,rerank", help="Kontor's; empty: none")
    parser.add_argument("--trials", type=int, default=1, help="trials of Kontor's search")
    parser.add_argument("--new-codes", action="store_true", help="how many items of codes without labelled items are found")
    parser.add_argument("--program", type=Path, default=ROOT / "build/tests/bench/quality/bench_quality")
    parser.add_argument("--work", type=Path, help="where rows and results are kept (default: a temporary folder)")
    return parser.parse_args()


def kontor(options, work, name, schema, families, *more):
    path = work / name.replace(" ", "_")
    command = [str(options.program), json.dumps(schema), f"{path}.train.csv", f"{path}.test.csv", f"families={families}",
               f"trials={options.trials}", *more]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise SystemExit(f"bench_quality failed on {name}: {done.stderr}")
    return json.loads(done.stdout)


def new_codes(options, work):
    print("| data | codes, new ones | test rows, of new codes | code list | accuracy of the known | new: first | new: among five |\n"
          "|---|---|---|---|---|---|---|")
    for name in options.sets.split(","):
        schema, train, test = load(options.folder, name)
        texts = code_texts(options.folder, SETS[name][1]["country"], SETS[name][2])
        listed = {row["code"] for row in train} & set(texts)
        train, test = ([row for row in rows if row["code"] in listed] for rows in (train, test))
        taught = without_codes(train)
        known = {row["code"] for row in taught}
        path = work / f"new {name}".replace(" ", "_")
        write_rows(f"{path}.train.csv", schema, taught)
        write_rows(f"{path}.test.csv", schema, test)
        with open(f"{path}.codes.csv", "w", encoding="utf-8", newline="") as sink:
            csv.writer(sink, lineterminator="\n").writerows([("code", "title"), *sorted((code, texts[code]) for code in listed)])
        of_new = sum(row["code"] not in known for row in test)
        for label, more in (("given", [f"codes={path}.codes.csv"]), ("none", [])):
            found = kontor(options, work, f"new {name}", schema, "rerank", *more)
            unseen = found["unseen"]
            right = found["accuracy"] * len(test) - unseen["recall"] * of_new
            print(f"| {name} | {len(listed)}, {len(listed - known)} | {len(test)}, {of_new} | {label} | {right / (len(test) - of_new):.3f} "
                  f"| {unseen['recall']:.3f} | {unseen['recall_5']:.3f} |", flush=True)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        if options.new_codes:
            return new_codes(options, work)
        print("| data | classes | rows | model | macro-F1 | accuracy | train s | predict s |\n|---|---|---|---|---|---|---|---|")
        for name in filter(None, options.sets.split(",")):
            schema, train, test = load(options.folder, name)
            path = work / name.replace(" ", "_")
            write_rows(f"{path}.train.csv", schema, train)
            write_rows(f"{path}.test.csv", schema, test)
            kept = Path(f"{path}.python.json")
            results = json.loads(kept.read_text()) if kept.exists() else {}
            for model in filter(None, options.models.split(",")):
                if model not in results:
                    from python_models import measure
                    results[model] = measure(model, schema, train, test)
                    kept.write_text(json.dumps(results))
            ours = {}
            if options.families:
                for families in dict.fromkeys([*options.families.split(","), options.families]):
                    ours[f"**Kontor {families.replace(',', ' + ')}**"] = kontor(options, work, name, schema, families)
            for model, found in (results | ours).items():
                if found:
                    print(f"| {name} | {len({r['code'] for r in train})} | {len(train)} + {len(test)} | {model} | {found['macro_f1']:.3f} "
                          f"| {found['accuracy']:.3f} | {found['train_s']:.1f} | {found['predict_s']:.2f} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
