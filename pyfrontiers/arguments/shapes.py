"""Annotations for tensors and arrays: element type and shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Rational
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments.described import described, is_tensor

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

Sizes = dict[str, tuple[int, str]]
"""Sizes seen so far in a call, by letter: the size, and the argument that it came from."""


_FLOATS = ("torch.float32", "torch.float64", "torch.float16", "torch.bfloat16")
"""The element types that torch computes with; those of 8 bits only store values."""


class _Shaped(ABC):
    """Base class of shape annotations: dimensions are letters, numbers, or "..." for any number.

    A letter means the same size in every argument of a call. "N>0" excludes size 0.
    """

    elements = ""

    def __init__(self, *dimensions: str | int) -> None:
        self.dimensions = tuple(
            int(part) if isinstance(part, str) and part.isdecimal() else part for part in dimensions
        )

    @abstractmethod
    def accept(self, name: str, value: Any, sizes: Sizes) -> Any:
        """Return the checked value.

        Raises:
            TypeError: the value is not a tensor or array, or has another element type.
            ValueError: it has another shape.
        """

    def _check_shape(self, name: str, shape: tuple[int, ...], sizes: Sizes) -> None:
        given = list(shape)
        fixed = [part for part in self.dimensions if part != "..."]
        rest = len(fixed) < len(self.dimensions)
        fits = len(given) >= len(fixed) if rest else len(given) == len(fixed)
        if not fits:
            raise ValueError(f"{name} must have shape {self.text()}, got {shape}")
        for part, size in zip(fixed, given, strict=False):
            letter, _, positive = str(part).partition(">")
            if positive and size == 0:
                raise ValueError(f"{name} must have shape {self.text()} and elements, got {shape}")
            if isinstance(part, int) and size != part:
                raise ValueError(f"{name} must have shape {self.text()}, got {shape}")
            known, owner = sizes.setdefault(letter, (size, name))
            if not isinstance(part, int) and known != size:
                raise ValueError(
                    f"{name} must have shape {self.text()} with {letter} = {known} like {owner}, "
                    f"got {shape}"
                )

    def text(self) -> str:
        """Return the shape for an error message."""
        parts = [str(part).partition(">")[0] for part in self.dimensions]
        return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


class Floats(_Shaped):
    """A floating-point tensor: `Annotated[Tensor, Floats("N", "K")]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> Tensor:
        """Return a floating-point tensor of this shape."""
        if not is_tensor(value) or str(value.dtype) not in _FLOATS:
            raise TypeError(
                f"{name} must be a floating-point tensor {self.text()}, got {described(value)}"
            )
        _check_memory(name, value)
        self._check_shape(name, tuple(value.shape), sizes)
        return value  # type: ignore[no-any-return]  # a Tensor, as checked


class Integers(_Shaped):
    """An integer tensor: `Annotated[Tensor, Integers("N")]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> Tensor:
        """Return an integer tensor of this shape."""
        kept = is_tensor(value) and not (
            value.is_floating_point() or value.is_complex() or str(value.dtype) == "torch.bool"
        )
        if not kept:
            raise TypeError(
                f"{name} must be an integer tensor {self.text()}, got {described(value)}"
            )
        _check_memory(name, value)
        self._check_shape(name, tuple(value.shape), sizes)
        return value  # type: ignore[no-any-return]  # a Tensor, as checked


class Values(_Shaped):
    """A dense tensor of any element type: `Annotated[Tensor, Values("N", "...")]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> Tensor:
        """Return a tensor of this shape."""
        if not is_tensor(value):
            raise TypeError(f"{name} must be a tensor {self.text()}, got {described(value)}")
        _check_memory(name, value)
        self._check_shape(name, tuple(value.shape), sizes)
        return value  # type: ignore[no-any-return]  # a Tensor, as checked


class Flags(_Shaped):
    """A bool tensor: `Annotated[Tensor, Flags("N")]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> Tensor:
        """Return a bool tensor of this shape."""
        if not is_tensor(value) or str(value.dtype) != "torch.bool":
            raise TypeError(f"{name} must be a bool tensor {self.text()}, got {described(value)}")
        _check_memory(name, value)
        self._check_shape(name, tuple(value.shape), sizes)
        return value  # type: ignore[no-any-return]  # a Tensor, as checked


class Array(_Shaped):
    """A float64 array of finite numbers: `Annotated[NDArray[np.float64], Array("N")]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> np.ndarray:
        """Return a float64 array of this shape, converted from any sequence of numbers."""
        import numpy as np

        array = _as_array(name, value, f"an array {self.text()} of numbers", exact=False)
        self._check_shape(name, array.shape, sizes)
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must hold finite numbers, got NaN or infinity")
        return array.astype(np.float64, copy=False)


class Numbers(_Shaped):
    """An array of numbers of any kind, including `Fraction`: `Annotated[Any, Numbers()]`."""

    def accept(self, name: str, value: Any, sizes: Sizes) -> np.ndarray:
        """Return an array of any shape, without converting its elements."""
        return _as_array(name, value, "an array of numbers", exact=True)


def _as_array(name: str, value: Any, wanted: str, *, exact: bool) -> np.ndarray:
    """Convert to an array of numbers; `exact` also allows Python objects such as `Fraction`."""
    import numpy as np

    if is_tensor(value):
        _check_memory(name, value)
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
        kept = array.dtype.kind in "iuf" or (
            exact and all(isinstance(part, Rational) for part in array.flat)
        )
    except (TypeError, ValueError):
        kept = False
    if not kept:
        raise TypeError(f"{name} must be {wanted}, got {described(value)}")
    return array


def _check_memory(name: str, value: Tensor) -> None:
    """Reject tensors without values, and layouts that only some torch functions support."""
    if value.device.type == "meta":
        raise ValueError(f"{name} must have values, got a tensor on the device meta")
    if "strided" not in str(value.layout):
        raise TypeError(f"{name} must be a strided tensor, got layout {value.layout}")
    if value.is_nested:
        raise TypeError(f"{name} must be a strided tensor, got a nested tensor")
