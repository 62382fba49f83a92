"""Independent streams from one seed, one for each dropout layer."""

from __future__ import annotations

from pyfrontiers.kernels import bits

# Derived seeds are words of the seed's own stream, taken so far out that no mask reaches them: a
# mask of 2^62 blocks would have 2^69 elements.
_FAR_OUT = 1 << 62


def stream_seed(seed: int, stream: int) -> int:
    """Derive the seed of stream number `stream`: 64 bits of Philox at a counter of its own.

    Two layers that shared a seed would drop the same units in every pass; with streams, masks of
    different layers are independent, and still a pure function of (seed, layer, sample, element).

    Args:
        seed: 64-bit seed, 0 <= seed < 2^64.
        stream: number of the stream, 0 <= stream < 2^62.

    Returns:
        A seed for `pyfrontiers.kernels`, 0 <= result < 2^64.

    Raises:
        ValueError: `stream` is out of range, or the kernel rejects `seed`.

    Source:
        Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011, sec. 2.
    """
    if not 0 <= stream < _FAR_OUT:
        raise ValueError(f"stream is {stream}; it must be in [0, 2^62)")
    low, high = (int(word) & 0xFFFFFFFF for word in bits((2,), seed=seed, offset=_FAR_OUT + stream))
    return high << 32 | low
