"""Projections in plain torch, by sorting: the reference of the kernels that do not sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels.directed_rounding import round_down
from pyfrontiers.kernels.linf_step import linf_step_reference
from pyfrontiers.kernels.parameters import Parameter, as_parameter, scalar_tensor, spread

if TYPE_CHECKING:
    from pyfrontiers.kernels.parameters import Bounds
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
    in t. Sorting the breakpoints and accumulating the sums gives t in closed form. "linf" equals
    the kernel bit for bit; the others agree to the last place of the dtype.
    """
    if norm == "linf":
        return linf_step_reference(x, x, origin, step=0.0, epsilon=epsilon, bounds=bounds)
    low, high = box_within(bounds, x)
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


def box_within(bounds: Bounds, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the bounds of the box, rounded inwards to x's dtype, as float64 that broadcasts."""
    low, high = (-torch.inf, torch.inf) if bounds is None else bounds
    least, most = (spread(as_parameter("bounds", end, x), x) for end in (low, high))
    return -round_down(-least, x.dtype).double(), round_down(most, x.dtype).double()


def _rows(x: Tensor) -> Tensor:
    return x.double().reshape(x.shape[0] if x.dim() else 1, -1)


def _turned(d: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return signs s and m, low, high >= 0 with s clip(u, a, b) = clip(s u, low, high)."""
    sign = torch.where(a > 0, 1.0, torch.where(b < 0, -1.0, torch.where(d < 0, -1.0, 1.0)))
    low, high = torch.where(sign > 0, a, -b).clamp(min=0), torch.where(sign > 0, b, -a)
    return sign.to(d), sign * d, low, high


def _lowered(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    sign, m, low, high = _turned(d, a, b)
    size = m.clamp(low, high).sum()
    if size <= epsilon or not bool(d.isfinite().all()):
        return d.clamp(a, b) if bool(d.isfinite().all()) else d * torch.nan
    # An element decreases with slope -1 from t = m - high to t = m - low.
    begins, ends = (m - high).clamp(min=0), (m - low).clamp(min=0)
    at, order = torch.cat([begins, ends]).sort()
    slopes = torch.cat([-torch.ones_like(m), torch.ones_like(m)])[order].cumsum(0)
    sizes = torch.cat([size[None] + 0 * at[:1], size + (slopes[:-1] * at.diff()).cumsum(0)])
    # Nothing decreases before the first breakpoint.
    last = int((sizes > epsilon).nonzero().max())
    if last + 1 == len(at) or slopes[last] == 0:
        return torch.zeros_like(d).clamp(a, b)
    t = at[last] + (sizes[last] - epsilon) / -slopes[last]
    return sign * (m - t).clamp(low, high)


def _scaled(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    sign, m, low, high = _turned(d, a, b)
    if not bool(d.isfinite().all()):
        return d * torch.nan
    if m.clamp(low, high).square().sum() <= epsilon**2:
        return d.clamp(a, b)
    floor = low.square().sum()
    if floor > epsilon**2 or epsilon == 0:
        return torch.zeros_like(d).clamp(a, b)
    # An element grows as (t m)^2 from t = low / m to t = high / m.
    moving = (m > 0) & (high > low)
    m, least, most = m[moving], low[moving], high[moving]
    at, order = torch.cat([least / m, most / m]).sort()
    squares = torch.cat([m.square(), -m.square()])[order].cumsum(0)
    constants = torch.cat([-least.square(), most.square()])[order].cumsum(0) + floor
    last = int((at.square() * squares + constants <= epsilon**2).nonzero().max())
    t = ((epsilon**2 - constants[last]) / squares[last]).clamp(min=0).sqrt()
    return sign * (t * sign * d).clamp(low, high)


def _kept(d: Tensor, a: Tensor, b: Tensor, epsilon: float) -> Tensor:
    if not bool(d.isfinite().all()):
        return d * torch.nan
    moved, kept = d.clamp(a, b), torch.zeros_like(d).clamp(a, b)
    gain = (moved - kept) * ((d - moved) + (d - kept))
    chosen = gain.argsort(descending=True, stable=True)[: int(min(epsilon, len(d)))]
    return kept.scatter(0, chosen, moved[chosen])
