#!/usr/bin/env python3
"""Writes values.txt: what each row of the op table means, by NumPy and SciPy.

    python3 make_values.py > values.txt

A case is a graph in IR text with the operands' numbers and the result's.  Its name begins with the
operation that it is about; every row of compiler/ir/ops.def has at least one.  Python, NumPy and SciPy share no
code with the compiler, so that a wrong formula in the table cannot hide.
"""

import math

import numpy as np

rng = np.random.default_rng(20240607)
N = 3  # rows of the batch in every case


def numbers(array):
    return " ".join(repr(float(x)) for x in np.asarray(array, dtype=float).ravel())


def dims(type_text):
    """[n,4] -> (3, 4), [2n] -> (6,), int[n] -> (3,)"""
    out = []
    for part in filter(None, type_text.removeprefix("int").strip("[]").split(",")):
        if part.endswith("n"):
            out.append(int(part[:-1] or 1) * N)
        else:
            out.append(int(part))
    return tuple(out)


def case(name, leaves, lines, result):
    """leaves: (leaf name, type, array) in the order %0, %1 …; lines: the rest, the last one the result."""
    print(f"=== {name}")
    for leaf, type_text, array in leaves:
        assert np.shape(array) == dims(type_text), (name, leaf)
        print(f"value {leaf} {numbers(array)}")
    print(f"value result {numbers(result)}")
    print("graph case {")
    for i, (leaf, type_text, _) in enumerate(leaves):
        print(f'  %{i} = input "{leaf}" : {type_text}')
    for i, line in enumerate(lines):
        print(f"  %{len(leaves) + i} = {line}")
    print(f'  output "result" = %{len(leaves) + len(lines) - 1}')
    print("}")
    print()


def normal(type_text):
    return rng.standard_normal(dims(type_text)).round(4)


def positive(type_text):
    return rng.uniform(0.3, 3, dims(type_text)).round(4)


def leaves():
    case("const number", [], ["const -0.1 : []"], -0.1)
    case("const filled", [], ["const 2.5e-07 : [n,2]"], np.full((N, 2), 2.5e-07))
    for op, type_text in [("scalar", "[]"), ("input", "[n,2,2]"), ("param", "[2,3]"), ("state", "[4]")]:
        array = normal(type_text)
        print(f"=== {op}\nvalue leaf {numbers(array)}\nvalue result {numbers(array)}")
        print(f'graph case {{\n  %0 = {op} "leaf" : {type_text}\n  output "result" = %0\n}}\n')
    # the test draws (1 + element + 100 * row) / 1024, and the negative for randn
    rows = (1 + np.arange(4)[None, :] + 100 * np.arange(N)[:, None]) / 1024
    flat = (1 + np.arange(6)) / 1024
    for op, sign in [("rand", 1), ("randn", -1)]:
        case(f"{op} by row", [], [f'{op} "draw" : [n,2,2]'], sign * rows)
        case(f"{op} without rows", [], [f'{op} "draw" : [2,3]'], sign * flat)
    case("iota last", [], ["iota axis=-1 : int[2,4]"], np.tile(np.arange(4), (2, 1)))
    case("iota rows", [], ["iota axis=-2 : int[n,2]"], np.tile(np.arange(N)[:, None], (1, 2)))
    case("eye wide", [], ["eye : [2,4]"], np.eye(2, 4))
    case("eye stacked", [], ["eye : [n,3,3]"], np.tile(np.eye(3), (N, 1, 1)))


