"""Training, validation and test parts of a data set."""

import pytest
import torch

from pyfrontiers.automl.service import Dataset, split_dataset


def small(counts):
    labels = torch.cat([torch.full((n,), k) for k, n in enumerate(counts)])
    inputs = torch.randn(len(labels), 2, generator=torch.Generator().manual_seed(0)) * 9 + 4
    return Dataset(inputs, labels, tuple("abc"[: len(counts)]), ("u", "v"))


def test_parts_are_disjoint_and_each_has_each_class():
    data = small((3, 4, 60))
    split = split_dataset(data, seed=1)
    parts = (split.train, split.validation, split.test)
    assert torch.cat(parts).sort().values.tolist() == list(range(67))
    assert all(set(data.labels[part].tolist()) == {0, 1, 2} for part in parts)


def test_search_and_normalisation_do_not_depend_on_the_test_part():
    data = small((20, 20))
    split = split_dataset(data, seed=1)
    changed = data.inputs.clone()
    changed[split.test] += 1000
    other = Dataset(changed, data.labels, data.classes, data.columns)
    again = split_dataset(other, seed=1)
    assert torch.equal(again.mean, split.mean)
    assert torch.equal(again.scale, split.scale)
    assert again.searched(other).digest == split.searched(data).digest
    assert again.known(other).digest == split.known(data).digest


def test_training_part_is_normalised_and_constant_columns_stay_finite():
    data = small((20, 20))
    inputs = torch.cat((data.inputs, torch.full((40, 1), 7.0)), 1)
    seen = Dataset(inputs, data.labels, data.classes, ("u", "v", "w"))
    x = split_dataset(seen).searched(seen).inputs
    assert x.mean(0).tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert x.std(0, correction=0).tolist() == pytest.approx([1, 1, 0], abs=1e-5)
