"""The data sets of the quality benchmark: which columns say what, and the split that everybody gets.

A fifth of the items is held out, by the hash of their words (lower case, sorted, each once, without words that hold a digit), so
that the same goods entered twice stand on one side; codes with fewer than five training rows are left out for everybody.
"""
import csv
import gzip
import hashlib
import re
from collections import Counter

WORD = re.compile(r"\w+")
LEAST = 5

# name: (file, which rows, label, text, numeric, categorical)
SETS = {
    "customs US hs4": ("customs_items", {"country": "US"}, "label_hs4", ["title", "description"], [], []),
    "customs US hs2": ("customs_items", {"country": "US"}, "label_hs2", ["title", "description"], [], []),
    "customs VN hs4": ("customs_items", {"country": "VN"}, "label_hs4", ["title", "description"], [], []),
    "tariff MX hs2": ("tariff_lines", {"country": "MX"}, "label_hs2", ["title", "description"], [], []),
    "tariff VN hs2": ("tariff_lines", {"country": "VN"}, "label_hs2", ["title", "description"], [], []),
    "tariff IN hs2": ("tariff_lines", {"country": "IN"}, "label_hs2", ["title", "description"], [], []),
    "tariff US hs2": ("tariff_lines", {"country": "US"}, "label_hs2", ["title", "description"], [], []),
    "tariff BR hs4": ("tariff_lines", {"country": "BR"}, "label_hs4", ["title", "description"], [], []),
    "scms": ("scms", {}, "label", ["title", "description"], ["price", "quantity", "line_value", "weight_kg"],
             ["brand", "dosage", "dosage_form", "vendor", "shipment_mode"]),
    "pricerunner": ("pricerunner", {}, "label", ["title"], [], []),
    "kr customs hs2": ("kr_customs", {}, "label_hs2", [], ["tax_rate", "weight_kg", "price"],
                       ["origin_country", "departure_country", "office", "process_type", "import_type", "import_use", "payment_type",
                        "transport", "declarant", "importer", "seller", "courier", "tax_type", "origin_mark"]),
}


def place(key, salt="kontor.quality"):
    return int.from_bytes(hashlib.md5(f"{salt}\x1f{key}".encode()).digest()[:7], "big") / float(1 << 56)


def group_of(row, text):
    words = sorted({word for column in text for word in WORD.findall(row[column].lower())})
    plain = [word for word in words if not any(c in "0123456789" for c in word)]
    return " ".join(plain or words) or row["item_id"]


def is_number(value):
    try:
        return value == "" or float(value) == float(value)
    except ValueError:
        return False


def load(folder, name):
    """(schema, train rows, test rows), rows as dictionaries with `code`."""
    file, wanted, label, text, numeric, categorical = SETS[name]
    csv.field_size_limit(1 << 24)
    train, test, seen = [], [], set()
    with gzip.open(folder / f"{file}.csv.gz", "rt", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            if any(row[column] != value for column, value in wanted.items()) or not row[label] or row["item_id"] in seen:
                continue
            if not all(is_number(row[column].strip()) for column in numeric):
                continue
            seen.add(row["item_id"])
            out = {"item_id": row["item_id"], "code": row[label]}
            out |= {column: row[column].strip() for column in numeric + categorical}
            out |= {column: row[column].replace("\0", " ") for column in text}
            aside = row["split"] != "train" if "split" in row else place(group_of(row, text)) < 0.2
            (test if aside else train).append(out)
    counts = Counter(row["code"] for row in train)
    schema = {"id": "item_id", "text": text, "numeric": numeric, "categorical": categorical, "label": "code"}
    return schema, [r for r in train if counts[r["code"]] >= LEAST], [r for r in test if counts[r["code"]] >= LEAST]


def code_texts(folder, country, label):
    """code -> what the country's tariff schedule says of it: the headings above its lines, and the lines."""
    texts = {}
    with gzip.open(folder / "tariff_lines.csv.gz", "rt", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            if row["country"] == country:
                words = texts.setdefault(row[label], {})
                for part in (row["description"] or row["title"]).split(" > ") + [row["title"]]:
                    words[part.strip()] = None
    return {code: " ".join(parts)[:1500] for code, parts in texts.items()}


def without_codes(train, share=0.1):
    """The training rows without all rows of some codes."""
    return [row for row in train if place(row["code"], "new") >= share]


def write_rows(path, schema, rows):
    columns = [schema["id"], *schema["text"], *schema["numeric"], *schema["categorical"], schema["label"]]
    with open(path, "w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
