"""Textured triangle meshes for the rasteriser."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import as_device, check_device
from pyfrontiers.kernels.derivatives import followed
from pyfrontiers.kernels.number_arguments import check_unsigned

Array = Tensor | np.ndarray | list[Any]

__all__ = ["Mesh"]

CORNER_FLOATS = 16
"""Values per corner of a face: u, v and the normal; three corners and one unused value per row."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """A UV-textured triangle mesh.

    A face is seen from the front if its vertices run counter-clockwise. Texture coordinates run
    from (0, 0) at the texture's upper left corner to (1, 1) at its lower right one, as images are
    stored; files that count v upwards, such as OBJ, need 1 - v. Vertices, texture coordinates and
    normals are indexed separately, so a vertex on a seam may have two texture coordinates.

    Attributes:
        vertices: (V, 3) finite coordinates; kept as float64.
        faces: (F, 3) vertex indices; kept as int32.
        uv: (U, 2) finite texture coordinates; kept as float32. Outside [0, 1] the edge texels are
            repeated.
        uv_faces: (F, 3) indices into uv; None: `faces` (U = V).
        normals: (V, 3) vertex normals of any length, interpolated across each face; None: flat
            shading.
        double_sided: draw back faces too, with the normal reversed.

    Raises:
        TypeError: an argument that cannot be converted to a tensor.
        ValueError: a wrong shape, a NaN or infinite value, or an index out of range.
    """

    vertices: Tensor
    faces: Tensor
    uv: Tensor
    uv_faces: Tensor | None = None
    normals: Tensor | None = None
    double_sided: bool = False
    positions: Tensor = field(init=False, repr=False)
    """(3, V) float64: `vertices` in the layout that the compiled core reads."""
    corners: Tensor = field(init=False, repr=False)
    """(F, 16) float32: u, v and normal of each face's corners, together in memory."""

    def __post_init__(self) -> None:
        vertices = _floats("vertices", self.vertices, 3, torch.float64)
        faces = _numbers("faces", self.faces, len(vertices), "vertices")
        uv = _floats("uv", self.uv, 2, torch.float32)
        given = self.faces if self.uv_faces is None else self.uv_faces
        name = "faces" if self.uv_faces is None else "uv_faces"
        uv_faces = _numbers(name, given, len(uv), "texture coordinates in uv")
        if len(uv_faces) != len(faces):
            raise ValueError(
                f"uv_faces must have {len(faces)} rows like faces, got {len(uv_faces)}"
            )
        normals = None
        if self.normals is not None:
            normals = _floats("normals", self.normals, 3, torch.float32)
            if len(normals) != len(vertices):
                raise ValueError(
                    f"normals must have {len(vertices)} rows, one per vertex, got {len(normals)}"
                )
        corners = _corners(vertices, faces, uv, uv_faces, normals)
        for attribute, value in (
            ("vertices", vertices),
            ("faces", faces),
            ("uv", uv),
            ("uv_faces", uv_faces),
            ("normals", normals),
            ("positions", vertices.T.contiguous()),
            ("corners", corners),
        ):
            object.__setattr__(self, attribute, value)

    @classmethod
    def sphere(cls, rings: int = 51, segments: int = 50) -> Mesh:
        """Return a unit sphere around the origin; uv are longitude and latitude.

        u = 0 to 1 is longitude 0 to 2 pi from the x axis towards the y axis, v = 0 the pole at
        z = 1, v = 1 that at z = -1; normals are exact.

        Args:
            rings: bands of latitude, 2 to 65,535.
            segments: faces around the equator, 3 to 65,535.

        Returns:
            A mesh of 2 segments (rings - 1) faces.

        Raises:
            TypeError: not integers.
            ValueError: too few or too many rings or segments.
        """
        rings = check_unsigned("rings", rings, 16)
        segments = check_unsigned("segments", segments, 16)
        if rings < 2 or segments < 3:
            raise ValueError(
                f"rings must be at least 2 and segments at least 3, got {rings} and {segments}"
            )
        v = (torch.arange(rings + 1, dtype=torch.float64, device="cpu") / rings)[:, None]
        u = (torch.arange(segments + 1, dtype=torch.float64, device="cpu") / segments)[None]
        polar, azimuth = v * math.pi, u * 2 * math.pi
        points = torch.stack(
            [polar.sin() * azimuth.cos(), polar.sin() * azimuth.sin(), polar.cos() + 0 * azimuth],
            dim=2,
        )
        corner = (
            torch.arange(rings, device="cpu")[:, None] * (segments + 1)
            + torch.arange(segments, device="cpu")[None]
        )
        below = corner + segments + 1
        lower = torch.stack([corner, below, below + 1], dim=2)[:-1].flatten(0, 1)
        upper = torch.stack([corner, below + 1, corner + 1], dim=2)[1:].flatten(0, 1)
        uv = torch.stack([u + 0 * v, v + 0 * u], dim=2).flatten(0, 1)
        points = points.flatten(0, 1)
        return cls(points, torch.cat([lower, upper]), uv, normals=points)

    def to(self, device: torch.device | str) -> Mesh:
        """Return the mesh on another device."""
        device = as_device(device)
        moved = object.__new__(Mesh)
        for name, value in vars(self).items():
            there = value.to(device) if isinstance(value, Tensor) else value
            object.__setattr__(moved, name, there)
        return moved


