"""What the embedding projector loads of a folder:  projector.py x.idx FOLDER CODE_SIZE

The config names files that are there; as many vectors and labels as pictures; the sprite is a square of them, line by line.
"""
import json
import math
import struct
import sys
import zlib


def images(path):
    raw = open(path, "rb").read()
    count, height, width = struct.unpack(">III", raw[4:16])
    return count, height, width, raw[16:]


def grey(path):
    """A PNG of 8 bits of grey: width, height and rows."""
    raw = open(path, "rb").read()
    at, data = 8, b""
    while at < len(raw):
        length, kind = struct.unpack(">I4s", raw[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", raw[at + 8:at + 18])
            assert (depth, colour) == (8, 0), (depth, colour)
        if kind == b"IDAT":
            data += raw[at + 8:at + 8 + length]
        at += length + 12
    data, rows, last = zlib.decompress(data), [], bytes(width)
    for y in range(height):
        kind, line = data[y * (width + 1)], bytearray(data[y * (width + 1) + 1:(y + 1) * (width + 1)])
        for x in range(width):
            left, up, corner = (line[x - 1], last[x], last[x - 1]) if x else (0, last[x], 0)
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            line[x] = (line[x] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
        rows.append(bytes(line))
        last = bytes(line)
    return width, height, rows


source, folder, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
count, height, width, pixels = images(source)
[codes] = json.load(open(folder + "/projector_config.json"))["embeddings"]
assert codes["tensorShape"] == [count, size], codes
vectors = open(folder + "/" + codes["tensorPath"]).read().splitlines()
assert len(vectors) == count and all(len(line.split("\t")) == size for line in vectors)
assert len(open(folder + "/" + codes["metadataPath"]).read().splitlines()) == count
assert codes["sprite"]["singleImageDim"] == [width, height], codes
side = math.ceil(math.sqrt(count))
total_width, total_height, rows = grey(folder + "/" + codes["sprite"]["imagePath"])
assert (total_width, total_height) == (side * width, side * height)
for i in range(count):
    for y in range(height):
        x = i % side * width
        found = rows[i // side * height + y][x:x + width]
        assert found == pixels[(i * height + y) * width:][:width], "picture %d differs" % i
