#!/usr/bin/env python3
"""Generated programs against PyTorch and JAX, in turn, and what making and starting one costs: see scripts/bench.

Of each row all sides are ready before anything is timed. Then they take turns, round after round: each mode of
PyTorch, ours, each mode of JAX, ours. A turn gives the median time of a step; of a side's turns the fastest counts,
since whatever else the machine does only adds time. A ratio is the time of a peer's best mode over ours.
"""
import argparse
import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

# row: model, constants, batch
ROWS = {
    "autoencoder": ("models/autoencoder.ae", [], 256),
    "deep": ("tests/bench/deep.ae", [], 100),
    "vae": ("models/vae.ae", [], 128),
    "iwae": ("models/iwae.ae", ["K=50"], 20),
    "adversarial": ("models/adversarial.ae", [], 128),
    "denoising": ("models/denoising.ae", [], 128),
    "contractive": ("models/contractive.ae", [], 100),
    "contractive_deep": ("models/contractive_deep.ae", [], 100),
    "conv": ("tests/bench/conv.ae", [], 128),
    "convpool": ("tests/bench/convpool.ae", [], 128),
    "vae_conv": ("models/vae_conv.ae", [], 100),
    "lstm": ("models/sequence_vae.ae", [], 128),
    "pixelcnn": ("tests/bench/pixelcnn.ae", [], 16),
}
DUE = {"torch": 1.5, "jax": 1.0}  # below these a ratio is marked
DUE_AECC_MS, DUE_BUILD_S, DUE_BYTES, DUE_START_MS, DUE_JACOBIAN = 50, 3, 300000, 100, 2
DUE_GROWN_AECC_S, DUE_GROWN_CC_S = 2, 10  # of a model of a thousand layers
DUE_GENERATION = 20
DUE_BUSY = 1.1  # two threads over one
SHORT = 0.1  # seconds of a first turn
TOO_SLOW, TOO_LONG = 3, 20  # a mode whose step takes so many times that of another, and its first turn so many times as long, takes no more
HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
WORK = SOURCE / "build/bench"


def on_cpus(threads):
    """The words that bind a command to as many processors."""
    cpus = sorted(os.sched_getaffinity(0))[:threads]
    return ["taskset", "-c", ",".join(map(str, cpus))] if threads < len(os.sched_getaffinity(0)) else []


