"""Runs kernels on the GPU for tests that make their tensors on the CPU.

The storages of a call's tensors are copied to the GPU, so that views, strides, offsets and overlaps
are the same there. Results are copied back, and so is memory that was written.
"""

import functools
import inspect

import torch

from pyfrontiers import kernels
from pyfrontiers.kernels.table import FUNCTIONS

DEVICE = "cuda"
OBJECTS = (kernels.Mesh, kernels.Poses, kernels.Transforms)


class _Memory:
    """The storages of one call on the GPU, each copied once."""

    def __init__(self):
        self.moved = {}

    def adopt(self, value):
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if type(value) in (tuple, list):
            return type(value)(self.adopt(each) for each in value)
        return value.to(DEVICE) if isinstance(value, OBJECTS) else value

    def _tensor(self, x):
        if x.device.type != "cpu" or x.requires_grad or type(x) is not torch.Tensor:
            return x.to(DEVICE)  # autograd records this copy
        storage = x.untyped_storage()
        if storage.data_ptr() not in self.moved:
            moved = torch.UntypedStorage(storage.nbytes(), device=DEVICE).copy_(storage)
            self.moved[storage.data_ptr()] = (storage, moved)
        on_device = torch.empty(0, dtype=x.dtype, device=DEVICE)
        moved = self.moved[storage.data_ptr()][1]
        return on_device.set_(moved, x.storage_offset(), x.shape, x.stride())

    def bring_back(self):
        for storage, moved in self.moved.values():
            storage.copy_(moved)


def _to_cpu(value):
    if isinstance(value, torch.Tensor):
        return value.cpu()
    if isinstance(value, tuple):
        back = [_to_cpu(each) for each in value]
        return type(value)(*back) if hasattr(value, "_fields") else tuple(back)
    if isinstance(value, kernels.Transforms):
        return value.to("cpu")
    if isinstance(value, kernels.Fragments):
        return _Fragments(value)
    return value


class _Fragments:
    """Fragments that stay on the GPU."""

    def __init__(self, fragments):
        self._there = fragments
        for name in ("face", "depth", "uv", "shade"):
            setattr(self, name, getattr(fragments, name).cpu())
        self.render = transported(fragments.render)
        self.adjoint = transported(fragments.adjoint)


def transported(function):
    """The function, run on the GPU."""
    takes_device = "device" in inspect.signature(function).parameters

    @functools.wraps(function)
    def call(*args, **kwargs):
        if takes_device:
            kwargs = {"device": DEVICE, **kwargs}
        memory = _Memory()
        result = function(
            *(memory.adopt(value) for value in args),
            **{name: memory.adopt(value) for name, value in kwargs.items()},
        )
        if kwargs.get("out") is None:
            return _to_cpu(result)
        memory.bring_back()
        return kwargs["out"]

    return call


def functions():
    """The public functions of all kernels by name."""
    return {name: getattr(kernels, name) for name in FUNCTIONS}
