#!/usr/bin/env python3
"""Times training steps of PyTorch: the peer that scripts/bench compares generated programs with.

    torch_step.py --row vae --threads 1 --data train-images-idx3-ubyte.gz
    vae  128  1  eager  6.391            (row, batch, threads, mode, median milliseconds)

A step is what a user writes: gather a batch from the bytes in memory, loss, gradients, Adam.  The models are
those of models/*.ae.  Modes: eager is PyTorch as it comes, fused has Adam in one kernel, bf16 runs
products in bfloat16 (autocast), compile is torch.compile of the loss.  The median is of steps for about two seconds.
"""
import argparse
import gzip
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F


def layers(sizes, unit, last=False):
    parts = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        parts += [nn.Linear(a, b)]
        if last or i + 2 < len(sizes):
            parts += [unit()]
    return nn.Sequential(*parts)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = layers([784, 32, 784], nn.ReLU)

    def forward(self, x):
        return F.binary_cross_entropy_with_logits(self.net(x), x)


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = layers([784, 1000, 500, 250, 30], nn.ELU)
        self.decoder = layers([30, 250, 500, 1000, 784], nn.ELU)

    def forward(self, x):
        return (torch.sigmoid(self.decoder(self.encoder(x))) - x).square().sum() / len(x)


class Denoising(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = layers([784, 1000, 256, 1000, 784], nn.ReLU)

    def forward(self, x):
        noisy = x * (torch.rand_like(x) >= 0.3)
        return F.binary_cross_entropy_with_logits(self.net(noisy), x, reduction="sum") / len(x)


class Contractive(nn.Module):
    """The closed form of the penalty, which is all that one sigmoid layer needs."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(784, 500)
        self.decoder = nn.Linear(500, 784)

    def forward(self, x):
        h = torch.sigmoid(self.encoder(x))
        penalty = ((h * (1 - h)).square() * self.encoder.weight.square().sum(1)).sum()
        return (F.binary_cross_entropy_with_logits(self.decoder(h), x, reduction="sum") + 0.1 * penalty) / len(x)


class ContractiveDeep(nn.Module):
    """The exact Jacobian of 784-200-32, multiplied out: diag(s2) W2 diag(s1) W1 for each example."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(784, 200), nn.Linear(200, 32)
        self.decoder = layers([32, 200, 784], nn.ReLU)

    def forward(self, x):
        h1 = torch.sigmoid(self.first(x))
        h2 = torch.sigmoid(self.second(h1))
        inner = self.second.weight * (h1 * (1 - h1))[:, None, :]
        jacobian = (h2 * (1 - h2))[:, :, None] * (inner @ self.first.weight)
        loss = F.binary_cross_entropy_with_logits(self.decoder(h2), x, reduction="sum")
        return (loss + 0.1 * jacobian.square().sum()) / len(x)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mu, self.logvar = nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = layers([20, 400, 784], nn.ReLU)

    def forward(self, x):
        h = F.relu(self.hidden(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        nll = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        return (nll + 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum()) / len(x)


ROWS = {  # row: model, batch
    "autoencoder": (Autoencoder, 256),
    "deep": (Deep, 250),
    "deep100": (Deep, 100),
    "denoising": (Denoising, 128),
    "contractive": (Contractive, 100),
    "contractive_deep": (ContractiveDeep, 100),
    "vae": (Vae, 128),
}


def images(path):
    """(count, 784) bytes: an IDX file's, or random ones."""
    if not path:
        return torch.randint(0, 256, (60000, 784), dtype=torch.uint8)
    with gzip.open(path) as file:
        return torch.frombuffer(bytearray(file.read()[16:]), dtype=torch.uint8).view(-1, 784)


def median_ms(row, mode, data, seconds):
    torch.manual_seed(1)
    model, batch = ROWS[row][0](), ROWS[row][1]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=mode != "eager" or None)
    loss_of = torch.compile(model) if mode == "compile" else model
    order = torch.randperm(len(data))

    def step(i):
        at = i % (len(data) // batch) * batch
        x = data[order[at : at + batch]].float() / 255
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
            loss = loss_of(x)
        loss.backward()
        optimizer.step()

    for i in range(10):
        step(i)
    times, start = [], time.perf_counter()
    while len(times) < 20 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        step(len(times))
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", action="append", choices=list(ROWS), help="repeatable; all without it")
    parser.add_argument("--mode", action="append", choices=["eager", "fused", "bf16", "compile"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", help="IDX file of MNIST, gzip; random bytes without it")
    parser.add_argument("--seconds", type=float, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    data = images(args.data)
    for row in args.row or ROWS:
        for mode in args.mode or ["eager", "fused"]:
            ms = median_ms(row, mode, data, args.seconds)
            print(row, ROWS[row][1], args.threads, mode, f"{ms:.4g}", sep="\t", flush=True)


if __name__ == "__main__":
    main()
