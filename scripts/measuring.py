"""What the scripts measure-… share: rows, each a figure with its bound, and programs that are compiled, trained and asked.

    @row("counts", 0.01, "likelihood off the truth's, relative", quick=0.01)
    def known_counts():
        program = Program("counts")
        program.train("--data", …)
        return …                              # passes where it is at most 0.01
    sys.exit(main(__doc__))

quick is the bound with --quick, which leaves out rows that have none, and where trainings may be shorter: program.train(…, few=2)
are so many epochs then.  args has what the command line says, HOME and PICTURES are where files and pictures are made, notes are printed below the rows.
"""
import argparse
import gzip
import json
import os
import struct
import subprocess
import sys
import zlib

BASE = "build/measure/quick" if "--quick" in sys.argv else "build/measure"
HOME, PICTURES = f"{BASE}/data", f"{BASE}/pictures"
ROWS = {}
notes = []
args = argparse.Namespace()


class Missing(Exception):
    """Data that this machine has not: the row is skipped."""


def row(name, bound, what, quick=None):
    def add(function):
        ROWS[name] = (function, bound, quick, what)
        return function
    return add


class Program:
    """A model, compiled; its runs go to a folder of its own."""

    def __init__(self, model, *options, source=None):
        self.name = "_".join([model, *options]).replace(" ", "").replace("=", "_")
        self.path = f"{HOME}/{self.name}.run"
        self.out = f"{HOME}/{self.name}"
        flags = [word for option in options for word in ("-D", option)]
        call(["build/aecc", source or f"models/{model}.ae", *flags, "-o", self.path])

    def train(self, *options, few=None):
        epochs = ["--epochs", str(few)] if args.quick and few else []
        call([self.path, "train", "--quiet", "--force", "--threads", str(args.threads), "--out", self.out, *options, *epochs])

    def json(self, command, *options):
        said = call([self.path, command, "--json", "--threads", str(args.threads), "--out", self.out, *options])
        return json.loads(said)

    def run(self, command, *options):
        return call([self.path, command, "--threads", str(args.threads), "--out", self.out, *options])


def call(words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def table(path, names, rows):
    with open(path, "w") as file:
        print(",".join(names), file=file)
        for line in rows:
            print(",".join(v if isinstance(v, str) else f"{v:.9g}" for v in line), file=file)


def mnist(part, kind):
    """The path of one of its four files: mnist("train", "images")."""
    return f"{args.mnist}/{part}-{kind}-idx{3 if kind == 'images' else 1}-ubyte.gz"


def digits():
    """The images of MNIST's training set, each its 784 bytes, and their labels."""
    images, labels = (gzip.open(mnist("train", kind)).read() for kind in ("images", "labels"))
    return [images[16 + 784 * i:16 + 784 * (i + 1)] for i in range(60000)], labels[8:]


def grey(columns):
    """Numbers from 0 to 1, side by side, as bytes."""
    import numpy
    return (255 * numpy.concatenate(columns, 1).clip(0, 1) + 0.5).astype(numpy.uint8)


def write_png(path, pixels):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    height, width = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def measure(name):
    """Measures a row and prints it; whether it fails."""
    function, bound, quick, what = ROWS[name]
    if args.quick and quick is None:
        return False
    bound = quick if args.quick else bound
    try:
        value = function()
    except (ModuleNotFoundError, Missing) as missing:
        wanted = f"the Python package {missing.name}" if isinstance(missing, ModuleNotFoundError) else missing
        print(f"{name:<18} {bound:>12} {'skipped':>12}        wants {wanted}", flush=True)
        return False
    verdict = "pass" if value <= bound else "FAIL"
    print(f"{name:<18} {bound:>12} {value:>12.6g}  {verdict}  {what}", flush=True)
    return verdict == "FAIL"


def main(about):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--mnist", default="../shared/data/mnist")
    parser.add_argument("--reuters", default="../shared/data/reuters21578")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--full", action="store_true", help="train as long as the bounds take")
    parser.add_argument("--quick", action="store_true", help="rows that take seconds, or have a bound after few epochs")
    parser.add_argument("--list", action="store_true")
    parser.parse_args(namespace=args)
    os.makedirs(HOME, exist_ok=True)
    os.makedirs(PICTURES, exist_ok=True)
    if args.list:
        print(" ".join(ROWS))
        return 0
    failed = [name for name in args.rows or ROWS if measure(name)]
    for note in notes:
        print("  " + note)
    return bool(failed)
