"""How alike two pictures are, by loops over windows.

    pictures.py data a.npy b.npy            examples
    pictures.py compare a.npy b.npy said    the figures of the metric block below, of `eval --json --double`
"""

import json
import sys

import numpy as np

SCALES = (0.2, 0.3, 0.5)


def similarities(a, b, peak, size, sigma):
    """Of each window that lies within the picture: contrast and structure; the whole."""
    bell = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    weight = np.outer(bell, bell) / bell.sum() ** 2
    contrast, whole = [], []
    for c in range(a.shape[0]):
        for y in range(a.shape[1] - size + 1):
            for x in range(a.shape[2] - size + 1):
                u, v = a[c, y : y + size, x : x + size], b[c, y : y + size, x : x + size]
                mu, mv = (weight * u).sum(), (weight * v).sum()
                vu, vv = (weight * (u - mu) ** 2).sum(), (weight * (v - mv) ** 2).sum()
                both = (weight * (u - mu) * (v - mv)).sum()
                contrast.append((2 * both + (0.03 * peak) ** 2) / (vu + vv + (0.03 * peak) ** 2))
                whole.append(contrast[-1] * (2 * mu * mv + (0.01 * peak) ** 2) / (mu**2 + mv**2 + (0.01 * peak) ** 2))
    return np.mean(contrast), np.mean(whole)


def halved(a):
    a = a[:, : a.shape[1] // 2 * 2, : a.shape[2] // 2 * 2]
    return (a[:, ::2, ::2] + a[:, 1::2, ::2] + a[:, ::2, 1::2] + a[:, 1::2, 1::2]) / 4


def many_scales(a, b, size):
    product = 1
    for i, weight in enumerate(SCALES):
        contrast, whole = similarities(a, b, 1, size, 1.5)
        product *= (whole if i == len(SCALES) - 1 else contrast) ** weight
        a, b = halved(a), halved(b)
    return product


def slopes(a):
    """Sobel's, across, divided by 8."""
    out = np.zeros((a.shape[0], a.shape[1] - 2, a.shape[2] - 2))
    for y in range(out.shape[1]):
        for x in range(out.shape[2]):
            for i, weight in enumerate((1, 2, 1)):
                out[:, y, x] += weight * (a[:, y + i, x + 2] - a[:, y + i, x]) / 8
    return out


def figures(a, b):
    turned = [v.transpose(0, 2, 1) for v in (a, b)]
    return {
        "decibels": 10 * np.log10(1 / np.mean((a - b) ** 2)),
        "decibels_of": 10 * np.log10(4 / np.mean((a - b) ** 2)),
        "alike": similarities(a, b, 1, 11, 1.5)[1],
        "alike_small": similarities(a, b, 2, 5, 1)[1],
        "scales": many_scales(a, b, 5),
        "rough": np.abs(np.diff(a, axis=1)).sum() + np.abs(np.diff(a, axis=2)).sum(),
        "edges": (np.mean((slopes(a) - slopes(b)) ** 2) + np.mean((slopes(turned[0]) - slopes(turned[1])) ** 2)) / 2,
        "zero_same": 0,
    }


if sys.argv[1] == "data":
    rng = np.random.default_rng(5)
    a = rng.random((3, 2, 23, 21)).cumsum(axis=3) / 21
    a[:, :, :, 10:] = 1 - a[:, :, :, 10:]
    np.save(sys.argv[2], a.astype(np.float32))
    np.save(sys.argv[3], np.clip(a + 0.1 * rng.standard_normal(a.shape), 0, 1).astype(np.float32))
else:
    a, b = np.load(sys.argv[2]).astype(float), np.load(sys.argv[3]).astype(float)
    with open(sys.argv[4]) as f:
        said = json.load(f)
    said = {name: value for block in said.values() if isinstance(block, dict) for name, value in block.items()}
    each = [figures(u, v) for u, v in zip(a, b)]
    for name in each[0]:
        wanted, got = np.mean([figure[name] for figure in each]), said[name]
        assert abs(wanted - got) <= 1e-9 * max(1, abs(wanted)), f"{name}: {got}, wanted {wanted}"
    print(f"{len(each[0])} figures")
