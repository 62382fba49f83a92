"""Child process of test_fuzz_bindings.py: makes malformed calls and prints how many raised.

Functions and arguments come from the package: public functions from the table of the kernels, with
valid_calls.py, and functions of the compiled core from its signatures, with private_arguments.py.
"""

import faulthandler
import math
import os
import random
import resource
import sys
import warnings

import numpy as np
import torch
from private_arguments import FAST_PATHS, SIGNATURES, pool_of
from valid_calls import FUNCTIONS, X, valid

from pyfrontiers import kernels
from pyfrontiers.kernels import _core

# A call that would take all of the machine's memory raises instead. AddressSanitizer reserves
# terabytes of addresses, so it runs without the limit.
if "libasan" not in os.environ.get("LD_PRELOAD", ""):
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
faulthandler.enable()
warnings.simplefilter("ignore")
torch.set_num_threads(1)
draw = random.Random(int(sys.argv[1]))
calls = int(sys.argv[2])


class Hostile:
    """Conversions that raise, and a wrong DLPack export."""

    def __index__(self):
        raise RuntimeError("no")

    __float__ = __bool__ = __index__

    def __dlpack__(self, **_):
        return object()

    def __dlpack_device__(self):
        return (99, -1)


class Subclass(torch.Tensor):
    pass


POWERS = (31, 32, 62, 63, 64, 80)
NUMBERS = [
    *(0, 1, -1, 2, 3, 7, 2**31 - 1, 2**63 - 1, 2**64 - 1, -(2**63), -(2**70), True, False),
    *(2**power for power in POWERS),
    *(0.0, 0.5, 1.0, 1.5, -0.5, math.nan, math.inf, -math.inf, 5e-324, 1e308),
]
DTYPES = (torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.bool, torch.complex64)
TENSORS = [
    *(X, *(X.to(dtype) for dtype in (*DTYPES, torch.uint8, torch.int64))),
    *(torch.zeros(0), torch.zeros(()), torch.zeros(3, 0, 2), torch.zeros(1).expand(2, 3, 4)),
    *(X.transpose(0, 2), X[:, ::2], X.expand(5, 2, 3, 4), torch._neg_view(X)),
    *(X.to_sparse(), X.to("meta"), torch.quantize_per_tensor(X, 0.1, 0, torch.qint8)),
    *(X.clone().requires_grad_(), torch.nn.Parameter(X), X.as_subclass(Subclass)),
    torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last),
    torch.arange(24) % 5,
]
ARRAYS = [
    *(X.numpy(), X.numpy()[::-1], X.numpy().astype(">f4"), np.ma.masked_array(X.numpy())),
    *(np.zeros(3, object), np.zeros((2, 3), "U2"), np.float32(1), np.zeros(()), np.arange(10)),
]
OTHERS = [
    *(None, "element", "channel", "cpu", "cuda", "", "l0", "l1", "l2", "linf", "x" * 1000, b"\0"),
    *([], [1, 2], (), (2, 3), (2, -3), (2**40, 2**40), (2**31,), (0, 1), (0.0, 1.0), (1.0, 0.0)),
    *((math.nan, 1), {}, Hostile(), object, Ellipsis, len, slice(1), 1j),
    *(torch.float32, torch.int8, torch.bool, torch.uint32, np.float32),
]
GOOD = {name: valid(name) for name in FUNCTIONS}
GATHER = {"from_": X, "rows": torch.tensor([1]), "columns": torch.tensor([0, 2])}
FLAGS = {"from_columns_last": False, "to_columns_last": True}
FAST = {
    path: [GOOD.get(path.removesuffix("_directly"), {**GATHER, **FLAGS})[name] for name, _ in names]
    for path, names in FAST_PATHS.items()
}
SIZES = ("shape", "samples", "count", "channels", "size", "texture_size", "n")


def pick():
    kind = draw.random()
    source = NUMBERS if kind < 0.45 else TENSORS if kind < 0.7 else ARRAYS if kind < 0.8 else OTHERS
    return draw.choice(source)


def is_only_large(sizes):
    """Whether sizes are valid but need more memory or time than a test has."""
    sizes = sizes if isinstance(sizes, tuple) else (sizes,)
    return any(type(size) is int and 1 << 24 < size < 1 << 40 for size in sizes)


def call_public():
    name, arguments = draw.choice(list(GOOD.items()))
    arguments = dict(arguments)
    for changed in draw.sample(list(arguments), min(len(arguments), draw.randint(1, 2))):
        arguments[changed] = pick()
    if draw.random() < 0.05:
        arguments.pop(draw.choice(list(arguments)))
    if name == "split" and type(arguments.get("n")) is int and arguments["n"] >= 1 << 40:
        return  # makes a tuple, so that no allocation fails
    if not any(is_only_large(arguments.get(size)) for size in SIZES):
        getattr(kernels, name)(**arguments)


def call_directly():
    name, arguments = draw.choice(list(FAST.items()))
    arguments = list(arguments)
    for position in draw.sample(range(len(arguments)), draw.randint(1, 2)):
        arguments[position] = pick()
    getattr(_core, name)(*arguments)


def call_privately():
    name, parameters = draw.choice(list(SIGNATURES.items()))
    arguments = [draw.choice(pool_of(*parameter)) for parameter in parameters]
    if draw.random() < 0.05:
        arguments.append(pick())
    getattr(_core, name)(*arguments)


raised = made = 0
while made < calls:
    kind = draw.random()
    run = call_public if kind < 0.4 else call_directly if kind < 0.6 else call_privately
    made += 1
    try:
        run()
    except Exception:
        raised += 1
sys.stdout.write(f"{made} {raised}\n")
