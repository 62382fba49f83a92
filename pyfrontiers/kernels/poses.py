"""Poses: position of the mesh relative to the camera, focal length and light."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import as_device
from pyfrontiers.kernels.mesh import check_finite, tensor_of

if TYPE_CHECKING:
    from pyfrontiers.kernels.mesh import Array

__all__ = ["Poses"]

POSE_DOUBLES: Final = 19
"""Values of a packed pose: rotation, translation, focal length, near, light, ambient, diffuse."""

_NEAREST: Final = 1e-6
_ORTHONORMAL: Final = 1e-4


@dataclass(frozen=True, eq=False)
class Poses:
    """P poses of a mesh, each with a camera and a light.

    Camera space is x right, y down, z forward: q = rotation @ vertex + translation. A point appears
    at column width / 2 + f height q_x / q_z and row height / 2 + f height q_y / q_z, in pixels,
    with f = focal_length = 1 / (2 tan(field of view / 2)), the field of view measured vertically.
    The light is Lambert's: shade = ambient + diffuse * max(0, n . light).

    Each argument may also be a single value for all poses. Values are stored as float64, one row
    per pose.

    Attributes:
        rotation: (P, 3, 3) or (3, 3) rotation matrices, orthonormal to 1e-4, determinant +1.
        translation: (P, 3) or (3,), in units of the mesh; z > 0 is in front of the camera.
        focal_length: (P,) or a number > 0, in image heights.
        light: (P, 3) or (3,) direction towards the light in camera space, of any nonzero length; by
            default the light is at the camera.
        ambient: (P,) or a number >= 0.
        diffuse: (P,) or a number >= 0.
        near: (P,) or a number >= 1e-6; a face with a vertex at smaller z is not drawn.

    Raises:
        TypeError: an argument that is not a tensor, array or list of numbers.
        ValueError: a wrong shape or different numbers of poses, NaN or infinity, a matrix that is
            not a rotation, a light of length 0, or a number out of range.
    """

    rotation: Tensor
    translation: Tensor
    focal_length: Tensor | float = 1.0
    light: Tensor | tuple[float, float, float] = (0.0, 0.0, -1.0)
    ambient: Tensor | float = 0.4
    diffuse: Tensor | float = 0.6
    near: Tensor | float = 1e-3
    packed: Tensor = field(init=False, repr=False)
    """(P, 19) float64: the layout that the compiled core reads."""

    def __post_init__(self) -> None:
        shapes = {
            "rotation": (3, 3),
            "translation": (3,),
            "focal_length": (),
            "light": (3,),
            "ambient": (),
            "diffuse": (),
            "near": (),
        }
        rows = {name: _rows(name, getattr(self, name), shape) for name, shape in shapes.items()}
        count = _common_count(rows)
        for name, value in rows.items():
            rows[name] = value.expand(count, *value.shape[1:]).contiguous()
        _check_rotation(rows["rotation"])
        length = torch.linalg.vector_norm(rows["light"], dim=1, keepdim=True)
        if bool((length == 0).any()):
            raise ValueError("light must be a direction of nonzero length, got length 0")
        rows["light"] = rows["light"] / length
        for name, smallest in (("ambient", 0.0), ("diffuse", 0.0), ("near", _NEAREST)):
            _check_least(name, rows[name], smallest)
        if bool((rows["focal_length"] <= 0).any()):
            wrong = float(rows["focal_length"].min())
            raise ValueError(f"focal_length must hold numbers above 0, got {wrong}")
        order = ("rotation", "translation", "focal_length", "near", "light", "ambient", "diffuse")
        columns = [rows[name].reshape(count, math.prod(shapes[name])) for name in order]
        for name, value in rows.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "packed", torch.cat(columns, dim=1))

    def __len__(self) -> int:
        return self.packed.shape[0]

    def to(self, device: torch.device | str) -> Poses:
        """Return the poses on another device."""
        device = as_device(device)
        moved = object.__new__(Poses)
        for name, value in vars(self).items():
            object.__setattr__(moved, name, value.to(device))
        return moved


def _rows(name: str, value: Array | float, shape: tuple[int, ...]) -> Tensor:
    """Return one row per pose, or a single row for all poses."""
    tensor = tensor_of(name, value)
    if tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(f"{name} must hold real numbers, got dtype {tensor.dtype}")
    if tensor.shape == shape:
        tensor = tensor[None]
    if tensor.shape[1:] != shape or tensor.dim() != len(shape) + 1:
        text = ", ".join(["poses", *map(str, shape)])
        raise ValueError(f"{name} must have shape ({text}) or {shape}, got {tuple(tensor.shape)}")
    check_finite(name, tensor)
    return tensor.to(torch.float64)


def _common_count(rows: dict[str, Tensor]) -> int:
    counts = {name: value.shape[0] for name, value in rows.items() if value.shape[0] != 1}
    for name, count in counts.items():
        first = next(iter(counts))
        if count != counts[first]:
            raise ValueError(
                f"{name} must have {counts[first]} poses like {first}, or one for all, got {count}"
            )
    return next(iter(counts.values()), 1)


def _check_rotation(rotation: Tensor) -> None:
    product = rotation @ rotation.mT - torch.eye(3, dtype=torch.float64, device=rotation.device)
    off = product.abs().amax((1, 2))
    if bool((off > _ORTHONORMAL).any()):
        where = int(off.argmax())
        raise ValueError(
            f"rotation must have rows orthonormal to {_ORTHONORMAL}, got a matrix for pose {where} "
            f"that is off by {float(off[where]):.3g}"
        )
    mirrored = torch.linalg.det(rotation) < 0
    if bool(mirrored.any()):
        raise ValueError(
            "rotation must have determinant +1, got a reflection for pose "
            f"{int(mirrored.nonzero()[0])}"
        )


def _check_least(name: str, value: Tensor, smallest: float) -> None:
    if bool((value < smallest).any()):
        raise ValueError(f"{name} must hold numbers >= {smallest:g}, got {float(value.min())}")
