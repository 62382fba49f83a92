"""Epsilon and bounds of a threat model in every form; torch's default dtype and device."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from pyfrontiers.adversarial import ThreatModel, attack
from pyfrontiers.adversarial.threat import as_amount

FORMS = {
    "float": 0.01,
    "NumPy float32": np.float32(0.01),
    "NumPy float64": np.float64(0.01),
    "0-d tensor": torch.tensor(0.01),
    "0-d array": np.array(0.01),
    "one element": torch.tensor([0.01]),
    "list (N,)": [0.01] * 8,
    "tuple (N,)": (0.01,) * 8,
    "array (N,)": np.full(8, 0.01),
    "float32 array": np.full((1, 3), 0.01, np.float32),
    "nested list": [[0.01] * 3] * 8,
    "image shape": np.full((1, 3, 1, 1), 0.01),
    "requires grad": torch.full((8,), 0.01, requires_grad=True),
}


@pytest.mark.parametrize("epsilon", FORMS.values(), ids=FORMS)
def test_all_forms_of_epsilon_give_the_same_result(affine, images, labels, epsilon):
    expected = attack(affine, images, labels, threat=ThreatModel(epsilon=0.01), steps=2)
    found = attack(affine, images, labels, threat=ThreatModel(epsilon=epsilon), steps=2)
    torch.testing.assert_close(found.adversarial, expected.adversarial)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "form",
    [
        lambda each: torch.tensor([each]),
        lambda each: torch.tensor(each).reshape(3, 1, 1),
        lambda each: [[[[e]] for e in each]],
    ],
    ids=["(1, C)", "(C, 1, 1)", "(1, C, 1, 1)"],
)
def test_shape_per_channel_has_the_same_meaning_for_every_batch_size(
    affine, images, labels, count, form
):
    each = [0.0, 0.01, 0.2]
    threat = ThreatModel(epsilon=form(each))
    x, y = images[:count], labels[:count]
    found = attack(affine, x, y, threat=threat, steps=3, keep_going=True)
    change = (found.adversarial - x).abs().amax((0, 2, 3))
    assert (change <= torch.tensor(each) + 1e-7).all()
    assert change[0] == 0
    assert change[2] > 0.05


@pytest.mark.parametrize("count", [2, 3, 4])
def test_one_dimension_is_per_sample_for_every_batch_size(affine, images, labels, count):
    x, y = images[:count], labels[:count]
    epsilon = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    threat = ThreatModel(epsilon=epsilon)
    if count == 3:
        change = attack(affine, x, y, threat=threat, steps=2, keep_going=True).linf
        assert (change <= epsilon).all()
    else:
        with pytest.raises(ValueError, match=rf"epsilon must be .*\({count},\) for the samples"):
            attack(affine, x, y, threat=threat)


@pytest.mark.parametrize(
    "bounds", [None, (0, 1), [0.0, 1.0], (np.zeros(8), [1.0] * 8), (torch.zeros(1, 3), 1)]
)
def test_all_forms_of_bounds_give_the_same_result(affine, images, labels, bounds):
    threat = ThreatModel(epsilon=0.01, bounds=bounds)
    expected = attack(affine, images, labels, threat=ThreatModel(epsilon=0.01), steps=2)
    found = attack(affine, images, labels, threat=threat, steps=2)
    if bounds is not None:
        torch.testing.assert_close(found.adversarial, expected.adversarial)
    assert found.linf.max() <= 0.01


@pytest.mark.parametrize(
    "amount", [None, "8/255", [], ["a"], [[1.0], [2.0, 3.0]], True, 1j, {}, object(), float]
)
@pytest.mark.parametrize("name", ["epsilon", "bounds"])
def test_invalid_amounts_are_rejected(name, amount):
    with pytest.raises(ValueError, match=rf"^{name} must be"):
        ThreatModel(**{name: amount if name == "epsilon" else (amount, 1.0)})


@pytest.mark.parametrize("bounds", ["01", 3, (0.0, 1.0, 2.0), [], {0, 1, 2}, (0,)])
def test_invalid_bounds_are_rejected(bounds):
    with pytest.raises(ValueError, match=r"^bounds must (be|have)"):
        ThreatModel(bounds=bounds)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_result_does_not_depend_on_default_dtype(affine, images, labels, dtype):
    expected = attack(affine, images, labels, steps=3)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        threat = ThreatModel(epsilon=[8 / 255] * 8)
        found = attack(affine, images, labels, threat=threat, steps=3)
    finally:
        torch.set_default_dtype(before)
    assert torch.equal(found.adversarial, expected.adversarial)
    assert found.losses.dtype == expected.losses.dtype


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_result_does_not_depend_on_default_device(affine, images, labels, norm):
    threat = {"norm": norm, "epsilon": [0.1] * 8, "bounds": ([0.0] * 8, 1)}
    expected = attack(affine, images, labels, threat=ThreatModel(**threat), steps=3)
    with torch.device("meta"):
        found = attack(affine, images, labels, threat=ThreatModel(**threat), steps=3)
    assert torch.equal(found.adversarial, expected.adversarial)


@pytest.mark.parametrize("integer", [int, np.int64, np.uint8, np.array, torch.tensor])
def test_integers_of_every_library(affine, images, labels, integer):
    expected = attack(affine, images, labels, steps=3, seed=7, first_sample=2)
    given = {"steps": integer(3), "seed": integer(7), "first_sample": integer(2)}
    assert torch.equal(attack(affine, images, labels, **given).adversarial, expected.adversarial)


@pytest.mark.parametrize("kind", [Fraction, Decimal])
def test_lists_of_exact_numbers_are_amounts(kind):
    exact = [kind(1) / 8, kind(1) / 4]
    for given in (exact, tuple(exact), np.array(exact, dtype=object)):
        assert as_amount("epsilon", given).tolist() == [0.125, 0.25]
    with pytest.raises(ValueError, match="epsilon must be a number, or numbers per sample"):
        as_amount("epsilon", [*exact, None])