class Peer:
    """A process of torch_step.py or jax_step.py."""

    def __init__(self, args, framework, row, threads):
        flags = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} intra_op_parallelism_threads={threads}"
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
        command = [args.python, HERE / f"{framework}_step.py", "--row", row, "--threads", str(threads)]
        if args.data:
            command += ["--data", args.data]
        self.process = subprocess.Popen(
            on_cpus(threads) + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
            stderr=None if args.verbose else subprocess.DEVNULL)

    def ms(self, mode, seconds, which="median", patience=None):
        try:
            self.process.stdin.write(f"{mode} {seconds} {which}\n")
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], patience)[0]:
                self.process.kill()
            return float(self.process.stdout.readline())
        except (BrokenPipeError, ValueError):
            return None  # this mode does not work here: --verbose tells why

    def megabytes(self):
        """The most memory that it has had; none where it has ended."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        return int(found[1]) / 1024 if found else None

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


class Ours:
    """A generated program."""

    def __init__(self, args, program, batch, threads):
        self.command = on_cpus(threads) + [program, "bench", "--json", "--threads", str(threads), "--batch", str(batch)]
        if args.data:
            self.command += ["--data", args.data]
        self.steps, self.shares = 20, []

    def ms(self, seconds, which="ms"):
        found = json.loads(subprocess.run(self.command + ["--steps", str(self.steps)], check=True, capture_output=True).stdout)
        self.steps = max(10, int(seconds * 1e3 / found[which]))
        self.shares.append(found["share"])
        return found[which]

    def megabytes(self):
        return used_by(self.command + ["--steps", "10"])[1]


def build(args, model, constants, batch):
    """The program of a model at this batch."""
    text = re.sub(r"\bbatch +\d+", f"batch {batch}", model.read_text())
    copy = WORK / model.name
    copy.write_text(text)
    program = WORK / model.stem
    subprocess.run([SOURCE / "build/aecc", copy, *(f"-D{c}" for c in constants), "-o", program], check=True)
    return program


def least(times):
    times = [t for t in times if t is not None]
    return min(times) if times else None


def ratio_text(theirs, ours, due):
    if theirs is None:
        return "-"
    return f"{theirs / ours:.2f}" + ("" if theirs / ours >= due else " <")


def best_of(times, modes):
    found = [(times[mode], mode) for mode in modes if times.get(mode) is not None]
    return min(found) if found else (None, "-")


def ready(args, framework, row, threads):
    """A peer that has compiled its modes, and those that take turns: not one that is not ready in time, or much slower than another while it
    takes long for a turn, as many steps in one call do."""
    peer, first, left_out = Peer(args, framework, row, threads), {}, {}
    for mode in args.modes[framework]:
        compiled = peer.ms(mode, SHORT, patience=args.patience)
        start = time.monotonic()
        found = compiled and peer.ms(mode, SHORT)
        if found is None:
            peer.close()
            peer = Peer(args, framework, row, threads)  # the modes before are compiled anew when their turn comes
            left_out[mode] = f"not ready in {args.patience:g} s, or not at all"
        else:
            first[mode] = found, time.monotonic() - start
    for mode, (found, spent) in first.items():
        if found > TOO_SLOW * min(first.values())[0] and spent > TOO_LONG * SHORT:
            left_out[mode] = f"{found:.4g} ms at first"
    for mode, why in left_out.items():
        print(f"{row}, threads {threads}: {framework} takes no turns by {mode}, {why}", file=sys.stderr, flush=True)
    return peer, [mode for mode in first if mode not in left_out]


def bench_row(args, row, threads):
    model, constants, batch = ROWS[row]
    ours = Ours(args, build(args, SOURCE / model, constants, batch), batch, threads)
    peers, modes = {}, {}
    for framework in args.modes:
        peers[framework], modes[framework] = ready(args, framework, row, threads)
    rounds = {mode: [] for found in modes.values() for mode in found}
    own = [ours.ms(args.seconds)]  # which finds how many steps, and is all where there is no peer
    for _ in range(args.rounds):
        for framework, found in modes.items():
            for mode in found:
                rounds[mode].append(peers[framework].ms(mode, args.seconds))
            own.append(ours.ms(args.seconds))
    memory = {framework: peer.megabytes() for framework, peer in peers.items() if modes[framework]}
    for peer in peers.values():
        peer.close()
    mine, times = min(own), {mode: least(found) for mode, found in rounds.items()}
    cells = [f"{row:<17}{batch:>5}{threads:>8}"]
    for framework in ("torch", "jax"):
        theirs, mode = best_of(times, modes.get(framework, []))
        cells.append(f"{'-' if theirs is None else f'{theirs:.4g}':>9} {mode:<9}")
        cells.append(f"{ratio_text(theirs, mine, DUE[framework]):<7}")
    torch_cell, torch_ratio, jax_cell, jax_ratio = cells[1:]
    print(cells[0], torch_cell, jax_cell, f"{mine:8.4g}  ", torch_ratio, jax_ratio, f"{100 * max(ours.shares):5.0f} %",
          *(f"{'-' if used is None else f'{used:.0f}':>9}" for used in (memory.get("torch"), memory.get("jax"), ours.megabytes())),
          flush=True)


def speed_table(args):
    print("Milliseconds a training step, float; ratios: the peer's best mode over aecc; < is below what is due "
          f"({DUE['torch']} of PyTorch, {DUE['jax']} of JAX).\nMB: the most memory of each process, its libraries included.")
    print(f"{'row':<17}{'batch':>5}{'threads':>8} {'PyTorch':>9} {'':<9} {'JAX':>9} {'':<9} {'aecc':>8}   {'/PyTorch':<8}"
          f"{'/JAX':<7}{'floor':>7} {'MB: torch':>9} {'jax':>9} {'aecc':>9}")
    for row in args.rows:
        for threads in args.threads:
            bench_row(args, row, threads)


def busy_row(args, row):
    """Means of whole turns: on a busy machine a median leaves out what is waited for."""
    model, constants, batch = ROWS[row]
    program = build(args, SOURCE / model, constants, batch)
    ours = {threads: Ours(args, program, batch, threads) for threads in (1, 2)}
    peers = {framework: Peer(args, framework, row, 2) for framework in args.modes}
    found = {side: [] for side in (1, 2, *args.modes)}
    for framework, modes in args.modes.items():  # compilation; the mode that is fastest here
        peers[framework].ms(modes[0], 0.1)
    for side in ours.values():
        side.ms(args.seconds, "ms_mean")
    for _ in range(args.rounds):
        for threads, side in ours.items():
            found[threads].append(side.ms(args.seconds, "ms_mean"))
        for framework, modes in args.modes.items():
            found[framework].append(least(peers[framework].ms(mode, args.seconds, "mean") for mode in modes))
    for peer in peers.values():
        peer.close()
    mean = {side: sum(times) / len(times) for side, times in found.items() if None not in times}
    cells = [f"{row:<17}{mean[1]:>8.4g}{mean[2]:>8.4g}   {mark(mean[2] / mean[1], DUE_BUSY, '.2f'):<8}"]
    for framework in ("torch", "jax"):
        theirs = mean.get(framework)
        cells.append(f"{'-' if theirs is None else f'{theirs:.4g}':>9}   {ratio_text(theirs, mean[2], 1.0):<8}")
    print("".join(cells), flush=True)


def busy_table(args):
    print(f"\nWith another process on each processor: mean milliseconds a step. Two threads may take {DUE_BUSY} of one's time and no more "
          "than JAX's with two.")
    print(f"{'row':<17}{'one':>8}{'two':>8}   {'two/one':<8}{'PyTorch':>9}   {'/two':<8}{'JAX':>9}   {'/two':<8}")
    others = [subprocess.Popen(["taskset", "-c", str(cpu), "sh", "-c", "while :; do :; done"])
              for cpu in sorted(os.sched_getaffinity(0))]
    try:
        for row in args.rows:
            busy_row(args, row)
    finally:
        for other in others:
            other.kill()


def seconds_of(command, times):
    """The least time of a command, of so many."""
    found = []
    for _ in range(times):
        begin = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.monotonic() - begin)
    return min(found)


def start_ms(program, data):
    """From the call of a program to the end of its first training step: both read one clock."""
    found = []
    for _ in range(5):
        begin = time.monotonic()
        command = [program, "bench", "--json", "--steps", "1", *(["--data", data] if data else [])]
        at = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["first_step_at"]
        found.append((at - begin) * 1e3)
    return min(found)


def reads_images(program):
    """Whether its one input is an image of MNIST's shape, so that the data can be given to it."""
    said = subprocess.run([program, "info"], check=True, capture_output=True, text=True).stdout
    inputs = [line for line in said.splitlines() if line.startswith("  input ")]
    return len(inputs) == 1 and "image[1,28,28]" in inputs[0]


