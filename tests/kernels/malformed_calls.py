"""Child process of test_fuzz_bindings.py: makes malformed calls and prints how many raised."""

import faulthandler
import math
import random
import sys
import warnings

import numpy as np
import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import _core

faulthandler.enable()
warnings.simplefilter("ignore")
torch.set_num_threads(1)
draw = random.Random(int(sys.argv[1]))
calls = int(sys.argv[2])


class Hostile:
    """An object whose conversions raise and whose DLPack capsule is invalid."""

    def __index__(self):
        raise RuntimeError("no")

    __float__ = __bool__ = __index__

    def __dlpack__(self, **_):
        return object()

    def __dlpack_device__(self):
        return (99, -1)


class Subclass(torch.Tensor):
    pass


x = torch.rand(2, 3, 4)
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    2**31 - 1,
    2**31,
    2**32,
    2**62,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    2**80,
    -(2**63),
    -(2**70),
    True,
    False,
    0.0,
    0.5,
    1.0,
    1.5,
    -0.5,
    math.nan,
    math.inf,
    -math.inf,
    5e-324,
    1e308,
]
TENSORS = [
    x,
    x.double(),
    x.half(),
    x.bfloat16(),
    x.int(),
    x.bool(),
    x.to(torch.complex64),
    x.to(torch.uint8),
    x.long(),
    torch.zeros(0),
    torch.zeros(()),
    torch.zeros(3, 0, 2),
    x.transpose(0, 2),
    x[:, ::2],
    x.expand(5, 2, 3, 4),
    x.to_sparse(),
    x.to("meta"),
    torch._neg_view(x),
    x.clone().requires_grad_(),
    torch.nn.Parameter(x),
    x.as_subclass(Subclass),
    torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last),
    torch.arange(24) % 5,
    torch.zeros(1).expand(2, 3, 4),
    torch.quantize_per_tensor(x, 0.1, 0, torch.qint8),
]
ARRAYS = [
    x.numpy(),
    x.numpy()[::-1],
    x.numpy().astype(">f4"),
    np.zeros(3, object),
    np.float32(1),
    np.zeros(()),
    np.ma.masked_array(x.numpy()),
    np.zeros((2, 3), "U2"),
    np.arange(10),
]
OTHERS = [
    None,
    "element",
    "channel",
    "cpu",
    "cuda",
    "",
    "l0",
    "l1",
    "l2",
    "linf",
    "x" * 1000,
    b"\0",
    [],
    [1, 2],
    (),
    (2, 3),
    (2, -3),
    (2**40, 2**40),
    (2**31,),
    (0, 1),
    (0.0, 1.0),
    (1.0, 0.0),
    (math.nan, 1),
    {},
    Hostile(),
    object,
    Ellipsis,
    len,
    torch.float32,
    torch.int8,
    torch.bool,
    torch.uint32,
    np.float32,
    slice(1),
    1j,
]


def pick():
    kind = draw.random()
    source = NUMBERS if kind < 0.45 else TENSORS if kind < 0.7 else ARRAYS if kind < 0.8 else OTHERS
    return draw.choice(source)


