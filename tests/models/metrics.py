#!/usr/bin/env python3
"""metrics.py RUN [COLUMN ...]: the metrics of a run by a CSV and a JSON reader that know nothing of aecc.

Each name stands once, both files say the same of every epoch, and where columns are given these are among them.
"""
import csv
import json
import math
import sys


def once(pairs):
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"metrics.jsonl has these twice: {twice}"
    return dict(pairs)


def main(run, *wanted):
    with open(f"{run}/metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
        lines = [json.loads(line, object_pairs_hook=once) for line in file]
    head, rows = rows[0], rows[1:]
    assert len(set(head)) == len(head), f"metrics.csv has a column twice: {head}"
    assert len(rows) == len(lines) > 0, f"{len(rows)} lines of CSV, {len(lines)} of JSON"
    for row, line in zip(rows, lines):
        assert list(line) == head, f"{list(line)} and {head}"
        for name, text in zip(head, row):
            value = line[name]
            if value is None:
                assert not math.isfinite(float(text)), f"{name} is {text} and null"
            else:
                assert text == value if isinstance(value, str) else float(text) == value, f"{name} is {text} and {value}"
    missing = set(wanted) - set(head)
    assert not missing, f"no column {missing} among {head}"


try:
    main(*sys.argv[1:])
except AssertionError as what:
    sys.exit(f"metrics.py: {sys.argv[1]}: {what}")
