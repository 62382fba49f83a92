"""Derived seeds: independent random streams without state.

A derived seed comes from the Philox block with counter i in sub-sequence 2^64 - 1 and the parent as
key. No kernel draws from that sub-sequence, so a derived seed is independent of all numbers drawn
with the parent. `fold_in` takes words 0 and 1 of the block, `split` words 2 and 3, so the two read
different words for the same i.

Seeds have 64 bits: among n streams, however derived, two share a seed with probability below
n^2 / 2^65, or 3e-8 for a million streams.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.number_arguments import check_integer, check_unsigned

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["fold_in", "split"]

STREAMS: Final[Mapping[str, int]] = MappingProxyType(
    {name: first for name, (first, _) in _core.streams.items()}
)
"""Word 3 of Philox's counter for each use, from the table in csrc/include/frontiers/streams.hpp."""

_SEEDS = STREAMS["seed"] << 32 | 0xFFFFFFFF
_MAX_SEEDS = 1 << 20  # takes about a second and 60 MB


def fold_in(seed: int, i: int) -> int:
    """Derive the seed of stream i, such as an epoch, layer, worker or sample.

    Args:
        seed: parent, 0 <= seed < 2^64.
        i: index of the stream, 0 <= i < 2^64.

    Returns:
        A seed, 0 <= seed' < 2^64, a pure function of (seed, i) that stays the same in later
        versions. Calls can be nested: fold_in(fold_in(seed, epoch), layer).

    Raises:
        TypeError: not an integer.
        ValueError: out of range.

    Source:
        Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011, sec. 2.2.
    """
    seed = check_unsigned("seed", seed, 64)
    i = check_unsigned("i", i, 64)
    low, high, _, _ = _core.philox_block(i, _SEEDS, seed)
    return low | high << 32


def split(seed: int, n: int) -> tuple[int, ...]:
    """Derive n seeds.

    Args:
        seed: parent, 0 <= seed < 2^64.
        n: number of seeds, 0 <= n <= 2^20; for more, call `fold_in` for each.

    Returns:
        n seeds, 0 <= seed' < 2^64. The first k are split(seed, k), and they are independent of
        the `fold_in` seeds of the same parent.

    Raises:
        TypeError: not an integer.
        ValueError: out of range.

    Source:
        As for `fold_in`.
    """
    seed = check_unsigned("seed", seed, 64)
    n = check_integer("n", n)
    if not 0 <= n <= _MAX_SEEDS:
        raise ValueError(
            f"n must be from 0 to {_MAX_SEEDS}, got {n}; fold_in(seed, i) makes seeds one at a time"
        )
    blocks = (_core.philox_block(i, _SEEDS, seed) for i in range(n))
    return tuple(low | high << 32 for _, _, low, high in blocks)
