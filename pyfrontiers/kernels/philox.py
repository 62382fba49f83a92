"""Random numbers that are a pure function of (seed, offset, index): Philox4x32-10."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import (
    DTYPE_CODES,
    Shape,
    check_device,
    check_dtype,
    check_shape,
)
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import INTEGER_TYPES, check_integer, check_unsigned
from pyfrontiers.kernels.operators import define, direct, empty_on, signed, unsigned

__all__ = ["bits", "normal", "randint", "uniform"]

_BITS = (torch.uint32, torch.int32, torch.int64)
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
    offset + i div 4 and key seed. A tensor may therefore be drawn in pieces: elements 4k onwards
    are those at `offset + k`.

    Args:
        shape: shape of the result.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64; counters wrap at 2^64.
        dtype: `torch.uint32` (default), `torch.int32` (the same bits) or `torch.int64` (the same
            values).
        device: "cpu" or a CUDA device; the numbers are the same on both.

    Returns:
        A contiguous tensor of independent uniform words. The bits are the same on every instruction
        set and for any number of threads, and stay the same in later versions.

    Raises:
        TypeError: unsupported `dtype`, or `seed` or `offset` is not an integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011, sec. 3.3.
    """
    if not is_compiling():
        done = _core.bits_directly(shape, seed, offset, dtype, device)
        if done is not None:
            return done
    wanted = torch.uint32 if dtype is None else dtype
    check_dtype(wanted, _BITS, "uint32, int32 or int64")
    sizes, seed, offset = _checked(shape, seed, offset, device)
    words = empty_on(device, sizes, torch.int32 if wanted == torch.int64 else wanted)
    _fill("bits", words, seed, offset)
    return words.to(torch.int64) & _WORD if wanted == torch.int64 else words


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
    (bfloat16). Every value is exact; 1 never occurs, and 0 occurs with probability 2^-m.

    Args:
        shape: shape of the result.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64. A counter gives 4 elements, 2 of float64.
        dtype: a floating type; torch's default type when None.
        device: "cpu" or a CUDA device; the numbers are the same on both.

    Returns:
        A contiguous tensor, bit-identical on every instruction set and for any number of threads.

    Raises:
        TypeError: `dtype` is not a supported floating type, or an argument is not an integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        As for `bits`; the conversion is the one of `torch.func._random`.
    """
    if not is_compiling():
        done = _core.uniform_directly(shape, seed, offset, dtype, device)
        if done is not None:
            return done
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
        device: "cpu" or a CUDA device; the numbers are the same on both.

    Returns:
        A contiguous tensor. It agrees with any other correct evaluation of the formula to 1e-6 in
        float32 and 1e-13 in float64, and is bit-identical on every instruction set and for any
        number of threads.

    Raises:
        TypeError: `dtype` is not a supported floating type, or an argument is not an integer.
        ValueError: `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        Box and Muller, A note on the generation of random normal deviates, Ann. Math. Stat. 29,
        1958.
    """
    if not is_compiling():
        done = _core.normal_directly(shape, seed, offset, dtype, device)
        if done is not None:
            return done
    return _floating("normal", shape, seed, offset, dtype, device)


