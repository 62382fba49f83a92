"""Values of every type, most of which an argument must reject, and a check of the outcome."""

import re

import numpy as np
import torch


class Odd:
    """An object that no kernel takes."""


class Subclass(torch.Tensor):
    pass


WRONG = {
    "none": None,
    "word": "x",
    "empty word": "",
    "object": Odd(),
    "class": int,
    "list": [],
    "tuple": (),
    "dict": {},
    "set": {1},
    "generator": (i for i in range(3)),
    "nan": float("nan"),
    "infinity": float("inf"),
    "negative": -1,
    "negative fraction": -0.5,
    "huge": 2**70,
    "huge float": 1e300,
    "complex": 1j,
    "bytes": b"x",
    "true": True,
    "triple": (1, 2, 3),
    "words": ("a", "b"),
    "nones": (None, None),
    "crossed": (2, 1),
    "nested": [[1.0], [2.0, 3.0]],
    "dtype": torch.float32,
    "numpy empty": np.array([]),
    "numpy matrix": np.zeros((2, 2)),
    "numpy object": np.array([None]),
    "numpy word": np.array("a"),
    "numpy complex": np.complex64(1),
    "numpy bool": np.bool_(True),
    "numpy record": np.zeros(3, dtype=[("a", "f4")]),
    "numpy date": np.datetime64("2020-01-01"),
    "sparse": torch.eye(3).to_sparse(),
    "meta": torch.zeros(3, device="meta"),
    "meta number": torch.zeros((), device="meta"),
    "complex tensor": torch.zeros(2, 3, 4, dtype=torch.complex64),
    "conjugate": torch.zeros(2, 3, 4, dtype=torch.complex64).conj(),
    "integers": torch.zeros(2, 3, 4, dtype=torch.int32),
    "bools": torch.zeros(2, 3, 4, dtype=torch.bool),
    "float8": torch.zeros(2, 3, 4).to(torch.float8_e4m3fn),
    "fraction": torch.tensor(0.5),
    "nan tensor": torch.tensor(float("nan")),
    "integer tensor": torch.tensor(3),
    "vector": torch.zeros(7),
    "seven dimensions": torch.zeros((1,) * 7),
    "no samples": torch.zeros(0, 3, 4),
    "expanded": torch.zeros(1).expand(2, 3, 4),
    "parameter": torch.nn.Parameter(torch.tensor(0.5)),
    "subclass": torch.zeros(2, 3, 4).as_subclass(Subclass),
}


def faults_of(function, arguments, name):
    """Return outcomes other than results and errors that name the argument."""
    faults = []
    names = "|".join(arguments)
    for kind, value in WRONG.items():
        try:
            function(**{**arguments, name: value})  # some are right for some arguments
        except (TypeError, ValueError, NotImplementedError) as error:
            if not re.match(rf"({names})( and \w+)? must ", str(error)):
                faults.append(f"{kind}: {error}")
        except Exception as error:  # nothing else may reach the caller
            faults.append(f"{kind}: {type(error).__name__}: {error}")
    return faults