def unpacked(data):
    """The images without gzip, since a start of 100 ms is due on such."""
    if not data or not data.endswith(".gz"):
        return data
    path = WORK / "images.idx"
    with open(path, "wb") as file:
        subprocess.run(["gzip", "-dc", data], check=True, stdout=file)
    return str(path)


def mark(value, due, form):
    return format(value, form) + ("" if value <= due else " >")


def cost_table(args):
    print(f"\nWhat a model costs; > is more than its budget: aecc {DUE_AECC_MS} ms, .ae to trainer {DUE_BUILD_S} s, "
          f"{DUE_BYTES} bytes, start to first step {DUE_START_MS} ms.")
    print(f"{'model':<19}{'aecc ms':<9}{'to trainer s':<14}{'bytes':<11}{'start ms: built-in':<20}unpacked data")
    aecc = SOURCE / "build/aecc"
    data = unpacked(args.data)
    for model in sorted((SOURCE / "models").glob("*.ae")):
        program = WORK / model.stem
        aecc_ms = 1e3 * seconds_of([aecc, model, "-o", WORK / "model.c"], 7)
        build_s = seconds_of([aecc, model, "-o", program], 2)
        cells = [mark(aecc_ms, DUE_AECC_MS, ".1f"), mark(build_s, DUE_BUILD_S, ".2f"),
                 mark(program.stat().st_size, DUE_BYTES, "d"), mark(start_ms(program, None), DUE_START_MS, ".0f"),
                 mark(start_ms(program, data), DUE_START_MS, ".0f") if data and reads_images(program) else "-"]
        print(f"{model.stem:<19}" + "".join(f"{cell:<{width}}" for cell, width in zip(cells, (9, 14, 11, 20, 9))), flush=True)
    growth_table()


