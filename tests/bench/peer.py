"""What the peers share: the rows, the command line, and how steps are timed.

A peer is a process that stays: it reads lines "MODE SECONDS WHICH", times steps for as long and answers
with their median in milliseconds, or where WHICH is "mean" their mean. So its compilation is paid once, and scripts/bench takes turns.
"""
import argparse
import statistics
import sys
import time

from images import images

BATCH = {
    "autoencoder": 256,
    "deep": 100,
    "vae": 128,
    "iwae": 20,
    "adversarial": 128,
    "denoising": 128,
    "contractive": 100,
    "contractive_deep": 100,
    "conv": 128,
    "convpool": 128,
    "vae_conv": 100,
    "lstm": 128,
    "pixelcnn": 16,
}


def step_ms(run, steps, seconds, middle=statistics.median):
    """run(i) does `steps` steps; the median time of one of them over about so many seconds, or the mean: of three runs at least, but of a
    run that takes ten times as long it is enough."""
    times, start = [], time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds or len(times) < 3 and spent < 10 * seconds or not times:
        begin = time.perf_counter()
        run(len(times))
        times.append((time.perf_counter() - begin) / steps)
    return middle(times) * 1e3


def serve(name, modes, start):
    """start(args, data) makes the peer ready for a row; what it returns makes (run, steps) of a mode."""
    parser = argparse.ArgumentParser(description=f"times training steps of {name}, as standard input says")
    parser.add_argument("--row", choices=list(BATCH), required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", help="IDX file of MNIST; random bytes without it")
    args = parser.parse_args()
    prepare = start(args, images(args.data))
    ready = {}
    for line in sys.stdin:
        mode, seconds, which = line.split()
        if mode not in modes:
            sys.exit(f"{name} has no mode {mode}: {', '.join(modes)}")
        if mode not in ready:
            ready[mode] = prepare(mode)
            step_ms(*ready[mode], 0.2)  # compilation, caches
        print(f"{step_ms(*ready[mode], float(seconds), getattr(statistics, which)):.6g}", flush=True)