def unary():
    far = np.array([-800.0, -40.0, -1.5, 0.0, 0.25, 40.0, 800.0])
    small = np.array([1e-12, 1e-5, 0.5, 1.0, 7.0])
    halves = np.array([-2.0, -1.5, -0.5, 0.0, 0.5, 1.0, 2.5])
    rows = [
        ("neg", np.negative, None),
        ("exp", np.exp, None),
        ("log", np.log, small),
        ("log1p", np.log1p, small),
        ("sqrt", np.sqrt, small),
        ("square", np.square, None),
        ("abs", np.abs, halves),
        ("sign", np.sign, halves),
        ("floor", np.floor, halves),
        ("sin", np.sin, None),
        ("cos", np.cos, None),
        ("tanh", np.tanh, far),
        ("sigmoid", lambda a: np.exp(-np.logaddexp(0, -a)), far),
        ("softplus", lambda a: np.logaddexp(0, a), far),
        ("stop", lambda a: a, None),
    ]
    for name, function, special in rows:
        a = positive("[n,4]") if name in ("log", "log1p", "sqrt") else normal("[n,4]")
        case(f"{name} sampled", [("a", "[n,4]", a)], [f"{name}(%0) : [n,4]"], function(a))
        if special is not None:
            t = f"[{len(special)}]"
            case(f"{name} special", [("a", t, special)], [f"{name}(%0) : {t}"], function(special))


def error_function():
    """By Python's own: NumPy has none."""
    erf, special = np.vectorize(math.erf), np.array([-6.0, -4.0, -1.0, 0.0, 1e-9, 0.25, 1.0, 2.5, 4.0, 6.0])
    a = normal("[n,4]")
    case("erf sampled", [("a", "[n,4]", a)], ["erf(%0) : [n,4]"], erf(a))
    case("erf special", [("a", "[10]", special)], ["erf(%0) : [10]"], erf(special))


def gamma_functions():
    """By SciPy: NumPy has none.  arctan is NumPy's."""
    from scipy import special

    near = np.array([1e-9, 0.25, 1.0, 1.5, 2.0, 7.5, 40.0, 1e5, -0.5, -2.3])
    far = np.array([-1e9, -2.0, -0.3, 0.0, 1e-9, 0.5, 1.0, 3.0, 40.0, 1e12])
    rows = [
        ("atan", np.arctan, "", far),
        ("lgamma", special.gammaln, "", near),
        ("digamma", special.digamma, "", near),
        ("trigamma", lambda a: special.polygamma(1, a), "", near),
        ("polygamma", lambda a: special.polygamma(2, a), " 2", near),
        ("polygamma", lambda a: special.polygamma(1, a), " 1", near[1:8]),
    ]
    for name, function, attribute, special_values in rows:
        a, t = positive("[n,4]"), f"[{len(special_values)}]"
        case(f"{name} sampled{attribute}", [("a", "[n,4]", a)], [f"{name}(%0){attribute} : [n,4]"], function(a))
        line = f"{name}(%0){attribute} : {t}"
        case(f"{name} special{attribute}", [("a", t, special_values)], [line], function(special_values))


def along_an_axis():
    a, ties = normal("[n,2,4]"), np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-1.0, -2.0, -1.0]])
    whole = [("a", "[n,2,4]", a)]
    case("argsort ties", [("a", "[n,3]", ties)], ["argsort(%0) axis=-1"], np.argsort(ties, -1, kind="stable"))
    case("argsort middle", whole, ["argsort(%0) axis=-2"], np.argsort(a, -2, kind="stable"))
    for axis in (-1, -2):
        case(f"cumsum {axis}", whole, [f"cumsum(%0) axis={axis}"], np.cumsum(a, axis))
        back = np.flip(np.cumsum(np.flip(a, axis), axis), axis)
        case(f"cumsum_back {axis}", whole, [f"cumsum_back(%0) axis={axis}"], back)
    last = np.array([[[3, 0, 3, 1, 2], [0, 0, 0, 0, 0]], [[1, 2, 3, 0, 1], [3, 3, 2, 2, 1]], [[0, 1, 2, 3, 0], [2, 2, 2, 2, 2]]])
    middle = np.array([[[1, 0, 1, 1]], [[0, 0, 1, 0]], [[1, 1, 1, 0]]])
    by_last, by_middle = ("index", "int[n,2,5]", last), ("index", "int[n,1,4]", middle)
    case("take last", whole + [by_last], ["take(%0, %1) axis=-1 : [n,2,5]"], np.take_along_axis(a, last, -1))
    case("take middle", whole + [by_middle], ["take(%0, %1) axis=-2 : [n,1,4]"], np.take_along_axis(a, middle, -2))
    for name, axis, index, leaf, length in [("last", -1, last, by_last, 4), ("middle", -2, middle, by_middle, 3)]:
        rows = normal(leaf[1].removeprefix("int"))
        shape = list(rows.shape)
        shape[axis] = length
        sums, places = np.zeros(shape), list(np.indices(rows.shape))
        places[axis] = index
        np.add.at(sums, tuple(places), rows)
        case(f"put {name}", [("a", leaf[1].removeprefix("int"), rows), leaf], [f"put(%0, %1) axis={axis} of={length}"], sums)


