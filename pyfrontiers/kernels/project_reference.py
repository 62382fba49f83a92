"""Projections in plain torch, by sorting: the reference of the kernels that do not sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels.directed_rounding import round_down
from pyfrontiers.kernels.linf_step import linf_step_reference
from pyfrontiers.kernels.parameters import Parameter, as_parameter, ends_of, scalar_tensor, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.kernels.parameters import Bounds, Value
    from pyfrontiers.kernels.project import ProjectedNorm


def project_reference(
    x: Tensor,
    origin: Tensor,
    *,
    norm: ProjectedNorm,
    epsilon: Parameter,
    bounds: Bounds = None,
) -> Tensor:
    """Compute `project` in plain torch and float64, by sorting.

    Relative to the centre and with signs made positive, element i of the projection is clip(m - t,
    low, high) for L1 and clip(t m, low, high) for L2, so the norm is piecewise linear or quadratic
    in t. Bisecting the sorted breakpoints gives the piece, in which t has a closed form. "linf"
    equals the kernel bit for bit; the others agree to the last place of the dtype.
    """
    if norm == "linf":
        return linf_step_reference(x, x, origin, step=0.0, epsilon=epsilon, bounds=bounds)
    low, high = box_within(*ends_of(bounds, x), x)
    rows = [scalar_tensor(as_parameter("epsilon", epsilon, x)).expand(max(len(_rows(x)), 1), 1)]
    v, centre, least, most = (_rows(each.expand_as(x)) for each in (x, origin, low, high))
    d, a, b = v - centre, least - centre, most - centre
    find = {"l2": _scaled, "l1": _lowered, "l0": _kept}[norm]
    result = torch.stack(
        [
            point if bool(point.isfinite().all()) else torch.full_like(point, torch.nan)
            for point in (
                centre[n] + find(d[n], a[n], b[n], float(rows[0][n])) for n in range(len(d))
            )
        ]
        or [d.new_zeros(0)]
    ).reshape(x.shape)
    return (result.to(x.dtype).double().maximum(low).minimum(high) + 0.0).to(x.dtype)


def box_within(low: Value, high: Value, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the bounds of the box, rounded inwards to x's dtype, as float64 that broadcasts."""
    least, most = spread(low, x), spread(high, x)
    return -round_down(-least, x.dtype).double(), round_down(most, x.dtype).double()


def _rows(x: Tensor) -> Tensor:
    return x.double().reshape(x.shape[0] if x.dim() else 1, -1)


def _turned(d: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return signs s and m, low, high >= 0 with s clip(u, a, b) = clip(s u, low, high)."""
    sign = torch.where(a > 0, 1.0, torch.where(b < 0, -1.0, torch.where(d < 0, -1.0, 1.0)))
    low, high = torch.where(sign > 0, a, -b).clamp(min=0), torch.where(sign > 0, b, -a)
    return sign.to(d), sign * d, low, high


def _lowered(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    if not bool(d.isfinite().all()):
        return d * torch.nan
    sign, m, low, high = _turned(d, a, b)

    def at(t: Tensor | float) -> Tensor:
        return (m - t).clamp(low, high)

    if at(0.0).sum() <= epsilon:
        return d.clamp(a, b)
    if low.sum() > epsilon:
        return torch.zeros_like(d).clamp(a, b)
    # An element decreases with slope -1 from t = m - high to t = m - low.
    begins, ends = (m - high).clamp(min=0), m - low
    t = _last_where(lambda t: at(t).sum() > epsilon, torch.cat([begins, ends]))
    free = (begins <= t) & (t < ends)
    t = t + (at(t).sum() - epsilon) / free.sum()
    step = t.nextafter(t + 1) - t
    while at(t).sum() > epsilon * (1 + 1e-14):  # t is rounded
        t, step = t + step, 2 * step
    return sign * at(t)


def _scaled(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    if not bool(d.isfinite().all()):
        return d * torch.nan
    sign, m, low, high = _turned(d, a, b)

    def at(t: Tensor | float) -> Tensor:
        return (t * m).clamp(low, high)

    if at(1.0).square().sum() <= epsilon**2:
        return d.clamp(a, b)
    if low.square().sum() > epsilon**2 or epsilon == 0:
        return torch.zeros_like(d).clamp(a, b)
    # An element grows as (t m)^2 from t = low / m to t = high / m.
    begins, ends = (torch.where(m > 0, end / m, torch.inf) for end in (low, high))
    t = _last_where(lambda t: at(t).square().sum() <= epsilon**2, torch.cat([begins, ends]))
    free = (begins <= t) & (t < ends)
    clipped = torch.where(free, 0, at(t)).square().sum()
    return sign * at(((epsilon**2 - clipped) / m[free].square().sum()).clamp(min=t**2).sqrt())


def _last_where(holds: Callable[[Tensor], Tensor], ends: Tensor) -> Tensor:
    """Return the last of 0 and the sorted ends at which a monotone condition holds.

    The condition is evaluated from the elements and not from running sums, in which values much
    smaller than the largest element would be lost.
    """
    ends = torch.cat([ends.new_zeros(1), ends.clamp(min=0).sort().values])
    first, beyond = 0, len(ends)
    while beyond - first > 1:
        half = (first + beyond) // 2
        first, beyond = (half, beyond) if bool(holds(ends[half])) else (first, half)
    return ends[first]


def _kept(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    if not bool(d.isfinite().all()):
        return d * torch.nan
    moved, kept = d.clamp(a, b), torch.zeros_like(d).clamp(a, b)
    gain = (moved - kept) * ((d - moved) + (d - kept))
    chosen = gain.argsort(descending=True, stable=True)[: int(min(epsilon, len(d)))]
    return kept.scatter(0, chosen, moved[chosen])
