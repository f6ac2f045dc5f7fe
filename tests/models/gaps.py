"""gaps.py WHAT FILES…: what gaps.sh asks of tables, weights and arrays, computed with Python's own csv, json and math."""
import csv, json, math, struct, sys

GAPS = {"", "NA", "nan", "?"}


def weights(path):
    """Name -> values of a safetensors file; its header; its bytes."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        head, body = json.loads(file.read(size)), file.read()
    found = {}
    for name, item in head.items():
        if name != "__metadata__":
            begin, end = item["data_offsets"]
            found[name] = struct.unpack("<%df" % ((end - begin) // 4), body[begin:end])
    return found, head, body


def table(path):
    """Names, and rows with None in gaps."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], [[None if cell in GAPS else float(cell) for cell in row] for row in rows[1:]]


def array(path):
    """The rows of an NPY file of floats."""
    with open(path, "rb") as file:
        data = file.read()
    size = struct.unpack("<H", data[8:10])[0]
    head = eval(data[10:10 + size].decode())  # the dictionary that the format prescribes
    assert data[:6] == b"\x93NUMPY" and head["descr"] == "<f4" and not head["fortran_order"]
    values = struct.unpack("<%df" % math.prod(head["shape"]), data[10 + size:])
    width = head["shape"][-1]
    return [values[i:i + width] for i in range(0, len(values), width)]


def near(a, b, bound):
    return abs(a - b) <= bound * max(1, abs(a), abs(b))


def scale_of(kind, column):
    column = [v for v in column if v is not None]
    if kind == "standardized":
        mean = math.fsum(column) / len(column)
        return mean, math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column)) or 1
    return min(column), (max(column) - min(column)) or 1


def statistics(kind, data, path):
    parts = ("mean", "deviation") if kind == "standardized" else ("low", "range")
    shift, scale = (weights(path)[0]["input.x." + part] for part in parts)
    columns = [scale_of(kind, c) for c in zip(*table(data)[1])]
    print(columns, shift, scale)
    return all(near(s, a, 1e-6) and near(w, b, 1e-5) for s, w, (a, b) in zip(shift, scale, columns, strict=True))


def scale(data, path):
    names, rows = table(data)
    found = weights(path)[0]
    print(",".join(names))
    for row in rows:
        print(",".join("%.9g" % ((v - m) / d)
                       for v, m, d in zip(row, found["input.x.mean"], found["input.x.deviation"], strict=True)))
    return True


def same_weights(path, out):
    """The weights without what scales, as a file that does not say whose they are."""
    found, head, body = weights(path)
    kept, data = {"__metadata__": {}}, b""
    for name in found:
        if not name.startswith("input."):
            begin, end = head[name]["data_offsets"]
            kept[name] = dict(head[name], data_offsets=[len(data), len(data) + end - begin])
            data += body[begin:end]
    text = json.dumps(kept).encode()
    text += b" " * (-len(text) % 8)
    with open(out, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    return True


def codes(path):
    with open(path, newline="") as file:
        return [[float(v) for v in row[:2]] for row in list(csv.reader(file))[1:]]


def near_codes(a, b, bound):
    one, other = codes(a), codes(b)
    return len(one) == len(other) > 0 and all(
        near(u, v, float(bound)) for r, s in zip(one, other) for u, v in zip(r, s, strict=True))


def units(data, path, decoded):
    rows, pairs, alone = table(data)[1], array(path), array(decoded)
    originals, restored = pairs[:len(rows)], pairs[len(rows):]
    print(rows[0], originals[0], restored[0], alone[0])
    fine = len(originals) == len(restored) == len(alone) == len(rows)
    for row, original, made, again in zip(rows, originals, restored, alone):
        fine = fine and all(near(v, o, 1e-5) for v, o in zip(row, original, strict=True))
        fine = fine and all(near(m, a, 1e-4) for m, a in zip(made, again, strict=True))
        fine = fine and 5000 < made[1] < 20000
    return fine


def loss(data, path, kept, said):
    """The mean over rows of squares where there was a number, in the model's units; gaps are NaN in the array."""
    rows, pairs = table(data)[1], array(path)
    deviation = weights(kept)[0]["input.x.deviation"]
    total = 0
    for row, original, made in zip(rows, pairs[:len(rows)], pairs[len(rows):], strict=True):
        for v, o, m, d in zip(row, original, made, deviation, strict=True):
            assert (v is None) == math.isnan(o)
            total += 0 if v is None else ((m - v) / d) ** 2
    print(total / len(rows), said)
    return near(total / len(rows), float(said), 1e-4)


def check_table(before, arrays, after, gaps_only):
    names, rows = table(before)
    new_names, new_rows = table(after)
    made = array(arrays)[len(rows):]
    text = [line.split(",") for line in open(before).read().splitlines()[1:]]
    new = [line.split(",") for line in open(after).read().splitlines()[1:]]
    fine = names == new_names and len(rows) == len(new_rows)
    for r, row in enumerate(rows):
        for c, v in enumerate(row):
            if gaps_only and v is not None:
                fine = fine and text[r][c] == new[r][c]
            else:
                fine = fine and struct.pack("<f", new_rows[r][c]) == struct.pack("<f", made[r][c])
    return fine


def wild(before, filled, after):
    """Each line as it was but for what stood in gaps, and these with the numbers of `filled`, with commas."""
    _, wanted = table(filled)
    old, new = (open(path, newline="").read().split("\r\n") for path in (before, after))
    at = 0
    if len(old) != len(new):
        return False
    for a, b in zip(old, new):
        one, other = (next(csv.reader([line], delimiter=";"), []) for line in (a, b))
        if len(one) < 4 or a.startswith(('"who', ";l/s", "#")):
            if a != b:
                return False
            continue
        if a.split(";")[:2] != b.split(";")[:2] or one[0] != other[0]:
            return False
        for column, k in ((3, 0), (1, 1), (2, 2)):
            gap = one[column] in GAPS
            value = struct.pack("<f", float(other[column].replace(",", ".")))
            if (gap and value != struct.pack("<f", wanted[at][k])) or (not gap and one[column] != other[column]):
                return False
        at += 1
    return at == len(wanted)


def write_array(data, path):
    rows = table(data)[1]
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), len(rows[0]))
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode())
        for row in rows:
            file.write(struct.pack("<%df" % len(row), *(math.nan if v is None else v for v in row)))
    return True


def same_filled(text, path):
    rows, values = table(text)[1], array(path)
    return len(rows) == len(values) and all(
        near(u, v, 1e-6) for r, s in zip(rows, values) for u, v in zip(r, s, strict=True))


def equal(a, b):
    one, other = weights(a)[0], weights(b)[0]
    return one.keys() == other.keys() and all(
        u == v for name in one for u, v in zip(one[name], other[name], strict=True))


asked = {"statistics": statistics, "scale": scale, "same_weights": same_weights, "near": near_codes, "units": units,
         "filled": lambda *files: check_table(*files, True), "restored": lambda *files: check_table(*files, False),
         "wild": wild, "array": write_array, "same_filled": same_filled, "loss": loss, "equal": equal}
sys.exit(0 if asked[sys.argv[1]](*sys.argv[2:]) else 1)