def windows():
    """Element by element, by loops."""
    a = normal("[n,2,9]")
    for axis, at, size, stride, dilation in [(-1, 2, 3, 1, 1), (-1, 2, 3, 2, 1), (-1, 2, 2, 3, 4), (-1, 2, 1, 2, 1), (-2, 1, 2, 1, 1), (-1, 2, 9, 1, 1)]:
        length = a.shape[at]
        places = (length - dilation * (size - 1) - 1) // stride + 1
        shape = a.shape[:at] + (size, places) + a.shape[at + 1 :]
        shown = np.zeros(shape)
        for k in range(size):
            for o in range(places):
                from_, to = [slice(None)] * 3, [slice(None)] * 4
                from_[at], to[at], to[at + 1] = stride * o + dilation * k, k, o
                shown[tuple(to)] = a[tuple(from_)]
        text = "[" + ",".join(["n"] + [str(x) for x in shape[1:]]) + "]"
        line = f"axis={axis} {{}} stride={stride} dilation={dilation} : "
        name = f"{axis} {size} {stride} {dilation}"
        case(f"window {name}", [("a", "[n,2,9]", a)], ["window(%0) " + line.format(f"size={size}") + text], shown)
        u = normal(text)
        sums = np.zeros(a.shape)
        for k in range(size):
            for o in range(places):
                from_, to = [slice(None)] * 3, [slice(None)] * 4
                from_[at], to[at], to[at + 1] = stride * o + dilation * k, k, o
                sums[tuple(from_)] += u[tuple(to)]
        case(f"fold {name}", [("a", text, u)], ["fold(%0) " + line.format(f"of={length}") + "[n,2,9]"], sums)
    u = normal("[n,2,3]")
    early = np.zeros((N, 9))
    for k in range(2):
        for o in range(3):
            early[:, 2 * o + k] += u[:, k, o]
    case("fold with places left", [("a", "[n,2,3]", u)], ["fold(%0) axis=-1 of=9 stride=2 dilation=1 : [n,9]"], early)


def binary():
    def largest(a, b):
        return np.where(a > b, a, b)

    def smallest(a, b):
        return np.where(a < b, a, b)

    rows = [
        ("add", np.add),
        ("sub", np.subtract),
        ("mul", np.multiply),
        ("div", np.divide),
        ("pow", np.power),
        ("max", largest),
        ("min", smallest),
        ("lt", np.less),
        ("le", np.less_equal),
        ("eq", np.equal),
    ]
    for name, function in rows:
        whole = name in ("lt", "le", "eq")
        for ta, tb, t in [
            ("[n,4]", "[n,4]", "[n,4]"),
            ("[n,2,4]", "[4]", "[n,2,4]"),
            ("[n,1]", "[n,3]", "[n,3]"),
            ("[]", "[n,2]", "[n,2]"),
            ("[3,1]", "[1,2]", "[3,2]"),
        ]:
            make = positive if name == "pow" else normal
            a, b = make(ta), normal(tb)
            if whole:
                a, b = a.round(), b.round()
            if name == "div":
                b = np.where(np.abs(b) < 0.2, 0.7, b)
            case(f"{name} {ta} {tb}", [("a", ta, a), ("b", tb, b)], [f"{name}(%0, %1) : {t}"], function(a, b))
    c = np.array([1.0, 0.0, -2.0, 0.0])
    yes, no = normal("[n,4]"), normal("[n,1]")
    case(
        "where broadcast",
        [("condition", "[4]", c), ("b", "[n,4]", yes), ("c", "[n,1]", no)],
        ["where(%0, %1, %2) : [n,4]"],
        np.where(c != 0, yes, no),
    )
    a = normal("[n,1]")
    case("expand axis", [("a", "[n,1]", a)], ["expand(%0) : [2,n,4]"], np.broadcast_to(a, (2, N, 4)))
    a = normal("[]")
    case("expand number", [("a", "[]", a)], ["expand(%0) : [n,2]"], np.broadcast_to(a, (N, 2)))


