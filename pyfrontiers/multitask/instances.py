"""Instances as vectors to their centroids, and back."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Flags, Floats, checked

__all__ = ["SMALLEST", "centroid_offsets", "decode_instances"]

SMALLEST = 8
"""Pixels of the smallest instance that is told apart."""
#: Clusters closer than this are one, in pixels: an instance may be in several pieces.
_REACH = 1.0
#: Share of the pixel's own position in its vote.
_BLEND = 0.02
_NEIGHBOURS = 4


@checked
def centroid_offsets(instances: Tensor) -> Tensor:
    """Return the vector from each pixel to the centroid of its instance.

    Args:
        instances: (..., H, W) integers: k >= 1 is a thing, others are none.

    Returns:
        (..., 2, H, W) float32: rows down and columns right, in pixels; NaN outside things.

    Raises:
        ValueError: another dtype or fewer than two dimensions.

    Source:
        Kendall, Gal and Cipolla, CVPR 2018, sec. 4.2; Uhrig et al., GCPR 2016.
    """
    if instances.dim() < 2 or instances.is_floating_point() or instances.is_complex():
        raise ValueError(
            "instances must be an integer tensor (..., height, width), got "
            f"{instances.dtype} of shape {tuple(instances.shape)}"
        )
    high, wide = instances.shape[-2:]
    flat = instances.reshape(-1, high * wide).long().clamp_min(0)
    if not flat.numel():
        return torch.empty(*instances.shape[:-2], 2, high, wide, device=instances.device)
    device = instances.device
    rows = torch.arange(high, dtype=torch.float64, device=device).repeat_interleave(wide)
    columns = torch.arange(wide, dtype=torch.float64, device=device).repeat(high)
    # Numbers of all pictures in one row, so that one sum serves them all.
    kinds = int(flat.max()) + 1
    keys = (flat + kinds * torch.arange(len(flat), device=flat.device)[:, None]).reshape(-1)
    count = torch.bincount(keys, minlength=kinds * len(flat)).clamp_min(1)
    parts = []
    for place in (rows, columns):
        sums = torch.bincount(keys, place.repeat(len(flat)), minlength=kinds * len(flat))
        parts.append((sums / count)[keys].reshape(flat.shape) - place)
    offsets = torch.where((flat > 0)[:, None], torch.stack(parts, 1), torch.nan)
    return offsets.float().reshape(*instances.shape[:-2], 2, high, wide)


@checked
def decode_instances(
    offsets: Annotated[Tensor, Floats(2, "H", "W")],
    things: Annotated[Tensor, Flags("H", "W")],
    *,
    smallest: Count = SMALLEST,
) -> Tensor:
    """Find the instances to whose centroids the pixels point.

    Each pixel votes for a point, and HDBSCAN clusters the votes; a vote that is left over joins the
    nearest cluster. A vote is moved by 2 % towards its pixel: votes that coincide have no density.

    Exact vectors give the exact instances if these have at least `smallest` pixels and their
    centroids are a few pixels apart.

    Args:
        offsets: (2, H, W) pixels down and right.
        things: (H, W) where there are things.
        smallest: pixels of the smallest instance, at least 2.

    Returns:
        (H, W) int64: instances 1, 2, ..., ordered by the row of their centroids; 0 elsewhere, and
        everywhere if fewer than `smallest` pixels are things.

    Raises:
        ValueError: another shape, a vector of a thing that is not finite, or a number out of range.

    Source:
        Campello, Moulavi and Sander, Density-based clustering based on hierarchical density
        estimates, PAKDD 2013; scikit-learn's `HDBSCAN`.
    """
    from sklearn.cluster import HDBSCAN

    if smallest < 2:
        raise ValueError(f"smallest must be at least 2, got {smallest}")
    found = torch.zeros(things.shape, dtype=torch.int64, device="cpu")
    pixels = things.cpu().nonzero()
    vectors = offsets.detach().cpu().double()[:, pixels[:, 0], pixels[:, 1]].T
    if not vectors.isfinite().all():
        raise ValueError(
            f"offsets must be finite where things are, got "
            f"{int((~vectors.isfinite()).any(1).sum())} pixels with NaN or infinity"
        )
    if len(pixels) < smallest:
        return found.to(things.device)
    votes = pixels + (1 - _BLEND) * vectors
    clusters = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=min(_NEIGHBOURS, smallest),
        allow_single_cluster=True,
        copy=True,
    )
    labels = torch.from_numpy(clusters.fit_predict(votes.numpy())).long()
    if not (labels >= 0).any():
        labels = torch.zeros_like(labels)
    labels = _joined(votes, labels)
    count = int(labels.max()) + 1
    centres = _centres(votes, labels, count)
    rank = torch.empty(count, dtype=torch.int64, device="cpu")
    rank[centres[:, 0].argsort()] = torch.arange(1, count + 1, device="cpu")
    found[pixels[:, 0], pixels[:, 1]] = rank[labels]
    return found.to(things.device)


def _joined(votes: Tensor, labels: Tensor) -> Tensor:
    """Join clusters whose centres are close, and give left-over votes to the nearest cluster.

    scikit-learn's `cluster_selection_epsilon` would join them too, but raises with recent NumPy.
    """
    count = int(labels.max()) + 1
    centres = _centres(votes, labels, count)
    linked = torch.cdist(centres, centres) < _REACH
    for _ in range(count.bit_length()):  # paths of twice the length each time
        linked = linked.double() @ linked.double() > 0
    joined: Tensor = torch.unique(linked.double().argmax(1), return_inverse=True)[1]
    nearest = torch.cdist(votes, centres).argmin(1)
    return joined[torch.where(labels < 0, nearest, labels)]


def _centres(votes: Tensor, labels: Tensor, count: int) -> Tensor:
    return torch.stack([votes[labels == k].mean(0) for k in range(count)])
