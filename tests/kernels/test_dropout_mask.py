"""The mask matches its reference everywhere, is unbiased, and packs as documented."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats

from pyfrontiers.kernels import dropout_mask, dropout_mask_reference
from pyfrontiers.kernels.dropout_mask import keep_threshold
from pyfrontiers.kernels.philox_reference import words_reference

SEED = 0xFEDCBA9876543210
PROBABILITIES = (0.0, 1e-9, 0.1, 0.25, 1 / 3, 0.37, 0.5, 0.75, 0.999, 1 - 2.0**-32, 1.0)


@pytest.mark.parametrize("p", PROBABILITIES)
def test_matches_reference(isa, p):
    whole = dropout_mask_reference(5001, p, seed=SEED, sample=9)
    for size in (0, 1, 31, 127, 128, 129, 2047, 2048, 2049, 5001):
        assert dropout_mask(size, p, seed=SEED, sample=9).equal(whole[:size])


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_packed_matches_reference(isa, p):
    for size in (0, 1, 8, 9, 127, 128, 2049, 70_003):
        packed = dropout_mask(size, p, seed=SEED, packed=True)
        assert packed.equal(dropout_mask_reference(size, p, seed=SEED, packed=True))


def test_independent_of_threads(isa, threads):
    packed = dropout_mask(1_100_003, 0.1, seed=SEED, packed=True)
    assert packed.equal(dropout_mask_reference(1_100_003, 0.1, seed=SEED, packed=True))


def test_known_answer(isa):
    """These bytes must never change: stored results depend on them."""
    packed = dropout_mask(128, 0.5, seed=0, packed=True)
    assert bytes(packed.tolist()).hex() == "9acf66a64af4d792db0267ac18c650ba"
    # p = 0.5 keeps where the first random bit is 0.
    words = words_reference(torch.zeros(1, dtype=torch.int64), 0, 0x6D617300, 0)[0].tolist()
    kept = [~word & 0xFFFFFFFF for word in words]
    assert bytes(packed.tolist()) == b"".join(word.to_bytes(4, "little") for word in kept)


@pytest.mark.parametrize("sample", [0, 7])
def test_masks_of_one_seed_are_nested_in_p(isa, sample):
    """Theorem: p1 < p2 => kept(p2) is a subset of kept(p1), and the difference has p2 - p1 of n."""
    n = 50_001
    masks = {p: dropout_mask(n, p, seed=SEED, sample=sample) for p in PROBABILITIES}
    for (p1, more), (p2, fewer) in itertools.pairwise(masks.items()):
        assert bool((more | ~fewer).all()), (p1, p2)
        between = int((more & ~fewer).sum())
        # At the fixed seed; for a random one a false alarm has probability below 1e-9.
        assert stats.binomtest(between, n, p2 - p1).pvalue > 1e-9, (p1, p2)


def test_element_8k_plus_j_is_bit_j_of_byte_k():
    mask, packed = (dropout_mask(1003, 0.3, seed=SEED, packed=which) for which in (False, True))
    assert packed.shape == (126,)
    unpacked = [bool(int(packed[e // 8]) >> (e % 8) & 1) for e in range(1003)]
    assert unpacked == mask.tolist()
    assert int(packed[-1]) >> 3 == 0  # spare bits


def test_channel_granularity_counts_samples_and_channels(isa):
    mask = dropout_mask((7, 33, 4, 5), 0.4, seed=SEED, granularity="channel")
    assert mask.shape == (7, 33, 1, 1)
    assert mask.flatten().equal(dropout_mask(7 * 33, 0.4, seed=SEED))


def test_samples_and_seeds_give_different_masks():
    masks = [dropout_mask(4096, 0.5, seed=s, sample=t) for s in (0, 1, 1 << 32) for t in (0, 1)]
    for i, one in enumerate(masks):
        for other in masks[:i]:
            agree = int((one == other).sum())
            assert abs(agree - 2048) < 6 * 32  # 6 standard deviations: false alarm below 2e-9 each


@pytest.mark.parametrize("p", [0.001, 0.01, 0.1, 0.2, 1 / 3, 0.5, 0.63, 0.9, 0.99, 0.999])
def test_mask_is_unbiased(p):
    """The kept count is within 5.5 standard deviations of n q: false alarm 4e-8 per p."""
    n = 4_000_000
    kept = int(dropout_mask(n, p, seed=123).sum())
    assert abs(kept - n * (1 - p)) <= 5.5 * math.sqrt(n * p * (1 - p))


@pytest.mark.parametrize("p", [0.1, 0.5])
@pytest.mark.parametrize("lag", [1, 2, 31, 32, 127, 128, 2048])
def test_elements_are_uncorrelated(p, lag):
    """Pair counts at a lag are within 5.5 standard deviations: false alarm 4e-8 each."""
    n, q = 2_000_000, 1 - p
    mask = dropout_mask(n + lag, p, seed=321)
    both = int((mask[lag:] & mask[:-lag]).sum())
    # Pairs that share an element are correlated, which at most triples the variance.
    assert abs(both - n * q * q) <= 5.5 * math.sqrt(3 * n * q * q * (1 - q * q))


@pytest.mark.parametrize("p", [0.1, 1 / 3, 0.5])
def test_keep_probability_is_rounded_to_32_digits(p):
    assert keep_threshold(p) == round((1 - p) * 2**32)
    assert keep_threshold(0.0) == 2**32
    assert keep_threshold(1.0) == 0


class TestOut:
    @pytest.mark.parametrize("first_element", [0, 77])
    @pytest.mark.parametrize("packed", [False, True])
    def test_output_gets_the_mask(self, isa, packed, first_element):
        draw = {"seed": SEED, "first_element": first_element, "packed": packed}
        wanted = dropout_mask_reference((5, 1001), 0.3, **draw)
        memory = torch.ones(wanted.numel() + 1, dtype=wanted.dtype)
        for out in (torch.ones_like(wanted), memory[1:].view(wanted.shape)):
            before = out._version
            assert dropout_mask((5, 1001), 0.3, **draw, out=out) is out
            assert out.equal(wanted)
            assert out._version > before

    def test_neighbours_of_the_output_stay(self, isa):
        memory = torch.full((300,), 255, dtype=torch.uint8)
        dropout_mask(1003, 0.3, seed=SEED, packed=True, out=memory[3:129])
        assert memory[3:129].equal(dropout_mask_reference(1003, 0.3, seed=SEED, packed=True))
        assert memory[:3].min() == memory[129:].min() == 255

    def test_strided_outputs(self, isa):
        wanted = dropout_mask_reference((20, 30), 0.3, seed=SEED)
        columns = torch.zeros(30, 20, dtype=torch.bool).T
        bits = torch.zeros(150, dtype=torch.uint8)[::2]
        assert dropout_mask((20, 30), 0.3, seed=SEED, out=columns) is columns
        assert columns.equal(wanted)
        assert dropout_mask((20, 30), 0.3, seed=SEED, packed=True, out=bits) is bits
        assert bits.equal(dropout_mask_reference((20, 30), 0.3, seed=SEED, packed=True))

    def test_channel_mask(self):
        out = torch.zeros(7, 33, 1, 1, dtype=torch.bool)
        dropout_mask((7, 33, 4, 5), 0.4, seed=SEED, granularity="channel", out=out)
        assert out.equal(dropout_mask((7, 33, 4, 5), 0.4, seed=SEED, granularity="channel"))

    def test_numpy_output(self):
        out = np.zeros((5, 7), dtype=np.bool_)
        result = dropout_mask((5, 7), 0.4, seed=SEED, out=out)
        assert result.data_ptr() == out.ctypes.data
        assert (out == dropout_mask((5, 7), 0.4, seed=SEED).numpy()).all()

    def test_compiled_program_writes_into_it(self):
        def program(out):
            dropout_mask((20, 30), 0.3, seed=SEED, out=out)
            return out.sum()

        torch._dynamo.reset()
        out = torch.zeros(20, 30, dtype=torch.bool)
        kept = torch.compile(program, fullgraph=True, backend="aot_eager")(out)
        assert out.equal(dropout_mask((20, 30), 0.3, seed=SEED))
        assert kept == out.sum()

    @pytest.mark.parametrize(
        ("out", "error", "text"),
        [
            (
                torch.zeros(9, dtype=torch.uint8),
                TypeError,
                "have dtype torch.bool, got torch.uint8",
            ),
            (torch.zeros(8).bool(), ValueError, r"have shape \(9,\), got \(8,\)"),
            (
                torch.zeros(1).bool().expand(9),
                ValueError,
                "have separate memory for each element, got an expanded",
            ),
            (torch.zeros(9, device="meta").bool(), ValueError, "be cpu or cuda, got meta"),
            ([], TypeError, "be a torch tensor or a NumPy array, got list"),
        ],
        ids=["dtype", "shape", "overlap", "device", "kind"],
    )
    def test_unsuitable_outputs(self, out, error, text):
        with pytest.raises(error, match=f"^out must {text}"):
            dropout_mask(9, 0.5, seed=0, out=out)


class TestBadInput:
    @pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, math.inf])
    def test_p_outside_zero_to_one(self, p):
        with pytest.raises(ValueError, match=r"p must .*a probability in \[0, 1\].*, got .*"):
            dropout_mask(4, p, seed=0)

    def test_p_not_a_number(self):
        with pytest.raises(TypeError, match=r"p must .*a number.*, got str"):
            dropout_mask(4, "half", seed=0)

    @pytest.mark.parametrize("sample", [-1, 1 << 32])
    def test_sample_outside_32_bits(self, sample):
        with pytest.raises(ValueError, match=rf"sample must .* \[0, 2\^32\).*, got {sample}"):
            dropout_mask(4, 0.5, seed=0, sample=sample)

    @pytest.mark.parametrize("seed", [-1, 1 << 64])
    def test_seed_outside_64_bits(self, seed):
        with pytest.raises(ValueError, match=r"seed must be .*\[0, 2\^64\), got"):
            dropout_mask(4, 0.5, seed=seed)

    def test_unknown_granularity(self):
        with pytest.raises(ValueError, match=r"granularity must .*, got 'row'"):
            dropout_mask((4, 4), 0.5, seed=0, granularity="row")

    def test_channels_need_two_dimensions(self):
        with pytest.raises(ValueError, match=r'granularity must .*got "channel" for 1 dimension'):
            dropout_mask(4, 0.5, seed=0, granularity="channel")

    def test_unsupported_device(self):
        with pytest.raises(ValueError, match=r"device must .*cpu or cuda.*, got meta"):
            dropout_mask(4, 0.5, seed=0, device="meta")
