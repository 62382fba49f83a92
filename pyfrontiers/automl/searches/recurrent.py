"""The recurrent controller: two LSTM layers that write an architecture token by token."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.automl.searches.policy import Unrolled, picked
from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.space import SearchSpace

__all__ = ["RecurrentPolicy"]

_LEVELS = 2
_SPREAD = 0.08  # Zoph and Le initialise all weights uniformly in ±0.08
_WEIGHTS = 0  # stream of the seed


class RecurrentPolicy:
    """Two LSTM layers; a softmax over each token's values, which is the next input.

    Skip connections are drawn at anchor points. At the end of each layer i the LSTM makes one more
    step; with its output h_i, layer i reads an earlier layer j with probability

        sigmoid(v . tanh(W_prev h_j + W_curr h_i)),

    independently for each j. The next input is the mean of the outputs h_j of the chosen layers.

    All R controllers run side by side as batched products; each has its own weights.

    Args:
        space: the space.
        seeds: one 64-bit seed of the weights for each controller.
        units: of each LSTM layer.

    Source:
        Zoph and Le, Neural architecture search with reinforcement learning, ICLR 2017, secs. 3.1,
        3.3 and 4.1. That the chosen anchors' mean is the next input is Pham et al., Efficient
        neural architecture search, ICML 2018.

    """

    def __init__(self, space: SearchSpace, seeds: Sequence[int], units: int = 35) -> None:
        self._script = _script(space)
        self._units = units
        shapes: dict[str, tuple[int, ...]] = {"first input": (units,), "no anchors": (units,)}
        for level in range(_LEVELS):
            shapes[f"lstm {level}"] = (2 * units, 4 * units)
            shapes[f"lstm bias {level}"] = (4 * units,)
        for place, choice in enumerate(space.tokens):
            if choice.source is None:
                shapes[f"softmax {place}"] = (len(choice.values), units)
                shapes[f"embedding {place}"] = (len(choice.values), units)
        if any(choice.source is not None for choice in space.tokens):
            shapes |= {"previous": (units, units), "current": (units, units), "anchor": (units,)}
        self._shapes = shapes
        self._counts = [math.prod(shape) for shape in shapes.values()]
        total = sum(self._counts)
        drawn = [
            uniform((total,), seed=fold_in(seed, _WEIGHTS), dtype=torch.float32) for seed in seeds
        ]
        flat = _SPREAD * (2 * torch.stack(drawn) - 1)
        self._flat = flat.requires_grad_()

    @property
    def weights(self) -> list[Tensor]:
        """All weights of each controller as one row, (R, P)."""
        return [self._flat]

    def unroll(self, *, tokens: Tensor | None = None, coins: Tensor | None = None) -> Unrolled:
        """Evaluate or draw architectures; see `Policy.unroll`."""
        given = tokens if tokens is not None else coins
        assert given is not None
        runs, count = given.shape[:2]
        # One split instead of many slices: its backward pass is one concatenation.
        parts = torch.split(self._flat, self._counts, 1)
        weights = {
            name: part.view(runs, *shape)
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }
        walk = _Walk(weights, runs, count, self._units, tokens, coins)
        for places, anchor in self._script:
            walk.anchor(places) if anchor else walk.choose(places[0])
        return walk.result()


def _script(space: SearchSpace) -> list[tuple[tuple[int, ...], bool]]:
    """Return the LSTM's steps: the tokens that each decides, and whether it is an anchor."""
    steps: list[tuple[tuple[int, ...], bool]] = []
    layers = max(choice.layer for choice in space.tokens) + 1
    linked = any(choice.source is not None for choice in space.tokens)
    for layer in range(layers):
        here = [(k, c) for k, c in enumerate(space.tokens) if c.layer == layer]
        steps += [((k,), False) for k, c in here if c.source is None]
        if linked:
            steps.append((tuple(k for k, c in here if c.source is not None), True))
    # The last step must decide something.
    while steps and not steps[-1][0]:
        steps.pop()
    return steps


class _Walk:
    """One pass of all controllers over the steps of the script."""

    def __init__(
        self,
        weights: dict[str, Tensor],
        runs: int,
        count: int,
        units: int,
        tokens: Tensor | None,
        coins: Tensor | None,
    ) -> None:
        self._weights, self._tokens, self._coins = weights, tokens, coins
        zeros = torch.zeros((runs, count, units), dtype=torch.float32, device="cpu")
        self._hidden, self._cell = [zeros] * _LEVELS, [zeros] * _LEVELS
        self._input = weights["first input"][:, None].expand(-1, count, -1)
        self._anchors: list[Tensor] = []
        self._made: dict[int, Tensor] = {}
        self._logs: list[Tensor] = []
        self._entropies: list[Tensor] = []
        self._distributions: dict[int, Tensor] = {}

    def choose(self, place: int) -> None:
        """Draw a layer's property; its embedding is the next input."""
        hidden = self._step()
        logits = torch.bmm(hidden, self._weights[f"softmax {place}"].transpose(1, 2))
        token = self._decide(place, logits)
        index = token[..., None].expand(-1, -1, hidden.shape[2])
        self._input = self._weights[f"embedding {place}"].gather(1, index)

    def anchor(self, places: tuple[int, ...]) -> None:
        """Draw which of the earlier layers a layer reads."""
        hidden = self._step()
        chosen = []
        if places:
            current = torch.bmm(hidden, self._weights["current"])
            vector = self._weights["anchor"][:, :, None]
        for place, earlier in zip(places, self._anchors, strict=True):
            mixed = torch.tanh(torch.bmm(earlier, self._weights["previous"]) + current)
            logit = torch.bmm(mixed, vector)
            chosen.append(self._decide(place, torch.cat((torch.zeros_like(logit), logit), 2)))
        self._input = self._weights["no anchors"][:, None].expand_as(hidden)
        if chosen:
            flags = torch.stack(chosen, 2)[..., None].to(hidden.dtype)
            total = (torch.stack(self._anchors, 2) * flags).sum(2)
            number = flags.sum(2)
            self._input = torch.where(number > 0, total / number.clamp(min=1), self._input)
        self._anchors.append(hidden)

    def _step(self) -> Tensor:
        """Advance both LSTM layers and return the output of the upper one."""
        value = self._input
        for level in range(_LEVELS):
            together = torch.cat((value, self._hidden[level]), 2)
            gates = torch.baddbmm(
                self._weights[f"lstm bias {level}"][:, None],
                together,
                self._weights[f"lstm {level}"],
            )
            write, forget, new, output = gates.chunk(4, 2)
            self._cell[level] = forget.sigmoid() * self._cell[level] + write.sigmoid() * new.tanh()
            value = self._hidden[level] = output.sigmoid() * self._cell[level].tanh()
        return value

    def _decide(self, place: int, logits: Tensor) -> Tensor:
        log = logits.log_softmax(2)
        distribution = log.exp()
        if self._tokens is not None:
            token = self._tokens[..., place]
        else:
            assert self._coins is not None
            token = picked(distribution.detach(), self._coins[..., place])
        self._made[place] = token
        self._logs.append(log.gather(2, token[..., None])[..., 0])
        self._entropies.append(-(distribution * log).sum(2))
        self._distributions[place] = distribution
        return token

    def result(self) -> Unrolled:
        """Return what was decided."""
        order = sorted(self._made)
        return Unrolled(
            torch.stack([self._made[place] for place in order], 2),
            torch.stack(self._logs).sum(0),
            torch.stack(self._entropies).sum(0),
            [self._distributions[place] for place in order],
        )
