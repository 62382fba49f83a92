"""Random numbers that are a pure function of (seed, offset, index): Philox4x32-10."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arguments import (
    DTYPE_CODES,
    Shape,
    check_device,
    check_shape,
    check_unsigned,
)
from pyfrontiers.kernels.operators import define, direct, signed, unsigned

_BITS = (torch.uint32, torch.int32, torch.int64)
_DIGITS = {torch.float32: 24, torch.float64: 53, torch.float16: 11, torch.bfloat16: 8}
_WORD = 0xFFFFFFFF


def bits(
    shape: Shape,
    *,
    seed: int,
    offset: int = 0,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw 32 random bits per element.

    Element i (in logical order) is word i mod 4 of the Philox4x32-10 block with counter
    offset + i div 4 and key seed. A tensor may therefore be drawn in pieces: rows 4k onwards are
    those of `offset + k`.

    Args:
        shape: shape of the result.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64; counters wrap at 2^64.
        dtype: `torch.uint32` (default), `torch.int32` (the same bits) or `torch.int64` (the same
            values).
        device: "cpu".

    Returns:
        A contiguous tensor of independent uniform words. The bits are the same on every instruction
        set and for any number of threads, and stay the same in later versions.

    Raises:
        TypeError: `dtype` is another one, or `seed` or `offset` is no integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011, sec. 3.3.
    """
    wanted = torch.uint32 if dtype is None else dtype
    if wanted not in _BITS:
        raise TypeError(f"dtype: got {dtype}, wanted uint32, int32 or int64")
    sizes = _checked(shape, seed, offset, device)
    words = torch.empty(sizes, dtype=torch.int32)
    _fill("bits", words, seed, offset)
    if wanted == torch.int64:
        return words.to(torch.int64) & _WORD
    return words if wanted == torch.int32 else words.view(torch.uint32)


