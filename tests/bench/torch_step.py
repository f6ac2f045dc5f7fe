#!/usr/bin/env python3
"""PyTorch's training steps, the models being those of models/*.ae.

    echo fused 1 | torch_step.py --row vae --threads 1 --data train-images-idx3-ubyte.gz

A step is what a user writes: gather a batch from the bytes in memory, loss, gradients, Adam.  Modes: eager is
PyTorch as it comes, fused has Adam in one kernel, compile is torch.compile of the loss with fused Adam, bf16 runs the
products of fused in bfloat16 (autocast).
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from peer import BATCH, serve


def layers(sizes, unit, last=False):
    parts = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        parts += [nn.Linear(a, b)]
        if last or i + 2 < len(sizes):
            parts += [unit()]
    return nn.Sequential(*parts)


def nll(logits, x):
    """Bernoulli, summed over pixels, a mean over examples."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)


class Model(nn.Module):
    """A model with one training step; those with more say so in `steps`."""

    def steps(self):
        """(loss, its parameters, options of Adam) of each step"""
        return [(self, self, {"lr": 1e-3})]


class Autoencoder(Model):
    def __init__(self):
        super().__init__()
        self.net = layers([784, 32, 784], nn.ReLU)

    def forward(self, x):
        return F.binary_cross_entropy_with_logits(self.net(x), x)


class Deep(Model):
    def __init__(self):
        super().__init__()
        self.encoder = layers([784, 1000, 500, 250, 30], nn.ELU)
        self.decoder = layers([30, 250, 500, 1000, 784], nn.ELU)

    def forward(self, x):
        return (torch.sigmoid(self.decoder(self.encoder(x))) - x).square().sum() / len(x)


class Denoising(Model):
    def __init__(self):
        super().__init__()
        self.net = layers([784, 1000, 256, 1000, 784], nn.ReLU)

    def forward(self, x):
        return nll(self.net(x * (torch.rand_like(x) >= 0.3)), x)


class Contractive(Model):
    """The closed form of the penalty, which is all that one sigmoid layer needs."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(784, 500)
        self.decoder = nn.Linear(500, 784)

    def forward(self, x):
        h = torch.sigmoid(self.encoder(x))
        penalty = ((h * (1 - h)).square() * self.encoder.weight.square().sum(1)).sum()
        return nll(self.decoder(h), x) + 0.1 * penalty / len(x)


class ContractiveDeep(Model):
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
        return nll(self.decoder(h2), x) + 0.1 * jacobian.square().sum() / len(x)


class Vae(Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers([784, 400], nn.ReLU, last=True)
        self.mu, self.logvar = nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = layers([20, 400, 784], nn.ReLU)

    def forward(self, x):
        h = self.hidden(x)
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        return nll(self.decoder(z), x) + 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum() / len(x)


class Iwae(Model):
    """The bound with 50 draws of the code; the draw's own log-density is taken from its noise."""

    draws = 50

    def __init__(self):
        super().__init__()
        self.hidden = layers([784, 200, 200], nn.Tanh, last=True)
        self.mu, self.logvar = nn.Linear(200, 50), nn.Linear(200, 50)
        self.decoder = nn.Sequential(layers([50, 200, 200], nn.Tanh, last=True), nn.Linear(200, 784))

    def forward(self, x):
        h = self.hidden(x)
        mu, logvar = self.mu(h), self.logvar(h)
        noise = torch.randn(self.draws, *mu.shape)
        z = mu + noise * (0.5 * logvar).exp()
        logits = self.decoder(z)
        pixels = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        w = -pixels + 0.5 * (noise.square() - z.square() + logvar).sum(-1)
        return math.log(self.draws) - torch.logsumexp(w, 0).mean()


class Adversarial(Model):
    """A joint step of encoder and decoder, then one of the judge; each takes gradients of what it changes only."""

    def __init__(self):
        super().__init__()
        self.encoder = layers([784, 400, 400, 2], nn.ReLU)
        self.decoder = layers([2, 400, 400, 784], nn.ReLU)
        self.judge = layers([2, 200, 200, 1], nn.ReLU)

    def joint_loss(self, x):
        self.judge.requires_grad_(False)
        z = self.encoder(x)
        return nll(self.decoder(z), x) + 50 * F.softplus(-self.judge(z)).mean()

    def judge_loss(self, x):
        self.judge.requires_grad_(True)
        with torch.no_grad():
            z = self.encoder(x)
        return (F.softplus(-self.judge(torch.randn_like(z))) + F.softplus(self.judge(z))).mean()

    def steps(self):
        both = nn.ModuleList([self.encoder, self.decoder])
        return [(self.joint_loss, both, {"lr": 5e-4}), (self.judge_loss, self.judge, {"lr": 1e-3, "betas": (0.5, 0.999)})]


