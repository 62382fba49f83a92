"""Every two kernels that draw with the same seed use different random numbers."""

import inspect
import itertools
import sys

import pytest
import torch
from scipy import stats

from pyfrontiers import kernels
from pyfrontiers.kernels import _core
from pyfrontiers.kernels.table import FUNCTIONS

SEED = 0x0123456789ABCDEF
FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
COINS = 1 << 14
CLASSES = 3 << 30  # of labels and integers; one roll in four is rejected and repeated
EVERYTHING = kernels.TransformDistribution(rotation=(-1.0, 1.0), noise=(1.0, 1.0))

# Kernels that share numbers on purpose: bits, uniform and normal follow torch's one convention, the
# dropout kernels apply one mask, fold_in and split take different words of the same blocks.
FAMILIES = (
    {"bits", "uniform", "normal"},
    {"dropout_mask", "dropout", "mc_dropout", "mc_dropout_mean"},
    {"fold_in", "split"},
)


def start(norm):
    return kernels.random_start_reference(
        torch.full((2, 2048), 0.5), norm=norm, epsilon=0.1, seed=SEED
    )


def noise(kind):
    return kernels.additive_noise_reference(torch.zeros(4096), 0.5, kind=kind, seed=SEED)


REFERENCES = {
    "bits": lambda: kernels.bits_reference(4096, seed=SEED),
    "uniform": lambda: kernels.uniform_reference(4096, seed=SEED),
    "normal": lambda: kernels.normal_reference(4096, seed=SEED),
    "randint": lambda: kernels.randint_reference(4096, 0, CLASSES, seed=SEED),
    "dropout_mask": lambda: kernels.dropout_mask_reference(4096, 0.3, seed=SEED),
    "dropout": lambda: kernels.dropout_reference(torch.ones(4096), 0.3, seed=SEED, sample=1),
    "mc_dropout": lambda: kernels.mc_dropout_reference(torch.ones(4096), 0.3, 3, seed=SEED),
    "mc_dropout_mean": lambda: kernels.mc_dropout_mean_reference(
        torch.ones(4096), 0.3, 3, seed=SEED
    ),
    "corrupt_labels": lambda: kernels.corrupt_labels_reference(
        torch.zeros(4096, dtype=torch.int64), 0.3, CLASSES, seed=SEED
    ),
    "sample_transforms": lambda: kernels.sample_transforms_reference(3, EVERYTHING, seed=SEED),
    "transform": lambda: kernels.transform_reference(
        torch.zeros(2, 3, 16, 16), kernels.sample_transforms(3, EVERYTHING, seed=SEED)
    ),
    "random_start": lambda: [start(norm) for norm in ("linf", "l2", "l1")],
    "additive_noise gaussian": lambda: noise("gaussian"),
    "additive_noise uniform": lambda: noise("uniform"),
    "additive_noise salt_and_pepper": lambda: noise("salt_and_pepper"),
    "fold_in": lambda: [kernels.fold_in(SEED, i) for i in range(1024)],
    "split": lambda: kernels.split(SEED, 1024),
}
PAIRS = [
    pair
    for pair in itertools.combinations(REFERENCES, 2)
    if not any(set(pair) <= family for family in FAMILIES)
]


def test_every_kernel_that_draws_is_compared():
    drawing = {
        name
        for name in (*FUNCTIONS, "fold_in", "split")
        if "seed" in inspect.signature(getattr(kernels, name)).parameters
    }
    assert drawing | {"transform"} == {name.split()[0] for name in REFERENCES}


@pytest.fixture
def counters(monkeypatch):
    """The counters a call uses: (words 0 and 1, word 2, word 3)."""
    drawn = set()

    def words(numbers, sample, use, seed, evaluate=kernels.philox_reference.words_reference):
        assert seed == SEED
        drawn.update((number, sample, use) for number in numbers.tolist())
        return evaluate(numbers, sample, use, seed)

    def block(counter, subsequence, seed, evaluate=_core.philox_block):
        assert seed == SEED
        drawn.add((counter, subsequence & 0xFFFFFFFF, subsequence >> 32))
        return evaluate(counter, subsequence, seed)

    monkeypatch.setattr(_core, "philox_block", block)
    for name, module in list(sys.modules.items()):
        if name.startswith("pyfrontiers.kernels.") and hasattr(module, "words_reference"):
            monkeypatch.setattr(module, "words_reference", words)
    return drawn