def uniform(
    shape: Shape,
    *,
    seed: int,
    offset: int = 0,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw numbers uniform in [0, 1).

    An element is k * 2^-m, with k the low m bits of its random word and m the significand width of
    the dtype: 24 (float32), 53 (float64, from two words, the first one high), 11 (float16), 8
    (bfloat16). Every value is exact; 1 never occurs, 0 does with probability 2^-m.

    Args:
        shape: shape of the result.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64. A counter gives 4 elements, 2 of float64.
        dtype: a floating type; torch's default type when None.
        device: "cpu".

    Returns:
        A contiguous tensor, bit-identical on every instruction set and for any number of threads.

    Raises:
        TypeError: `dtype` is not a floating type of the kernels, or an argument is no integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        As for `bits`; the conversion is the one of `torch.func._random`.
    """
    return _floating("uniform", shape, seed, offset, dtype, device)


def normal(
    shape: Shape,
    *,
    seed: int,
    offset: int = 0,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw standard normal numbers by the Box-Muller transform.

    Elements 2j and 2j + 1 are sqrt(-2 ln u1) * (cos, sin)(2 pi u2), with u1, u2 =
    (word + 1/2) 2^-32 from the same two elements' words (64-bit words for float64).

    Args:
        shape: shape of the result.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64. A counter gives 4 elements, 2 of float64.
        dtype: a floating type; torch's default type when None.
        device: "cpu".

    Returns:
        A contiguous tensor. It agrees with any other correct evaluation of the formula to 1e-6 in
        float32 and 1e-13 in float64, and is bit-identical on every instruction set and for any
        number of threads.

    Raises:
        TypeError: `dtype` is not a floating type of the kernels, or an argument is no integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        Box and Muller, A note on the generation of random normal deviates, Ann. Math. Stat. 29,
        1958.
    """
    return _floating("normal", shape, seed, offset, dtype, device)


def _checked(shape: Shape, seed: int, offset: int, device: torch.device | str) -> tuple[int, ...]:
    check_unsigned("seed", seed, 64)
    check_unsigned("offset", offset, 64)
    check_device(device)
    return check_shape(shape)


def _floating(
    name: str,
    shape: Shape,
    seed: int,
    offset: int,
    dtype: torch.dtype | None,
    device: torch.device | str,
) -> Tensor:
    wanted = torch.get_default_dtype() if dtype is None else dtype
    if wanted not in DTYPE_CODES:
        raise TypeError(f"dtype: got {dtype}, wanted float32, float64, float16 or bfloat16")
    out = torch.empty(_checked(shape, seed, offset, device), dtype=wanted)
    _fill(name, out, seed, offset)
    return out


def _fill(name: str, out: Tensor, seed: int, offset: int) -> None:
    if direct(out):
        _FILLS[name](out, seed, offset)
    else:
        getattr(torch.ops.pyfrontiers, f"{name}_")(out, signed(seed), signed(offset))


def _fill_bits(out: Tensor, seed: int, offset: int) -> None:
    threads = torch.get_num_threads()
    _core.bits(out.data_ptr(), out.numel(), unsigned(seed), unsigned(offset), 0, threads)


def _fill_uniform(out: Tensor, seed: int, offset: int) -> None:
    code, threads = DTYPE_CODES[out.dtype], torch.get_num_threads()
    _core.uniform(out.data_ptr(), code, out.numel(), unsigned(seed), unsigned(offset), threads)


def _fill_normal(out: Tensor, seed: int, offset: int) -> None:
    code, threads = DTYPE_CODES[out.dtype], torch.get_num_threads()
    _core.normal(out.data_ptr(), code, out.numel(), unsigned(seed), unsigned(offset), threads)


_FILLS = {"bits": _fill_bits, "uniform": _fill_uniform, "normal": _fill_normal}

for _name, _function in _FILLS.items():
    define(
        f"{_name}_(Tensor(a!) out, SymInt seed, SymInt offset) -> ()",
        _function,
        lambda out, seed, offset: None,
    )


def words_reference(counters: Tensor, sample: int, rounds: int, seed: int) -> Tensor:
    """Evaluate Philox4x32-10 in plain torch.

    Args:
        counters: int64 tensor of n counters; words 0 and 1 of the 128-bit counter.
        sample: word 2 of the counter.
        rounds: word 3 of the counter.
        seed: the key.

    Returns:
        int64 tensor (n, 4) of 32-bit words.
    """
    c0, c1 = counters & _WORD, (counters >> 32) & _WORD
    c2, c3 = torch.full_like(c0, sample), torch.full_like(c0, rounds)
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
    """Draw what `bits` draws, as int64, in plain torch; offset below 2^63."""
    sizes = check_shape(shape)
    n = math.prod(sizes)
    counters = offset + torch.arange((n + 3) // 4)
    return words_reference(counters, 0, 0, seed).flatten()[:n].reshape(sizes)


def _numbers(n: int, dtype: torch.dtype, seed: int, offset: int) -> tuple[Tensor, Tensor]:
    """High (or only) and low words of n elements."""
    words = bits_reference(2 * n if dtype == torch.float64 else n, seed=seed, offset=offset)
    return (words[0::2], words[1::2]) if dtype == torch.float64 else (words, words)


def uniform_reference(
    shape: Shape, *, seed: int, offset: int = 0, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Draw what `uniform` draws, in plain torch."""
    sizes, digits = check_shape(shape), _DIGITS[dtype]
    high, low = _numbers(math.prod(sizes), dtype, seed, offset)
    number = (high & 0x1FFFFF) << 32 | low if dtype == torch.float64 else low & (1 << digits) - 1
    return (number.double() * 2.0**-digits).to(dtype).reshape(sizes)


def normal_reference(
    shape: Shape, *, seed: int, offset: int = 0, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Draw what `normal` draws, in plain torch and float64."""
    sizes = check_shape(shape)
    n = math.prod(sizes)
    high, low = _numbers(n + n % 2, dtype, seed, offset)
    u = (low.double() + 0.5) * 2.0**-32
    if dtype == torch.float64:
        u = high.double() * 2.0**-32 + (low.double() + 0.5) * 2.0**-64
    radius, angle = (-2.0 * u[0::2].log()).sqrt(), 2.0 * math.pi * u[1::2]
    pairs = torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1)
    return pairs.flatten()[:n].to(dtype).reshape(sizes)