def randint(
    shape: Shape,
    low: int,
    high: int,
    *,
    seed: int,
    offset: int = 0,
    dtype: torch.dtype = torch.int64,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw integers exactly uniform in [low, high).

    An element is low + the high half of word * (high - low), where word has 32 random bits (64,
    from two words, for ranges of 2^32 and more). The words have the counters of `bits` in a
    separate sub-sequence. A word whose product has a low half below 2^32 mod (high - low) would
    bias the result and is replaced by the word of the same position in the next sub-sequence, and
    so on, so that an element stays a pure function of (seed, offset, index).

    Args:
        shape: shape of the result.
        low: smallest integer.
        high: one past the largest; low < high, both within what `dtype` holds.
        seed: key, 0 <= seed < 2^64.
        offset: first counter, 0 <= offset < 2^64. A counter gives 4 elements, 2 of ranges of 2^32
            and more.
        dtype: an integer type of any width, signed or unsigned; values do not depend on it.
        device: "cpu" or a CUDA device; the numbers are the same on both.

    Returns:
        A contiguous tensor, bit-identical on every instruction set and for any number of threads.

    Raises:
        TypeError: `dtype` is not an integer type, or an argument is not an integer.
        ValueError: `low`, `high`, `shape`, `seed`, `offset` or `device` is out of range.

    Source:
        Lemire, Fast random integer generation in an interval, ACM Trans. Model. Comput. Simul. 29,
        2019, sec. 4.
    """
    if not is_compiling():
        done = _core.randint_directly(shape, low, high, seed, offset, dtype, device)
        if done is not None:
            return done
    check_dtype(dtype, INTEGER_TYPES, "an integer type of 8 to 64 bits")
    low = check_integer("low", low)
    high = check_integer("high", high)
    held = torch.iinfo(dtype)
    if not held.min <= low <= held.max:
        raise ValueError(
            f"low must be from {held.min} to {held.max}, the range of {dtype}, got {low}"
        )
    if not low < high <= held.max + 1:
        raise ValueError(f"high must be above low {low} and at most {held.max + 1}, got {high}")
    sizes, seed, offset = _checked(shape, seed, offset, device)
    out = empty_on(device, sizes, dtype)
    faces = high - low
    if direct(out):
        _fill_randint(out, low, faces, seed, offset)
    else:
        torch.ops.pyfrontiers.randint_(
            out, signed(low), signed(faces), signed(seed), signed(offset)
        )
    return out


def _checked(
    shape: Shape, seed: int, offset: int, device: torch.device | str
) -> tuple[tuple[int, ...], int, int]:
    seed = check_unsigned("seed", seed, 64)
    offset = check_unsigned("offset", offset, 64)
    check_device(device)
    return check_shape(shape), seed, offset


def _floating(
    name: str,
    shape: Shape,
    seed: int,
    offset: int,
    dtype: torch.dtype | None,
    device: torch.device | str,
) -> Tensor:
    wanted = torch.get_default_dtype() if dtype is None else dtype
    check_dtype(wanted, DTYPE_CODES, "float32, float64, float16 or bfloat16")
    sizes, seed, offset = _checked(shape, seed, offset, device)
    out = empty_on(device, sizes, wanted)
    _fill(name, out, seed, offset)
    return out


def _fill(name: str, out: Tensor, seed: int, offset: int) -> None:
    if direct(out):
        _FILLS[name](out, seed, offset)
    else:
        getattr(torch.ops.pyfrontiers, f"{name}_")(out, signed(seed), signed(offset))


def _fill_bits(out: Tensor, seed: int, offset: int) -> None:
    core, where = devices.execution(out, out.nbytes)
    core.bits(out.data_ptr(), out.numel(), unsigned(seed), unsigned(offset), 0, where)


def _fill_uniform(out: Tensor, seed: int, offset: int) -> None:
    core, where = devices.execution(out, 2 * out.nbytes)
    code = DTYPE_CODES[out.dtype]
    core.uniform(out.data_ptr(), code, out.numel(), unsigned(seed), unsigned(offset), where)


def _fill_normal(out: Tensor, seed: int, offset: int) -> None:
    core, where = devices.execution(out, 2 * out.nbytes)
    code = DTYPE_CODES[out.dtype]
    core.normal(out.data_ptr(), code, out.numel(), unsigned(seed), unsigned(offset), where)


def _fill_randint(out: Tensor, low: int, faces: int, seed: int, offset: int) -> None:
    core, where = devices.execution(out, out.nbytes)
    core.integers(
        out.data_ptr(),
        out.itemsize,
        out.numel(),
        unsigned(low),
        unsigned(faces),
        unsigned(seed),
        unsigned(offset),
        where,
    )


_FILLS = {"bits": _fill_bits, "uniform": _fill_uniform, "normal": _fill_normal}

for _name, _function in _FILLS.items():
    define(
        f"{_name}_(Tensor(a!) out, SymInt seed, SymInt offset) -> ()",
        _function,
        lambda out, seed, offset: None,
    )

define(
    "randint_(Tensor(a!) out, SymInt low, SymInt faces, SymInt seed, SymInt offset) -> ()",
    _fill_randint,
    lambda out, low, faces, seed, offset: None,
)
