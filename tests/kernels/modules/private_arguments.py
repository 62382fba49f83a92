"""Arguments for malformed calls of the compiled core's own functions.

They take raw addresses, which no check can tell from valid ones. So an address here is that of
memory which is large enough for all sizes here, or no address at all; everything else is malformed.
"""

import math
import re

import torch

from pyfrontiers.kernels import _core

MEMORY = torch.zeros(1 << 20, dtype=torch.float64)
PLACE = MEMORY.data_ptr()
# They change the state of the process.
NOT_CALLED = {"connect", "disconnect", "prefer_huge_pages"}
# Arguments of functions that are only called through public ones: tables, meshes and images of many
# sizes, which would need valid contents and not only enough memory.
CONTENTS = {"mesh", "fragments", "table", "image_size"}

ADDRESSES = [PLACE, PLACE + 64, 0, 0, -1, 2**64, 2**70, None, "p", 0.5]
COUNTS = [0, 1, 2, 5, 31, -1, -(2**40), -(2**63), 2**64, 2**70, None, 1.5, "n"]
CODES = [0, 1, 2, 3, 4, 5, -1, 99, -(2**31), 2**40, None, 0.5]
FLAGS = [True, False, 2, None, "yes"]
NUMBERS = [0, 1, 7, 2**31, 2**32, 2**63, 2**64 - 1, 2**64, -1, -(2**63), 0.5, None, "1"]
PARAMETERS = [0.1, math.nan, -1.0, None, (PLACE, 0, 0), (PLACE, -1, 0), (0, 0, 0), (1,)]
THREES = [(1, 2, 3), (0, 0, 0), (5, 1, 2), (1, 2), (-1, 1, 1), (2**40, 2**40, 2), None, (1.5,) * 3]

# Pools by the name of an argument.
POOLS = {
    **dict.fromkeys(("out", "x", "grad", "origin", "labels", "redrawn", "logits"), ADDRESSES),
    **dict.fromkeys(("mean", "variance", "m2", "scratch", "from_", "to"), ADDRESSES),
    **dict.fromkeys(("row_indices", "column_indices", "row_places", "column_places"), ADDRESSES),
    **dict.fromkeys(("n", "outer", "channels", "inner", "passes", "count", "samples"), COUNTS),
    **dict.fromkeys(("rows", "from_rows", "columns", "from_columns", "elements"), COUNTS),
    **dict.fromkeys(("classes", "positions", "pass_stride", "class_stride"), COUNTS),
    **dict.fromkeys(("first_element", "first_sample", "correction"), COUNTS),
    **dict.fromkeys(("dtype", "width", "norm", "kind"), CODES),
    **dict.fromkeys(("seed", "offset", "subsequence", "counter", "sample", "threshold"), NUMBERS),
    **dict.fromkeys(("faces", "share", "capsule", "name"), NUMBERS),
    **dict.fromkeys(("sizes", "strides"), THREES),
    "results": [(PLACE,) * 5, (0,) * 5, (PLACE,) * 4, (PLACE, 0, 1, 2, 3), None],
    "tensors": [(PLACE,) * 4, (PLACE, 0, PLACE, 0), (PLACE, -1), None, (0,) * 4],
    "layout": [
        *((2, 3, 4, False), (5, 2, 31, True), (0, 1, 2, False), (2, -1, 3, False)),
        *((1, 2**63), 3),
    ],
    "workspace": [(0, 0), (PLACE, 64), (PLACE, -1), (-1, 0), None],
    "threads": [1, 2, 0, -1, None, 2**40],
}
# Pools by name and type, where a name alone does not tell.
BY_TYPE = {
    ("low", "int"): NUMBERS,
    ("state", "int"): ADDRESSES,
    ("state", "tuple"): [(PLACE,) * 3, (0,) * 3, (PLACE,) * 2, (PLACE + 1,) * 3, None],
}


def signature(function):
    """Names and types of a function's arguments, as pybind11 prints them."""
    text = getattr(_core, function).__doc__.splitlines()[0]
    return re.findall(r"(\w+): (.+?)(?=, \w+: |\) ->)", text)


def pool_of(name, type_):
    """The values for an argument.

    Raises:
        KeyError: a name of which this file does not know whether it is an address.
    """
    kind = "tuple" if re.search(r"tuple|Sequence", type_) else "int"
    if "SupportsFloat" in type_ and kind == "tuple" and name not in POOLS:
        return PARAMETERS  # a number or an array of them
    if type_ == "bool":
        return FLAGS
    return BY_TYPE[name, kind] if (name, kind) in BY_TYPE else POOLS[name]


CORE = [name for name in dir(_core) if name[0] != "_" and callable(getattr(_core, name))]
ALL = {name: signature(name) for name in CORE if name not in NOT_CALLED}
FAST_PATHS = {name: arguments for name, arguments in ALL.items() if name.endswith("_directly")}
SIGNATURES = {
    name: arguments
    for name, arguments in ALL.items()
    if name not in FAST_PATHS and CONTENTS.isdisjoint(argument for argument, _ in arguments)
}
