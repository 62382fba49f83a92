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
    labels: Tensor, share: float, num_classes: int, *, seed: int, ignore_index: int | None = None
) -> tuple[Tensor, Tensor]:
    """Replace each label, with probability `share`, by a uniformly random class.

    Each label is chosen independently with probability `share` (rounded to 32 binary digits) and
    replaced by a class uniform in 0 .. K - 1, which may be the old one: of n labels about
    share * n (K - 1) / K change. The labels chosen for a share are among those chosen for any
    larger one. The result for label i is a pure function of (seed, i), with i in logical order.

    Args:
        labels: integer tensor of any width, shape and layout, with classes 0 .. K - 1. On a GPU
            this is not checked, because the check would have to wait for the device.
        share: probability of redrawing a label, in [0, 1].
        num_classes: number of classes K >= 1; K - 1 must fit the labels' dtype, and K < 2^32.
        seed: 0 <= seed < 2^64.
        ignore_index: a label that is no class, such as -100 or 255; it is never redrawn.

    Returns:
        (corrupted, redrawn): contiguous tensors of the labels' shape, the new labels in their dtype
        and a bool tensor, True where a label was redrawn.

    Raises:
        TypeError: `labels` has no integer dtype, or a number is of the wrong kind.
        ValueError: `share`, `num_classes`, `seed` or a label is out of range, `ignore_index` is a
            class or does not fit the labels' dtype, or labels is on a device without kernels.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2 ("partially corrupted labels").
    """
    if ignore_index is None and not is_compiling():
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
    if ignore_index is not None:
        return _around(
            labels, share, num_classes, seed, check_integer("ignore_index", ignore_index)
        )
    if direct(labels):
        return _corrupt_labels(labels, share, num_classes, seed)
    corrupted, redrawn = torch.ops.pyfrontiers.corrupt_labels(
        labels, float(share), num_classes, signed(seed)
    )
    return corrupted, redrawn


def _around(
    labels: Tensor, share: float, num_classes: int, seed: int, ignored: int
) -> tuple[Tensor, Tensor]:
    """Corrupt labels, except where they are `ignored`."""
    held = torch.iinfo(labels.dtype)
    if 0 <= ignored < num_classes or not held.min <= ignored <= held.max:
        raise ValueError(
            f"ignore_index must be no class from 0 to {num_classes - 1} and fit {labels.dtype}, "
            f"got {ignored}"
        )
    given = _as_int64(labels)
    stays = given == _signed(ignored)
    corrupted, redrawn = corrupt_labels(given.masked_fill(stays, 0), share, num_classes, seed=seed)
    corrupted = torch.where(stays, given, corrupted).contiguous()
    kept = corrupted.view(torch.uint64) if labels.dtype == torch.uint64 else corrupted
    return kept.to(labels.dtype), redrawn & ~stays


def _signed(number: int) -> int:
    """Return what `_as_int64` makes of a number."""
    return number if number < 1 << 63 else number - (1 << 64)


def _as_int64(labels: Tensor) -> Tensor:
    # Not every torch supports where() on unsigned integers.
    return labels.view(torch.int64) if labels.dtype == torch.uint64 else labels.to(torch.int64)


def _check_classes(labels: Tensor, num_classes: int) -> None:
    given = _as_int64(labels)
    beyond = given[(given < 0) | (given >= num_classes)]
    if len(beyond):
        first = int(beyond[0])
        first += (1 << 64) * (first < 0 and labels.dtype == torch.uint64)
        raise ValueError(
            f"labels must be classes from 0 to {num_classes - 1}, got {first}; give a label that "
            "is no class as ignore_index"
        )


def _threshold(share: float) -> int:
    return round(share * _WORD)


def _corrupt_labels(
    labels: Tensor, share: float, num_classes: int, seed: int
) -> tuple[Tensor, Tensor]:
    if labels.device.type == "cpu":
        _check_classes(labels, num_classes)
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
    labels: Tensor, share: float, num_classes: int, *, seed: int, ignore_index: int | None = None
) -> tuple[Tensor, Tensor]:
    """Compute `corrupt_labels` in plain torch; labels are not checked."""
    n, choice = labels.numel(), STREAMS["label_choice"]
    redrawn = keep_reference(n, _threshold(share), choice, seed).reshape(labels.shape)
    faces = faces_reference(n, num_classes, STREAMS["label_face"], seed=seed)
    dice = torch.tensor(faces, dtype=torch.int64, device="cpu").reshape(labels.shape)
    given = _as_int64(labels)
    if ignore_index is not None:
        redrawn &= given != _signed(ignore_index)
    chosen = torch.where(redrawn, dice, given)
    if labels.dtype == torch.uint64:
        return chosen.view(torch.uint64).contiguous(), redrawn
    return chosen.to(labels.dtype).contiguous(), redrawn
