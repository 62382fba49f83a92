"""Say how `mc_dropout` computes the passes of a model, and why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from torch import Tensor, nn

from pyfrontiers.arguments import Count, Share, Values, checked
from pyfrontiers.uncertainty.dropout.chain import cut
from pyfrontiers.uncertainty.dropout.costs import stacked_passes
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.prepared import prepared_passes
from pyfrontiers.uncertainty.dropout.sampling import check_run
from pyfrontiers.uncertainty.passes import next_chunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.uncertainty.dropout.prepared import Prepared

Way = Literal["kept channels", "stacked batch", "pass by pass"]
_INSIDE = (nn.RNNBase, nn.MultiheadAttention)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the passes of a model are computed. `print(plan)` explains it.

    Attributes:
        way: `"kept channels"` skips dropped channels in each pass, `"stacked batch"` computes many
            passes as one batch, `"pass by pass"` runs the model with masks, in each pass anew.
        reason: why this way.
        prefix: modules that are computed once for all passes, in the order of their calls.
        first_draw: module that draws first.
        draws: modules that draw in each pass, in the order of their calls.
        decomposed: recurrent layers and attention that run level by level or written out, so that
            the dropout inside them can be sampled.
        inputs, passes: size N of a batch, and number of passes T.
        chunk: passes whose outputs are held at a time.
        stacked: passes that are computed as one batch.
        seconds: time of all passes, extrapolated from a few.
        memory: bytes held in addition to the activations of one pass: outputs of a chunk, the
            prefix and, for a stacked batch, its activations.
    """

    way: Way
    reason: str
    prefix: tuple[str, ...]
    first_draw: str
    draws: tuple[str, ...]
    decomposed: tuple[str, ...]
    inputs: int
    passes: int
    chunk: int
    stacked: int
    seconds: float
    memory: int

    def __str__(self) -> str:
        """Explain the plan in a few lines."""
        lines = [
            f"{self.passes} passes of {self.inputs} inputs: {self.way}, because {self.reason}.",
            f"Computed once: {_names(self.prefix)}.",
            f"Drawn in each pass: {_names(self.draws)}; the first is {_names([self.first_draw])}.",
        ]
        if self.decomposed:
            lines.append(f"Run in parts, to sample the dropout inside: {_names(self.decomposed)}.")
        if self.stacked > 1:
            lines.append(f"{self.stacked} passes are one batch of {self.stacked * self.inputs}.")
        lines.append(
            f"Outputs are summed up in chunks of {self.chunk} passes; about {self.seconds:.2g} s "
            f"and {self.memory / 2**20:.2g} MiB."
        )
        return "\n".join(lines)


@checked
def plan(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    samples: Count = 50,
    p: Share | None = None,
    batch_size: Count | None = None,
    kept_channels: bool | None = None,
) -> Plan:
    """Return how `mc_dropout` with these arguments computes its passes, after running a few.

    The choice depends on the model and on shapes, not on values or on the clock, so it is the same
    in every run. Skipping channels and stacking passes give the same passes up to rounding.

    Args:
        model: as for `mc_dropout`.
        x: (N, ...) inputs; only the first batch runs.
        samples: number of passes T, at least 1.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.
        batch_size: as for `mc_dropout`.
        kept_channels: as for `mc_dropout`.

    Raises:
        ValueError, TypeError: as for `mc_dropout`.
    """
    check_run(x, samples, 0, p, batch_size, "logits")
    batch = x[: batch_size or len(x)]
    with prepared_passes(model, batch, DrawnMasks(0), p, kept_channels) as prepared:
        outputs = prepared.passes(0, 1)
        chunk = next_chunk(1, samples + 1, outputs[0].numel())
        stacked, held = 1, 0
        if prepared.chain and not prepared.skips_channels and prepared.cost:
            stacked = min(stacked_passes(prepared.cost.elements), chunk)
            held = stacked * prepared.cost.elements * outputs.element_size()
        tried = min(stacked, samples)
        start = time.perf_counter()
        prepared.passes(0, tried)
        seconds = (time.perf_counter() - start) / tried * samples * len(x) / len(batch)
        way, reason = _chosen(prepared, kept_channels)
        prefix, draws = _prefix(prepared, p), _draws(prepared, p)
    shared = prepared.graph.shared if prepared.graph else ()
    if prepared.replay and not prepared.graph:
        shared = tuple(prepared.replay.prefix().values())
    held += sum(each.nbytes for each in shared if isinstance(each, Tensor))
    held += chunk * outputs[0].nbytes
    modules = dict(model.named_modules())
    inside = [name for name in dict.fromkeys(draws) if isinstance(modules.get(name), _INSIDE)]
    return Plan(
        way, reason, prefix, draws[0], draws, tuple(inside), len(batch), samples, chunk, stacked,
        seconds, held,
    )  # fmt: skip


def _chosen(prepared: Prepared, insist: bool | None) -> tuple[Way, str]:
    cost = prepared.cost
    if prepared.graph:
        skipped = prepared.graph.selected
        return "kept channels", (
            f"for {sum(skipped)} of {len(skipped)} dropouts, skipping the dropped channels in the "
            "layers around them saves time"
        )
    if prepared.chain is None:
        if insist is False:
            return "pass by pass", "kept_channels is False"
        return "pass by pass", (
            "no convolution or linear layer reads dropped channels, or skipping them costs more "
            "than it saves"
        )
    if cost is None:
        return "kept channels", "kept_channels is True"
    way: Way = "stacked batch" if cost.stacks else "kept channels"
    if cost.skipping is None or cost.stacking is None:
        size = "small" if cost.stacks else "large"
        return way, f"the input of the first draw is {size}, with {cost.elements} elements"
    better, worse = sorted((cost.skipping, cost.stacking))
    other = "kept channels" if cost.stacks else "a stacked batch"
    return way, (
        f"the cost model expects {better * 1e6:.3g} us a pass, and {worse * 1e6:.3g} us with "
        f"{other}"
    )


def _prefix(prepared: Prepared, p: float | None) -> tuple[str, ...]:
    if prepared.graph:
        return prepared.graph.prefix
    if prepared.replay:
        return tuple(prepared.replay.prefix())
    before, _ = cut(prepared.replica.model, p)
    return tuple(prepared.replica.names[id(module)] for module in before)


def _draws(prepared: Prepared, p: float | None) -> tuple[str, ...]:
    if prepared.chain:
        return tuple(prepared.replica.names[id(each.layer)] for each in prepared.chain.dropouts)
    assert prepared.replay is not None
    return tuple(prepared.replay.drawn)


def _names(names: Sequence[str]) -> str:
    """Return names for a sentence; a run of many is cut short."""
    shown = [name or "the model itself" for name in names]
    if len(shown) > 6:
        shown = [*shown[:3], f"... ({len(shown) - 5} more)", *shown[-2:]]
    return ", ".join(shown) or "nothing"