LAYERS = """model layers
input x : vector[32]
encoder {{
    h = x |> dense(16)
{layers}
}}
decoder {{ y = h |> dense(32) }}
loss    {{ total = sum((y - x)^2) }}
train   {{ batch 32; minimize total over encoder, decoder with adam(1e-3) }}
"""

GRU = """model gru
input x : vector[32]
network cell(h, u) {{
    both = concat(h, u)
    param Wz : [both.last, h.last] ~ glorot_uniform
    param Wr : [both.last, h.last] ~ glorot_uniform
    param Wh : [both.last, h.last] ~ glorot_uniform
    z = sigmoid(matmul(both, Wz))
    r = sigmoid(matmul(both, Wr))
    n = tanh(matmul(concat(r * h, u), Wh))
    return (1 - z) * h + z * n
}}
encoder {{ h = x |> dense(16)
    repeat {count} {{ h = cell(h, x) }} }}
decoder {{ y = h |> dense(32) }}
loss    {{ total = sum((y - x)^2) }}
train   {{ batch 32; minimize total over all with adam(1e-3) }}
"""


def grown_models():
    """Name, size, text: what is long by a loop, the same written out, and a recurrent network unrolled."""
    layer = "    h{now} = h{before} |> dense(16) |> relu"
    for count in (10, 100, 1000):
        yield "dense layers", count, LAYERS.format(layers=f"    repeat {count} {{ h = h |> dense(16) |> relu }}")
    for count in (10, 100, 1000):
        lines = [layer.format(now=i or "0", before=i - 1 if i else "") for i in range(count)]
        text = LAYERS.format(layers="\n".join(lines))
        yield "written out", count, text.replace("decoder { y = h ", f"decoder {{ y = h{count - 1} ")
    for count in (14, 56, 112):
        yield "GRU steps", count, GRU.format(count=count)


