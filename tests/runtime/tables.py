#!/usr/bin/env python3
"""tables.py TOOL FOLDER [COUNT [FIRST]]: tables in all dialects, drawn at random, and what the runtime reads in them.

What each table holds is known from the draw.  Python's csv reads the same file, told its dialect, and NumPy too where it
can: so the file is what was meant, and what the runtime reads is what they read.  A table's number draws all of it:
  tables.py TOOL FOLDER 1 371     draws table 371 alone
"""
import csv
import io
import json
import os
import random
import struct
import subprocess
import sys

try:
    import numpy
except ImportError:
    numpy = None

GAPS = ["", "", "NA", "N/A", "NaN", "nan", "?", "null", "-", "NULL", "n/a", "."]
WORDS = ["ant", "bee", "new york", "x1", "Müller", "αβγ", "12kg", "2024-01-01", "2024-01-01 12:30:00", "a,b", "c;d", 'say "hi"',
         "two\nlines", "e|f", "5%", "yes"]
NAMES = ["time", "temp", "Temperatur", "speed (m/s)", "Größe", "速度", "flow, l/s", "x;y", 'the "right" one', "a b", "id", "x1",
         "mean.2", "α", "two\nlines", "kind", "p|q", "y_3"]
UNITS = ["cm", "kg", "°C", "m/s", "", "-", "[1/s]", "%", "(mm)"]
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "spaces"}


def single(value):
    """The nearest float, as the runtime keeps it."""
    return struct.unpack("f", struct.pack("f", value))[0]


def number_text(draw, kind):
    if kind == "whole":
        return str(draw.randint(-5, 500))
    value = draw.gauss(0, 10 ** draw.randint(-3, 4))
    if kind == "fixed":
        return f"{value:.{draw.randint(1, 6)}f}"
    if kind == "scientific":
        return f"{value:.{draw.randint(0, 8)}{draw.choice('eE')}}"
    return draw.choice([repr(value), f"{value:+.3g}", f"{value:.17g}"])


class Table:
    """What is in a table, as texts of cells, and how it is written."""

    def __init__(self, number):
        draw = self.draw = random.Random(number)
        self.separator = draw.choice(",,,;;\t\t| ")
        self.comma = self.separator != "," and draw.random() < 0.4
        self.quoting = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
        self.end = draw.choice(["\n", "\n", "\r\n", "\r"])
        self.encoding = draw.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"])
        self.kinds = [draw.choice(["whole", "fixed", "fixed", "scientific", "any", "any", "word"]) for _ in range(draw.randint(1, 8))]
        if all(kind == "word" for kind in self.kinds):
            self.kinds[0] = "fixed"
        if len(self.kinds) == 1:  # commas would be two columns of whole numbers
            self.comma = False
        self.gaps = draw.choice([0, 0, 0.05, 0.2])
        self.rows = [[self.cell(kind) for kind in self.kinds] for _ in range(draw.randint(4, 40))]
        self.told = draw.random() < 0.3 and not self.encoding.startswith("utf-16")  # whose mark tells it
        self.header = draw.random() < 0.7
        self.settle()
        self.names = [self.letters(name) for name in draw.sample(NAMES, len(self.kinds))] if self.header else None
        self.units = self.header and draw.random() < 0.25
        self.rownames = draw.choice(["short", "short" if self.separator == " " else "unnamed"]) if self.header and len(self.kinds) > 1 and draw.random() < 0.2 else None
        if self.rownames == "short" and not self.told:  # a title over a header looks alike
            self.units = False
        self.comments = draw.randint(1, 3) if draw.random() < 0.2 else 0
        self.sep_line = not self.comments and self.separator != " " and draw.random() < 0.15
        self.blanks = self.separator != " " and draw.random() < 0.15

    def letters(self, text):
        """In the encoding, in a line of blanks without them, and without ends of lines where they are not kept."""
        if self.encoding == "cp1252":
            text = text.encode("cp1252", "ignore").decode("cp1252") or "z"
        return text.replace("\n", self.end)

    def cell(self, kind):
        if kind == "word":
            return self.letters(self.draw.choice(WORDS))
        if self.draw.random() < self.gaps:
            gap = self.draw.choice(GAPS)
            return gap or ("NA" if self.separator == " " or len(self.kinds) == 1 else "")
        text = number_text(self.draw, kind)
        return text.replace(".", ",") if self.comma else text

    def settle(self):
        """What no reader could tell is not drawn: a column keeps a number in its first lines, and decimals one of their own."""
        for column, kind in enumerate(self.kinds):
            if kind != "word":
                for row in self.rows[:2]:
                    row[column] = "0,25" if self.comma else "0.25"
        if not self.header:  # a word over numbers would be a name, and a table of words has no header to tell
            self.rows[0] = [cell if kind == "word" else "0,5" if self.comma else "0.5" for cell, kind in zip(self.rows[0], self.kinds)]

    def lines(self):
        """Of cells, those that stand over the rows among them."""
        index = self.rownames is not None
        if self.header:
            head = list(self.names)
            yield head if self.rownames != "unnamed" else [""] + head
            if self.units:
                units = [self.letters(self.draw.choice(UNITS)) for _ in self.kinds]
                first = next(i for i, kind in enumerate(self.kinds) if kind != "word")
                units[first] = "cm"
                if self.separator == " ":
                    units = [unit or "-" for unit in units]
                yield (["-"] if self.separator == " " else [""]) * index + units
        for i, row in enumerate(self.rows):
            yield [str(i + 1)] * index + row

    def text(self):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.separator, quoting=self.quoting, lineterminator=self.end)
        if self.sep_line:
            out.write(f"sep={self.separator}{self.end}")
        for i in range(self.comments):
            out.write(f"# made up, number {i}: \"no data{self.end}")
        for cells in self.lines():
            before = out.tell()
            writer.writerow([self.typed(cell) for cell in cells])
            if self.blanks and '"' not in out.getvalue()[before:]:
                line = out.getvalue()[before:]
                out.seek(before)
                out.truncate()
                out.write(line.replace(self.separator, self.separator + "  "))
        text = out.getvalue()
        return text[: -len(self.end)] if self.draw.random() < 0.2 else text

    def typed(self, cell):
        """A number is one to the writer, so that what is no number alone is quoted."""
        if self.quoting != csv.QUOTE_NONNUMERIC:
            return cell
        try:
            float(cell.replace(",", ".") if self.comma else cell)
        except ValueError:
            return cell
        return Bare(cell)

    def csv_option(self):
        words = [f"separator={SEPARATORS[self.separator]}", f"decimal={'comma' if self.comma else 'point'}",
                 f"header={'yes' if self.header else 'no'}", f"units={'yes' if self.units else 'no'}",
                 f"rownames={'yes' if self.rownames else 'no'}"]
        if self.encoding != "utf-8-sig":
            words.append(f"encoding={self.encoding}")
        return ",".join(words)


