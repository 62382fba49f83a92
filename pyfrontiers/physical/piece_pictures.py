"""The picture of a flat piece: its part of the texture, to scale and with bleed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from pyfrontiers.kernels import Mesh, Poses, rasterize, render

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyfrontiers.physical.objects import TexturedObject
    from pyfrontiers.physical.unfolding import Piece

__all__ = ["BLEED", "piece_picture"]

BLEED: Final = 1.5
"""How far the picture reaches beyond the cut line, in mm."""

_MM: Final = 25.4  # per inch


def piece_picture(
    obj: TexturedObject,
    piece: Piece,
    points: NDArray[np.float64],
    size: tuple[float, float],
    dots_per_inch: float,
) -> NDArray[np.uint8]:
    """Draw a piece with bleed as RGBA.

    A camera in front of a plane shows it to scale, so the flat piece is rendered like any mesh.
    Beyond the cut line, the nearest pixel within is repeated.

    Args:
        obj: the object.
        piece: a piece of its surface.
        points: (P, 2) where the piece's points lie, in mm, within `size`.
        size: width and height of the piece in mm.
        dots_per_inch: resolution.

    Returns:
        (height, width, 4) uint8; both sides are longer by the bleed at each end.
    """
    per_mm = dots_per_inch / _MM
    width, height = (max(round((side + 2 * BLEED) * per_mm), 2) for side in size)
    flat = np.concatenate([points - np.array(size) / 2, np.zeros((len(points), 1))], axis=1)
    uv_faces = obj.mesh.faces if obj.mesh.uv_faces is None else obj.mesh.uv_faces
    mesh = Mesh(
        torch.from_numpy(flat),
        torch.from_numpy(piece.corners),
        obj.mesh.uv.cpu(),
        uv_faces.cpu()[torch.from_numpy(piece.faces)],
        double_sided=True,
    )
    upright, ahead = torch.eye(3, device="cpu"), torch.tensor([0.0, 0.0, 1.0], device="cpu")
    pose = Poses(upright, ahead, per_mm / height, ambient=1.0, diffuse=0.0)
    shape = (height, width)
    seen = render(obj.texture.cpu(), mesh, pose, size=shape)[0]
    inside = (rasterize(mesh, pose, size=shape).face[0] >= 0).numpy()
    colours = (seen.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    rgba = np.zeros((*shape, 4), np.uint8)
    if inside.any():
        from scipy.ndimage import distance_transform_edt

        away, nearest = distance_transform_edt(~inside, return_indices=True)
        rgba[..., :3] = colours[nearest[0], nearest[1]]
        rgba[..., 3] = 255 * (away <= BLEED * per_mm)
    return rgba