def used_by(command):
    """Seconds, and the most memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def growth_table():
    print(f"\nHow that grows; > is more than a model of any of these sizes may take: aecc {DUE_GROWN_AECC_S} s, the C compiler "
          f"{DUE_GROWN_CC_S} s.")
    print(f"{'model':<15}{'size':<7}{'aecc s':<9}{'aecc MB':<9}{'C bytes':<11}{'C compiler s':<14}bytes")
    for name, size, text in grown_models():
        model, program = WORK / "grown.ae", WORK / "grown"
        model.write_text(text)
        aecc_s, megabytes = used_by([SOURCE / "build/aecc", model, "-o", WORK / "grown.c"])
        build_s, _ = used_by([SOURCE / "build/aecc", model, "-o", program])
        cells = [name, size, mark(aecc_s, DUE_GROWN_AECC_S, ".2f"), f"{megabytes:.0f}", (WORK / "grown.c").stat().st_size,
                 mark(build_s - aecc_s, DUE_GROWN_CC_S, ".2f"), program.stat().st_size]
        print("".join(f"{cell:<{width}}" for cell, width in zip(cells, (15, 7, 9, 9, 11, 14, 9))), flush=True)


def jacobian_table(args):
    """The contractive penalty as written, by the Jacobian, against its closed form written by hand."""
    print(f"\nA step of contractive.ae, penalty by jacobian, over one of its closed form; {DUE_JACOBIAN} is allowed.")
    for threads in args.threads:
        sides = [Ours(args, build(args, model, [], 100), 100, threads)
                 for model in (SOURCE / "models/contractive.ae", HERE / "contractive_closed.ae")]
        found = [[side.ms(args.seconds) for side in sides] for _ in range(args.rounds + 1)]
        jacobian, closed = (min(times) for times in zip(*found))
        print(f"{threads} thread{'s' * (threads > 1)}: {jacobian:.4g} ms, {closed:.4g} ms, {mark(jacobian / closed, DUE_JACOBIAN, '.2f')}")


def processor_seconds(command, times):
    """The least processor time of a command, of so many."""
    found = []
    for _ in range(times):
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        found.append(usage.ru_utime + usage.ru_stime)
    return min(found)


def generation_table(args):
    """Images drawn pixel after pixel, against the whole net once for each pixel: that of one evaluation, times pixels."""
    count, pixels = 64, 784
    print(f"\n{count} images of pixel_cnn, processor seconds; {DUE_GENERATION} times as fast as the whole net once for each of {pixels} pixels is due.")
    program, run, drawn = WORK / "pixel_cnn", WORK / "pixel_cnn_run", WORK / "pixel_cnn.npy"
    subprocess.run([SOURCE / "build/aecc", SOURCE / "models/pixel_cnn.ae", "-o", program], check=True)
    subprocess.run([program, "train", "--epochs", "1", "--out", run, "--force", "--quiet"], check=True)
    sample = [program, "sample", "--out", run, "--threads", "1", "--output", drawn]
    one = [program, "sample", "--out", run, "--threads", "1", "--output", WORK / "again.npy", "--known", pixels, "--data", drawn]
    all_of_it = processor_seconds(sample + ["--count", count], args.rounds + 1)
    start, once = (processor_seconds(one + ["--count", n], args.rounds + 1) for n in (1, count))
    each = (once - start) * count / (count - 1)
    times = pixels * each / (all_of_it - start)
    print(f"one evaluation {each:.4g}, all pixels {all_of_it - start:.4g}: {times:.0f} times" + ("" if times >= DUE_GENERATION else " <"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help=", ".join(ROWS))
    parser.add_argument("--python", help="a Python that has PyTorch, JAX or both")
    parser.add_argument("--data", help="training images, IDX")
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--bf16", action="store_true", help="the peers' products in bfloat16 too")
    parser.add_argument("--busy", action="store_true", help="only: beside one other process on each processor")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=0.5, help="of one side in one round")
    parser.add_argument("--patience", type=float, default=120, help="seconds that a mode of a peer may take until its first steps are done")
    parser.add_argument("--table", choices=["speed", "costs", "jacobian", "generation"], help="one only")
    parser.add_argument("--verbose", action="store_true", help="what the peers say")
    args = parser.parse_args()
    args.rows = args.rows or list(ROWS)
    args.threads = args.threads or [1, 2]
    for row in args.rows:
        if row not in ROWS:
            parser.error(f"there is no row {row}; rows are {', '.join(ROWS)}")
    modes = {"torch": ["eager", "fused", "compile"], "jax": ["scan", "step"]}
    if args.bf16:
        modes = {"torch": modes["torch"] + ["bf16"], "jax": modes["jax"] + ["scan-bf16", "step-bf16"]}
    args.modes = {}
    for framework in modes:
        if args.python and subprocess.run([args.python, "-c", f"import {framework}"], capture_output=True).returncode == 0:
            args.modes[framework] = modes[framework]
        else:
            print(f"no {framework} in {args.python}: scripts/bench --install, or --python", file=sys.stderr)
    if os.getloadavg()[0] > 1:
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): times are too long, ratios rough", file=sys.stderr)
    WORK.mkdir(parents=True, exist_ok=True)
    if args.busy:
        busy_table(args)
        return
    tables = {"speed": speed_table, "costs": cost_table, "jacobian": jacobian_table, "generation": generation_table}
    for name, table in tables.items():
        if args.table in (None, name):
            table(args)


if __name__ == "__main__":
    main()
