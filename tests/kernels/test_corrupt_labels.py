"""Which labels are redrawn, the distribution of the new ones, and which stay or are refused."""

import pytest
import torch
from scipy import stats

from pyfrontiers.kernels import corrupt_labels, corrupt_labels_reference

SEED = 0x0123456789ABCDEF
FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
CLASSES = 10


def labels_of(*shape, dtype=torch.int64):
    return torch.arange(torch.Size(shape).numel()).remainder(CLASSES).reshape(shape).to(dtype)


def test_matches_reference(isa, integer):
    labels = labels_of(2049, dtype=integer)
    for share in (0.0, 2.0**-32, 0.3, 1.0):
        corrupted, redrawn = corrupt_labels(labels, share, CLASSES, seed=SEED)
        wanted, wanted_redrawn = corrupt_labels_reference(labels, share, CLASSES, seed=SEED)
        assert corrupted.dtype == integer
        # On the CPU torch cannot compare unsigned integers of more than 8 bits.
        assert corrupted.tolist() == wanted.tolist()
        assert redrawn.equal(wanted_redrawn)


def test_sizes(isa, size):
    labels = labels_of(size)
    corrupted, redrawn = corrupt_labels(labels, 0.5, 13, seed=SEED)
    wanted, wanted_redrawn = corrupt_labels_reference(labels, 0.5, 13, seed=SEED)
    assert corrupted.equal(wanted)
    assert redrawn.equal(wanted_redrawn)


def test_labels_at_any_address(isa, integer):
    memory = labels_of(1003, dtype=integer)
    for start in (1, 2, 3):
        labels = memory[start : start + 999]
        corrupted, redrawn = corrupt_labels(labels, 0.5, 13, seed=SEED)
        wanted, wanted_redrawn = corrupt_labels(labels.clone(), 0.5, 13, seed=SEED)
        assert corrupted.tolist() == wanted.tolist()
        assert redrawn.equal(wanted_redrawn)


IGNORED = {
    torch.int8: -100,
    torch.uint8: 255,
    torch.int16: -1,
    torch.uint32: 2**32 - 1,
    torch.int64: -100,
    torch.uint64: 2**64 - 1,
}


@pytest.mark.parametrize("dtype", IGNORED, ids=str)
def test_ignored_labels_stay_and_do_not_change_the_others(dtype):
    labels = labels_of(60, 50)
    wanted, wanted_redrawn = corrupt_labels(labels.to(dtype), 0.4, CLASSES, seed=SEED)
    stays = labels == 3
    given = torch.tensor(
        [IGNORED[dtype] if k == 3 else k for k in labels.flatten().tolist()], dtype=dtype
    ).reshape(60, 50)
    corrupted, redrawn = corrupt_labels(given, 0.4, CLASSES, seed=SEED, ignore_index=IGNORED[dtype])
    again, also = corrupt_labels_reference(
        given, 0.4, CLASSES, seed=SEED, ignore_index=IGNORED[dtype]
    )
    assert corrupted.tolist() == again.tolist()
    assert redrawn.equal(also)
    assert corrupted.dtype == dtype
    assert corrupted[stays].tolist() == given[stays].tolist()
    assert not redrawn[stays].any()
    assert corrupted[~stays].tolist() == wanted[~stays].tolist()
    assert redrawn[~stays].equal(wanted_redrawn[~stays])


@pytest.mark.parametrize("dtype", IGNORED, ids=str)
@pytest.mark.parametrize("size", [5, 200_000])
def test_a_label_beyond_the_classes_is_refused(dtype, size):
    for foreign in (IGNORED[dtype], CLASSES):
        labels = labels_of(size, dtype=dtype)
        labels[-1:] = torch.tensor([foreign], dtype=dtype)
        for given in (labels, labels.expand(2, -1).T):
            with pytest.raises(
                ValueError, match=f"^labels must be classes from 0 to 9, got {foreign}; give a lab"
            ):
                corrupt_labels(given, 0.0, CLASSES, seed=SEED)
    labels[-1] = CLASSES - 1
    assert corrupt_labels(labels, 0.0, CLASSES, seed=SEED)[0].equal(labels)


def test_a_compiled_program_refuses_a_label_beyond_the_classes():
    program = torch.compile(
        lambda x: corrupt_labels(x, 0.3, CLASSES, seed=SEED), backend="eager", fullgraph=True
    )
    labels = labels_of(50)
    assert program(labels)[0].equal(corrupt_labels(labels, 0.3, CLASSES, seed=SEED)[0])
    with pytest.raises(ValueError, match=r"^labels must be classes from 0 to 9, got 10;"):
        program(labels + 1)