GOOD = {
    "bits": {"shape": (2, 3), "seed": 1, "offset": 0, "dtype": None, "device": "cpu"},
    "uniform": {"shape": (2, 3), "seed": 1, "offset": 0, "dtype": None, "device": "cpu"},
    "normal": {"shape": 7, "seed": 1, "offset": 0, "dtype": None, "device": "cpu"},
    "randint": {
        "shape": (2, 3),
        "low": 0,
        "high": 9,
        "seed": 1,
        "offset": 0,
        "dtype": torch.int8,
        "device": "cpu",
    },
    "fold_in": {"seed": 1, "i": 2},
    "corrupt_labels": {"labels": torch.arange(9), "share": 0.5, "num_classes": 9, "seed": 1},
    "dropout_mask": {
        "shape": (2, 3),
        "p": 0.5,
        "seed": 1,
        "sample": 0,
        "first_element": 0,
        "granularity": "element",
        "packed": False,
        "device": "cpu",
    },
    "dropout": {
        "x": x,
        "p": 0.5,
        "seed": 1,
        "sample": 0,
        "first_element": 0,
        "granularity": "element",
        "out": None,
    },
    "mc_dropout": {
        "x": x,
        "p": 0.5,
        "samples": 2,
        "seed": 1,
        "first_sample": 0,
        "first_element": 0,
        "granularity": "element",
        "out": None,
    },
    "mc_dropout_mean": {
        "x": x,
        "p": 0.5,
        "samples": 2,
        "seed": 1,
        "first_sample": 0,
        "first_element": 0,
        "granularity": "element",
        "out": None,
    },
    "gather": {
        "from_": x,
        "rows": torch.tensor([1]),
        "columns": torch.tensor([0, 2]),
        "from_columns_last": False,
        "to_columns_last": True,
    },
    "gather_linear": {
        "x": x[0],
        "weight": x[:, 0],
        "bias": x[0, :2, 0],
        "inputs": torch.tensor([1, 3]),
        "outputs": torch.tensor([1]),
    },
    "gather_conv2d": {
        "x": torch.ones(1, 3, 5, 5),
        "weight": torch.ones(2, 3, 2, 2),
        "bias": None,
        "inputs": torch.tensor([0, 2]),
        "outputs": torch.tensor([1]),
        "groups": 1,
    },
    "linf_step": {
        "x": x,
        "grad": x - 0.5,
        "origin": x * 0.9,
        "step": 0.1,
        "epsilon": 0.1,
        "bounds": (0, 1),
        "ascend": True,
        "out": None,
    },
    "l2_step": {
        "x": x,
        "grad": x - 0.5,
        "origin": x * 0.9,
        "step": 0.1,
        "epsilon": 0.1,
        "bounds": (0, 1),
        "ascend": True,
        "out": None,
    },
    "l1_step": {
        "x": x,
        "grad": x - 0.5,
        "origin": x * 0.9,
        "step": 0.1,
        "epsilon": 0.1,
        "bounds": (0, 1),
        "ascend": True,
        "share": 0.1,
        "out": None,
    },
    "project": {"x": x, "origin": x * 0.9, "norm": "l1", "epsilon": 0.1, "bounds": (0, 1)},
    "moments": {"samples": x, "dim": 0, "correction": 0},
    "predictive": {"logits": x, "dim": 0, "class_dim": -1},
    "random_start": {
        "origin": x,
        "norm": "l2",
        "epsilon": 0.1,
        "seed": 1,
        "first_sample": 0,
        "bounds": (0, 1),
    },
    "additive_noise": {
        "x": x,
        "amount": 0.1,
        "kind": "gaussian",
        "seed": 1,
        "sample": 0,
        "first_element": 0,
        "bounds": (0, 1),
        "out": None,
    },
}
PUBLIC = [
    (getattr(kernels, name), arguments)
    for name, arguments in GOOD.items()
    if hasattr(kernels, name)
]
DIRECT = [
    (getattr(_core, name + "_directly"), list(arguments.values()))
    for name, arguments in GOOD.items()
    if hasattr(_core, name + "_directly")
]

