#!/usr/bin/env python3
"""Gives the probabilities that Kontor gives for this model, with numpy, scipy, scikit-learn and (for trees) xgboost.

    python3 score.py ITEMS.ndjson > probabilities.ndjson

An item is a JSON object of the columns in model.json's "schema"; what is absent, null or blank is missing. Each line printed holds the
item's id and the probability of each code. What Kontor does afterwards with the country's code list and threshold is not done here.
"""
import json
import math
import pathlib
import sys

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

CATEGORY_BUCKETS = 1024  # of the linear family
CATEGORIES_MAX = 48      # of the family softprob
FLOAT_MAX = float(np.finfo(np.float32).max)
BLANKS = " \t\n\r\v\f"


def text_of(item, name):
    value = item.get(name)
    return "" if value is None else value


def number_of(item, name):
    value = item.get(name)
    if value is None or (isinstance(value, str) and not value.strip(BLANKS)):
        return math.nan
    return float(value)


def sparse(cells, width):
    """A row per (columns, values). A cell that holds 0 is not an absent one: trees tell them apart."""
    ends = np.cumsum([0] + [len(columns) for columns, _ in cells])
    columns = np.array([column for own, _ in cells for column in own], dtype=np.int64)
    values = np.array([value for _, own in cells for value in own], dtype=np.float32)
    return csr_matrix((values, columns, ends), shape=(len(cells), width))


class Texts:
    """Counts of hashed n-grams, damped, weighted and normed for each text and n-gram family."""

    def __init__(self, own, hashed, idf):
        self.tfidf = own["tfidf"]
        self.hashed = np.asarray(hashed, dtype=np.int64)
        self.idf = np.asarray(idf, dtype=np.float32)
        self.specs = own["specs"]
        self.analyzers = [
            HashingVectorizer(analyzer=spec["analyzer"], ngram_range=(spec["n_min"], spec["n_max"])).build_analyzer()
            for spec in self.specs]

    def cells(self, texts):
        """Columns and values of one item's texts."""
        columns, values, offset = [], [], 0
        for text in texts:
            for spec, analyze in zip(self.specs, self.analyzers):
                own = self.block(analyze(text), spec, offset)
                columns.extend(own)
                values.extend(self.weighed(own))
                offset += spec["features"]
        return columns, values

    def block(self, grams, spec, offset):
        """Column -> count, in the order in which they first stand in the text: sums of 32-bit numbers depend on it."""
        found = {}
        if grams:
            hashes = np.array([murmurhash3_32(gram) for gram in grams], dtype=np.int64)
            hashed = np.abs(hashes) % spec["features"] + offset
            column = np.searchsorted(self.hashed, hashed)
            for hash_, each, place in zip(hashes, hashed, column):
                if place < len(self.hashed) and self.hashed[place] == each:
                    found[place] = found.get(place, 0) + (-1 if spec["alternate_sign"] and hash_ < 0 else 1)
        return {place: count for place, count in found.items() if count != 0}

    def weighed(self, counts):
        damped = [np.float32(count) if count == 1 else np.copysign(np.float32(1) + np.float32(math.log(abs(count))), np.float32(count))
                  for count in counts.values()]
        value = np.array(damped, dtype=np.float32)
        if self.tfidf:
            value = value * self.idf[np.array(list(counts), dtype=np.int64)]
            squares = sum(each * each for each in value.astype(np.float64).tolist())
            value = value * np.float32(1 / math.sqrt(squares)) if squares > 0 else value
        return value


