"""References of `philox` in plain torch, which the compiled loops must reproduce."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels.arguments import check_shape
from pyfrontiers.kernels.streams import STREAMS

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.kernels.arguments import Shape

__all__ = ["bits_reference", "normal_reference", "randint_reference", "uniform_reference"]

_DIGITS = {torch.float32: 24, torch.float64: 53, torch.float16: 11, torch.bfloat16: 8}
_WORD = 0xFFFFFFFF
_SIGN = 1 << 63


def words_reference(counters: Tensor, sample: int, use: int, seed: int) -> Tensor:
    """Evaluate Philox4x32-10 in plain torch.

    Args:
        counters: int64 tensor of n counters; words 0 and 1 of the 128-bit counter.
        sample: word 2 of the counter.
        use: word 3 of the counter; see `streams.STREAMS`.
        seed: the key.

    Returns:
        int64 tensor (n, 4) of 32-bit words.
    """
    c0, c1 = counters & _WORD, (counters >> 32) & _WORD
    c2, c3 = torch.full_like(c0, sample), torch.full_like(c0, use)
    k0, k1 = seed & _WORD, seed >> 32
    for _ in range(10):
        (high0, low0), (high1, low1) = _product(c0, 0xD2511F53), _product(c2, 0xCD9E8D57)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD
    return torch.stack((c0, c1, c2, c3), dim=-1)


def _product(a: Tensor, b: int) -> tuple[Tensor, Tensor]:
    """High and low words of the 64-bit product of 32-bit words; int64 holds no unsigned product."""
    middle = a * (b & 0xFFFF)
    top = a * (b >> 16) + (middle >> 16)
    return top >> 16, ((top & 0xFFFF) << 16) | (middle & 0xFFFF)


def bits_reference(shape: Shape, *, seed: int, offset: int = 0) -> Tensor:
    """Compute `bits` in plain torch, as int64; offset below 2^63."""
    sizes = check_shape(shape)
    n = math.prod(sizes)
    counters = offset + torch.arange((n + 3) // 4, device="cpu")
    return words_reference(counters, 0, STREAMS["number"], seed).flatten()[:n].reshape(sizes)


def _numbers(n: int, dtype: torch.dtype, seed: int, offset: int) -> tuple[Tensor, Tensor]:
    """High (or only) and low words of n elements."""
    words = bits_reference(2 * n if dtype == torch.float64 else n, seed=seed, offset=offset)
    return (words[0::2], words[1::2]) if dtype == torch.float64 else (words, words)


def uniform_reference(
    shape: Shape, *, seed: int, offset: int = 0, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Compute `uniform` in plain torch."""
    sizes, digits = check_shape(shape), _DIGITS[dtype]
    high, low = _numbers(math.prod(sizes), dtype, seed, offset)
    number = (high & 0x1FFFFF) << 32 | low if dtype == torch.float64 else low & (1 << digits) - 1
    return (number.double() * 2.0**-digits).to(dtype).reshape(sizes)


def normal_reference(
    shape: Shape, *, seed: int, offset: int = 0, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Compute `normal` in plain torch and float64."""
    sizes = check_shape(shape)
    n = math.prod(sizes)
    high, low = _numbers(n + n % 2, dtype, seed, offset)
    u = (low.double() + 0.5) * 2.0**-32
    if dtype == torch.float64:
        u = high.double() * 2.0**-32 + (low.double() + 0.5) * 2.0**-64
    radius, angle = (-2.0 * u[0::2].log()).sqrt(), 2.0 * math.pi * u[1::2]
    pairs = torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1)
    return pairs.flatten()[:n].to(dtype).reshape(sizes)


def randint_reference(
    shape: Shape,
    low: int,
    high: int,
    *,
    seed: int,
    offset: int = 0,
    dtype: torch.dtype = torch.int64,
) -> Tensor:
    """Compute `randint` in plain torch and Python's integers."""
    sizes = check_shape(shape)
    count, use = math.prod(sizes), STREAMS["integer"]
    faces = faces_reference(count, high - low, use, seed=seed, offset=offset)
    # Tensors of torch's unsigned types are made from the bits of signed ones.
    bits = [(low + face + _SIGN) % (2 * _SIGN) - _SIGN for face in faces]
    return torch.tensor(bits, dtype=torch.int64, device="cpu").to(dtype).reshape(sizes)


def faces_reference(n: int, faces: int, use: int, *, seed: int, offset: int = 0) -> list[int]:
    """Roll a die of `faces` faces for n elements, repeating rejected rolls.

    Args:
        n: number of elements.
        faces: number of faces, at most 2^64; 2^32 and more take two words per roll.
        use: word 3 of the counter for the first roll; each further roll adds 1.
        seed: the key.
        offset: first counter.
    """
    wide = faces >= 1 << 32
    digits, per_block = (64, 2) if wide else (32, 4)
    counters = offset + torch.arange((n + per_block - 1) // per_block, device="cpu")
    rolls: dict[int, int] = {}
    attempt = 0
    while len(rolls) < n:
        words = words_reference(counters, 0, use + attempt, seed).flatten().tolist()
        numbers = [a << 32 | b for a, b in zip(words[::2], words[1::2], strict=True)]
        for i, word in enumerate((numbers if wide else words)[:n]):
            face, rest = divmod(word * faces, 1 << digits)
            if i not in rolls and rest >= (1 << digits) % faces:
                rolls[i] = face
        attempt += 1
    return [rolls[i] for i in range(n)]
