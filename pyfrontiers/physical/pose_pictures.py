"""A picture of an object in held-out poses, before and after the attack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch.nn.functional import avg_pool2d

from pyfrontiers.adversarial.views import HELD_OUT, Draws

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial import Views

__all__ = ["poses_picture"]

_COLUMNS: Final = 6
_ROWS: Final = 3


def poses_picture(views: Views, original: Tensor, texture: Tensor, *, seed: int) -> Tensor:
    """Show the first held-out poses of both textures, in pairs of rows: original, then attacked.

    Args:
        views: the views of the object.
        original: its texture (3, height, width).
        texture: the attacked texture.
        seed: seed of the run.

    Returns:
        A picture (3, height, width) of six columns and six rows, at half the views' size.
    """
    draws = Draws(views, seed, HELD_OUT, 0)
    count = _COLUMNS * _ROWS
    drawn = draws.block(0, 0, count)
    with torch.no_grad():
        both = [draws.see(each, drawn, count).float() for each in (original, texture)]
        both = [avg_pool2d(seen, 2) for seen in both]
    rows = []
    for row in range(_ROWS):
        part = slice(row * _COLUMNS, (row + 1) * _COLUMNS)
        rows += [torch.cat(list(seen[part]), dim=2) for seen in both]
    return torch.cat(rows, dim=1)
