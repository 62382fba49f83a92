"""Integers of any range are exactly uniform and depend on seed, offset and index only."""

import pytest
import torch
from scipy import stats

from pyfrontiers.kernels import randint, randint_reference
from pyfrontiers.kernels.philox_reference import words_reference
from pyfrontiers.kernels.streams import STREAMS

SEED = 0x0123456789ABCDEF
FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
LOWEST, HIGHEST = -(1 << 63), 1 << 63
RANGES = {
    "one": (5, 6),
    "coin": (0, 2),
    "die": (-3, 3),
    "2^31 + 1, half of the words rejected": (0, (1 << 31) + 1),
    "2^32 - 1": (0, (1 << 32) - 1),
    "2^32, from two words": (-7, (1 << 32) - 7),
    "2^32 + 1": (0, (1 << 32) + 1),
    "2^63 + 1, half of them rejected": (LOWEST, 1),
    "2^64": (LOWEST, HIGHEST),
}
each_range = pytest.mark.parametrize(("low", "high"), RANGES.values(), ids=RANGES)


@each_range
def test_matches_reference(isa, low, high):
    for n in (0, 1, 7, 1029):
        drawn = randint(n, low, high, seed=SEED, offset=5)
        assert drawn.equal(randint_reference(n, low, high, seed=SEED, offset=5))
        assert all(low <= number < high for number in drawn.tolist())


def test_values_do_not_depend_on_the_dtype(isa, integer):
    drawn = randint((9, 1001), 3, 121, seed=SEED, dtype=integer)
    assert drawn.dtype == integer
    assert drawn.to(torch.int64).equal(randint((9, 1001), 3, 121, seed=SEED))


def test_extreme_values_of_a_dtype_can_be_drawn(integer):
    held = torch.iinfo(integer)
    for low, high in ((held.min, held.min + 2), (held.max - 1, held.max + 1)):
        drawn = randint(64, low, high, seed=SEED, dtype=integer)
        assert set(drawn.tolist()) == {low, high - 1}


def test_full_range_gives_the_words():
    words = words_reference(3 + torch.arange(250), 0, STREAMS["integer"], SEED).flatten()
    high, low = words[::2].tolist(), words[1::2].tolist()
    assert randint(500, 0, 1 << 32, seed=SEED, offset=3).tolist() == high
    pairs = randint(500, 0, 1 << 64, seed=SEED, offset=3, dtype=torch.uint64).tolist()
    assert pairs == [a << 32 | b for a, b in zip(high, low, strict=True)]


def test_independent_of_threads(threads):
    torch.set_num_threads(1)
    alone = randint((300, 1001), 0, 1000, seed=SEED)
    torch.set_num_threads(threads)
    assert randint((300, 1001), 0, 1000, seed=SEED).equal(alone)


@pytest.mark.parametrize("span", [3, 1 << 40], ids=["one word", "two words"])
def test_pieces_by_offset_match_the_whole(isa, span):
    per_counter = 4 if span < 1 << 32 else 2
    whole = randint(4096, 0, span, seed=SEED, offset=(1 << 64) - 100)  # the counter wraps around
    for cut in (4, 512, 2044):
        start = ((1 << 64) - 100 + cut // per_counter) % (1 << 64)
        assert whole[cut:].equal(randint(4096 - cut, 0, span, seed=SEED, offset=start))


@pytest.mark.parametrize("faces", [2, 3, 10, 255, 1000])
def test_every_face_is_equally_likely(faces):
    counts = torch.bincount(randint(1 << 18, 0, faces, seed=1), minlength=faces)
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("power", [31, 63])
def test_biased_words_are_rejected(power):
    # With 3 * 2^(power - 1) faces, multiplication alone would give every third face two words and
    # the others one.
    drawn = randint(1 << 17, 0, 3 << (power - 1), seed=2, dtype=torch.uint64).tolist()
    counts = torch.bincount(torch.tensor([face % 3 for face in drawn]))
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


def test_neighbours_are_independent():
    faces = randint(1 << 18, 0, 6, seed=4)
    table = torch.bincount(faces[:-1] * 6 + faces[1:], minlength=36).reshape(6, 6)
    assert stats.chi2_contingency(table.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("value", [2.0, "2", None, True])
@pytest.mark.parametrize("name", ["low", "high"])
def test_bounds_not_integers(name, value):
    with pytest.raises(TypeError, match=f"^{name} must .*an integer.*, got {type(value).__name__}"):
        randint(4, **{"low": 0, "high": 9, name: value}, seed=0)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (3, 2), (0, HIGHEST + 1)])
def test_empty_range_or_beyond_the_dtype(low, high):
    with pytest.raises(
        ValueError, match=rf"^high must .*above low {low} and at most.*, got {high}"
    ):
        randint(4, low, high, seed=0)


def test_low_beyond_the_dtype():
    with pytest.raises(
        ValueError, match=r"^low must .*from 0 to 255, the range of torch\.uint8, got -1"
    ):
        randint(4, -1, 2, seed=0, dtype=torch.uint8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bool, None])
def test_dtype_not_an_integer(dtype):
    with pytest.raises(TypeError, match=f"^dtype must .*an integer type.*, got {dtype}"):
        randint(4, 0, 2, seed=0, dtype=dtype)