@pytest.mark.parametrize(("dtype", "ignored"), [(torch.int64, 9), (torch.uint8, -1)])
def test_ignored_labels_are_no_class_and_fit_the_type(dtype, ignored):
    with pytest.raises(
        ValueError, match=rf"^ignore_index must be no class from 0 to 9 .*{dtype}, got {ignored}$"
    ):
        corrupt_labels(labels_of(4, dtype=dtype), 0.5, CLASSES, seed=0, ignore_index=ignored)


def test_share_of_zero_and_one():
    labels = labels_of(5000)
    corrupted, redrawn = corrupt_labels(labels, 0.0, CLASSES, seed=SEED)
    assert corrupted.equal(labels)
    assert not redrawn.any()
    assert corrupt_labels(labels, 1.0, CLASSES, seed=SEED)[1].all()
    assert not corrupt_labels(torch.zeros_like(labels), 1.0, 1, seed=SEED)[0].any()


def test_input_is_not_modified():
    labels = labels_of(1000)
    corrupt_labels(labels, 1.0, CLASSES, seed=SEED)
    assert labels.equal(labels_of(1000))


def test_independent_of_layout_and_threads(threads):
    labels = labels_of(40, 50, 60)
    wanted = corrupt_labels_reference(labels, 0.3, CLASSES, seed=SEED)
    strided = labels.permute(2, 0, 1).contiguous().permute(1, 2, 0)
    for given in (labels, strided):
        for result, expected in zip(
            corrupt_labels(given, 0.3, CLASSES, seed=SEED), wanted, strict=True
        ):
            assert result.equal(expected)
            assert result.is_contiguous()


def test_larger_share_redraws_a_superset():
    labels = labels_of(10_000)
    less, redrawn = corrupt_labels(labels, 0.2, CLASSES, seed=SEED)
    more, also = corrupt_labels(labels, 0.5, CLASSES, seed=SEED)
    assert bool((also | ~redrawn).all())
    assert less[redrawn].equal(more[redrawn])


def test_prefix_matches_the_whole():
    labels = labels_of(1000)
    whole = corrupt_labels(labels, 0.3, CLASSES, seed=SEED)
    part = corrupt_labels(labels[:700], 0.3, CLASSES, seed=SEED)
    for result, expected in zip(part, whole, strict=True):
        assert result.equal(expected[:700])


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
def test_number_of_redrawn_labels_is_binomial(share):
    _, redrawn = corrupt_labels(labels_of(1 << 18), share, CLASSES, seed=1)
    assert stats.binomtest(int(redrawn.sum()), 1 << 18, share).pvalue > FALSE_ALARM


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
def test_new_labels_are_uniform(classes):
    labels = torch.zeros(1 << 18, dtype=torch.int64)
    corrupted, redrawn = corrupt_labels(labels, 0.5, classes, seed=2)
    counts = torch.bincount(corrupted[redrawn], minlength=classes)
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


def test_new_label_is_independent_of_old_label_and_selection():
    labels = labels_of(1 << 18)
    corrupted, redrawn = corrupt_labels(labels, 0.5, CLASSES, seed=3)
    pairs = labels[redrawn] * CLASSES + corrupted[redrawn]
    table = torch.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    assert stats.chi2_contingency(table.numpy()).pvalue > FALSE_ALARM
    everyone, _ = corrupt_labels(labels, 1.0, CLASSES, seed=3)
    table = torch.stack([torch.bincount(everyone[chosen]) for chosen in (redrawn, ~redrawn)])
    assert stats.chi2_contingency(table.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("classes", [0, -1, 129])
def test_classes_do_not_fit_the_dtype(classes):
    labels = labels_of(4, dtype=torch.int8)
    with pytest.raises(
        ValueError, match=rf"^num_classes must .*from 1 to 128 for labels of .*int8, got {classes}"
    ):
        corrupt_labels(labels, 0.5, classes, seed=0)


def test_more_classes_than_words():
    with pytest.raises(
        ValueError, match=r"^num_classes must .*from 1 to 4294967295 .*, got 4294967296"
    ):
        corrupt_labels(labels_of(4), 0.5, 1 << 32, seed=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bool, torch.complex64])
def test_labels_not_integers(dtype):
    with pytest.raises(TypeError, match=rf"^labels must .*integers.*, got {dtype}"):
        corrupt_labels(torch.zeros(4, dtype=dtype), 0.5, 2, seed=0)
