"""Momentum averages gradients, steps shorten, and neither depends on the rest of the batch."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers import kernels
from pyfrontiers.adversarial import ThreatModel, Transforms2D, attack
from pyfrontiers.adversarial.loop import mean_size
from pyfrontiers.adversarial.views import TRAINING


class Pulled(nn.Module):
    """Two logits that differ by the sum of w x; the gradient's direction is w everywhere."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x):
        z = (x * self.weight).flatten(1).sum(1)
        return torch.stack((torch.zeros_like(z), z), dim=1)


class Alternating:
    """Views that scale the first element: by -1 and 3 in turns in the steps, by 1 elsewhere."""

    def __init__(self):
        training = kernels.fold_in(kernels.fold_in(0, TRAINING), 0)
        self.factors = {kernels.fold_in(training, step): (-1.0, 3.0)[step % 2] for step in range(8)}

    def draw(self, seed, count):
        return self.factors.get(seed, 1.0), count

    def apply(self, x, drawn):
        factor, count = drawn
        return (x * torch.tensor([factor, 1.0, 1.0, 1.0])).expand(count, 4)


@pytest.fixture
def x():
    return torch.full((1, 4), 0.5)


WIDE = ThreatModel(norm="l2", epsilon=100.0, bounds=None)
LABEL = torch.tensor([1])
PLAIN = {"random_start": False, "keep_going": True, "targeted": True}


def test_zero_is_the_plain_attack(x):
    model, weak = Pulled(torch.randn(4)), ThreatModel(epsilon=0.2)
    plain = attack(model, x, LABEL, threat=weak, steps=5)
    given = attack(model, x, LABEL, threat=weak, steps=5, momentum=0.0, final_step=1.0)
    assert torch.equal(plain.adversarial, given.adversarial)


def test_steps_shorten_linearly(x):
    points = []
    attack(
        *(Pulled(torch.tensor([1.0, 0, 0, 0])), x, LABEL),
        threat=WIDE,
        steps=4,
        step=1.0,
        final_step=0.4,
        callback=lambda state: points.append(float(state.iterate[0, 0])),
        **PLAIN,
    )
    lengths = torch.tensor(points).diff()
    torch.testing.assert_close(lengths, torch.tensor([1.0, 0.8, 0.6, 0.4]))


def test_direction_is_that_of_the_accumulated_gradients(x):
    points = []
    attack(
        *(Pulled(torch.ones(4)), x, LABEL),
        views=Alternating(),
        views_per_step=2,
        held_out=1,
        threat=WIDE,
        step=1.0,
        steps=3,
        momentum=0.5,
        callback=lambda state: points.append(state.iterate[0].clone()),
        **PLAIN,
    )
    velocity, wanted = torch.zeros(4), []
    for factor in (-1.0, 3.0, -1.0):
        gradient = torch.tensor([factor, 1.0, 1.0, 1.0])
        velocity = 0.5 * velocity + gradient / gradient.abs().mean()
        wanted.append(velocity / velocity.norm())
    moves = torch.stack(points).diff(dim=0)
    torch.testing.assert_close(moves, torch.stack(wanted), atol=1e-5, rtol=0)


def test_gradient_of_zero_keeps_the_direction():
    class Ends(nn.Module):
        def forward(self, x):
            z = x.clamp(max=1.0).sum(1)  # flat once every element is above 1
            return torch.stack((torch.zeros_like(z), z), dim=1)

    x = torch.full((1, 3), 0.9)
    threat = ThreatModel(epsilon=10.0, bounds=None)
    options = {"threat": threat, "steps": 3, "step": 0.2, **PLAIN}
    stopped = attack(Ends(), x, LABEL, **options)
    moving = attack(Ends(), x, LABEL, momentum=0.9, **options)
    torch.testing.assert_close(stopped.linf, torch.tensor([0.2], dtype=torch.float64))
    torch.testing.assert_close(moving.linf, torch.tensor([0.6], dtype=torch.float64))


def test_result_does_not_depend_on_the_rest_of_the_batch():
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((3, 3, 8, 8), generator=generator)
    model = Pulled(torch.randn((3, 8, 8), generator=generator))
    y = torch.tensor([1, 0, 1])
    options = {"views": Transforms2D(), "views_per_step": 4, "steps": 6, "held_out": 2}
    options |= {"momentum": 0.9, "final_step": 0.5, "keep_going": False}
    whole = attack(model, x, y, **options).adversarial
    for row in range(3):
        part = attack(model, x[row : row + 1], y[row : row + 1], first_sample=row, **options)
        assert torch.equal(whole[row], part.adversarial[0])


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_mean_size_does_not_depend_on_the_number_of_threads(threads):
    # torch divides a sum of more than 32,768 elements among its threads.
    generator = torch.Generator().manual_seed(0)
    gradients = [torch.randn((1, 3, 128, 129), generator=generator) for _ in range(20)]
    sizes = []
    for count in (1, 2, 3):
        threads(count)
        sizes.append([float(mean_size(gradient)) for gradient in gradients])
    assert sizes[0] == sizes[1] == sizes[2]


@pytest.mark.parametrize("shape", [(2, 7), (1, 1), (3, 4, 5), (1, 3, 128, 129)])
def test_mean_size_is_the_mean_of_absolute_values(shape):
    gradient = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    wanted = gradient.abs().flatten(1).double().mean(dim=1)
    torch.testing.assert_close(mean_size(gradient).double(), wanted, rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"momentum": 1.1}, "momentum must be a number .*, got 1.1"),
        ({"momentum": -0.1}, "momentum must be a number .*, got -0.1"),
        ({"final_step": 1.1}, "final_step must be a number .*, got 1.1"),
    ],
)
def test_errors(x, options, text):
    with pytest.raises(ValueError, match=f"^{text}"):
        attack(Pulled(torch.ones(4)), x, LABEL, **options)
