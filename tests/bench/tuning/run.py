#!/usr/bin/env python3
"""Kontor's search beside Optuna's, both tuning XGBoost's trees on the same rows with the same number of trials.

Usage: run.py DATA_FOLDER [--sets scms,pricerunner] [--trials 24] [--seeds 1,2,3]

Kontor: the family softprob, TPE in waves with pruning, and random. Optuna: TPE (multivariate) with its median pruner over
XGBoost on TF-IDF. Shown: macro-F1 on held-out rows, the same for both, of the best trial's parameters learned on all training
rows; the best macro-F1 on the fifth of the training rows that trials are measured by (not the same fifth: compare it within a
search only); the seconds until it was reached, and of all trials; how many were pruned. Features differ, as they do between the two.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))
from sets import group_of, load, place, write_rows  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]


def best_of(trials):
    """(best score, seconds until it was reached, seconds of all), of (score, seconds) in order."""
    best, reached, spent = -1.0, 0.0, 0.0
    for score, seconds in trials:
        spent += seconds
        if score > best:
            best, reached = score, spent
    return best, reached, spent


def kontor(options, work, schema, sampler, seed):
    command = [str(options.program), json.dumps(schema), str(work / "train.csv"), str(work / "test.csv"), "families=softprob",
               f"trials={options.trials}", f"sampler={sampler}", f"seed={seed}"]
    found = json.loads(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)
    return found["macro_f1"], *best_of([(trial["macro_f1"], trial["seconds"]) for trial in found["trials"]]), sum(trial["pruned"] for trial in found["trials"])


def optuna_search(schema, train, test, trials, seed):
    import numpy as np
    import optuna
    import xgboost as xgb
    from sklearn.metrics import f1_score

    from python_models import Features
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # multivariate
    codes, labels = np.unique([row["code"] for row in train], return_inverse=True)
    aside = np.array([place(group_of(row, schema["text"]), "inner") < 0.2 for row in train])
    features = Features(schema, train)
    X = features(train)
    inner, check = xgb.DMatrix(X[~aside], labels[~aside]), xgb.DMatrix(X[aside], labels[aside])
    done = []

    fixed = dict(objective="multi:softprob", num_class=len(codes), tree_method="hist", nthread=2, verbosity=0, seed=seed,
                 eval_metric="mlogloss")

    def objective(trial):
        begun = time.monotonic()
        params = dict(**fixed, max_depth=trial.suggest_int("max_depth", 3, 7),
                      eta=trial.suggest_float("eta", 0.08, 0.4, log=True), subsample=trial.suggest_float("subsample", 0.6, 1.0),
                      colsample_bytree=trial.suggest_float("colsample", 0.3, 0.9),
                      min_child_weight=trial.suggest_float("child", 0.3, 5.0, log=True), **{"lambda": trial.suggest_float("lambda", 0.3, 10, log=True)})
        pruning = optuna.integration.XGBoostPruningCallback(trial, "check-mlogloss")
        try:
            trial.set_user_attr("params", params)
            model = xgb.train(params, inner, 60, evals=[(check, "check")], early_stopping_rounds=8, verbose_eval=False, callbacks=[pruning])
            score = f1_score(labels[aside], model.predict(check, iteration_range=(0, model.best_iteration + 1)).argmax(axis=1), average="macro")
            trial.set_user_attr("rounds", model.best_iteration + 1)
        except optuna.TrialPruned:
            done.append((-1.0, time.monotonic() - begun))
            raise
        done.append((score, time.monotonic() - begun))
        return -score  # the pruner watches a loss: both must count downwards

    study = optuna.create_study(direction="minimize", sampler=optuna.samplers.TPESampler(multivariate=True, seed=seed))
    study.optimize(objective, n_trials=trials)
    best = study.best_trial.user_attrs
    final = xgb.train(best["params"], xgb.DMatrix(X, labels), best["rounds"])
    given = final.predict(xgb.DMatrix(features(test))).argmax(axis=1)
    held_out = f1_score([row["code"] for row in test], codes[given], average="macro")
    return held_out, *best_of(done), sum(score < 0 for score, _ in done)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="scms,pricerunner")
    parser.add_argument("--trials", type=int, default=24)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--rows", type=int, default=8000, help="training rows at most")
    parser.add_argument("--without-optuna", action="store_true")
    parser.add_argument("--program", type=Path, default=ROOT / "build/tests/bench/quality/bench_quality")
    options = parser.parse_args()
    print("| data | search | seed | held-out macro-F1 | best macro-F1 in the search | reached after s | all trials s | pruned |\n|---|---|---|---|---|---|---|---|")
    for name in options.sets.split(","):
        schema, train, test = load(options.folder, name)
        train = sorted(train, key=lambda row: place(row["item_id"], "sample"))[:options.rows]
        with tempfile.TemporaryDirectory() as work:
            write_rows(Path(work) / "train.csv", schema, train)
            write_rows(Path(work) / "test.csv", schema, test)
            for seed in map(int, options.seeds.split(",")):
                searches = {f"Kontor {sampler}": (kontor, (options, Path(work), schema, sampler, seed)) for sampler in ("tpe", "random")}
                if not options.without_optuna:
                    searches["Optuna"] = (optuna_search, (schema, train, test, options.trials, seed))
                for label, (search, given) in searches.items():
                    held_out, best, reached, spent, pruned = search(*given)
                    print(f"| {name} | {label} | {seed} | {held_out:.4f} | {best:.4f} | {reached:.1f} | {spent:.1f} | {pruned} |", flush=True)


if __name__ == "__main__":
    main()
