"""The renderer in plain torch: every face is tested at every pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from pyfrontiers.kernels.fragments import Background, Fragments, background_for

if TYPE_CHECKING:
    from pyfrontiers.kernels.mesh import Mesh
    from pyfrontiers.kernels.poses import Poses

__all__ = ["rasterize_reference", "render_adjoint_reference", "render_reference"]

_SUBPIXELS = 4096
_GUARD_BAND = 2.0**30
_FACES_TOGETHER = 512


class _Screen(NamedTuple):
    """The vertices of one pose on the screen."""

    x: Tensor
    y: Tensor
    inverse_depth: Tensor
    drawn: Tensor


def rasterize_reference(mesh: Mesh, poses: Poses, *, size: tuple[int, int]) -> Fragments:
    """Compute `rasterize`, bit for bit."""
    parts = [_rasterize_pose(mesh, poses, pose, size) for pose in range(len(poses))]
    if not parts:
        return Fragments(
            torch.empty((0, *size), dtype=torch.int32, device="cpu"),
            torch.empty((0, *size), dtype=torch.float32, device="cpu"),
            torch.empty((0, *size, 2), dtype=torch.float32, device="cpu"),
            torch.empty((0, *size), dtype=torch.float32, device="cpu"),
        )
    return Fragments(*(torch.stack(part) for part in zip(*parts, strict=True)))


def render_reference(
    texture: Tensor,
    mesh: Mesh,
    poses: Poses,
    *,
    size: tuple[int, int],
    background: Background = 0.0,
) -> Tensor:
    """Compute `render`, bit for bit."""
    fragments = rasterize_reference(mesh, poses, size=size)
    texels, weights = _footprints(fragments, texture.shape[1], texture.shape[2], texture.dtype)
    flat = texture.to(weights.dtype).flatten(1)
    a, b, c, d = (flat[:, texels[k]] * weights[k] for k in range(4))
    image = ((a + b) + (c + d)).movedim(0, 1).to(texture.dtype)
    behind = background_for(background, texture, len(poses), *size)
    return torch.where(fragments.face[:, None] >= 0, image, behind.expand_as(image))


def render_adjoint_reference(
    gradient: Tensor, mesh: Mesh, poses: Poses, *, texture_size: tuple[int, int]
) -> Tensor:
    """Compute `render_adjoint`, up to the rounding of sums."""
    height, width = texture_size
    fragments = rasterize_reference(mesh, poses, size=(gradient.shape[2], gradient.shape[3]))
    texels, weights = _footprints(fragments, height, width, gradient.dtype)
    covered = fragments.face >= 0
    values = gradient.to(weights.dtype).movedim(1, 0)[:, covered]
    texture = values.new_zeros((gradient.shape[1], height * width))
    for k in range(4):
        texture.index_add_(1, texels[k][covered], values * weights[k][covered])
    return texture.reshape(-1, height, width).to(gradient.dtype)


def _project(mesh: Mesh, pose: Tensor, height: int, width: int) -> _Screen:
    x, y, z = mesh.positions
    r, t = pose[:9], pose[9:12]
    qx, qy, qz = (((r[k] * x + r[k + 1] * y) + r[k + 2] * z) + t[k // 3] for k in (0, 3, 6))
    inverse, scale = 1.0 / qz, pose[12] * height
    column = ((qx * inverse) * scale + 0.5 * width) * _SUBPIXELS
    row = ((qy * inverse) * scale + 0.5 * height) * _SUBPIXELS
    drawn = (qz >= pose[13]) & (column.abs() < _GUARD_BAND) & (row.abs() < _GUARD_BAND)
    column, row = (torch.where(drawn, at.round(), 0.0).to(torch.int64) for at in (column, row))
    return _Screen(column, row, inverse.to(torch.float32), drawn)


def _edges(screen: _Screen, faces: Tensor, sign: Tensor, height: int, width: int) -> list[Tensor]:
    """Return, for the edge opposite each corner, its edge function and the pixels inside it."""
    column = torch.arange(width, device="cpu") * _SUBPIXELS + _SUBPIXELS // 2
    row = torch.arange(height, device="cpu")[:, None] * _SUBPIXELS + _SUBPIXELS // 2
    values = []
    for a, b in ((1, 2), (2, 0), (0, 1)):
        first, second = faces[:, a], faces[:, b]
        dx = (sign * (screen.x[second] - screen.x[first]))[:, None, None]
        dy = (sign * (screen.y[second] - screen.y[first]))[:, None, None]
        from_x, from_y = screen.x[first][:, None, None], screen.y[first][:, None, None]
        value = dx * (row - from_y) - dy * (column - from_x)
        top_left = (dy < 0) | ((dy == 0) & (dx > 0))
        values += [value, torch.where(top_left, value >= 0, value > 0)]
    return values


def _rasterize_pose(
    mesh: Mesh, poses: Poses, pose: int, size: tuple[int, int]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    packed = poses.packed[pose]
    screen = _project(mesh, packed, *size)
    nearest = torch.full(size, -1.0, dtype=torch.float32, device="cpu")
    seen = torch.full(size, -1, dtype=torch.int32, device="cpu")
    weights = torch.zeros((3, *size), dtype=torch.float32, device="cpu")
    for begin in range(0, len(mesh.faces), _FACES_TOGETHER):
        faces = mesh.faces[begin : begin + _FACES_TOGETHER].long()
        a, b, c = faces.T
        area = (screen.x[b] - screen.x[a]) * (screen.y[c] - screen.y[a])
        area -= (screen.y[b] - screen.y[a]) * (screen.x[c] - screen.x[a])
        drawn = screen.drawn[faces].all(1) & ((area < 0) | (mesh.double_sided & (area > 0)))
        ea, ina, eb, inb, ec, inc = _edges(screen, faces, area.sign(), *size)
        each = [
            value.to(torch.float32) * screen.inverse_depth[corner][:, None, None]
            for value, corner in ((ea, a), (eb, b), (ec, c))
        ]
        inside = ina & inb & inc & drawn[:, None, None]
        near = ((each[0] + each[1]) + each[2]) * (1.0 / area.abs().to(torch.float32))[:, None, None]
        near = torch.where(inside, near, -1.0)
        best, which = near.max(0)
        which = (near == best).to(torch.uint8).argmax(0)  # the lowest index on a tie
        closer = best > nearest
        nearest = torch.where(closer, best, nearest)
        seen = torch.where(closer, (which + begin).to(torch.int32), seen)
        for k in range(3):
            own = each[k].gather(0, which[None])[0]
            weights[k] = torch.where(closer, own, weights[k])
    uv, shade = _attributes(mesh, packed, screen, seen, weights)
    covered = seen >= 0
    depth = torch.where(covered, 1.0 / nearest, torch.inf)
    return seen, depth, torch.where(covered[..., None], uv, 0.0), torch.where(covered, shade, 0.0)


def _attributes(
    mesh: Mesh, pose: Tensor, screen: _Screen, seen: Tensor, weights: Tensor
) -> tuple[Tensor, Tensor]:
    if len(mesh.faces) == 0:
        return torch.zeros((*seen.shape, 2), dtype=torch.float32, device="cpu"), torch.zeros(
            seen.shape, dtype=torch.float32, device="cpu"
        )
    face = seen.clamp_min(0).long()
    corners = mesh.corners[face][..., :15].reshape(*seen.shape, 3, 5)
    a, b, c = weights * (1.0 / ((weights[0] + weights[1]) + weights[2]))
    u, v, nx, ny, nz = (
        (a * value[..., 0] + b * value[..., 1]) + c * value[..., 2]
        for value in corners.movedim(-1, 0)
    )
    r, light = pose[:9], pose[14:17]
    lx, ly, lz = (
        ((r[k] * light[0] + r[k + 3] * light[1]) + r[k + 6] * light[2]).to(torch.float32)
        for k in range(3)
    )
    ambient, diffuse = pose[17:19].to(torch.float32)
    i, j, k = mesh.faces[face].long().movedim(-1, 0)
    x, y = screen.x, screen.y
    back = (x[j] - x[i]) * (y[k] - y[i]) > (y[j] - y[i]) * (x[k] - x[i])
    along = (nx * lx + ny * ly) + nz * lz
    length = ((nx * nx + ny * ny) + nz * nz).double().sqrt().float()  # rounded once
    cosine = torch.where(back, -along, along) / length
    shade = ambient + diffuse * torch.where(cosine > 0, cosine, 0.0)
    return torch.stack([u, v], dim=-1), shade


def _footprints(
    fragments: Fragments, height: int, width: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return indices and weights (4, P, height, width) of the texels under each pixel."""
    compute = torch.float64 if dtype == torch.float64 else torch.float32
    x = (fragments.uv[..., 0] * width - 0.5).clamp(0, width - 1)
    y = (fragments.uv[..., 1] * height - 0.5).clamp(0, height - 1)
    column, row = x.long(), y.long()
    right, lower = (x - column).to(compute), (y - row).to(compute)
    left, upper = 1 - right, 1 - lower
    next_column, next_row = (column + 1).clamp_max(width - 1), (row + 1).clamp_max(height - 1)
    places = ((row, column), (row, next_column), (next_row, column), (next_row, next_column))
    texels = torch.stack([i * width + j for i, j in places])
    products = torch.stack([left * upper, right * upper, left * lower, right * lower])
    return texels, products * fragments.shade.to(compute)
