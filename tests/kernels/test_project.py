"""Projections are nearest points: unchanged inside, optimal outside, idempotent, nonexpansive."""

import numpy as np
import pytest
import torch
from balls import (
    BOXES,
    NORMS,
    assert_in_ball_and_box,
    assert_near,
    make_case,
    on_every_instruction_set,
    optimality_residual,
    sizes,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from pyfrontiers.kernels import project, project_reference

EPSILONS = {"small": {"l2": 0.4, "l1": 3.0}, "large": {"l2": 5.0, "l1": 90.0}}
examples = settings(max_examples=60, deadline=None, derandomize=True)
each_norm = pytest.mark.parametrize("norm", NORMS)
each_box = pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)


@each_norm
@each_box
@pytest.mark.parametrize("size", EPSILONS)
def test_matches_projection_by_sorting(isa, dtype, norm, box, size):
    x, origin = make_case(dtype, box=box)
    epsilon = EPSILONS[size][norm]
    projected = project(x, origin, norm=norm, epsilon=epsilon, bounds=box)
    wanted = project_reference(x, origin, norm=norm, epsilon=epsilon, bounds=box)
    assert_near(projected, wanted, origin)
    assert_in_ball_and_box(projected, origin, norm, epsilon, box)
    assert not bool(torch.signbit(projected[projected == 0]).any())


@each_norm
@each_box
def test_optimality_conditions_hold_within_one_millionth(norm, box):
    for seed, spread in enumerate((1e-3, 0.1, 3.0)):
        x, origin = make_case(torch.float64, spread=spread, seed=seed, box=box)
        for epsilon in (0.01, 0.7, 20.0):
            projected = project(x, origin, norm=norm, epsilon=epsilon, bounds=box)
            for n in range(len(x)):
                inside = project(x[n], x[n], norm="linf", epsilon=0.0, bounds=box)
                if sizes(inside[None], origin[n][None], norm)[0] <= epsilon:
                    assert torch.equal(projected[n], inside)
                else:
                    residual = optimality_residual(
                        x[n], projected[n], origin[n], norm, epsilon, box
                    )
                    assert residual <= 1e-6


@each_norm
@each_box
def test_no_random_feasible_point_is_nearer(norm, box):
    # For a convex set, <x - Px, z - Px> <= 0 for all its points z.
    x, origin = make_case(torch.float64, box=box)
    epsilon = EPSILONS["small"][norm]
    projected = project(x, origin, norm=norm, epsilon=epsilon, bounds=box)
    away = (x - projected).flatten(1)
    for seed in range(20):
        other, _ = make_case(torch.float64, seed=seed + 5, spread=10.0 ** (seed % 5 - 3), box=box)
        if box is not None:
            other = other.clamp(*box)
        change = (other - origin).flatten(1)
        size = change.abs().sum(1) if norm == "l1" else change.norm(dim=1)
        change = change * (epsilon / size).clamp(max=1)[:, None]
        towards = origin.flatten(1) + change - projected.flatten(1)
        product = (away * towards).sum(1)
        assert (product <= 1e-11 * away.norm(dim=1) * towards.norm(dim=1)).all()


@pytest.mark.parametrize("norm", ["linf", "l2", "l1", "l0"])
@each_box
def test_idempotent_and_unchanged_inside(isa, dtype, norm, box):
    x, origin = make_case(dtype, box=box)
    for epsilon in (1.0, 7.5):
        once = project(x, origin, norm=norm, epsilon=epsilon, bounds=box)
        assert torch.equal(project(once, origin, norm=norm, epsilon=epsilon, bounds=box), once)
        wide = project(once, origin, norm=norm, epsilon=1e9, bounds=box)
        assert torch.equal(wide, once)
    edge = torch.zeros(2, 600, dtype=dtype)
    edge[:, 77] = 0.5
    assert torch.equal(project(edge, 0 * edge, norm="l1", epsilon=0.5), edge)
    assert torch.equal(project(edge, 0 * edge, norm="l2", epsilon=0.5), edge)


@each_norm
@each_box
def test_projection_is_nonexpansive(norm, box):
    x, origin = make_case(torch.float64, box=box)
    for seed in range(5):
        y = x + 10.0 ** (-seed) * make_case(torch.float64, seed=9 + seed)[0]
        a, b = (project(p, origin, norm=norm, epsilon=2.0, bounds=box) for p in (x, y))
        before, after = ((p - q).flatten(1).norm(dim=1) for p, q in ((x, y), (a, b)))
        assert (after <= before * (1 + 1e-12)).all()


@each_norm
def test_general_solver_finds_no_nearer_point(norm):
    generator = np.random.default_rng(4)
    for _ in range(6):
        origin = generator.random(5)
        x = origin + generator.normal(size=5)
        epsilon = 0.3 + generator.random() / 2
        ours = project(x[None], origin[None], norm=norm, epsilon=epsilon, bounds=(0.0, 1.0))[0]
        # Positive and negative parts, so that the L1 norm is linear.
        start = np.zeros(10)

        def change(p):
            return p[:5] - p[5:]

        def room(p, epsilon=epsilon):
            return epsilon - p.sum() if norm == "l1" else epsilon**2 - (change(p) ** 2).sum()

        found = minimize(
            lambda p, x=x, o=origin: ((o + change(p) - x) ** 2).sum(),
            start,
            method="SLSQP",
            bounds=[(0, 1 - o) for o in origin] + [(0, o) for o in origin],
            constraints={"type": "ineq", "fun": room},
            options={"ftol": 1e-14, "maxiter": 500},
        )
        assert np.abs(origin + change(found.x) - ours).max() < 2e-4
        assert ((ours - x) ** 2).sum() <= found.fun + 1e-9