class Scorer:
    """A model of which every file's name begins with `prefix`."""

    def __init__(self, folder, prefix=""):
        self.folder = pathlib.Path(folder)
        self.prefix = prefix
        self.spec = json.loads(self.path("model.json").read_text(encoding="utf-8"))
        self.classes = self.spec["classes"]
        self.schema = self.spec["schema"]
        self.own = self.spec["model"]
        family = self.spec["family"]
        if family in ("linear", "softprob"):
            self.texts = Texts(self.own["text"], self.own["text"]["hashed"], self.own["text"]["idf"])
        if family == "linear":
            self.weights = self.array("weights")
            self.biases = self.array("biases")[0]
        if family == "softprob":
            self.trees = self.booster("trees.ubj")
        if family == "rerank":
            import rerank
            self.ranker = rerank.Ranker(self, Texts, Scorer(folder, "linear.") if self.own["opinions"]["linear"] else None)

    def path(self, name):
        return self.folder / (self.prefix + name)

    def array(self, name):
        return np.load(self.path(name + ".npy"))

    def booster(self, name):
        import xgboost
        self.xgboost = xgboost
        trees = xgboost.Booster()
        trees.load_model(bytearray(self.path(name).read_bytes()))
        return trees

    def margins(self, trees, matrix):
        return trees.predict(self.xgboost.DMatrix(matrix), output_margin=True, validate_features=False)

    def add_linear(self, item, columns, values):
        first, numbers = len(self.texts.hashed), self.own["numbers"]
        for i, (name, scale) in enumerate(zip(self.schema["numeric"], numbers["scales"])):
            value = number_of(item, name)
            if math.isnan(value):
                columns.append(first + 2 * i + 1)
                values.append(numbers["weight"])
                continue
            even = math.log1p(max(value, 0.0)) if scale["log"] else value
            columns.append(first + 2 * i)
            values.append(numbers["weight"] * min(max((even - scale["mean"]) / scale["deviation"], -5.0), 5.0))
        first += 2 * len(numbers["scales"])
        for i, name in enumerate(self.schema["categorical"]):
            value = text_of(item, name).strip(BLANKS)
            if value:
                columns.append(first + i * CATEGORY_BUCKETS + murmurhash3_32(value, positive=True) % CATEGORY_BUCKETS)
                values.append(self.own["category_weight"])

    def add_softprob(self, item, columns, values):
        first = len(self.texts.hashed)
        for i, name in enumerate(self.schema["numeric"]):
            value = number_of(item, name)
            if not math.isnan(value):
                columns.append(first + i)
                values.append(min(max(value, -FLOAT_MAX), FLOAT_MAX))
        first += len(self.schema["numeric"])
        for i, (name, known) in enumerate(zip(self.schema["categorical"], self.own["categories"])):
            value = text_of(item, name).strip(BLANKS)
            if value in known:
                rank = known.index(value)
                base = first + i * (CATEGORIES_MAX + 1)
                columns.extend((base, base + 1 + rank))
                values.extend((rank, 1))

    def features(self, items):
        """The rows that the weights or trees of a linear or softprob model go by: whoever learns others of them may import these."""
        if self.spec["family"] == "linear":
            width, add = len(self.texts.hashed) + 2 * len(self.schema["numeric"]) + CATEGORY_BUCKETS * len(self.schema["categorical"]), self.add_linear
        else:
            width = len(self.texts.hashed) + len(self.schema["numeric"]) + len(self.own["categories"]) * (CATEGORIES_MAX + 1)
            add = self.add_softprob
        cells = [self.texts.cells([text_of(item, name) for name in self.schema["text"]]) for item in items]
        for item, (columns, values) in zip(items, cells):
            add(item, columns, values)
        return sparse(cells, width)

    def scores(self, items):
        if self.spec["family"] == "constant":
            return np.zeros((len(items), 1))
        if self.spec["family"] == "linear":
            # As Kontor sums: 32-bit numbers, the bias first.
            matrix = self.features(items)
            scores = np.tile(self.biases, (len(items), 1))
            for row, sums in enumerate(scores):
                for at in range(matrix.indptr[row], matrix.indptr[row + 1]):
                    sums += matrix.data[at] * self.weights[matrix.indices[at]]
            return scores
        if self.spec["family"] == "rerank":
            return self.ranker.scores(items)
        return self.margins(self.trees, self.features(items))

    def predict(self, items):
        """Items x classes: each row sums to 1."""
        if not items:
            return np.zeros((0, len(self.classes)))
        scores = self.scores(items).astype(np.float64) / self.spec["temperature"]
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        return likely / likely.sum(axis=1, keepdims=True)


def main():
    scorer = Scorer(pathlib.Path(__file__).parent)
    with open(sys.argv[1], encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines if line.strip()]
    for item, row in zip(items, scorer.predict(items)):
        print(json.dumps({"item_id": item.get(scorer.schema["id"]), "probabilities": dict(zip(scorer.classes, map(float, row)))}))


if __name__ == "__main__":
    main()