def tensor_of(name: str, value: Array | float) -> Tensor:
    """Return `value` as a tensor, detached unless its derivative would be missed.

    Raises:
        TypeError: not numbers.
        ValueError: on a device without kernels.
    """
    try:
        # as_tensor would move a tensor to torch's default device, and round floats to its default
        # dtype, which NumPy does not.
        tensor = (
            value if isinstance(value, Tensor) else torch.as_tensor(np.asarray(value), device="cpu")
        )
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            f"{name} must be a tensor, an array or a list of numbers, got {type(value).__name__}"
        ) from error
    if tensor.layout != torch.strided:
        raise TypeError(f"{name} must be a strided tensor, got layout {tensor.layout}")
    check_device(tensor.device, name)
    return tensor if followed() else tensor.detach()


def check_finite(name: str, value: Tensor) -> None:
    """Accept finite values.

    Raises:
        ValueError: NaN or infinity.
    """
    if not bool(value.isfinite().all()):
        where = tuple(int(i) for i in (~value.isfinite()).nonzero()[0])
        raise ValueError(
            f"{name} must hold finite values, got {float(value[where])} at {list(where)}"
        )


def _floats(name: str, value: Array, columns: int, dtype: torch.dtype) -> Tensor:
    tensor = tensor_of(name, value)
    if tensor.dim() != 2 or tensor.shape[1] != columns:
        raise ValueError(f"{name} must have shape (any, {columns}), got {tuple(tensor.shape)}")
    if tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(f"{name} must hold real numbers, got dtype {tensor.dtype}")
    converted = tensor.to(dtype).contiguous()
    check_finite(name, converted)
    return converted


def _numbers(name: str, value: Array, count: int, of: str) -> Tensor:
    tensor = tensor_of(name, value)
    if tensor.dim() != 2 or tensor.shape[1] != 3:
        raise ValueError(f"{name} must have shape (any, 3), got {tuple(tensor.shape)}")
    if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(f"{name} must hold integers, got dtype {tensor.dtype}")
    wide = tensor.to(torch.int64)
    if wide.numel() and not 0 <= int(wide.min()) <= int(wide.max()) < count:
        wrong = int(wide.min()) if int(wide.min()) < 0 else int(wide.max())
        raise ValueError(
            f"{name} must hold numbers from 0 to {count - 1} for {count} {of}, got {wrong}"
        )
    return wide.to(torch.int32).contiguous()


def _corners(
    vertices: Tensor, faces: Tensor, uv: Tensor, uv_faces: Tensor, normals: Tensor | None
) -> Tensor:
    if normals is None:
        a, b, c = vertices[faces.long()].unbind(1)
        flat = torch.linalg.cross(b - a, c - a)
        length = torch.linalg.vector_norm(flat, dim=1, keepdim=True)
        flat = torch.where(length > 0, flat / length, torch.zeros_like(flat))
        at_corners = flat.to(torch.float32)[:, None].expand(-1, 3, -1)
    else:
        at_corners = torch.nn.functional.normalize(normals, dim=1)[faces.long()]
    together = torch.cat([uv[uv_faces.long()], at_corners], dim=2).flatten(1)
    return torch.nn.functional.pad(together, (0, CORNER_FLOATS - together.shape[1])).contiguous()
