"""Convolutions, their way back, and pooling, against loops over pixels.

    convolutions.py model                       a model whose code is what all of them make of the input
    convolutions.py derivatives                 one with some of them in its loss, once and behind a gradient
    convolutions.py data x.npy                  examples
    convolutions.py compare x.npy weights codes.npy
"""

import json
import sys

import numpy as np

C, H, W, N = 4, 11, 10, 4  # of the input, and channels of each result


def span(k, d):
    return d * (k - 1) + 1


def padding(pad, length, k, stride, d):
    """Zeros before and behind, and how many windows there are; None where they do not fit."""
    if pad == "same":
        places = -(-length // stride)
        lacking = max((places - 1) * stride + span(k, d) - length, 0)
        return lacking // 2, lacking - lacking // 2, places
    zeros = 0 if pad == "valid" else pad
    rest = length + 2 * zeros - span(k, d)
    return None if rest < 0 or rest % stride else (zeros, zeros, rest // stride + 1)


def convolutions():
    """kernel, stride, padding, dilation, groups: all kernels, strides and paddings that fit, with the others in turn."""
    rows = []
    for k in range(1, 8):
        for stride in (1, 2, 3):
            for pad in ("same", "valid", 1, 2, 3):
                fitting = [(k, stride, pad, dilation, groups) for dilation, groups in ((1, 1), (2, 2), (1, 4), (3, 1))
                           if padding(pad, H, k, stride, dilation) and padding(pad, W, k, stride, dilation)]
                if fitting:
                    rows.append(fitting[len(rows) % len(fitting)])
    return rows


def arguments(row):
    k, stride, pad, dilation, groups = row
    return f"{k}, stride = {stride}, pad = {pad}, dilation = {dilation}, groups = {groups}"


def windows(v, kh, kw, stride, pad, dilation):
    """[n,c,h,w] -> [n,c,kh,kw,oh,ow] by loops"""
    (sh, sw), (ph, pw), (dh, dw) = stride, pad, dilation
    top, bottom, oh = padding(ph, v.shape[2], kh, sh, dh)
    left, right, ow = padding(pw, v.shape[3], kw, sw, dw)
    wide = np.zeros((v.shape[0], v.shape[1], top + v.shape[2] + bottom, left + v.shape[3] + right))
    wide[:, :, top : top + v.shape[2], left : left + v.shape[3]] = v
    out = np.zeros((v.shape[0], v.shape[1], kh, kw, oh, ow))
    for i in range(kh):
        for j in range(kw):
            for y in range(oh):
                for x in range(ow):
                    out[:, :, i, j, y, x] = wide[:, :, sh * y + dh * i, sw * x + dw * j]
    return out


def convolved(v, kernel, stride, pad, dilation, groups):
    kh, kw, inner, n = kernel.shape
    w = windows(v, kh, kw, stride, pad, dilation)
    out = np.zeros((v.shape[0], n) + w.shape[4:])
    for o in range(n):
        g = o // (n // groups)
        for c in range(inner):
            for i in range(kh):
                for j in range(kw):
                    out[:, o] += kernel[i, j, c, o] * w[:, g * inner + c, i, j]
    return out


def convolved_back(v, kernel, shape, stride, pad, dilation, groups):
    """Each number of v adds a kernel's worth to where its window lies."""
    kh, kw, inner, n = kernel.shape
    (sh, sw), (ph, pw), (dh, dw) = stride, pad, dilation
    top, bottom, oh = padding(ph, shape[0], kh, sh, dh)
    left, right, ow = padding(pw, shape[1], kw, sw, dw)
    assert (oh, ow) == v.shape[2:]
    wide = np.zeros((v.shape[0], groups * inner, top + shape[0] + bottom, left + shape[1] + right))
    for o in range(n):
        g = o // (n // groups)
        for c in range(inner):
            for i in range(kh):
                for j in range(kw):  # the number y, x of v adds to the place sh * y + dh * i, sw * x + dw * j
                    wide[:, g * inner + c, dh * i :: sh, dw * j :: sw][:, :oh, :ow] += kernel[i, j, c, o] * v[:, o]
    return wide[:, :, top : top + shape[0], left : left + shape[1]]


def pooled(v, size, stride, pad, of):
    inside = windows(np.ones_like(v), size, size, (stride, stride), (pad, pad), (1, 1))
    w = windows(v, size, size, (stride, stride), (pad, pad), (1, 1))
    out = np.zeros(w.shape[:2] + w.shape[4:])
    for place in np.ndindex(*out.shape):
        at = place[:2] + (slice(None), slice(None)) + place[2:]
        out[place] = of(w[at][inside[at] == 1])
    return out


POOLS = [(size, stride, pad) for size in (1, 2, 3, 4) for stride in (1, 2, 3) for pad in ("same", "valid", 1)
         if (pad != 1 or size > 1) and padding(pad, H, size, stride, 1) and padding(pad, W, size, stride, 1)]
UNPOOLS = [2, 3, 4, 5]
UPSAMPLES = [2, 3]


def parts(rows):
    """name of the value, what makes it"""
    out = []
    for i, row in enumerate(rows):
        out.append((f"conv{i}", f"x |> conv2d({N}, {arguments(row)})"))
    for i, row in enumerate(rows):
        out.append((f"back{i}", f"conv{i} |> conv2d_transpose({C}, {arguments(row)}, like = x)"))
    for i, row in enumerate(rows):
        out.append((f"line{i}", f"x[:, 0] |> conv1d({N}, {arguments(row)})"))
        out.append((f"line_back{i}", f"line{i} |> conv1d_transpose({C}, {arguments(row)}, like = x[:, 0])"))
    for size, stride, pad in POOLS:
        out.append((f"max_{size}_{stride}_{pad}", f"max_pool(x, {size}, {stride}, {pad}).values"))
        out.append((f"mean_{size}_{stride}_{pad}", f"avg_pool(x, {size}, {stride}, {pad})"))
    for size in UNPOOLS:
        out.append((f"unpool_{size}", f"sin(max_pool(x, {size}, pad = same).values) |> unpool(max_pool(x, {size}, pad = same).switches)"))
    for factor in UPSAMPLES:
        out.append((f"repeated_{factor}", f"upsample(x, {factor})"))
        out.append((f"straight_{factor}", f"upsample(x, {factor}, bilinear = true)"))
    for k, first in [(3, "true"), (3, "false"), (5, "true"), (7, "false")]:
        out.append((f"masked_{k}_{first}", f"x |> masked_conv({N}, {k}, first = {first})"))
    return out


def model(rows):
    made = parts(rows)
    lines = [f"    {name} = {what}" for name, what in made]
    # An encoder block has a limit of nothing: a concat of all is its code.
    names = ", ".join(f"flatten({name})" for name, _ in made)
    return "\n".join(
        ["model convolutions", f"input x : image[{C}, {H}, {W}]", "encoder {"] + lines + [f"    z = concat({names})", "}",
         f"decoder {{ param scale : [1] = 1;  xhat = scale * reshape(z[0:{C * H * W}], {C}, {H}, {W}) }}",
         "loss { total = sum((xhat - x)^2) }", "train { batch 2; epochs 1; minimize total over decoder with sgd(1e-6) }", ""])


def derivatives(rows):
    lines = []
    for i, row in enumerate(rows):
        lines.append(f"    a{i} = x |> conv2d({N}, {arguments(row)}) |> tanh")
        lines.append(f"    b{i} = a{i} |> conv2d_transpose({C}, {arguments(row)}, like = x) |> tanh")
    terms = " + ".join(f"mean(b{i}^2)" for i in range(len(rows)))
    lines.append(f"    p, s = max_pool(b0, 3, pad = same)")
    lines.append(f"    q = unpool(sin(p), s) + upsample(avg_pool(b1, 2, pad = same), 2, bilinear = true)[:, 0:{H}]")
    terms += " + mean(q^3) + mean((x |> masked_conv(2, 3, first = true) |> tanh |> group_norm(2) |> prelu)^2)"
    return "\n".join(
        ["model derivatives", f"input x : image[{C}, {H}, {W}]", "encoder {"] + lines + ["    z = flatten(q)", "}",
         f"decoder {{ xhat = reshape(z, {C}, {H}, {W}) }}", f"loss {{", f"    plain = {terms}",
         "    total = plain + 200 * mean(grad(plain, x)^2)", "}",
         "train { batch 2; epochs 1; minimize total over all with sgd(1e-6) }", ""])


def tensors(path):
    with open(path, "rb") as f:
        size = int.from_bytes(f.read(8), "little")
        head, data = json.loads(f.read(size)), f.read()
    head.pop("__metadata__", None)
    kinds = {"F32": np.float32, "F64": np.float64}
    return {name: np.frombuffer(data[t["data_offsets"][0] : t["data_offsets"][1]], kinds[t["dtype"]]).reshape(t["shape"]).astype(float)
            for name, t in head.items() if t["dtype"] in kinds}


def expected(rows, x, weights):
    def kernel(layer, i):
        return weights[f"encoder.{layer}_{i + 1}.W"], weights[f"encoder.{layer}_{i + 1}.b"][None, :]

    known = {}
    flat = x[:, :, 0][:, :, None, :]
    for i, (k, stride, pad, dilation, groups) in enumerate(rows):
        both = ((stride, stride), (pad, pad), (dilation, dilation))
        along = ((1, stride), ("valid", pad), (1, dilation))
        w, b = kernel("conv2d", i)
        known[f"conv{i}"] = convolved(x, w, *both, groups) + b
        w, b = kernel("conv2d_transpose", i)
        known[f"back{i}"] = convolved_back(known[f"conv{i}"], w, (H, W), *both, groups) + b
        w, b = kernel("conv1d", i)
        known[f"line{i}"] = convolved(flat, w, *along, groups) + b[:, :, None]
        w, b = kernel("conv1d_transpose", i)
        known[f"line_back{i}"] = convolved_back(known[f"line{i}"], w, (1, W), *along, groups) + b[:, :, None]
    for size, stride, pad in POOLS:
        known[f"max_{size}_{stride}_{pad}"] = pooled(x, size, stride, pad, np.max)
        known[f"mean_{size}_{stride}_{pad}"] = pooled(x, size, stride, pad, np.mean)
    for size in UNPOOLS:
        out = np.zeros_like(x)
        top, left = padding("same", H, size, size, 1)[0], padding("same", W, size, size, 1)[0]
        for n, c, oy, ox in np.ndindex(N_EXAMPLES, C, -(-H // size), -(-W // size)):
            cells = [(y, z) for y in range(oy * size - top, (oy + 1) * size - top) for z in range(ox * size - left, (ox + 1) * size - left)
                     if 0 <= y < H and 0 <= z < W]
            best = max(cells, key=lambda at: x[n, c, at[0], at[1]])
            out[n, c, best[0], best[1]] = np.sin(x[n, c, best[0], best[1]])
        known[f"unpool_{size}"] = out
    for factor in UPSAMPLES:
        known[f"repeated_{factor}"] = x.repeat(factor, 2).repeat(factor, 3)
        out = np.zeros((x.shape[0], C, H * factor, W * factor))
        for y, z in np.ndindex(H * factor, W * factor):
            fy, fz = np.clip((y + 0.5) / factor - 0.5, 0, H - 1), np.clip((z + 0.5) / factor - 0.5, 0, W - 1)
            y0, z0 = int(fy), int(fz)
            y1, z1 = min(y0 + 1, H - 1), min(z0 + 1, W - 1)
            up = (1 - (fz - z0)) * x[:, :, y0, z0] + (fz - z0) * x[:, :, y0, z1]
            low = (1 - (fz - z0)) * x[:, :, y1, z0] + (fz - z0) * x[:, :, y1, z1]
            out[:, :, y, z] = (1 - (fy - y0)) * up + (fy - y0) * low
        known[f"straight_{factor}"] = out
    for i, (k, first) in enumerate([(3, "true"), (3, "false"), (5, "true"), (7, "false")]):
        w, b = kernel("masked_conv", i)
        whole, half = np.zeros((k, k, C, N)), k // 2
        for y, z in np.ndindex(half + 1, k):
            dead = y == half and (z > half or (z == half and first == "true"))
            whole[y, z] = 0 if dead else w[y, z]
            assert not dead or not w[y, z].any(), "a masked weight is not 0"
        known[f"masked_{k}_{first}"] = convolved(x, whole, (1, 1), ("same", "same"), (1, 1), 1) + b
    return [(name, known[name]) for name, _ in parts(rows)]


N_EXAMPLES = 3
ROWS = convolutions()

if sys.argv[1] == "model":
    print(model(ROWS), end="")
elif sys.argv[1] == "derivatives":
    print(derivatives([(3, 2, "same", 1, 2), (2, 1, "valid", 3, 1), (4, 3, "same", 2, 1)]), end="")
elif sys.argv[1] == "data":
    np.save(sys.argv[2], np.random.default_rng(3).standard_normal((N_EXAMPLES, C, H, W)).astype(np.float32))
else:
    x, weights, codes = np.load(sys.argv[2]).astype(float), tensors(sys.argv[3]), np.load(sys.argv[4])
    codes, at, worst = codes.reshape(N_EXAMPLES, -1).astype(float), 0, 0
    for name, value in expected(ROWS, x, weights):
        value = value.reshape(N_EXAMPLES, -1)
        said = codes[:, at : at + value.shape[1]]
        at += value.shape[1]
        error = np.abs(said - value).max() / max(1, np.abs(value).max())
        worst = max(worst, error)
        assert error < 1e-5, f"{name}: {error}"
    assert at == codes.shape[1]
    print(f"{len(ROWS)} convolutions, {at} numbers, worst {worst:.1e}")