def counters_of(name, counters):
    counters.clear()
    REFERENCES[name]()
    return set(counters)


def test_no_two_kernels_draw_from_the_same_counter(counters):
    drawn = {name: counters_of(name, counters) for name in REFERENCES}
    assert all(drawn.values())
    for one, other in PAIRS:
        assert not drawn[one] & drawn[other], (one, other)


def test_every_counter_belongs_to_a_use_in_the_table(counters):
    rows = [range(first, first + count) for first, count in _core.streams.values()]
    for name in REFERENCES:
        for _, _, use in counters_of(name, counters):
            assert sum(use in row for row in rows) == 1, (name, hex(use))


def test_uses_do_not_overlap():
    for (one, ones), (other, others) in itertools.combinations(_core.streams.values(), 2):
        assert one + ones <= other or other + others <= one


def coins():
    """Fair coins from each kernel at one seed, in the order of its numbers."""
    zeros, labels = torch.zeros(COINS), torch.zeros(COINS, dtype=torch.int64)
    half, images = torch.full((1, COINS), 0.5), torch.zeros(1, 1, 128, COINS // 128)
    words = kernels.bits(COINS // 32, seed=SEED, dtype=torch.int64)
    ball = {"epsilon": 0.1, "seed": SEED, "bounds": None}
    noisy = {"seed": SEED, "bounds": None}
    grey = kernels.TransformDistribution(noise=(1.0, 1.0))
    transforms = kernels.sample_transforms(1, grey, seed=SEED, channels=1)
    return {
        "bits": words[:, None] >> torch.arange(32) & 1,
        "uniform": kernels.uniform(COINS, seed=SEED) < 0.5,
        "normal": kernels.normal(COINS, seed=SEED) > 0,
        "randint": kernels.randint(COINS, 0, 2, seed=SEED),
        "dropout_mask": kernels.dropout_mask(COINS, 0.5, seed=SEED),
        "dropout": kernels.dropout(zeros + 1, 0.5, seed=SEED, sample=1) != 0,
        "mc_dropout": kernels.mc_dropout(zeros[::2] + 1, 0.5, 2, seed=SEED, first_sample=2) != 0,
        "mc_dropout_mean": kernels.mc_dropout_mean(zeros + 1, 0.5, 5, seed=SEED) > 1,
        "corrupt_labels": kernels.corrupt_labels(labels, 0.5, 10, seed=SEED)[1],
        "corrupt_labels dice": kernels.corrupt_labels(labels, 1.0, 2, seed=SEED)[0],
        "sample_transforms": kernels.sample_transforms(COINS, EVERYTHING, seed=SEED).linear[:, 0, 1]
        > 0,
        "transform": kernels.transform(images, transforms) > 0,
        "random_start linf": kernels.random_start(half, norm="linf", **ball) > 0.5,
        "random_start l2": kernels.random_start(half, norm="l2", **ball) > 0.5,
        "random_start l1": kernels.random_start(half, norm="l1", **ball) > 0.5,
        "additive_noise gaussian": kernels.additive_noise(zeros, 0.5, **noisy) > 0,
        "additive_noise uniform": kernels.additive_noise(zeros, 0.5, kind="uniform", **noisy) > 0,
        "additive_noise salt_and_pepper": kernels.additive_noise(
            zeros + 0.5, 1.0, kind="salt_and_pepper", seed=SEED
        )
        > 0.5,
        "fold_in": torch.tensor([kernels.fold_in(SEED, i) & 1 for i in range(COINS)]),
        "split": torch.tensor([seed & 1 for seed in kernels.split(SEED, COINS)]),
    }


def test_coins_of_two_kernels_at_one_seed_are_uncorrelated():
    tossed = coins()
    assert {name.split()[0] for name in tossed} == {name.split()[0] for name in REFERENCES}
    z = {name: 2.0 * each.double().flatten() - 1.0 for name, each in tossed.items()}
    pairs = [
        pair
        for pair in itertools.combinations(z, 2)
        # One mask, one convention, and one stream whatever the norm.
        if not any({name.split()[0] for name in pair} <= family for family in FAMILIES)
        and not all(name.startswith("random_start") for name in pair)
    ]
    limit = stats.norm.isf(FALSE_ALARM / len(pairs) / 2)
    for one, other in pairs:
        assert abs(float(z[one] @ z[other])) / COINS**0.5 < limit, (one, other)
