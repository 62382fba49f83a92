"""Integers of any range are exactly uniform, and a function of seed, offset and number alone."""

import pytest
import torch
from scipy import stats

from pyfrontiers.kernels import bits, randint, randint_reference

SEED = 0x0123456789ABCDEF
FALSE_ALARM = 1e-9  # of each test here; the seeds are fixed, so a passing one stays so
LEAST, MOST = -(1 << 63), 1 << 63
RANGES = {
    "one": (5, 6),
    "coin": (0, 2),
    "die": (-3, 3),
    "2^31 + 1, half of the words thrown back": (0, (1 << 31) + 1),
    "2^32 - 1": (0, (1 << 32) - 1),
    "2^32, from two words": (-7, (1 << 32) - 7),
    "2^32 + 1": (0, (1 << 32) + 1),
    "2^63 + 1, half of them thrown back": (LEAST, 1),
    "2^64": (LEAST, MOST),
}
each_range = pytest.mark.parametrize(("low", "high"), RANGES.values(), ids=RANGES)


@each_range
def test_integers_are_the_reference(isa, low, high):
    for n in (0, 1, 7, 1029):
        drawn = randint(n, low, high, seed=SEED, offset=5)
        assert drawn.equal(randint_reference(n, low, high, seed=SEED, offset=5))
        assert all(low <= number < high for number in drawn.tolist())


def test_values_do_not_depend_on_the_width(isa, integer):
    drawn = randint((9, 1001), 3, 121, seed=SEED, dtype=integer)
    assert drawn.dtype == integer
    assert drawn.to(torch.int64).equal(randint((9, 1001), 3, 121, seed=SEED))


def test_the_ends_of_a_type_can_be_drawn(integer):
    held = torch.iinfo(integer)
    for low, high in ((held.min, held.min + 2), (held.max - 1, held.max + 1)):
        drawn = randint(64, low, high, seed=SEED, dtype=integer)
        assert set(drawn.tolist()) == {low, high - 1}


def test_a_range_of_all_words_gives_the_words():
    words = bits(1000, seed=SEED, offset=3, dtype=torch.int64)
    high, low = words[::2].tolist(), words[1::2].tolist()
    assert randint(500, 0, 1 << 32, seed=SEED, offset=3).tolist() == high
    pairs = randint(500, 0, 1 << 64, seed=SEED, offset=3, dtype=torch.uint64).tolist()
    assert pairs == [a << 32 | b for a, b in zip(high, low, strict=True)]


def test_threads_change_nothing(threads):
    torch.set_num_threads(1)
    alone = randint((300, 1001), 0, 1000, seed=SEED)
    torch.set_num_threads(threads)
    assert randint((300, 1001), 0, 1000, seed=SEED).equal(alone)


@pytest.mark.parametrize("span", [3, 1 << 40], ids=["one word", "two words"])
def test_pieces_by_offset_are_the_whole(isa, span):
    per_counter = 4 if span < 1 << 32 else 2
    whole = randint(4096, 0, span, seed=SEED, offset=(1 << 64) - 100)  # the counter wraps
    for cut in (4, 512, 2044):
        start = ((1 << 64) - 100 + cut // per_counter) % (1 << 64)
        assert whole[cut:].equal(randint(4096 - cut, 0, span, seed=SEED, offset=start))


@pytest.mark.parametrize("faces", [2, 3, 10, 255, 1000])
def test_every_face_is_equally_likely(faces):
    counts = torch.bincount(randint(1 << 18, 0, faces, seed=1), minlength=faces)
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("power", [31, 63])
def test_words_that_would_bias_are_thrown_back(power):
    # Of 3 * 2^(power - 1) faces the multiplication alone gives every third one to two words, the
    # others to one.
    drawn = randint(1 << 17, 0, 3 << (power - 1), seed=2, dtype=torch.uint64).tolist()
    counts = torch.bincount(torch.tensor([face % 3 for face in drawn]))
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


def test_neighbours_are_independent():
    faces = randint(1 << 18, 0, 6, seed=4)
    table = torch.bincount(faces[:-1] * 6 + faces[1:], minlength=36).reshape(6, 6)
    assert stats.chi2_contingency(table.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("value", [2.0, "2", None, True])
@pytest.mark.parametrize("name", ["low", "high"])
def test_ends_that_are_no_integers(name, value):
    with pytest.raises(TypeError, match=f"^{name}: got {type(value).__name__}, wanted an integer"):
        randint(4, **{"low": 0, "high": 9, name: value}, seed=0)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (3, 2), (0, MOST + 1)])
def test_an_empty_range_or_one_beyond_the_type(low, high):
    with pytest.raises(ValueError, match=rf"^high: got {high}, wanted above low {low} and at most"):
        randint(4, low, high, seed=0)


def test_low_beyond_the_type():
    with pytest.raises(ValueError, match=r"^low: got -1, wanted 0 to 255, which torch\.uint8"):
        randint(4, -1, 2, seed=0, dtype=torch.uint8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bool, None])
def test_a_dtype_that_is_no_integer(dtype):
    with pytest.raises(TypeError, match=f"^dtype: got {dtype}, wanted an integer type"):
        randint(4, 0, 2, seed=0, dtype=dtype)