def ranks(values, axis):
    return np.argsort(np.argsort(-values, axis, kind="stable"), axis)


def reductions():
    a = normal("[n,2,4]")
    for name, function in [("sum", np.sum), ("amax", np.max)]:
        for axes, t in [("-1", "[n,2]"), ("-2", "[n,4]"), ("-3", "[2,4]"), ("-3,-1", "[2]"), ("-3,-2,-1", "[]")]:
            at = tuple(int(x) for x in axes.split(","))
            case(f"{name} {axes}", [("a", "[n,2,4]", a)], [f"{name}(%0) axes={axes} : {t}"], function(a, axis=at))
    ties = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-1.0, -2.0, -1.0]])
    case("argmax ties", [("a", "[n,3]", ties)], ["argmax(%0) axis=-1 : int[n]"], ties.argmax(-1))
    case("rank ties", [("a", "[n,3]", ties)], ["rank(%0) axis=-1"], ranks(ties, -1))
    case("rank middle", [("a", "[n,2,4]", a)], ["rank(%0) axis=-2"], ranks(a, -2))
    case("argmax rows", [("a", "[n,2,4]", a)], ["argmax(%0) axis=-3 : int[2,4]"], a.argmax(0))


def products():
    for ta in (False, True):
        for tb in (False, True):
            for lead, m, k, p in [("", "n", 4, 2), ("", 2, "n", 3), ("n,2,", 3, 2, 2)]:
                left = f"[{lead}{k},{m}]" if ta else f"[{lead}{m},{k}]"
                right = f"[{lead}{p},{k}]" if tb else f"[{lead}{k},{p}]"
                a, b = normal(left), normal(right)
                flags = (" ta" if ta else "") + (" tb" if tb else "")
                value = np.matmul(np.swapaxes(a, -1, -2) if ta else a, np.swapaxes(b, -1, -2) if tb else b)
                case(
                    f"matmul {left} {right}{flags}",
                    [("a", left, a), ("b", right, b)],
                    [f"matmul(%0, %1){flags} : [{lead}{m},{p}]"],
                    value,
                )


def moves():
    a = normal("[n,2,3]")
    whole = [("a", "[n,2,3]", a)]
    case("reshape flat", whole, ["reshape(%0) : [6n]"], a.reshape(-1))
    case("reshape axes", whole, ["reshape(%0) : [n,3,1,2]"], a.reshape(N, 3, 1, 2))
    case("transpose last two", whole, ["transpose(%0) perm=-1,-2 : [n,3,2]"], a.transpose(0, 2, 1))
    case("transpose cycle", whole, ["transpose(%0) perm=-1,-3,-2 : [3,n,2]"], a.transpose(2, 0, 1))
    case("slice last", whole, ["slice(%0) axis=-1 range=1:3 : [n,2,2]"], a[:, :, 1:3])
    case("slice middle", whole, ["slice(%0) axis=-2 range=0:1 : [n,1,3]"], a[:, 0:1])
    case("pad last", whole, ["pad(%0) axis=-1 range=2:5 of=6 : [n,2,6]"], np.pad(a, [(0, 0), (0, 0), (2, 1)]))
    case("pad middle", whole, ["pad(%0) axis=-2 range=0:2 of=3 : [n,3,3]"], np.pad(a, [(0, 0), (0, 1), (0, 0)]))
    b, c = normal("[n,1,3]"), normal("[n,2,3]")
    case(
        "concat three",
        whole + [("b", "[n,1,3]", b), ("c", "[n,2,3]", c)],
        ["concat(%0, %1, %2) axis=-2 : [n,5,3]"],
        np.concatenate([a, b, c], axis=-2),
    )
    case("concat one", whole, ["concat(%0) axis=-1 : [n,2,3]"], a)
    table, index = normal("[4,2]"), np.array([3, 0, 3])
    at = ("index", "int[n]", index)
    case("gather rows", [("a", "[4,2]", table), at], ["gather(%0, %1) : [n,2]"], table[index])
    case("gather numbers", [("a", "[4]", table[:, 0]), at], ["gather(%0, %1) : [n]"], table[index, 0])
    two = np.array([[1, 1], [0, 2]])
    case(
        "gather by pairs",
        [("a", "[n,2]", a[:, :, 0]), ("index", "int[2,2]", two)],
        ["gather(%0, %1) : [2,2,2]"],
        a[:, :, 0][two],
    )
    rows, sums = normal("[n,2]"), np.zeros((4, 2))
    np.add.at(sums, index, rows)
    case("scatter twice", [("a", "[n,2]", rows), at], ["scatter(%0, %1) : [4,2]"], sums)


