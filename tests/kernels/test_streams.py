"""Derived seeds: known answers and independent streams."""

import itertools

import pytest
import torch
from scipy import stats

from pyfrontiers.kernels import _core, bits, fold_in, split
from pyfrontiers.kernels.philox_reference import words_reference

SEED = 0x0123456789ABCDEF
LAST = (1 << 64) - 1
FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing


def test_known_answers():
    # All bits of counter and key set: the published vector 408f276d 41c83b0e a20bc7c6 6d5451fd.
    assert fold_in(LAST, LAST) == 0x41C83B0E_408F276D
    # Recorded: these must stay the same in later versions.
    assert fold_in(0, 0) == 0x81D075E2_D68421A3
    assert fold_in(SEED, 7) == 0x6788F16A_3A4E56BC
    assert split(SEED, 2) == (0x7DBE15F7_B3E1DDCD, 0xDCBD5596_3BD7D67E)


def test_derived_seeds_are_words_of_the_last_subsequence():
    words = words_reference(torch.arange(5), 0xFFFFFFFF, 0xFFFFFFFF, SEED).tolist()
    assert [fold_in(SEED, i) for i in range(5)] == [a | b << 32 for a, b, _, _ in words]
    assert list(split(SEED, 5)) == [a | b << 32 for _, _, a, b in words]


@pytest.mark.parametrize("counter", [0, 1, LAST])
@pytest.mark.parametrize("subsequence", [0, 1 << 32, LAST])
def test_block_matches_reference(counter, subsequence):
    signed = counter - (1 << 64) if counter >> 63 else counter
    wanted = words_reference(
        torch.tensor([signed]), subsequence & 0xFFFFFFFF, subsequence >> 32, SEED
    )
    assert list(_core.philox_block(counter, subsequence, SEED)) == wanted[0].tolist()


def test_shorter_split_is_a_prefix_of_a_longer_one():
    assert split(SEED, 9)[:4] == split(SEED, 4)
    assert split(SEED, 0) == ()


def test_derived_seeds_are_distinct():
    children = [fold_in(SEED, i) for i in range(1000)] + list(split(SEED, 1000))
    grandchildren = [fold_in(child, i) for child in children[:100] for i in range(10)]
    assert len({SEED, *children, *grandchildren}) == 1 + 2000 + 1000


def streams():
    parents = [SEED, *(fold_in(SEED, i) for i in range(12)), *split(SEED, 12)]
    return [*parents, *(fold_in(parents[1], i) for i in range(12))]


def test_every_pair_of_streams_is_independent():
    nibbles = [(bits(1 << 14, seed=s, dtype=torch.int64) >> 28).numpy() for s in streams()]
    pairs = list(itertools.combinations(nibbles, 2))
    for one, two in pairs:
        table = torch.bincount(torch.from_numpy(one * 16 + two), minlength=256).reshape(16, 16)
        assert stats.chi2_contingency(table.numpy()).pvalue > FALSE_ALARM / len(pairs)


def test_each_bit_of_a_derived_seed_is_a_fair_coin():
    for seeds in ([fold_in(3, i) for i in range(20_000)], split(3, 20_000)):
        for bit in range(64):
            ones = sum(seed >> bit & 1 for seed in seeds)
            assert stats.binomtest(ones, len(seeds), 0.5).pvalue > FALSE_ALARM / 128


@pytest.mark.parametrize("derive", [fold_in, split])
@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_seed_outside_64_bits(derive, seed):
    with pytest.raises(ValueError, match=rf"^seed must .*an integer in \[0, 2\^64\).*, got {seed}"):
        derive(seed, 1)


@pytest.mark.parametrize("value", [1.0, "1", None, True])
def test_arguments_not_integers(value):
    name = type(value).__name__
    with pytest.raises(TypeError, match=f"^seed must .*an integer.*, got {name}"):
        fold_in(value, 1)
    with pytest.raises(TypeError, match=f"^i must .*an integer.*, got {name}"):
        fold_in(1, value)
    with pytest.raises(TypeError, match=f"^n must .*an integer.*, got {name}"):
        split(1, value)


def test_arguments_out_of_range():
    with pytest.raises(ValueError, match=r"^i must .*an integer in \[0, 2\^64\).*, got -1"):
        fold_in(1, -1)
    for n in (-1, (1 << 20) + 1, 1 << 100):
        with pytest.raises(ValueError, match=rf"^n must be from 0 to 1048576, got {n}; fold_in"):
            split(1, n)