# The private functions take addresses: of memory large enough for all sizes, or invalid ones.
memory = torch.zeros(1 << 20, dtype=torch.float64)
place = memory.data_ptr()
ADDRESSES = [place, place + 64, 0, 0, -1, 2**64, 2**70, None, "p", 0.5]
COUNTS = [0, 1, 2, 5, 31, -1, -(2**40), -(2**63), 2**64, 2**70, None, 1.5, "n"]
CODES = [0, 1, 2, 3, 4, 5, -1, 99, -(2**31), 2**40, None, 0.5]
THREADS = [1, 2, 0, -1, None, 2**40]
FLAGS = [True, False, 2, None, "yes"]
STEPS = [0.1, math.nan, -1.0, None, (place, 0, 0), (place, -1, 0), (0, 0, 0), (1,)]
TENSORS_OF_A_STEP = [
    (place, place, place, place),
    (place, 0, place, 0),
    (place, -1),
    None,
    (0,) * 4,
]
STEP_LAYOUTS = [
    (2, 3, 4, False),
    (5, 2, 31, True),
    (0, 1, 2, False),
    (2, -1, 3, False),
    (1, 2**63),
    3,
]
POOLS = {
    **dict.fromkeys(("out", "x", "grad", "origin", "labels", "redrawn"), ADDRESSES),
    **dict.fromkeys(("mean", "variance", "m2", "row_indices", "column_indices"), ADDRESSES),
    **dict.fromkeys(("n", "outer", "channels", "inner", "passes", "count"), COUNTS),
    **dict.fromkeys(("dtype", "width"), CODES),
    **dict.fromkeys(("packed", "pixel_major", "by_channel", "ascend"), FLAGS),
    **dict.fromkeys(("step", "epsilon", "low of ball", "high of ball"), STEPS),
    **dict.fromkeys(("logits", "scratch"), ADDRESSES),
    **dict.fromkeys(("samples", "classes", "positions", "stride"), COUNTS),
    **dict.fromkeys(("norm", "kind"), CODES),
    "threes": [
        (1, 2, 3),
        (0, 0, 0),
        (5, 1, 2),
        (1, 2),
        (-1, 1, 1),
        (2**40, 2**40, 2),
        None,
        (1.5,) * 3,
    ],
    "results": [(place,) * 5, (0,) * 5, (place,) * 4, (place, 0, 1, 2, 3), None],
    "state": [(place,) * 3, (0,) * 3, (place,) * 2, (place + 1,) * 3, None],
    "tensors": TENSORS_OF_A_STEP,
    "layout": STEP_LAYOUTS,
    "workspace": [(0, 0), (place, 64), (place, -1), (-1, 0), None],
    "threads": THREADS,
}
PRIVATE = {
    "bits": "out n seed offset subsequence threads",
    "uniform": "out dtype n seed offset threads",
    "normal": "out dtype n seed offset threads",
    "integers": "out width n low faces seed offset threads",
    "philox_block": "counter subsequence seed",
    "corrupt_labels": "labels out redrawn width n threshold classes seed threads",
    "dropout_mask": "out n first_element packed threshold seed sample threads",
    "dropout": "x out dtype outer channels inner pixel_major by_channel first_element threshold "
    "seed sample threads",
    "mc_dropout": "x out dtype outer channels inner pixel_major by_channel n first_element "
    "threshold seed sample threads",
    "mc_dropout_mean": "x out dtype outer channels inner pixel_major by_channel n first_element "
    "threshold seed sample threads",
    "gather": "x out width row_indices n outer column_indices n channels inner pixel_major "
    "pixel_major threads",
    "linf_step": "x grad origin out dtype outer channels inner pixel_major step epsilon step step "
    "ascend threads",
    "l1_step": "tensors dtype layout step epsilon step step ascend share workspace threads",
    "l2_step": "tensors dtype layout step epsilon step step ascend workspace threads",
    "project": "tensors dtype layout norm epsilon step step workspace threads",
    "ball_workspace": "outer n",
    "moments": "x dtype outer passes inner correction mean variance threads",
    "update_moments": "x dtype outer passes inner count mean m2 threads",
    "predictive": "logits dtype passes classes threes threes stride stride results scratch threads",
    "update_predictive": "logits dtype passes classes threes threes stride stride count state "
    "threads",
    "finish_predictive": "state positions classes passes dtype results threads",
    "random_start": "origin out dtype samples channels inner norm epsilon step step seed sample "
    "scratch threads",
    "additive_noise": "x out dtype samples channels inner kind epsilon step step seed sample "
    "count threads",
    "is_read_only": "capsule",
    "choose_isa": "name",
}


def call_privately():
    name, parameters = draw.choice(list(PRIVATE.items()))
    arguments = [draw.choice(POOLS.get(each, NUMBERS)) for each in parameters.split()]
    if draw.random() < 0.05:
        arguments.append(pick())
    getattr(_core, name)(*arguments)


def is_only_large(sizes):
    """Whether a size is valid but needs more memory than a test may use."""
    sizes = sizes if isinstance(sizes, tuple) else (sizes,)
    return any(type(size) is int and 1 << 24 < size < 1 << 40 for size in sizes)


def call_public():
    function, arguments = draw.choice(PUBLIC)
    arguments = dict(arguments)
    for name in draw.sample(list(arguments), draw.randint(1, 2)):
        arguments[name] = pick()
    if draw.random() < 0.05:
        arguments.pop(draw.choice(list(arguments)))
    if not any(is_only_large(arguments.get(name)) for name in ("shape", "samples")):
        function(**arguments)


def call_directly():
    function, arguments = draw.choice(DIRECT)
    arguments = list(arguments)
    for position in draw.sample(range(len(arguments)), draw.randint(1, 2)):
        arguments[position] = pick()
    function(*arguments)


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
