"""Words and masks match a second implementation, written from the contract in NumPy."""

import numpy as np
import pytest
import torch

from pyfrontiers import kernels

LAST = 2**64 - 1
SEEDS = [0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, LAST]
PROBABILITIES = [0.0, 2.0**-32, 2.0**-31, 0.01, 0.1, 0.25, 0.37, 0.5, 0.75, 0.9, 1 - 2.0**-32, 1.0]

#: Word 3 of the counter in a mask's first round; each further round adds 1.
DROPOUT = 0x6D617300

# counter (two 64-bit halves, low first), key, words: the vectors published with Random123.
KNOWN = [
    ((0, 0), 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((LAST, LAST), LAST, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x85A308D3243F6A88, 0x0370734413198A2E),
        0x299F31D0A4093822,
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]

#: Words of the counter (0, 0, 0, DROPOUT) with the key 0, which a mask of one half complements.
HALF = "59993065 6d280bb5 5398fd24 45af39e7"


def philox(counter, seed):
    """Philox4x32-10 from the paper's figure 2 in NumPy: ten rounds, four words per counter."""
    mask = np.uint64(0xFFFFFFFF)
    v = [np.asarray(word, dtype=np.uint64) for word in counter]
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        left, right = v[0] * np.uint64(0xD2511F53), v[2] * np.uint64(0xCD9E8D57)
        v = [
            (right >> np.uint64(32)) ^ v[1] ^ np.uint64(keys[0]),
            right & mask,
            (left >> np.uint64(32)) ^ v[3] ^ np.uint64(keys[1]),
            left & mask,
        ]
        keys = [(keys[0] + 0x9E3779B9) & 0xFFFFFFFF, (keys[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(np.broadcast_arrays(*v), axis=-1)


def bernoulli(n, p, seed, sample=0):
    """Bit-sliced Bernoulli as the contract describes it: digit by digit of q, lane by lane."""
    q = round((1 - p) * 2**32)
    if q == 2**32:
        return np.ones(n, dtype=bool)
    digits = f"{q:032b}"
    blocks = np.arange((n + 127) // 128, dtype=np.uint64)
    low, high = blocks & np.uint64(0xFFFFFFFF), blocks >> np.uint64(32)
    kept = np.zeros((len(blocks), 128), dtype=bool)
    decided = np.zeros_like(kept)
    for r in range(len(digits.rstrip("0"))):
        words = philox((low, high, sample, DROPOUT + r), seed).astype("<u4")
        random = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little").astype(bool)
        digit = digits[r] == "1"
        kept |= ~decided & (random < digit)
        decided |= random != digit
    return kept.reshape(-1)[:n]


def hexadecimal(words):
    return " ".join(f"{int(word):08x}" for word in words)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_second_implementation_gives_known_answers(counter, key, words):
    halves = [half >> shift & 0xFFFFFFFF for half in counter for shift in (0, 32)]
    assert hexadecimal(philox(tuple(halves), key)) == words


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 127, 1001])
def test_element_i_is_word_i_mod_4_of_counter_offset_plus_i_div_4(isa, seed, n):
    offset = 2**33 - 7  # carries into the counter's second word
    counters = np.arange(offset, offset + (n + 3) // 4, dtype=np.uint64)
    low, high = counters & np.uint64(0xFFFFFFFF), counters >> np.uint64(32)
    words = philox((low, high, 0, 0), seed).reshape(-1)[:n]
    assert kernels.bits(n, seed=seed, offset=offset).tolist() == words.tolist()


@pytest.mark.parametrize("p", PROBABILITIES)
@pytest.mark.parametrize("n", [1, 127, 128, 129, 3 * 2048 + 5])
def test_mask_matches_second_implementation(isa, p, n):
    mask = kernels.dropout_mask(n, p, seed=LAST - 1, sample=2**32 - 1)
    assert np.array_equal(mask.numpy(), bernoulli(n, p, LAST - 1, 2**32 - 1))


@pytest.mark.parametrize("p", [0.1, 0.37, 0.5])
def test_bit_identical_across_isas_and_threads(isa, threads, p):
    n = 700_003  # several tasks per thread
    expected = bernoulli(n, p, seed=2**63, sample=3)
    assert np.array_equal(kernels.dropout_mask(n, p, seed=2**63, sample=3).numpy(), expected)
    packed = kernels.dropout_mask(n, p, seed=2**63, sample=3, packed=True)
    assert np.array_equal(packed.numpy(), np.packbits(expected, bitorder="little"))


def test_mask_of_one_half_is_the_complement_of_its_words(isa):
    packed = kernels.dropout_mask(128, 0.5, seed=0, packed=True)
    words = ~packed.view(torch.int32)
    known = hexadecimal(philox((0, 0, 0, DROPOUT), 0))
    assert hexadecimal(word & 0xFFFFFFFF for word in words.tolist()) == known == HALF


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 31, 33, 128, 1001])
def test_element_8k_plus_j_is_bit_j_of_byte_k_and_spare_bits_are_zero(isa, n):
    mask = kernels.dropout_mask(n, 0.3, seed=5)
    packed = kernels.dropout_mask(n, 0.3, seed=5, packed=True)
    assert packed.dtype == torch.uint8
    assert np.array_equal(packed.numpy(), np.packbits(mask.numpy(), bitorder="little"))
