"""What a skilled Python user gets: scikit-learn's linear models and naive Bayes on TF-IDF, and XGBoost tuned by Optuna.

Each model gets the same words and characters, numbers and categories; C and alpha are chosen on a fifth of the training rows.
"""
import time

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

from sets import group_of, place


class Features:
    def __init__(self, schema, rows):
        self.schema = schema
        self.text = []
        for column in schema["text"]:
            for kind in (dict(analyzer="word", ngram_range=(1, 2)), dict(analyzer="char_wb", ngram_range=(3, 5))):
                vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, dtype=np.float32, **kind)
                try:
                    self.text.append((column, vectorizer.fit([row[column] for row in rows])))
                except ValueError:  # no word is left
                    continue
        numbers = self.numbers(rows)
        self.mean, self.deviation = np.nanmean(numbers, axis=0), np.nanstd(numbers, axis=0) + 1e-9
        self.categories = OneHotEncoder(handle_unknown="ignore", min_frequency=2, dtype=np.float32)
        if schema["categorical"]:
            self.categories.fit(self.names(rows))

    def numbers(self, rows):
        table = [[float(row[c]) if row[c] else np.nan for c in self.schema["numeric"]] for row in rows]
        return np.log1p(np.abs(np.array(table, dtype=np.float64).reshape(len(rows), -1)))

    def names(self, rows):
        return [[row[c] for c in self.schema["categorical"]] for row in rows]

    def __call__(self, rows, trees=False):
        parts = [vectorizer.transform([row[column] for row in rows]) for column, vectorizer in self.text]
        if self.schema["numeric"]:
            even = (self.numbers(rows) - self.mean) / self.deviation
            parts.append(sp.csr_matrix(np.nan_to_num(even, nan=0.0).astype(np.float32)))
        if self.schema["categorical"]:
            parts.append(self.categories.transform(self.names(rows)))
        return sp.hstack(parts).tocsr()


def chosen(make, grid, X, y, inner, outer):
    """The value of the grid with the best macro-F1 on a fifth of the training rows, fitted on all of them."""
    best = max(grid, key=lambda value: f1_score(y[outer], make(value).fit(X[inner], y[inner]).predict(X[outer]), average="macro"))
    return make(best).fit(X, y), best


def xgboost_model(X, y, inner, outer, trials, rounds=60):
    import optuna
    import xgboost as xgb
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    codes, labels = np.unique(y, return_inverse=True)
    train, check = xgb.DMatrix(X[inner], labels[inner]), xgb.DMatrix(X[outer], labels[outer])

    def objective(trial):
        params = dict(objective="multi:softprob", num_class=len(codes), tree_method="hist", nthread=2, verbosity=0, seed=1,
                      max_depth=trial.suggest_int("max_depth", 3, 8), eta=trial.suggest_float("eta", 0.05, 0.4, log=True),
                      subsample=trial.suggest_float("subsample", 0.6, 1.0), colsample_bytree=trial.suggest_float("colsample", 0.2, 0.9),
                      min_child_weight=trial.suggest_float("child", 0.3, 5.0, log=True), **{"lambda": trial.suggest_float("lambda", 0.3, 10, log=True)})
        model = xgb.train(params, train, rounds, evals=[(check, "check")], early_stopping_rounds=8, verbose_eval=False)
        trial.set_user_attr("params", params)
        trial.set_user_attr("rounds", model.best_iteration + 1)
        return f1_score(labels[outer], model.predict(check).argmax(axis=1), average="macro")

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(multivariate=True, seed=1))
    study.optimize(objective, n_trials=trials)
    best = study.best_trial.user_attrs
    model = xgb.train(best["params"], xgb.DMatrix(X, labels), best["rounds"])

    class Predictor:
        def predict(self, rows):
            return codes[model.predict(xgb.DMatrix(rows)).argmax(axis=1)]
    return Predictor(), {"rounds": best["rounds"]}


MODELS = {
    "LinearSVC": lambda X, y, i, o: chosen(lambda c: LinearSVC(C=c), [0.3, 1.0, 3.0], X, y, i, o),
    "SGD (log)": lambda X, y, i, o: chosen(
        lambda a: SGDClassifier(loss="log_loss", alpha=a, max_iter=30, random_state=1, n_jobs=2), [1e-6, 1e-5], X, y, i, o),
    "LogisticRegression": lambda X, y, i, o: chosen(lambda c: LogisticRegression(C=c, max_iter=200, n_jobs=2), [30.0], X, y, i, o),
    "ComplementNB": lambda X, y, i, o: chosen(lambda a: ComplementNB(alpha=a), [0.1, 0.3, 1.0], abs(X), y, i, o),
    "xgboost + Optuna": lambda X, y, i, o: xgboost_model(X, y, i, o, 12),
}
# Trees are grown per class and round: with more classes than this they take hours.
CLASSES_MAX = {"xgboost + Optuna": 20, "LogisticRegression": 110}


def measure(name, schema, train, test):
    y = np.array([row["code"] for row in train])
    truth = np.array([row["code"] for row in test])
    if len(set(y)) > CLASSES_MAX.get(name, 10**9):
        return None
    begun = time.monotonic()
    features = Features(schema, train)
    X = features(train)
    aside = np.array([place(group_of(row, schema["text"]), "inner") < 0.2 for row in train])
    model, best = MODELS[name](X, y, np.where(~aside)[0], np.where(aside)[0])
    fitted = time.monotonic()
    rows = features(test)
    predicted = model.predict(abs(rows) if name == "ComplementNB" else rows)
    return {"macro_f1": f1_score(truth, predicted, average="macro", zero_division=0), "accuracy": accuracy_score(truth, predicted),
            "train_s": fitted - begun, "predict_s": time.monotonic() - fitted, "best": str(best)}
