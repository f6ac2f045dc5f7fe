#!/usr/bin/env python3
"""JAX's training steps, the models being those of models/*.ae.

    echo scan 1 | jax_step.py --row vae --threads 1 --data train-images-idx3-ubyte.gz

A step gathers a batch from the bytes in memory, takes loss and gradients, and applies Adam, all jitted.  Modes: scan
does many steps in one lax.scan, step is one call a step with its state donated; the same with -bf16 round what goes into
products to bfloat16.  Threads are bounded from outside, by the processors that this process may run on.
"""
import math

import jax
import numpy
from jax import lax, nn, random
from jax import numpy as jnp

from peer import BATCH, serve

SCAN = 25  # steps in one call of mode scan


def make(key, sizes):
    """Weights and biases of a chain of layers: dense ones between these sizes, or of kernels of these shapes."""
    shapes = sizes if isinstance(sizes[0], tuple) else list(zip(sizes, sizes[1:]))
    return [
        (random.uniform(k, shape, minval=-1, maxval=1) / math.sqrt(math.prod(shape[:-1])), jnp.zeros(shape[-1]))
        for k, shape in zip(random.split(key, len(shapes)), shapes)
    ]


def same(v):
    return v


def rounded(v):
    return v.astype(jnp.bfloat16)


class Net:
    """The functions of a model's layers; `cast` is what the operands of a product go through."""

    def __init__(self, cast):
        self.cast = cast

    def product(self, a, b):
        return jnp.matmul(self.cast(a), self.cast(b), preferred_element_type=jnp.float32)

    def dense(self, layer, v):
        return self.product(v, layer[0]) + layer[1]

    def convolve(self, layer, v, stride=1):
        return lax.conv_general_dilated(
            self.cast(v), self.cast(layer[0]), (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"),
            preferred_element_type=jnp.float32) + layer[1]

    def convolve_back(self, layer, v):
        """Twice the size of what comes in."""
        return lax.conv_transpose(
            self.cast(v), self.cast(layer[0]), (2, 2), "SAME", preferred_element_type=jnp.float32) + layer[1]

    def chain(self, layers, v, unit, last=same):
        for layer in layers[:-1]:
            v = unit(self.dense(layer, v))
        return last(self.dense(layers[-1], v))


def bernoulli(logits, x):
    """Nats of each example, summed over pixels."""
    return (nn.softplus(logits) - x * logits).sum(-1)


def relu(v):
    return jnp.maximum(v, 0)


# Each model: what its parameters are, and its steps: (names of the parameters that it changes, loss, options of Adam).
# A loss is a function of net, all parameters by name, batch and key.


def one(sizes, loss):
    return sizes, [(list(sizes), loss, {"lr": 1e-3})]


def autoencoder(net, p, x, key):
    return bernoulli(net.chain(p["net"], x, relu), x).mean() / 784


def deep(net, p, x, key):
    z = net.chain(p["encoder"], x, nn.elu)
    return jnp.square(nn.sigmoid(net.chain(p["decoder"], z, nn.elu)) - x).sum(-1).mean()


def denoising(net, p, x, key):
    noisy = x * (random.uniform(key, x.shape) >= 0.3)
    return bernoulli(net.chain(p["net"], noisy, relu), x).mean()


def contractive(net, p, x, key):
    layer = p["encoder"][0]
    h = nn.sigmoid(net.dense(layer, x))
    penalty = (jnp.square(h * (1 - h)) * jnp.square(layer[0]).sum(0)).sum(-1)
    return (bernoulli(net.chain(p["decoder"], h, relu), x) + 0.1 * penalty).mean()


def contractive_deep(net, p, x, key):
    first, second = p["encoder"]
    h1 = nn.sigmoid(net.dense(first, x))
    h2 = nn.sigmoid(net.dense(second, h1))
    inner = second[0].T * (h1 * (1 - h1))[:, None, :]
    jacobian = (h2 * (1 - h2))[:, :, None] * net.product(inner, first[0].T)
    return (bernoulli(net.chain(p["decoder"], h2, relu), x) + 0.1 * jnp.square(jacobian).sum((1, 2))).mean()


def vae(net, p, x, key):
    h = relu(net.dense(p["hidden"][0], x))
    mu, logvar = net.dense(p["mu"][0], h), net.dense(p["logvar"][0], h)
    z = mu + random.normal(key, mu.shape) * jnp.exp(0.5 * logvar)
    divergence = 0.5 * (mu**2 + jnp.exp(logvar) - logvar - 1).sum(-1)
    return (bernoulli(net.chain(p["decoder"], z, relu), x) + divergence).mean()


def iwae(net, p, x, key, draws=50):
    h = net.chain(p["hidden"], x, jnp.tanh, last=jnp.tanh)
    mu, logvar = net.dense(p["mu"][0], h), net.dense(p["logvar"][0], h)
    noise = random.normal(key, (draws, *mu.shape))
    z = mu + noise * jnp.exp(0.5 * logvar)
    w = 0.5 * (noise**2 - z**2 + logvar).sum(-1) - bernoulli(net.chain(p["decoder"], z, jnp.tanh), x)
    return math.log(draws) - nn.logsumexp(w, axis=0).mean()


def joint(net, p, x, key):
    z = net.chain(p["encoder"], x, relu)
    fool = nn.softplus(-net.chain(p["judge"], z, relu)).mean()
    return bernoulli(net.chain(p["decoder"], z, relu), x).mean() + 50 * fool


def judge(net, p, x, key):
    z = net.chain(p["encoder"], x, relu)
    drawn = random.normal(key, z.shape)
    return (nn.softplus(-net.chain(p["judge"], drawn, relu)) + nn.softplus(net.chain(p["judge"], z, relu))).mean()


def encode_images(net, p, x, unit):
    v = x.reshape(-1, 28, 28, 1)
    for layer in p["convolutions"]:
        v = unit(net.convolve(layer, v, stride=2))
    return v.reshape(len(x), -1)


def decode_images(net, p, z, unit):
    v = unit(net.dense(p["decoder"][0], z)).reshape(-1, 7, 7, 32)
    first, second = p["back"]
    return net.convolve_back(second, unit(net.convolve_back(first, v))).reshape(len(z), -1)


def conv(net, p, x, key):
    h = net.dense(p["code"][0], encode_images(net, p, x, relu))
    return bernoulli(decode_images(net, p, h, relu), x).mean()


def vae_conv(net, p, x, key):
    h = encode_images(net, p, x, nn.silu)
    mu, logvar = net.dense(p["mu"][0], h), net.dense(p["logvar"][0], h)
    z = mu + random.normal(key, mu.shape) * jnp.exp(0.5 * logvar)
    divergence = 0.5 * (mu**2 + jnp.exp(logvar) - logvar - 1).sum(-1)
    return (bernoulli(decode_images(net, p, z, nn.silu), x) + divergence).mean()


def convpool(net, p, x, key):
    v, layers = x.reshape(-1, 28, 28, 1), p["net"]
    for layer in layers[:2]:
        v = lax.reduce_window(relu(net.convolve(layer, v)), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    for layer in layers[2:4]:
        v = relu(net.convolve(layer, v)).repeat(2, axis=1).repeat(2, axis=2)
    return bernoulli(net.convolve(layers[4], v).reshape(len(x), -1), x).mean()


def memory(net, layers, v, h):
    """A long short-term memory over the middle axis of v, which begins with h; as lax.scan, products with v before it."""
    def step(carry, t):
        h, c = carry
        i, f, g, o = jnp.split(t + net.product(h, layers[1][0]), 4, -1)
        c = nn.sigmoid(f + 1) * c + nn.sigmoid(i) * jnp.tanh(g)
        h = nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h
    return lax.scan(step, (h, jnp.zeros_like(h)), net.dense(layers[0], v.swapaxes(0, 1)))[1].swapaxes(0, 1)


def pixelcnn(net, p, x, key):
    v = x.reshape(-1, 28, 28, 1)
    for i, (kernel, bias) in enumerate(p["masked"]):
        seen = (jnp.arange(49) < (25 if i else 24)).reshape(7, 7, 1, 1)
        v = relu(net.convolve((kernel * seen, bias), v))
    return bernoulli(net.convolve(p["out"][0], v).reshape(len(x), -1), x).mean()


def sequence_vae(net, p, x, key):
    rows = x.reshape(-1, 28, 28)
    h = memory(net, p["read"], rows, jnp.zeros((len(x), 128)))[:, -1]
    mu, logvar = net.dense(p["mu"][0], h), net.dense(p["logvar"][0], h)
    z = mu + random.normal(key, mu.shape) * jnp.exp(0.5 * logvar)
    steps = jnp.broadcast_to(z[:, None], (len(x), 28, 20))
    h = memory(net, p["write"], steps, jnp.tanh(net.dense(p["begin"][0], z)))
    divergence = 0.5 * (mu**2 + jnp.exp(logvar) - logvar - 1).sum(-1)
    return (bernoulli(net.dense(p["out"][0], h).reshape(len(x), -1), x) + divergence).mean()


MODELS = {
    "autoencoder": one({"net": [784, 32, 784]}, autoencoder),
    "deep": one({"encoder": [784, 1000, 500, 250, 30], "decoder": [30, 250, 500, 1000, 784]}, deep),
    "denoising": one({"net": [784, 1000, 256, 1000, 784]}, denoising),
    "contractive": one({"encoder": [784, 500], "decoder": [500, 784]}, contractive),
    "contractive_deep": one({"encoder": [784, 200, 32], "decoder": [32, 200, 784]}, contractive_deep),
    "vae": one({"hidden": [784, 400], "mu": [400, 20], "logvar": [400, 20], "decoder": [20, 400, 784]}, vae),
    "iwae": one(
        {"hidden": [784, 200, 200], "mu": [200, 50], "logvar": [200, 50], "decoder": [50, 200, 200, 784]}, iwae
    ),
    "adversarial": (
        {"encoder": [784, 400, 400, 2], "decoder": [2, 400, 400, 784], "judge": [2, 200, 200, 1]},
        [
            (["encoder", "decoder"], joint, {"lr": 5e-4}),
            (["judge"], judge, {"lr": 1e-3, "beta1": 0.5}),
        ],
    ),
    "conv": one(
        {"convolutions": [(3, 3, 1, 16), (3, 3, 16, 32)], "code": [1568, 10], "decoder": [10, 1568],
         "back": [(3, 3, 32, 16), (3, 3, 16, 1)]}, conv
    ),
    "convpool": one({"net": [(3, 3, 1, 32), *[(3, 3, 32, 32)] * 3, (3, 3, 32, 1)]}, convpool),
    "vae_conv": one(
        {"convolutions": [(3, 3, 1, 16), (3, 3, 16, 32)], "mu": [1568, 20], "logvar": [1568, 20], "decoder": [20, 1568],
         "back": [(4, 4, 32, 16), (4, 4, 16, 1)]}, vae_conv
    ),
    "pixelcnn": one({"masked": [(7, 7, 1, 32), *[(7, 7, 32, 32)] * 6], "out": [(1, 1, 32, 1)]}, pixelcnn),
    "lstm": one(
        {"read": [(28, 512), (128, 512)], "mu": [128, 20], "logvar": [128, 20], "begin": [20, 128],
         "write": [(20, 512), (128, 512)], "out": [128, 28]}, sequence_vae
    ),
}


def adam(p, g, m, v, t, lr, beta1=0.9, beta2=0.999):
    """Adam of all leaves, its corrections of the bias taken into the rate."""
    rate, scale = lr / (1 - beta1**t), 1 / (1 - beta2**t)
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
    p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v * scale) + 1e-8), p, m, v)
    return p, m, v


