"""A deep ensemble of 20 small networks, trained and evaluated in parallel and one by one.

Each network has two hidden layers of 32 units and takes 50 steps of Adam on batches of 64; then the
ensemble predicts 256 inputs. Sizes are fixed, because a network does not grow with the number of
elements.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.kernels import fold_in
from pyfrontiers.training import Shuffled
from pyfrontiers.uncertainty import fit_ensemble, predict

from .timing import Benchmark, Candidate, Target

MEMBERS, STEPS, BATCH, INPUTS, WIDTH, CLASSES = 20, 50, 64, 256, 32, 3
_SEED = 1


def network() -> nn.Sequential:
    """Return one network, its weights drawn from torch's generator."""
    return nn.Sequential(
        nn.Linear(8, WIDTH),
        nn.Tanh(),
        nn.Linear(WIDTH, WIDTH),
        nn.Tanh(),
        nn.Linear(WIDTH, CLASSES),
    )


def benchmark(_: int) -> Benchmark:
    """Compare the members side by side, our loop, and a loop written by hand."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(INPUTS, 8, generator=generator)
    y = (x[:, 0] > 0).long() + (x[:, 1] > 1).long()

    def fitted(side_by_side: bool) -> Tensor:
        found = fit_ensemble(
            network, x, y, members=MEMBERS, steps=STEPS, batch_size=BATCH, seed=_SEED,
            side_by_side=side_by_side,
        )  # fmt: skip
        return predict(found, x, samples=MEMBERS).mean

    @torch.enable_grad()
    def by_hand() -> Tensor:
        outputs = []
        for member in range(MEMBERS):
            seed = fold_in(_SEED, member)
            with torch.random.fork_rng():
                torch.manual_seed(fold_in(seed, 0))
                model = network()
            optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
            order = Shuffled(INPUTS, BATCH, seed=fold_in(seed, 1))
            for step in range(STEPS):
                chosen = order.at(step)
                optimiser.zero_grad()
                F.cross_entropy(model(x[chosen]), y[chosen]).backward()
                optimiser.step()
            with torch.no_grad():
                outputs.append(model(x).softmax(1))
        return torch.stack(outputs).mean(0)

    def verify() -> None:
        together = fitted(True)
        for name, other in (("our loop", fitted(False)), ("a loop by hand", by_hand())):
            torch.testing.assert_close(together, other, rtol=0, atol=1e-4, msg=f"{name} differs")

    candidates = (
        Candidate("uncertainty.fit_ensemble", lambda: fitted(True)),
        Candidate("one after the other", lambda: fitted(False)),
        Candidate("a loop by hand", by_hand),
    )
    targets = (
        Target(
            "members one after the other, the faster of two loops",
            candidates[0].name,
            ("one after the other", "a loop by hand"),
            4,
        ),
    )
    return Benchmark("ensemble", verify, candidates, targets)
