"""The family `rerank` of score.py: cheap scorers propose a few codes for an item, trees over (item, code) pairs decide between them.

All sums are of 32-bit numbers in Kontor's order: a figure that differed in its last digit could fall on the other side of a split.
"""
import math

import numpy as np

from score import BLANKS, number_of, sparse, text_of

NEAREST = 25
FARTHEST = np.float32(20)
OWN_FIGURES = 15
MISSING = np.float32("nan")


class Postings:
    """Which codes (or remembered items) hold a feature, and how much of it."""

    def __init__(self, model, name):
        self.begins = model.array(name + ".begins").astype(np.int64)
        self.ids = model.array(name + ".ids").astype(np.int64)
        self.values = model.array(name + ".values")

    def add_to(self, sums, columns, values):
        for column, value in zip(columns, values):
            own = slice(self.begins[column], self.begins[column + 1])
            sums[self.ids[own]] += np.float32(value) * self.values[own]
        return sums


def best_of(among, scores, count):
    """The best of some codes, best first; ties by code."""
    return sorted(among, key=lambda code: (-scores[code], code))[:count]


def rank_in(order, code):
    return order.index(code) + 1 if code in order else MISSING


def summed(values):
    total = np.float32(0)
    for value in values:
        total = total + np.float32(value)
    return total