def train_step(net, steps, data, state, index):
    """All steps of a model on the batch of these examples."""
    p, m, v, t, key = state
    x = data[index].astype(jnp.float32) / 255
    t = t + 1
    for names, loss, options in steps:
        key, draw = random.split(key)
        changed = {name: p[name] for name in names}
        g = jax.grad(lambda part: loss(net, {**p, **part}, x, draw))(changed)
        changed, mm, vv = adam(changed, g, {k: m[k] for k in names}, {k: v[k] for k in names}, t, **options)
        p, m, v = {**p, **changed}, {**m, **mm}, {**v, **vv}
    return p, m, v, t, key


def start(args, data):
    sizes, steps = MODELS[args.row]
    batch = BATCH[args.row]
    order = numpy.random.default_rng(1).permutation(len(data)).astype(numpy.int32)
    batches = order[: len(data) // batch * batch].reshape(-1, batch)
    data = jnp.asarray(data)

    def prepare(mode):
        net = Net(rounded if mode.endswith("-bf16") else same)
        p = {name: make(random.key(i), part) for i, (name, part) in enumerate(sizes.items())}
        zeros = jax.tree.map(jnp.zeros_like, p)
        key = random.key(1, impl="rbg")  # the fastest of its generators here
        holder = [(p, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0), key)]

        def call(data, state, index):
            if index.ndim == 1:
                return train_step(net, steps, data, state, index)
            return lax.scan(lambda state, i: (train_step(net, steps, data, state, i), None), state, index)[0]

        jitted = jax.jit(call, donate_argnums=1)
        count = SCAN if mode.startswith("scan") else 1

        def run(i):
            at = i * count % (len(batches) - count)
            index = batches[at : at + count] if count > 1 else batches[at]
            holder[0] = jax.block_until_ready(jitted(data, holder[0], index))

        return run, count

    return prepare


if __name__ == "__main__":
    serve("JAX", ["scan", "step", "scan-bf16", "step-bf16"], start)