class Bare(float):
    """A float that is written as it was drawn."""

    def __new__(cls, text):
        self = float.__new__(cls, text.replace(",", "."))
        self.text = text
        return self

    def __repr__(self):
        return self.text

    __str__ = __repr__


def meaning(cell, comma):
    """As the runtime has it: a float, None for a gap, or the word."""
    text = cell.replace(",", ".") if comma else cell
    try:
        value = float(text)
        return None if value != value else single(value)
    except ValueError:
        return None if cell in GAPS else cell


def by_python(table, path):
    """The rows as Python's csv reads them, told the dialect."""
    with open(path, newline="", encoding=table.encoding.replace("utf-16-le", "utf-16").replace("utf-16-be", "utf-16")) as file:
        text = file.read()
    for _ in range(table.comments + table.sep_line):
        text = text.split(table.end, 1)[1]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=table.separator, skipinitialspace=table.blanks))
    over = table.header + bool(table.units)
    names = rows[0][-len(table.kinds):] if table.header else None
    return names, [[meaning(cell, table.comma) for cell in row[-len(table.kinds):]] for row in rows[over:]]


def by_numpy(table, path):
    """The columns of numbers as NumPy reads them, or None where it cannot: quoted text and gaps that are words."""
    if not numpy or table.quoting != csv.QUOTE_MINIMAL or "word" in table.kinds or table.end == "\r":
        return None
    with open(path, newline="", encoding=table.encoding.replace("utf-16-le", "utf-16").replace("utf-16-be", "utf-16")) as file:
        lines = file.read().replace(table.end, "\n").split("\n")
    over = table.comments + table.sep_line
    if table.header:  # names may have ends of lines in them
        over = max(i for i, line in enumerate(lines) if line.strip()) + 1 - len(table.rows)
    text = "\n".join(lines[over:])
    return numpy.genfromtxt(io.StringIO(text.replace(",", ".") if table.comma else text), delimiter=table.separator,
                            missing_values=GAPS, ndmin=2, comments=None)[:, -len(table.kinds):]


def compare(table, path, found):
    """What differs, or None."""
    if "error" in found:
        return f"refused: {found['error']}"
    names, rows = by_python(table, path)
    drawn = [[meaning(cell, table.comma) for cell in row] for row in table.rows]
    if rows != drawn or names != table.names:
        return f"Python reads something else than was drawn: {names} {rows}"
    if found["names"] != names:
        return f"names: {found['names']}"
    if found["rows"] != rows:
        wrong = [(i, a, b) for i, (a, b) in enumerate(zip(found["rows"], rows)) if a != b]
        return f"{len(found['rows'])} rows for {len(rows)}; row, read, wanted: {wrong[0] if wrong else ''}"
    values = by_numpy(table, path)
    if values is not None:
        for row, line in zip(rows, values.tolist()):
            if [None if v != v else single(v) for v in line] != row:
                return f"NumPy reads {line} where {row} stands"
        return None
    return None


def main(tool, folder, count=1000, first=0):
    os.makedirs(folder, exist_ok=True)
    tables, asked, checked = [], [], 0
    for number in range(first, first + count):
        table, path = Table(number), f"{folder}/{number}.csv"
        mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(table.encoding, "")
        with open(path, "wb") as file:
            file.write((mark + table.text()).encode(table.encoding))
        tables.append((number, table, path))
        asked.append(f"{table.csv_option()}\t{path}" if table.told else path)
    done = subprocess.run([tool], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True)
    failed = 0
    for (number, table, path), line in zip(tables, done.stdout.splitlines()):
        found = json.loads(line)
        why = compare(table, path, found)
        checked += numpy is not None and by_numpy(table, path) is not None
        if why:
            failed += 1
            print(f"{path}: {table.csv_option()}{' (told)' if table.told else ''}: {why}\n    {found.get('note')}")
    print(f"{len(tables)} tables, {checked} of them by NumPy too, {failed} read wrong")
    return failed > 0 or len(done.stdout.splitlines()) != len(tables)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
