"""Passes fed in pieces give the same result bit for bit."""

import pytest
import torch

from pyfrontiers.kernels import Predictive, predictive


def logits(shape=(11, 7, 30), dtype=torch.float32, seed=0):
    return (2 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))).to(dtype)


def assert_equal(ours, wanted):
    for one, other in zip(ours, wanted, strict=True):
        assert one.dtype == other.dtype
        assert one.equal(other)


@pytest.mark.parametrize("cuts", [(), (1,), (5,), (1, 2, 3), (9, 10)], ids=str)
def test_updates_in_pieces_give_the_same_bits(isa, dtype, cuts):
    passes = logits(dtype=dtype)
    pieces = Predictive()
    for piece in passes.tensor_split(cuts):
        pieces.update(piece)
    assert pieces.count == 11
    assert_equal(pieces.summary(), predictive(passes))


def test_many_classes_and_other_class_dimension(isa):
    passes = logits((5, 2, 150, 3, 4))
    pieces = Predictive(class_dim=2).update(passes[:2]).update(passes[2:])
    assert_equal(pieces.summary(), predictive(passes, class_dim=2))


def test_summary_between_updates():
    passes = logits()
    pieces = Predictive()
    for t in range(1, 12):
        pieces.update(passes[t - 1 : t])
        assert_equal(pieces.summary(), predictive(passes[:t]))


def test_merged_states_match_a_single_state():
    passes = logits(dtype=torch.float64)
    left, right = Predictive().update(passes[:4]), Predictive().update(passes[4:])
    merged = Predictive().merge(left).merge(right).merge(Predictive())
    assert merged.count == 11
    assert left.count == 4
    for ours, wanted in zip(merged.summary(), predictive(passes), strict=True):
        torch.testing.assert_close(ours, wanted)
    assert_equal(left.summary(), predictive(passes[:4]))


def test_records_no_gradient():
    passes = logits().requires_grad_()
    assert not Predictive().update(passes).summary().mean_probability.requires_grad


class TestBadInput:
    def test_summary_before_any_update(self):
        with pytest.raises(
            ValueError, match="summary must come after at least 1 pass, got none yet"
        ):
            Predictive().summary()

    def test_mismatched_shape(self):
        state = Predictive().update(logits())
        with pytest.raises(ValueError, match=r"logits must .*\(7.*, got \(7, 29\)"):
            state.update(logits((2, 7, 29)))
        other = Predictive().update(logits((2, 8, 30)))
        with pytest.raises(ValueError, match=r"other must .*\(7.*, got \(8, 30\)"):
            state.merge(other)

    def test_mismatched_dtype(self):
        state = Predictive().update(logits())
        with pytest.raises(TypeError, match=r"logits must .*torch\.fl.*, got torch\.float64"):
            state.update(logits(dtype=torch.float64))

    def test_class_dimension_changes(self):
        state = Predictive(class_dim=1).update(logits())
        with pytest.raises(
            ValueError, match="other must have its classes along dimension 1, got -1"
        ):
            state.merge(Predictive().update(logits()))

    def test_class_dimension_out_of_range(self):
        with pytest.raises(
            ValueError, match=r"class_dim must be a dimension of logits, which has 3, got 3"
        ):
            Predictive(class_dim=3).update(logits())
