"""Several scenes as one batch of tensors."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.scenes.records import Batch, Scene

__all__ = ["batch"]


@checked
def batch(source: Sequence[Scene], indices: Sequence[int]) -> Batch:
    """Stack scenes of one size.

    Args:
        source: `StreetScenes`, a folder that a reader returned, or a list of scenes.
        indices: which of them, at least one.

    Returns:
        The scenes' pictures, depth and labels. Scene k is bit-identical in every batch.

    Raises:
        TypeError: arguments of the wrong type.
        ValueError: no index, or scenes of different sizes.
        IndexError: an index beyond the source.
    """
    if not indices:
        raise ValueError("indices must hold at least one index, got none")
    count = len(source)
    for index in indices:
        if not -count <= index < count:
            raise IndexError(
                f"indices must hold numbers below source's length {count}, got {index}"
            )
    chosen = [source[index] for index in indices]
    first = chosen[0].image.shape
    for index, one in zip(indices, chosen, strict=True):
        if one.image.shape != first:
            raise ValueError(
                f"source must hold scenes of one size, got {tuple(first[1:])} at index "
                f"{indices[0]} and {tuple(one.image.shape[1:])} at index {index}"
            )
    return Batch(
        torch.stack([one.image for one in chosen]),
        torch.stack([one.depth for one in chosen]),
        torch.stack([one.classes for one in chosen]),
        torch.stack([one.instances for one in chosen]),
    )