def integers():
    near = np.array([16777216, 16777217, 16777218])
    two = [("a", "int[n]", near), ("b", "int[n]", np.flip(near))]
    case("real", [("a", "int[n]", near)], ["real(%0)"], near)
    case("index", [("a", "[5]", np.array([2.75, 0, -0.5, -3, 3e9]))], ["index(%0)"], [2, 0, -1, -1, -1])
    for name, function in [("lt", np.less), ("le", np.less_equal), ("eq", np.equal)]:
        case(f"{name} of integers", two, [f"{name}(%0, %1) : [n]"], function(near, np.flip(near)))
    case("sub of integers", two, ["sub(%0, %1) : int[n]"], near - np.flip(near))
    case("where of integers", [("condition", "[n]", np.array([0, 1, 0]))] + two, ["where(%0, %1, %2)"], np.full(N, 16777218) - [0, 1, 2])
    case("gather of integers", [("a", "int[3]", near), ("index", "int[2]", np.array([2, 0]))], ["gather(%0, %1)"], near[[2, 0]])


def placeholders():
    a, w = normal("[n,2]"), normal("[2]")
    case(
        "grad",
        [("a", "[n,2]", a), ("w", "[2]", w)],
        ["square(%0)", "mul(%2, %1)", "sum(%3) axes=-2,-1", "grad(%4, %0)"],
        2 * a * w,
    )
    case(
        "grad past stop",
        [("a", "[n,2]", a)],
        ["stop(%0)", "mul(%1, %0)", "sum(%2) axes=-2,-1", "grad(%3, %0)"],
        a,
    )
    s = 1 / (1 + np.exp(-a))
    case(
        "jacobian elementwise",
        [("a", "[n,2]", a)],
        ["sigmoid(%0)", "jacobian(%1, %0) : [n,2,2]"],
        np.einsum("ni,ij->nij", s * (1 - s), np.eye(2)),
    )
    m = normal("[2,3]")
    case(
        "jacobian product",
        [("a", "[n,2]", a), ("m", "[2,3]", m)],
        ["matmul(%0, %1)", "tanh(%2)", "jacobian(%3, %0) : [n,3,2]"],
        np.einsum("nh,vh->nhv", 1 - np.tanh(a @ m) ** 2, m),
    )


def products_with_jacobians():
    a, m, t, u = normal("[n,2]"), normal("[2,3]"), normal("[n,2]"), normal("[4,n,3]")
    slope = 1 - np.tanh(a @ m) ** 2
    layer = ["matmul(%0, %1)", "tanh(%3)"]
    case(
        "jvp",
        [("a", "[n,2]", a), ("m", "[2,3]", m), ("t", "[n,2]", t)],
        layer + ["jvp(%4, %0, %2)"],
        (t @ m) * slope,
    )
    case(
        "vjp of four",
        [("a", "[n,2]", a), ("m", "[2,3]", m), ("u", "[4,n,3]", u)],
        layer + ["vjp(%4, %0, %2)"],
        (u * slope) @ m.T,
    )


print("# Made by make_values.py with NumPy and SciPy; n = %d in every case." % N)
print()
leaves()
unary()
binary()
reductions()
products()
moves()
placeholders()
integers()
products_with_jacobians()
error_function()
gamma_functions()
along_an_axis()
windows()