def convolve(channels, out, size=3, stride=1):
    return nn.Conv2d(channels, out, size, stride, padding=1)


def convolve_back(channels, out, size):
    """Twice the size of what comes in."""
    return nn.ConvTranspose2d(channels, out, size, stride=2, padding=1, output_padding=size % 2)


class Conv(Model):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(convolve(1, 16, stride=2), nn.ReLU(), convolve(16, 32, stride=2), nn.ReLU(), nn.Flatten(),
                                     nn.Linear(1568, 10))
        self.decoder = nn.Sequential(nn.Linear(10, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)), convolve_back(32, 16, 3),
                                     nn.ReLU(), convolve_back(16, 1, 3), nn.Flatten())

    def forward(self, x):
        return nll(self.decoder(self.encoder(x.view(-1, 1, 28, 28))), x)


class ConvPool(Model):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(convolve(1, 32), nn.ReLU(), nn.MaxPool2d(2), convolve(32, 32), nn.ReLU(), nn.MaxPool2d(2),
                                 convolve(32, 32), nn.ReLU(), nn.Upsample(scale_factor=2), convolve(32, 32), nn.ReLU(),
                                 nn.Upsample(scale_factor=2), convolve(32, 1), nn.Flatten())

    def forward(self, x):
        return nll(self.net(x.view(-1, 1, 28, 28)), x)


class VaeConv(Vae):
    def __init__(self):
        Model.__init__(self)
        self.hidden = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), convolve(1, 16, stride=2), nn.SiLU(),
                                    convolve(16, 32, stride=2), nn.SiLU(), nn.Flatten())
        self.mu, self.logvar = nn.Linear(1568, 20), nn.Linear(1568, 20)
        self.decoder = nn.Sequential(nn.Linear(20, 1568), nn.SiLU(), nn.Unflatten(1, (32, 7, 7)), convolve_back(32, 16, 4),
                                     nn.SiLU(), convolve_back(16, 1, 4), nn.Flatten())


class SequenceVae(Model):
    """Rows are read and written by nn.LSTM, whose second bias ours has not."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.LSTM(28, 128, batch_first=True), nn.LSTM(20, 128, batch_first=True)
        self.mu, self.logvar = nn.Linear(128, 20), nn.Linear(128, 20)
        self.begin, self.out = nn.Linear(20, 128), nn.Linear(128, 28)

    def forward(self, x):
        h = self.encoder(x.view(-1, 28, 28))[0][:, -1]
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        begin = torch.tanh(self.begin(z))[None]
        rows = self.decoder(z[:, None].expand(-1, 28, -1), (begin, torch.zeros_like(begin)))[0]
        return nll(self.out(rows).flatten(1), x) + 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum() / len(x)


class MaskedConv(nn.Conv2d):
    """Sees the pixels before each, and itself unless it is the first."""

    def __init__(self, channels, out, first=False):
        super().__init__(channels, out, 7, padding=3)
        mask = torch.ones(7, 7)
        mask.view(-1)[24 if first else 25:] = 0
        self.register_buffer("mask", mask)

    def forward(self, v):
        return F.conv2d(v, self.weight * self.mask, self.bias, padding=3)


class PixelCnn(Model):
    def __init__(self):
        super().__init__()
        masked = [part for i in range(7) for part in (MaskedConv(32 if i else 1, 32, i == 0), nn.ReLU())]
        self.net = nn.Sequential(*masked, nn.Conv2d(32, 1, 1), nn.Flatten())

    def forward(self, x):
        return nll(self.net(x.view(-1, 1, 28, 28)), x)


MODELS = {
    "autoencoder": Autoencoder,
    "deep": Deep,
    "vae": Vae,
    "iwae": Iwae,
    "adversarial": Adversarial,
    "denoising": Denoising,
    "contractive": Contractive,
    "contractive_deep": ContractiveDeep,
    "conv": Conv,
    "convpool": ConvPool,
    "vae_conv": VaeConv,
    "lstm": SequenceVae,
    "pixelcnn": PixelCnn,
}


def start(args, data):
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    data = torch.from_numpy(data)
    batch = BATCH[args.row]

    def prepare(mode):
        torch.manual_seed(1)
        steps = []
        for loss_of, parameters, options in MODELS[args.row]().steps():
            fused = None if mode == "eager" else True
            optimizer = torch.optim.Adam(parameters.parameters(), fused=fused, **options)
            steps.append((torch.compile(loss_of) if mode == "compile" else loss_of, optimizer))
        order = torch.randperm(len(data))

        def run(i):
            at = i % (len(data) // batch) * batch
            x = data[order[at : at + batch]].float() / 255
            for loss_of, optimizer in steps:
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
                    loss = loss_of(x)
                loss.backward()
                optimizer.step()

        return run, 1

    return prepare


if __name__ == "__main__":
    serve("PyTorch", ["eager", "fused", "compile", "bf16"], start)
