"""Derive independent seeds for the dropout layers from one seed."""

from __future__ import annotations

from pyfrontiers.kernels import bits

# Derived seeds are words of the seed's stream at an offset that no mask reaches: a mask of 2^62
# blocks would have 2^69 elements.
_FAR_OUT = 1 << 62


def stream_seed(seed: int, stream: int) -> int:
    """Derive an independent 64-bit seed for stream number `stream`.

    Layers with the same seed would drop the same units in every pass. With derived seeds, masks of
    different layers are independent, and still a pure function of (seed, layer, sample, element).

    Args:
        seed: 64-bit seed, in [0, 2^64).
        stream: number of the stream, in [0, 2^62).

    Returns:
        A seed for `pyfrontiers.kernels`, in [0, 2^64).

    Raises:
        ValueError: `stream` or `seed` is out of range.

    Source:
        Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011, sec. 2.
    """
    if not 0 <= stream < _FAR_OUT:
        raise ValueError(f"stream must be in [0, 2^62), got {stream}")
    low, high = (int(word) & 0xFFFFFFFF for word in bits((2,), seed=seed, offset=_FAR_OUT + stream))
    return high << 32 | low
