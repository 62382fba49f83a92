"""Random numbers: known answers, agreement with torch's own generator, and the laws they follow."""

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats

from pyfrontiers import kernels
from pyfrontiers.kernels import _core

LAST = 2**64 - 1
SEEDS = [0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, LAST]
FALSE_ALARM = 1e-9  # of each statistical test here; the seeds are fixed, so a passing one stays so
DIGITS = {torch.float32: 24, torch.float64: 53, torch.float16: 11, torch.bfloat16: 8}

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

drawn = pytest.mark.parametrize("draw", [kernels.uniform, kernels.normal])


def hexadecimal(words):
    return " ".join(f"{int(word):08x}" for word in words)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_known_answers(isa, counter, key, words):
    out = torch.empty(4, dtype=torch.int32)
    _core.bits(out.data_ptr(), 4, key, *counter, 1)
    assert hexadecimal(out.view(torch.uint32).tolist()) == words


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_second_implementation_gives_the_known_answers(philox, counter, key, words):
    halves = [half >> shift & 0xFFFFFFFF for half in counter for shift in (0, 32)]
    assert hexadecimal(philox(tuple(halves), key)) == words


def test_first_known_answer_through_the_public_name(isa):
    assert hexadecimal(kernels.bits(4, seed=0).tolist()) == KNOWN[0][2]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 127, 1001])
