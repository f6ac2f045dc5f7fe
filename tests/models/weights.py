"""Weights in PyTorch's layout, by NumPy: what F.linear, F.conv2d and F.conv_transpose2d make of them.

    weights.py data x.npy                    pictures
    weights.py codes x.npy w.safetensors c.npy    whether the codes are those that PyTorch's functions would give
    weights.py plain w.safetensors p.safetensors  the same tensors without any metadata, as others write them
"""
import json
import sys

import numpy as np


def read(path):
    raw = open(path, "rb").read()
    length = int.from_bytes(raw[:8], "little")
    header, body = json.loads(raw[8:8 + length]), raw[8 + length:]
    return {name: np.frombuffer(body[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
            for name, t in header.items() if name != "__metadata__"}


def write(path, tensors):
    header, body = {}, b""
    for name, value in tensors.items():
        data = np.ascontiguousarray(value, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(len(text).to_bytes(8, "little") + text + body)


def conv2d(x, weight, bias, stride, pad):
    """x [c, h, w], weight [out, c, kh, kw]"""
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    out, _, kh, kw = weight.shape
    h, w = (x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1
    y = np.zeros((out, h, w))
    for i in range(h):
        for j in range(w):
            patch = x[:, i * stride:i * stride + kh, j * stride:j * stride + kw]
            y[:, i, j] = (weight * patch).sum((1, 2, 3)) + bias
    return y


def conv_transpose2d(x, weight, bias, stride, pad):
    """x [c, h, w], weight [c, out, kh, kw]"""
    c, out, kh, kw = weight.shape
    y = np.zeros((out, (x.shape[1] - 1) * stride + kh, (x.shape[2] - 1) * stride + kw))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            y[:, i * stride:i * stride + kh, j * stride:j * stride + kw] += np.einsum("c,cokl->okl", x[:, i, j], weight)
    return y[:, pad:y.shape[1] - pad, pad:y.shape[2] - pad] + bias[:, None, None]


def code(x, w):
    def p(layer, part):
        return w["encoder.%s.%s" % (layer, part)].astype(float)
    h = np.tanh(conv2d(x, p("conv2d_1", "W"), p("conv2d_1", "b"), 2, 1))
    h = np.tanh(conv_transpose2d(h, p("conv2d_transpose_1", "W"), p("conv2d_transpose_1", "b"), 2, 1))
    return h.reshape(-1) @ p("dense_1", "W").T + p("dense_1", "b")


def main(command, *files):
    if command == "data":
        np.save(files[0], np.random.default_rng(1).random((20, 2, 7, 7)).astype(np.float32))
    elif command == "plain":
        write(files[1], read(files[0]))
    else:
        w = read(files[1])
        wanted = np.array([code(x.astype(float), w) for x in np.load(files[0])])
        error = np.abs(np.load(files[2]) - wanted).max()
        assert error < 1e-5, "codes differ by %g" % error
        assert np.abs(wanted).max() > 0.05


main(*sys.argv[1:])
