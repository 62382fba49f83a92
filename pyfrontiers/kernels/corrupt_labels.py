"""Randomised labels, for the random-label experiment."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import check_labels
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.dropout_mask import keep_reference
from pyfrontiers.kernels.number_arguments import check_integer, check_probability, check_unsigned
from pyfrontiers.kernels.operators import define, direct, new_empty, signed, unsigned
from pyfrontiers.kernels.philox_reference import faces_reference
from pyfrontiers.kernels.streams import STREAMS

__all__ = ["corrupt_labels", "corrupt_labels_reference"]

_WORD = 1 << 32


@adopts_arrays
def corrupt_labels(
    labels: Tensor, share: float, num_classes: int, *, seed: int
) -> tuple[Tensor, Tensor]:
    """Replace each label, with probability `share`, by a uniformly random class.

    Each label is chosen independently with probability `share` (rounded to 32 binary digits) and
    replaced by a class uniform in 0 .. K - 1, which may be the old one: of n labels about
    share * n (K - 1) / K change. The labels chosen for a share are among those chosen for any
    larger one. The result for label i is a pure function of (seed, i), with i in logical order.

    Args:
        labels: integer tensor of any width, shape and layout. Labels are copied or replaced
            without being interpreted; an unselected ignore index such as -1 or 255 stays.
        share: probability of redrawing a label, in [0, 1].
        num_classes: number of classes K >= 1; K - 1 must fit the labels' dtype, and K < 2^32.
        seed: 0 <= seed < 2^64.

    Returns:
        (corrupted, redrawn): contiguous tensors of the labels' shape, the new labels in their dtype
        and a bool tensor, True where a label was redrawn.

    Raises:
        TypeError: `labels` has no integer dtype, or a number is of the wrong kind.
        ValueError: `share`, `num_classes` or `seed` is out of range, or labels is on a device
            without kernels.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2 ("partially corrupted labels").
    """
    if not is_compiling():
        done = _core.corrupt_labels_directly(labels, share, num_classes, seed)
        if done is not None:
            return done
    check_labels("labels", labels)
    share = check_probability(share, "share")
    num_classes = check_integer("num_classes", num_classes)
    seed = check_unsigned("seed", seed, 64)
    most = min(torch.iinfo(labels.dtype).max + 1, _WORD - 1)
    if not 1 <= num_classes <= most:
        raise ValueError(
            f"num_classes must be from 1 to {most} for labels of {labels.dtype}, got {num_classes}"
        )
    if direct(labels):
        return _corrupt_labels(labels, share, num_classes, seed)
    corrupted, redrawn = torch.ops.pyfrontiers.corrupt_labels(
        labels, float(share), num_classes, signed(seed)
    )
    return corrupted, redrawn


def _threshold(share: float) -> int:
    return round(share * _WORD)


def _corrupt_labels(
    labels: Tensor, share: float, num_classes: int, seed: int
) -> tuple[Tensor, Tensor]:
    labels = labels.contiguous()
    corrupted = new_empty(labels.shape, labels)
    redrawn = new_empty(labels.shape, labels, torch.bool)
    core, where = devices.execution(labels, labels.nbytes)
    core.corrupt_labels(
        labels.data_ptr(),
        corrupted.data_ptr(),
        redrawn.data_ptr(),
        labels.itemsize,
        labels.numel(),
        _threshold(share),
        num_classes,
        unsigned(seed),
        where,
    )
    return corrupted, redrawn


def _fake(labels: Tensor, share: float, num_classes: int, seed: int) -> tuple[Tensor, Tensor]:
    return labels.new_empty(labels.shape), labels.new_empty(labels.shape, dtype=torch.bool)


define(
    "corrupt_labels(Tensor labels, float share, SymInt num_classes, SymInt seed) "
    "-> (Tensor, Tensor)",
    _corrupt_labels,
    _fake,
    batch=example_by_example("corrupt_labels"),
)


def corrupt_labels_reference(
    labels: Tensor, share: float, num_classes: int, *, seed: int
) -> tuple[Tensor, Tensor]:
    """Compute `corrupt_labels` in plain torch."""
    n, choice = labels.numel(), STREAMS["label_choice"]
    redrawn = keep_reference(n, _threshold(share), choice, seed).reshape(labels.shape)
    faces = faces_reference(n, num_classes, STREAMS["label_face"], seed=seed)
    dice = torch.tensor(faces, dtype=torch.int64, device="cpu").reshape(labels.shape)
    # Viewed as int64: not every torch supports where() on unsigned integers.
    given = labels.view(torch.int64) if labels.dtype == torch.uint64 else labels.to(torch.int64)
    chosen = torch.where(redrawn, dice, given)
    if labels.dtype == torch.uint64:
        return chosen.view(torch.uint64).contiguous(), redrawn
    return chosen.to(labels.dtype).contiguous(), redrawn
