"""Scores are found in a model's output, or an error says what to return."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from types import SimpleNamespace

import pytest
import torch

from pyfrontiers.outputs import is_binary, scores, two_class_logits, two_class_probabilities

Z = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
OTHER = torch.zeros(2)
Named = namedtuple("Named", ["logits", "aux_logits"])


class Output(OrderedDict):
    """A dict whose entries are attributes too, as transformers returns it."""

    def __getattr__(self, name):
        return self.get(name)


@pytest.mark.parametrize(
    "output",
    [
        Z,
        (Z,),
        (Z, None),
        (None, [Z]),
        [Z],
        {"prediction": Z},
        {"loss": OTHER, "logits": Z},
        {"aux": OTHER, "out": Z},
        {"scores": [Z], "meta": "text"},
        Named(Z, OTHER),
        Output(loss=OTHER, logits=Z),
        SimpleNamespace(loss=OTHER, logits=Z),
    ],
    ids=str,
)
def test_the_scores_are_found(output):
    assert scores(output) is Z


@pytest.mark.parametrize(
    ("output", "given"),
    [
        (None, "None"),
        ("text", "str"),
        (1.5, "float"),
        ({}, "dict"),
        ((), "tuple"),
        ((Z, OTHER), "tuple with 2 tensors"),
        ((Z, (OTHER, OTHER)), "tuple with 3 tensors"),
        ({"a": Z, "b": OTHER}, "dict with 2 tensors"),
        (SimpleNamespace(loss=Z), "SimpleNamespace"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_outputs_are_rejected_with_a_sentence(output, given):
    with pytest.raises(
        TypeError, match=f"model must return one tensor of scores, .*, got {given};"
    ):
        scores(output)


@pytest.mark.parametrize("shape", [(5,), (5, 1), (5, 1, 2, 3)], ids=str)
def test_one_score_is_the_logit_of_class_one(shape):
    z = torch.linspace(-4, 4, torch.Size(shape).numel()).reshape(shape)
    assert is_binary(z)
    both = two_class_logits(z).softmax(1)
    p = z.sigmoid() if z.ndim > 1 else z.sigmoid()[:, None]
    assert both.shape[:2] == (5, 2)
    torch.testing.assert_close(both[:, 1:], p)
    torch.testing.assert_close(both, two_class_probabilities(z.sigmoid()))
    assert not is_binary(both)