def test_element_i_is_word_i_mod_4_of_counter_offset_plus_i_div_4(isa, philox, seed, n):
    offset = 2**33 - 7  # crosses the carry into the counter's second word
    counters = np.arange(offset, offset + (n + 3) // 4, dtype=np.uint64)
    low, high = counters & np.uint64(0xFFFFFFFF), counters >> np.uint64(32)
    words = philox((low, high, 0, 0), seed).reshape(-1)[:n]
    assert kernels.bits(n, seed=seed, offset=offset).tolist() == words.tolist()


def test_counter_wraps_at_64_bits(isa):
    across = kernels.bits(64, seed=3, offset=LAST - 3)
    assert torch.equal(across[16:], kernels.bits(48, seed=3, offset=0))


def test_bits_dtypes_hold_the_same_bits():
    words = kernels.bits((3, 7), seed=9)
    assert words.dtype == torch.uint32
    assert words.shape == (3, 7)
    assert torch.equal(kernels.bits((3, 7), seed=9, dtype=torch.int32).view(torch.uint32), words)
    assert kernels.bits((3, 7), seed=9, dtype=torch.int64).tolist() == words.tolist()


@drawn
def test_shape_does_not_matter_only_the_logical_number_does(draw, dtype):
    flat = draw(2 * 3 * 5, seed=4, dtype=dtype)
    assert torch.equal(draw((2, 3, 5), seed=4, dtype=dtype), flat.reshape(2, 3, 5))
    assert draw((), seed=4, dtype=dtype).shape == ()
    assert draw((4, 0), seed=4, dtype=dtype).shape == (4, 0)


def test_torch_default_dtype_is_the_default():
    assert kernels.uniform(1, seed=0).dtype == torch.get_default_dtype()


@drawn
@pytest.mark.parametrize("cut", [4, 8, 500, 4092])
def test_any_split_equals_the_whole(isa, draw, dtype, cut):
    per_counter = 2 if dtype == torch.float64 else 4
    whole = draw(8001, seed=LAST, offset=11, dtype=dtype)
    rest = draw(8001 - cut, seed=LAST, offset=11 + cut // per_counter, dtype=dtype)
    assert torch.equal(whole[:cut], draw(cut, seed=LAST, offset=11, dtype=dtype))
    assert torch.equal(whole[cut:], rest)


@pytest.mark.parametrize("name", ["bits", "uniform"])
def test_threads_and_instruction_sets_give_the_same_bits(isa, threads, name, dtype):
    n = 300_001
    options = {} if name == "bits" else {"dtype": dtype}
    with kernels.use_isa("scalar"):
        plain = getattr(kernels, name)(n, seed=77, offset=5, **options)
    assert torch.equal(getattr(kernels, name)(n, seed=77, offset=5, **options), plain)


def test_normals_are_the_same_for_any_number_of_threads(threads, dtype):
    n, per_counter = 100_001, 2 if dtype == torch.float64 else 4
    pieces = [
        kernels.normal(min(4000, n - k), seed=7, offset=k // per_counter, dtype=dtype)
        for k in range(0, n, 4000)
    ]
    assert torch.equal(kernels.normal(n, seed=7, dtype=dtype), torch.cat(pieces))


def test_references_agree(isa, dtype):
    assert kernels.bits(1001, seed=5, offset=9).tolist() == (
        kernels.bits_reference(1001, seed=5, offset=9).tolist()
    )
    expected = kernels.uniform_reference(1001, seed=5, offset=9, dtype=dtype)
    assert torch.equal(kernels.uniform(1001, seed=5, offset=9, dtype=dtype), expected)
    expected = kernels.normal_reference(1001, seed=5, offset=9, dtype=dtype)
    got = kernels.normal(1001, seed=5, offset=9, dtype=dtype)
    tolerance = {torch.float32: 1e-6, torch.float64: 1e-13}.get(dtype, torch.finfo(dtype).eps)
    torch.testing.assert_close(got, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler to build torch's engine with")
    program = tmp_path_factory.mktemp("engine") / "torch_philox"
    include = Path(torch.__file__).parent / "include"
    source = Path(__file__).with_name("torch_philox.cpp")
    subprocess.run(
        [compiler, "-std=c++20", "-w", f"-I{include}", str(source), "-o", str(program)],
        check=True,
    )

    def draw(what, seed, offset, n):
        command = [str(program), what, str(seed), str(offset), str(n)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return lines.split()

    return draw


class TestAgainstTorchEngine:
    """ATen's Philox engine, compiled from the headers that torch ships."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("offset", [0, 2**31, 2**40])
    def test_bits_are_identical(self, engine, seed, offset):
        theirs = [int(word) for word in engine("bits", seed, offset, 1003)]
        assert kernels.bits(1003, seed=seed, offset=offset).tolist() == theirs

    @pytest.mark.parametrize("seed", SEEDS)
    def test_uniforms_are_identical(self, engine, dtype, seed):
        name = str(dtype).removeprefix("torch.")
        theirs = [float.fromhex(value) for value in engine(name, seed, 3, 1003)]
        assert kernels.uniform(1003, seed=seed, offset=3, dtype=dtype).tolist() == theirs


class TestAgainstTorchStateless:
    """torch.func._random follows the same convention; it is a prototype and needs a GPU in 2.13."""

    @pytest.fixture
    def theirs(self):
        name = "torch.func._random"
        module = pytest.importorskip(name, reason=f"this torch has no {name} to compare with")

        def draw(name, n, seed, offset, dtype):
            key = torch.tensor([seed, offset], dtype=torch.uint64)
            try:
                return getattr(module, name)(key, (n,), dtype=dtype)
            except NotImplementedError:
                if not torch.cuda.is_available():
                    pytest.skip("this torch draws stateless numbers on CUDA only, and none is here")
                return getattr(module, name)(key.cuda(), (n,), dtype=dtype).cpu()

        return draw

    @pytest.mark.parametrize("seed", [0, LAST])
    def test_uniform_is_bit_identical(self, theirs, dtype, seed):
        got = kernels.uniform(1003, seed=seed, offset=2**40, dtype=dtype)
        assert torch.equal(got, theirs("uniform", 1003, seed, 2**40, dtype))

    def test_normal_agrees_to_the_stated_tolerance(self, theirs, dtype):
        got = kernels.normal(1003, seed=LAST, offset=3, dtype=dtype)
        tolerance = {torch.float32: 1e-6, torch.float64: 1e-13}.get(dtype, torch.finfo(dtype).eps)
        expected = theirs("normal", 1003, LAST, 3, dtype)
        torch.testing.assert_close(got, expected, rtol=tolerance, atol=tolerance)


def test_uniform_lies_on_its_grid_in_zero_one(dtype):
    values = kernels.uniform(1 << 16, seed=1, dtype=dtype).double()
    assert values.min() >= 0
    assert values.max() < 1
    scaled = values * 2.0 ** DIGITS[dtype]
    assert torch.equal(scaled, scaled.round())


def test_uniform_is_uniform(dtype):
    # 256 cells, each a whole number of grid points in every dtype.
    counts = torch.bincount((kernels.uniform(1 << 18, seed=2, dtype=dtype).double() * 256).long())
    assert len(counts) == 256
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 8, 128])
def test_neighbouring_words_are_independent(lag):
    nibble = kernels.bits(1 << 18, seed=3, dtype=torch.int64).numpy() >> 28
    table = np.bincount(nibble[:-lag] * 16 + nibble[lag:], minlength=256).reshape(16, 16)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def test_neighbouring_seeds_are_independent():
    one, two = (kernels.bits(1 << 18, seed=s, dtype=torch.int64).numpy() >> 28 for s in (8, 9))
    table = np.bincount(one * 16 + two, minlength=256).reshape(16, 16)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def test_normal_has_normal_moments_and_tails(dtype):
    n = 1 << 18
    x = kernels.normal(n, seed=4, dtype=dtype).double().numpy()
    width = stats.norm.isf(FALSE_ALARM / 2)
    # Standard errors of the sample moments of a standard normal: 1, 2, 15 - 9 and 96 over n.
    assert abs(x.mean()) < width * math.sqrt(1 / n)
    assert abs((x**2).mean() - 1) < width * math.sqrt(2 / n) + torch.finfo(dtype).eps
    assert abs((x**3).mean()) < width * math.sqrt(15 / n)
    assert abs((x**4).mean() - 3) < width * math.sqrt(96 / n) + 8 * torch.finfo(dtype).eps
    for threshold in (1.03125, 2.03125, 3.03125):  # between the points of every dtype's grid
        share = 2 * stats.norm.sf(threshold + torch.finfo(dtype).eps * threshold / 2)
        beyond = int((np.abs(x) > threshold).sum())
        assert stats.binomtest(beyond, n, share).pvalue > FALSE_ALARM
    if dtype in (torch.float32, torch.float64):
        assert stats.kstest(x, "norm").pvalue > FALSE_ALARM


def test_normal_pairs_are_independent():
    x = kernels.normal(1 << 18, seed=6).double()
    pair = torch.corrcoef(torch.stack((x[0::2], x[1::2])))[0, 1]
    assert abs(pair) * math.sqrt(len(x) / 2) < stats.norm.isf(FALSE_ALARM / 2)
