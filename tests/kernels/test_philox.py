"""Known answers, agreement with the reference, uniformity, and independence of all else."""

import math

import pytest
import torch

from pyfrontiers.kernels import (
    _core,
    bits,
    bits_reference,
    normal,
    normal_reference,
    uniform,
    uniform_reference,
    use_isa,
)

SEED = 0x0123456789ABCDEF
# Counter words, key words, output words: Random123's published vectors for philox4x32-10.
KNOWN = {
    "zeros": ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    "pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


def words_at(counter, key, blocks):
    low, high, third, fourth = counter
    out = torch.empty(blocks * 4, dtype=torch.int32)
    seed, offset = key[0] | key[1] << 32, low | high << 32
    _core.bits(out.data_ptr(), len(out), seed, offset, third | fourth << 32, 1)
    return [word & 0xFFFFFFFF for word in out.tolist()]


@pytest.mark.parametrize("vector", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("lane", [0, 1, 6, 15, 21])
def test_known_answers_in_every_lane(isa, vector, lane):
    (low, high, *rest), key, wanted = vector
    first = ((low | high << 32) - lane) % (1 << 64)  # puts the vector's counter into `lane`
    words = words_at((first & 0xFFFFFFFF, first >> 32, *rest), key, 32)
    assert tuple(words[4 * lane : 4 * lane + 4]) == wanted


def test_bits_match_reference(isa, size, threads):
    drawn = bits(size, seed=SEED, offset=5, dtype=torch.int64)
    assert drawn.equal(bits_reference(size, seed=SEED, offset=5))


def test_bits_of_each_dtype_are_the_same_words():
    values = bits((4,), seed=0, dtype=torch.int64)
    assert values.tolist() == list(KNOWN["zeros"][2])
    assert bits((4,), seed=0).dtype == torch.uint32
    assert bits((4,), seed=0).tolist() == values.tolist()
    assert bits((4,), seed=0, dtype=torch.int32).view(torch.uint32).tolist() == values.tolist()


def test_uniform_matches_reference(isa, dtype, size):
    drawn = uniform(size, seed=SEED, offset=3, dtype=dtype)
    assert drawn.equal(uniform_reference(size, seed=SEED, offset=3, dtype=dtype))


def test_normal_matches_reference_within_tolerance(isa, dtype, size):
    drawn = normal(size, seed=SEED, offset=3, dtype=dtype)
    wanted = normal_reference(size, seed=SEED, offset=3, dtype=dtype)
    tolerance = {torch.float32: 1e-6, torch.float64: 1e-13}.get(dtype, 0.0)
    spacing = torch.finfo(dtype).eps * wanted.double().abs()  # one unit in the last place at most
    assert bool(((drawn.double() - wanted.double()).abs() <= tolerance + spacing).all())


@pytest.mark.parametrize("draw", [bits, uniform, normal])
def test_independent_of_threads(draw, threads):
    torch.set_num_threads(1)
    alone = draw((300, 1001), seed=SEED)
    torch.set_num_threads(threads)
    assert draw((300, 1001), seed=SEED).equal(alone)


@pytest.mark.parametrize("draw", [bits, uniform, normal])
def test_pieces_by_offset_match_the_whole(isa, draw):
    whole = draw(4096, seed=SEED, offset=(1 << 64) - 100)  # the counter wraps around
    for cut in (4, 512, 2044):
        rest = draw(4096 - cut, seed=SEED, offset=((1 << 64) - 100 + cut // 4) % (1 << 64))
        assert whole[cut:].equal(rest)


def test_uniform_agrees_with_torch_stateless_generator(dtype):
    oracle = stateless_generator()
    key = oracle.key(SEED)
    try:
        wanted = oracle.uniform(key, 1001, dtype=dtype)
    except NotImplementedError:
        pytest.skip("torch.func._random does not draw on the CPU in this build of torch")
    assert uniform(1001, seed=SEED, dtype=dtype).equal(wanted)


def test_normal_agrees_with_torch_stateless_generator(dtype):
    oracle = stateless_generator()
    try:
        wanted = oracle.normal(oracle.key(SEED), 1001, dtype=dtype)
    except NotImplementedError:
        pytest.skip("torch.func._random does not draw on the CPU in this build of torch")
    drawn = normal(1001, seed=SEED, dtype=dtype)
    torch.testing.assert_close(drawn, wanted, rtol=4 * torch.finfo(dtype).eps, atol=2e-6)


def test_bits_agree_with_torch_stateless_keys():
    oracle = stateless_generator()
    try:
        keys = oracle.split(oracle.key(SEED), 8)
    except NotImplementedError:
        pytest.skip("torch.func._random derives no keys on the CPU in this build of torch")
    words = bits((8, 4), seed=SEED, dtype=torch.int64).tolist()
    pairs = [[a | b << 32, c | d << 32] for a, b, c, d in words]
    assert keys.tolist() == pairs


def stateless_generator():
    return pytest.importorskip("torch.func._random", reason="torch.func._random: torch >= 2.13")


def test_uniform_is_uniform(dtype):
    """Chi-square test over 64 cells with 1e6 draws; false alarm at most 1e-6 at this fixed seed."""
    n, cells = 1_000_000, 64
    drawn = uniform(n, seed=7, dtype=dtype)
    assert float(drawn.min()) >= 0.0
    assert float(drawn.max()) < 1.0
    counts = torch.bincount((drawn.double() * cells).long(), minlength=cells)
    statistic = float((counts - n / cells).square().sum() / (n / cells))
    degrees = cells - 1  # Wilson-Hilferty: 4.8 standard deviations have probability 1e-6
    spread = 4.8 * math.sqrt(2 / (9 * degrees))
    assert statistic < degrees * (1 - 2 / (9 * degrees) + spread) ** 3


def test_normal_has_the_moments_of_a_normal():
    """Mean, variance, skewness, kurtosis are within 5 standard errors: false alarm below 3e-6."""
    n = 1_000_000
    drawn = normal(n, seed=11, dtype=torch.float64)
    for power, wanted, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(float((drawn**power).mean()) - wanted) < 5 * math.sqrt(variance / n)


def test_normal_is_bit_identical_on_every_instruction_set(isa, dtype):
    drawn = normal(10_001, seed=SEED, dtype=dtype)
    with use_isa("scalar"):
        assert drawn.equal(normal(10_001, seed=SEED, dtype=dtype))


def test_extreme_words_stay_finite():
    assert bool(normal(1_000_000, seed=0).isfinite().all())


@pytest.mark.parametrize("draw", [bits, uniform, normal])
class TestBadInput:
    @pytest.mark.parametrize("seed", [-1, 1 << 64])
    def test_seed_outside_64_bits(self, draw, seed):
        with pytest.raises(
            ValueError, match=rf"seed must .*an integer in \[0, 2\^64\).*, got {seed}"
        ):
            draw(4, seed=seed)

    def test_seed_not_an_integer(self, draw):
        with pytest.raises(TypeError, match=r"seed must .*an integer.*, got float"):
            draw(4, seed=0.5)

    def test_offset_outside_64_bits(self, draw):
        with pytest.raises(ValueError, match=r"offset must .*got -1"):
            draw(4, seed=0, offset=-1)

    def test_negative_shape(self, draw):
        with pytest.raises(ValueError, match=r"shape must .*0 or more.*, got -2"):
            draw((3, -2), seed=0)

    def test_shape_of_floats(self, draw):
        with pytest.raises(TypeError, match=r"shape must .*integers.*, got 1\.5"):
            draw((1.5,), seed=0)

    def test_unsupported_device(self, draw):
        with pytest.raises(ValueError, match=r"device must .*cpu or cuda.*, got meta"):
            draw(4, seed=0, device="meta")

    def test_unsupported_dtype(self, draw):
        with pytest.raises(TypeError, match=r"dtype must .*, got torch\.int8"):
            draw(4, seed=0, dtype=torch.int8)