class Ranker:
    def __init__(self, model, texts, linear):
        self.model = model
        self.schema = model.schema
        own = model.own
        self.classes = len(model.classes)
        self.words = texts(own["words"]["words"], model.array("words.text.kept"), model.array("words.text.weights"))
        self.knows_codes = own["words"]["knows_codes"]
        if self.knows_codes:
            self.pieces = texts(own["words"]["pieces"], model.array("pieces.text.kept"), model.array("pieces.text.weights"))
            self.code_words = Postings(model, "code_words")
            self.code_pieces = Postings(model, "code_pieces")
        self.near_codes = model.array("neighbours.codes").astype(np.int64)
        self.near = Postings(model, "neighbours.index")
        self.deltas = Postings(model, "bayes.deltas")
        self.others = model.array("bayes.others")
        self.support = model.array("support").astype(np.int64)
        self.items_of_codes = model.array("items_of_codes")
        self.seen = [int(code) for code in np.flatnonzero(self.support)]
        self.ranges = model.array("usual.ranges").reshape(len(self.schema["numeric"]), self.classes, 2)
        self.usual = [self.counts(i, column["values"]) for i, column in enumerate(own["opinions"]["usual"])]
        self.linear = linear
        self.candidates = int(own["candidates"])
        self.trees = model.booster("trees.ubj")

    def counts(self, i, names):
        """value -> code -> rows; code -> rows with any value; rows with any value."""
        by_value, known = {}, np.zeros(self.classes)
        for name, code, rows in self.model.array(f"usual.counts.{i}").reshape(-1, 3):
            by_value.setdefault(names[name], {})[int(code)] = int(rows)
            known[code] += rows
        return by_value, known, float(known.sum())

    def likeness(self, postings, texts, joined):
        """Per code, and the codes that share anything."""
        sums = postings.add_to(np.zeros(self.classes, np.float32), *texts.cells([joined]))
        return sums, [int(code) for code in np.flatnonzero(sums)]

    def nearest(self, columns, values):
        """The items most like this one: (code, likeness), best first; ties by item."""
        sums = self.near.add_to(np.zeros(len(self.near_codes), np.float32), columns, values)
        found = np.flatnonzero(sums)
        found = found[np.lexsort((found, -sums[found]))][:NEAREST]
        return [(int(self.near_codes[item]), sums[item]) for item in found]

    def pairs(self, item, linear):
        """Candidates of an item, ascending, and their figures."""
        joined = " ".join(text for text in (text_of(item, name) for name in self.schema["text"]) if text)
        columns, values = self.words.cells([joined])
        weight = summed(values)
        bayes = self.deltas.add_to(weight * self.others, columns, values)
        near = self.nearest(columns, values)
        near_sum, near_best = np.zeros(self.classes, np.float32), np.zeros(self.classes, np.float32)
        for code, likeness in near:
            near_best[code] = near_best[code] if near_sum[code] else likeness
            near_sum[code] += likeness
        near_all = summed(likeness for _, likeness in near)
        text, text_codes = np.zeros(self.classes, np.float32), []
        pieces, pieces_codes = text, []
        if self.knows_codes:
            text, text_codes = self.likeness(self.code_words, self.words, joined)
            pieces, pieces_codes = self.likeness(self.code_pieces, self.pieces, joined)

        half = (self.candidates + 1) // 2
        linear_order = best_of(self.seen, linear, self.candidates) if self.linear else []
        bayes_order = best_of(self.seen, bayes, self.candidates)
        text_order = best_of(text_codes, text, self.candidates)
        votes = {}
        for named in (linear_order, bayes_order[:half], best_of({code for code, _ in near}, near_sum, half), text_order[:half],
                      best_of(pieces_codes, pieces, half)):
            for code in named:
                votes[code] = votes.get(code, 0) + 1

        first = linear[linear_order[0]] if linear_order else MISSING
        second = linear[linear_order[1]] if len(linear_order) > 1 else MISSING
        chosen, rows = sorted(votes), []
        for code in chosen:
            own = linear[code]
            leads = bool(linear_order) and linear_order[0] == code
            figures = [
                own, own - (second if leads else first), rank_in(linear_order, code), first - second,
                (bayes[code] - bayes[bayes_order[0]]) / weight if self.support[code] > 0 and weight > 0 else MISSING,
                rank_in(bayes_order, code),
                near_sum[code] / near_all if near_all > 0 else MISSING, near_best[code], near[0][1] if near else np.float32(0),
                text[code] if text_order else MISSING, text[code] - text[text_order[0]] if text_order else MISSING,
                rank_in(text_order, code), pieces[code] if text_order else MISSING,
                self.items_of_codes[code], votes[code]]
            figures.extend(self.against_usual(item, code))
            filled = [(column, figure) for column, figure in enumerate(figures) if not math.isnan(figure)]
            rows.append(([column for column, _ in filled], [figure for _, figure in filled]))
        return chosen, rows

    def against_usual(self, item, code):
        for i, name in enumerate(self.schema["numeric"]):
            value, (middle, width) = number_of(item, name), self.ranges[i, code]
            if math.isnan(value) or math.isnan(middle):
                yield MISSING
                continue
            even = np.float32(math.copysign(math.log1p(abs(value)), value))
            yield min(max((even - middle) / width, -FARTHEST), FARTHEST)
        for (by_value, known, rows), name in zip(self.usual, self.schema["categorical"]):
            codes = by_value.get(text_of(item, name).strip(BLANKS))
            if codes is None or known[code] == 0:
                yield MISSING
                continue
            usual = sum(codes.values()) / rows
            yield np.float32(math.log((codes.get(code, 0) + usual) / (known[code] + 1.0) / usual))

    def linear_scores(self, items):
        """Items x classes; of a code that the linear scorer never saw nothing."""
        scores = np.full((len(items), self.classes), MISSING, np.float32)
        if self.linear:
            place = [self.model.classes.index(name) for name in self.linear.classes]
            scores[:, place] = self.linear.scores(items)
        return scores

    def scores(self, items):
        own = self.model.own
        recall, temperature = own["recall"], own["temperature"]
        proposed = [self.pairs(item, linear) for item, linear in zip(items, self.linear_scores(items))]
        width = OWN_FIGURES + len(self.schema["numeric"]) + len(self.schema["categorical"])
        cells = [row for _, rows in proposed for row in rows]
        margins = self.model.margins(self.trees, sparse(cells, width)) if cells else []
        scores, begin = np.zeros((len(items), self.classes), np.float32), 0
        for row, (codes, _) in zip(scores, proposed):
            inside = 1.0 if len(codes) == self.classes else recall if codes else 0.0
            if len(codes) < self.classes:
                row[:] = math.log((1.0 - inside) / (self.classes - len(codes)))
            if codes:
                margin = margins[begin:begin + len(codes)]
                begin += len(codes)
                apart = (margin - margin.max()).astype(np.float64) / temperature
                row[codes] = (apart - math.log(np.exp(apart).sum())).astype(np.float32) + np.float32(math.log(inside))
        return scores