@each_norm
@examples
@given(data=st.data())
def test_extreme_magnitudes(norm, data):
    # Powers of ten from 1e-12 to 1e12 next to each other, and boxes that clip anywhere.
    span = data.draw(st.sampled_from([3, 12]))
    powers_of_ten = st.integers(-span, span)
    count = data.draw(st.integers(1, 70))
    seed = data.draw(st.integers(0, 2**32))
    generator = torch.Generator().manual_seed(seed)

    def numbers():
        powers = span * (2 * torch.rand(2, count, generator=generator, dtype=torch.float64) - 1)
        signs = torch.rand(2, count, generator=generator) - 0.5
        return 10**powers * signs.sign()

    x, origin = numbers(), numbers() * data.draw(st.sampled_from([0.0, 1.0]))
    epsilon = 10.0 ** data.draw(powers_of_ten)
    low = origin.amin(1) - 10.0 ** data.draw(powers_of_ten)
    high = origin.amax(1) + 10.0 ** data.draw(powers_of_ten)
    box = (low, high)
    projected = on_every_instruction_set(
        lambda: project(x, origin, norm=norm, epsilon=epsilon, bounds=box)
    )
    assert (projected >= low[:, None]).all()
    assert (projected <= high[:, None]).all()
    boxed = x.clamp(low[:, None], high[:, None])
    for n in range(2):
        size, free = (sizes(p[n][None], origin[n][None], norm)[0] for p in (projected, boxed))
        assert size <= epsilon * (1 + 1e-13)
        if free <= epsilon:
            assert torch.equal(projected[n], boxed[n])
        elif span == 3:
            # Tolerance: rounding towards the origin, and the last bit of theta.
            lost = float(origin[n].abs().sum() + (x[n] - origin[n]).abs().max()) * 2.0**-52 * count
            assert size >= epsilon * (1 - 1e-9) - lost


@pytest.mark.parametrize("norm", ["l2", "l1", "l0"])
def test_samples_with_different_radii_are_independent(isa, norm):
    x, origin = make_case()
    radii = torch.tensor([0.0, 1.5, 40.0])
    low = torch.linspace(-0.2, 0.1, 15).reshape(3, 5, 1, 1)
    together = project(x, origin, norm=norm, epsilon=radii, bounds=(low, 0.9))
    for n in range(3):
        own = {"epsilon": float(radii[n]), "bounds": (low[n : n + 1], 0.9)}
        alone = project(x[n : n + 1], origin[n : n + 1], norm=norm, **own)
        assert torch.equal(together[n], alone[0])
    wanted = project_reference(x, origin, norm=norm, epsilon=radii, bounds=(low, 0.9))
    assert_near(together, wanted, origin)


@pytest.mark.parametrize("norm", ["l2", "l1", "l0"])
@pytest.mark.parametrize("shape", [(1, 3, 200, 201), (5, 2, 70, 71), (700, 1, 3, 3)], ids=str)
def test_independent_of_threads(threads, norm, shape):
    x, origin = make_case(shape=shape)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    wanted = project(x, origin, norm=norm, epsilon=3.0, bounds=(0.0, 1.0))
    torch.set_num_threads(before)
    got = on_every_instruction_set(
        lambda: project(x, origin, norm=norm, epsilon=3.0, bounds=(0.0, 1.0))
    )
    assert torch.equal(got, wanted)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1", "l0"])
def test_memory_layouts(laid_out, dtype, norm):
    x, origin = (laid_out(each) for each in make_case(dtype))
    projected = project(x, origin, norm=norm, epsilon=2.0, bounds=(0.1, 0.8))
    wanted = project_reference(x, origin, norm=norm, epsilon=2.0, bounds=(0.1, 0.8))
    if norm != "l0":  # ties of L0 are broken by memory order
        assert_near(projected, wanted, origin)
    last = x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()
    kind = torch.channels_last if last else torch.contiguous_format
    assert projected.is_contiguous(memory_format=kind)


@pytest.mark.parametrize("norm", ["l2", "l1", "l0"])
def test_every_size(isa, dtype, size, norm):
    x, origin = (each.reshape(1, -1)[:, :size] for each in make_case(dtype, (1, 1, 270, 270)))
    epsilon = 0.3 * size**0.5
    projected = project(x, origin, norm=norm, epsilon=epsilon, bounds=(0.0, 1.0))
    wanted = project_reference(x, origin, norm=norm, epsilon=epsilon, bounds=(0.0, 1.0))
    assert_near(projected, wanted, origin)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1", "l0"])
@each_box
def test_gradients(norm, box):
    x, origin = make_case(torch.float64, (2, 3, 4), box=box)
    x = x + 0.01  # away from the bounds, where the derivative does not exist
    inner = origin.clamp(*(0.35, 0.55) if box else (0.1, 0.9))
    epsilon = {"linf": 0.1, "l2": 0.5, "l1": 0.9, "l0": 5.0}[norm]

    def function(x, origin):
        return project(x, origin, norm=norm, epsilon=epsilon, bounds=box)

    for radius in (epsilon, 1e6):
        epsilon = radius
        assert torch.autograd.gradcheck(
            function, (x.clone().requires_grad_(), inner.clone().requires_grad_())
        )
