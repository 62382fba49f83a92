"""Where to write on a map of regions, and which found thing is which true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import ndimage

from streamlit_app.kit import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

__all__ = ["matched", "place_labels", "things_in"]

#: A label takes this many rows and columns of the map.
_ROOM = (7, 9)


def place_labels(
    regions: Tensor, texts: Mapping[int, str], *, smallest: int = 30
) -> tuple[Label, ...]:
    """Return a label for each connected region, at the pixel farthest from its edge.

    The largest regions come first; where two labels would overlap, the later one is left out.

    Args:
        regions: (H, W) int64 numbers.
        texts: what to write, by number.
        smallest: pixels of the smallest region that gets a label.
    """
    found: list[tuple[int, Label]] = []
    numbers = regions.numpy()
    for number, text in texts.items():
        parts, count = ndimage.label(numbers == number)
        sizes = np.bincount(parts.ravel(), minlength=count + 1)
        for part in range(1, count + 1):
            if sizes[part] < smallest:
                continue
            # Outside the picture counts as another region.
            depth = ndimage.distance_transform_edt(np.pad(parts == part, 1))[1:-1, 1:-1]
            row, column = divmod(int(depth.argmax()), depth.shape[1])
            found.append((int(sizes[part]), Label(text, row, column)))
    placed: list[Label] = []
    for _, label in sorted(found, key=lambda one: -one[0]):
        apart = [
            abs(label.row - one.row) >= _ROOM[0] or abs(label.column - one.column) >= _ROOM[1]
            for one in placed
        ]
        if all(apart):
            placed.append(label)
    return tuple(placed)


def matched(found: Tensor, truth: Tensor, *, least: float = 0.25) -> tuple[Tensor, frozenset[int]]:
    """Give found things the numbers of the true ones that they overlap.

    Pairs are formed from the largest intersection over union down.

    Args:
        found: (H, W) int64 instances, 0 for none.
        truth: the same for the true things.
        least: smallest intersection over union of a pair.

    Returns:
        The found things renumbered, and the numbers of those without a true one.
    """
    ours = things_in(found)
    theirs = things_in(truth)
    pairs = []
    for our in ours:
        for their in theirs:
            mine, true = found == our, truth == their
            share = float((mine & true).sum() / (mine | true).sum())
            if share >= least:
                pairs.append((share, our, their))
    names: dict[int, int] = {}
    for _, our, their in sorted(pairs, reverse=True):
        if our not in names and their not in names.values():
            names[our] = their
    extra = max(theirs, default=0) + 1
    unknown = {our: extra + k for k, our in enumerate(one for one in ours if one not in names)}
    result = torch.zeros_like(found)
    for our, number in (names | unknown).items():
        result[found == our] = number
    return result, frozenset(unknown.values())


def things_in(instances: Tensor) -> list[int]:
    """Return the numbers of the things in a map, in order."""
    return sorted(set(instances.ravel().tolist()) - {0})
