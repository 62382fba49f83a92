"""Train the members of an ensemble as one network whose weights have one more dimension."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn, optim
from torch.func import functional_call, vmap

from pyfrontiers.outputs import scores
from pyfrontiers.uncertainty.ensembles.ensemble import stacked_state
from pyfrontiers.uncertainty.networks import UNSUPPORTED, own_generators

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.likelihood import Examples

#: Optimisers that update each element by its own gradients, and so each member by its own.
ELEMENTWISE = (
    *(optim.SGD, optim.Adam, optim.AdamW, optim.NAdam, optim.RAdam, optim.Adamax),
    *(optim.RMSprop, optim.Adagrad, optim.Adadelta, optim.Rprop, optim.ASGD),
)

#: From the number of a step to the examples of each member, or None for all examples.
Batches = Sequence[Callable[[int], Tensor | None]]


class Stacked(nn.Module):
    """The parameters of M members, stacked; `loss` is the sum of the members' losses.

    Args:
        members: M modules of one architecture, in training mode. They are read, and the first is
            run with the state of each.
        examples: data and loss.
    """

    def __init__(self, members: Sequence[nn.Module], examples: Examples) -> None:
        super().__init__()
        state = stacked_state(members)
        if state is None:
            raise ValueError("the members differ in their layers or in the shapes of their weights")
        trained = {name for name, p in members[0].named_parameters() if p.requires_grad}
        self.names = [name for name in state if name in trained]
        self.stack = nn.ParameterList([state[name] for name in self.names])
        self.fixed = {name: tensor for name, tensor in state.items() if name not in trained}
        self._first = (members[0],)  # in a tuple: no submodule of this one
        self.examples = examples

    def losses(self, step: int, batches: Batches) -> Tensor:
        """Return the loss of each member in a step, (M,)."""
        chosen = [batch(step) for batch in batches]
        own = [index for index in chosen if index is not None]
        x, y = self.examples.at(torch.stack(own) if own else None)
        dim = 0 if own else None
        weights = dict(zip(self.names, self.stack, strict=True)) | self.fixed
        return vmap(self._loss, in_dims=(0, dim, dim))(weights, x, y)

    def _loss(self, weights: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        outputs = functional_call(self._first[0], weights, (x,))
        return self.examples.loss(scores(outputs), y)

    @torch.no_grad()
    def write(self, members: Sequence[nn.Module]) -> None:
        """Write the trained parameters to the members."""
        for number, member in enumerate(members):
            parameters = dict(member.named_parameters())
            for name, stack in zip(self.names, self.stack, strict=True):
                parameters[name].copy_(stack[number])


def stack_members(
    members: Sequence[nn.Module], examples: Examples, batches: Batches, optimiser: type
) -> Stacked | str:
    """Stack members for training, or say why they cannot train side by side.

    The last member's first loss is computed in both ways and compared.

    Args:
        members: M modules in training mode.
        examples: data and loss.
        batches: those of each member.
        optimiser: class of the optimiser.
    """
    if optimiser not in ELEMENTWISE:
        return f"{optimiser.__name__} does not update each element by its own gradients"
    device = next(members[0].parameters()).device
    try:
        stacked = Stacked(members, examples)
        before = {name: tensor.clone() for name, tensor in stacked.fixed.items()}
        with torch.no_grad(), own_generators(0, device):
            together = stacked.losses(0, batches)
            for name, tensor in stacked.fixed.items():
                if not torch.equal(tensor, before[name]):
                    return f"{name!r} changes while the network trains"
            apart = examples.loss_of(members[-1], batches[-1](0))
    except UNSUPPORTED as error:
        lines = str(error).strip().splitlines()
        if lines and "randomness" in lines[0]:
            return "the network draws random numbers while it trains"
        return f"torch.func.vmap refuses the network: {lines[0] if lines else type(error).__name__}"
    if not torch.allclose(together[-1], apart, rtol=1e-4, atol=1e-5):
        return "members have another loss side by side; they differ in what is no tensor"
    return stacked
