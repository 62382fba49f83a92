"""A valid call of every public function of the kernels.

Arguments of the same name, such as `seed` or `epsilon`, mean the same in every kernel. So a new
kernel needs an entry only for a name that is new, or for tensors of a special shape.
"""

import inspect

import torch

from pyfrontiers import kernels
from pyfrontiers.kernels.table import FUNCTIONS as KERNEL_FUNCTIONS

FUNCTIONS = (*KERNEL_FUNCTIONS, "fold_in", "split")
X = torch.rand((2, 3, 4), generator=torch.Generator().manual_seed(0))
IMAGES = torch.rand((2, 3, 6, 5), generator=torch.Generator().manual_seed(1))
MESH = kernels.Mesh.sphere(6, 7)
POSES = kernels.Poses(torch.eye(3).expand(2, 3, 3), torch.tensor([0.0, 0.0, 3.0]))
DRAWN = kernels.sample_transforms(2, kernels.TransformDistribution(noise=(0.1, 0.1)), seed=1)

# Values by name. Functions compute one from the tensor x of the call.
BY_NAME = {
    "x": lambda x: x,
    "grad": lambda x: x - 0.5,
    "origin": lambda x: x * 0.9,
    "logits": lambda x: x,
    "labels": torch.arange(9),
    "num_classes": 9,
    "share": 0.5,
    "shape": (2, 3),
    "p": 0.5,
    "seed": 1,
    "i": 2,
    "n": 2,
    "low": 0,
    "high": 9,
    "step": 0.1,
    "epsilon": 0.2,
    "amount": 0.1,
    "norm": "l2",
    "samples": 3,
    "count": 2,
    "distribution": kernels.TransformDistribution(),
    "images": IMAGES,
    "transforms": DRAWN,
    "mesh": MESH,
    "poses": POSES,
    "size": (8, 9),
    "texture": IMAGES[0],
    "gradient": IMAGES,
    "texture_size": (4, 4),
}
# Values for one function alone.
BY_FUNCTION = {
    "moments": {"samples": lambda x: x},
    "gather_linear": {
        "x": X[0],
        "weight": X[:, 0],
        "bias": X[0, :2, 0],
        "inputs": torch.tensor([1, 3]),
        "outputs": torch.tensor([1]),
    },
    "gather_conv2d": {
        "x": IMAGES,
        "weight": IMAGES[:, :, :2, :2],
        "inputs": torch.tensor([0, 2]),
        "outputs": torch.tensor([1]),
    },
}


def _values(function):
    """The value of each argument, or the function that makes it from the tensor x of the call."""
    own, values = BY_FUNCTION.get(function, {}), {}
    for name, parameter in inspect.signature(getattr(kernels, function)).parameters.items():
        values[name] = own.get(name, BY_NAME.get(name, parameter.default))
        if values[name] is inspect.Parameter.empty:
            raise KeyError(f"{function}: valid_calls.py has no value for the argument {name}")
    return values


def valid(function, x=X):
    """All arguments of a valid call, by name."""
    values = _values(function).items()
    return {name: value(x) if inspect.isfunction(value) else value for name, value in values}


def having(*names):
    """Each function with an argument of one of these names: pairs of function and name."""
    return [
        (function, name)
        for function in FUNCTIONS
        for name in names
        if name in inspect.signature(getattr(kernels, function)).parameters
    ]


def having_all(*names):
    """The functions with all of these arguments."""
    return [
        function
        for function in FUNCTIONS
        if set(names) <= set(inspect.signature(getattr(kernels, function)).parameters)
    ]


def program(function, **changed):
    """A valid call as a function of the tensor x, which returns all results in one tensor."""
    values = {**_values(function), **changed}
    made = {name: value for name, value in values.items() if inspect.isfunction(value)}
    fixed = {name: value for name, value in values.items() if name not in made}
    kernel = getattr(kernels, function)

    def run(x):
        result = kernel(**fixed, **{name: make(x) for name, make in made.items()})
        if isinstance(result, torch.Tensor):
            return result
        return torch.cat([each.flatten() for each in result])

    return run


OF_A_TENSOR = [f for f in FUNCTIONS if any(map(inspect.isfunction, _values(f).values()))]
"""Functions of one tensor x of any shape, from which their other tensors can be made."""
