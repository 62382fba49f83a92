"""Test cases for projections and their steps, and conditions that every result must satisfy."""

import math

import torch

from pyfrontiers import kernels

SHAPE = (3, 5, 9, 13)  # 585 elements per sample: a whole chunk of sums, whole lanes and a remainder
BOXES = {"no box": None, "box": (0.0, 1.0), "tight": (0.3, 0.62)}
NORMS = ("l2", "l1")


def make_case(dtype=torch.float32, shape=SHAPE, *, spread=0.3, seed=0, box=(0.0, 1.0)):
    """x around an origin that lies in the box, with some elements at the box's bounds."""
    generator = torch.Generator().manual_seed(seed)
    low, high = (0.0, 1.0) if box is None else box
    origin = low + (high - low) * torch.rand(shape, generator=generator, dtype=torch.float64)
    selector = torch.rand(shape, generator=generator)
    origin = origin.masked_fill(selector < 0.1, low).masked_fill(selector > 0.9, high).to(dtype)
    if box is not None:
        lowest, highest = rounded_inwards(box, dtype)
        origin = origin.double().clamp(lowest, highest).to(dtype)
    noise = spread * torch.randn(shape, generator=generator, dtype=torch.float64)
    return (origin.double() + noise).to(dtype), origin


def rounded_inwards(box, dtype):
    """The bounds of a box rounded inwards to a dtype."""
    low, high = (torch.tensor(end, dtype=torch.float64) for end in box)
    lowest, highest = low.to(dtype), high.to(dtype)
    if lowest.double() < low:
        lowest = torch.nextafter(lowest, torch.tensor(math.inf, dtype=dtype))
    if highest.double() > high:
        highest = torch.nextafter(highest, torch.tensor(-math.inf, dtype=dtype))
    return float(lowest), float(highest)


def sizes(projected, origin, norm):
    """The norm of every sample's change, summed without rounding."""
    change = (projected.double() - origin.double()).reshape(len(projected), -1)
    if norm == "l1":
        return [math.fsum(row) for row in change.abs().tolist()]
    return [math.sqrt(math.fsum(row)) for row in change.square().tolist()]


def assert_in_ball_and_box(projected, origin, norm, epsilon, box):
    radii = epsilon if isinstance(epsilon, list) else [epsilon] * len(projected)
    for size, radius in zip(sizes(projected, origin, norm), radii, strict=True):
        assert size <= radius * (1 + 1e-14)
    if box is not None and projected.numel():
        assert float(projected.double().min()) >= box[0]
        assert float(projected.double().max()) <= box[1]


def assert_near(projected, wanted, origin):
    """Equal up to the last place of the dtype, in which the kernels round towards the origin."""
    unit = max(torch.finfo(projected.dtype).eps, 1e-12)
    room = unit * torch.maximum(wanted.double().abs(), origin.double().abs()) + 1e-13
    room = room + torch.finfo(projected.dtype).smallest_normal * unit
    assert ((projected.double() - wanted.double()).abs() <= room).all()


def optimality_residual(x, projected, origin, norm, epsilon, box):
    """Largest violation of a sample's optimality conditions, relative to their magnitudes.

    With d = x - origin and w = projected - origin there is one multiplier m for all elements.
    Where an element is free, w = d / (1 + m) (L2) or |w| = |d| - m (L1); where it is clipped, this
    value lies further out; where w is 0, |d| <= m (L1).
    """
    d, w = ((t.double() - origin.double()).flatten() for t in (x, projected))
    low, high = (-math.inf, math.inf) if box is None else box
    clipped = (projected.double() <= low) | (projected.double() >= high)
    clipped = clipped.flatten()
    ratio = w / torch.where(d == 0, 1, d) if norm == "l2" else d.abs() - w.abs()
    free = (w != 0) & ~clipped
    if not bool(free.any()):
        return 0.0
    t = ratio[free].median()
    scale = 1.0 if norm == "l2" else float(d.abs().max())
    residual = float((ratio[free] - t).abs().max()) / scale
    at_end = clipped & (d != 0)
    if norm == "l2":  # clipped before t d is reached
        beyond = (ratio - t)[at_end & (ratio > 0)]
    else:
        beyond = (t - ratio)[at_end & (w != 0)]
        zero = (w == 0) & ~clipped
        if bool(zero.any()):
            residual = max(residual, float((d.abs()[zero] - t).max()) / scale)
    if len(beyond):
        residual = max(residual, float(beyond.max()) / scale)
    size = sizes(projected[None], origin[None], norm)[0]
    return max(residual, abs(size - epsilon) / epsilon)


def on_every_instruction_set(call):
    """The result of a call, checked to be bit-identical on every instruction set."""
    wanted = call()
    for name in kernels.available_isas():
        with kernels.use_isa(name):
            got = call()
        assert torch.equal(got.isnan(), wanted.isnan())
        assert torch.equal(got.nan_to_num(7.0), wanted.nan_to_num(7.0))
    return wanted
