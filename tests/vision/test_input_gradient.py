"""The classifier with a faster gradient is the same function."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from pyfrontiers.vision import FastClassifier, classifier


@pytest.fixture(scope="module")
def images():
    return torch.rand((3, 3, 224, 224), generator=torch.Generator().manual_seed(0))


def _logits_and_gradient(model, images):
    x = images.clone().requires_grad_()
    logits = model(x)
    loss = F.cross_entropy(logits, torch.tensor([1, 200, 764]))
    return logits.detach(), torch.autograd.grad(loss, x)[0]


def test_logits_and_gradient_match_the_classifier(images):
    expected, slope = _logits_and_gradient(classifier(), images)
    logits, gradient = _logits_and_gradient(FastClassifier(classifier()), images)
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-4)
    torch.testing.assert_close(gradient, slope, rtol=0, atol=1e-5 * float(slope.abs().max()))


def test_results_have_the_same_bits_for_any_number_of_threads(images):
    model, before = FastClassifier(classifier()), torch.get_num_threads()
    answers = []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            answers.append(_logits_and_gradient(model, images))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    for logits, gradient in answers[1:]:
        assert torch.equal(logits, answers[0][0])
        assert torch.equal(gradient, answers[0][1])


def test_time_spent_in_calls_is_counted(images):
    model = FastClassifier(classifier())
    with torch.no_grad():
        model(images[:1])
    assert model.seconds > 0
