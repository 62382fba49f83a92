"""1,000 samples of a Bayesian head, and of a head with dropout, on the features of one image.

The heads are taught 40 made-up feature vectors of two classes. Sizes are fixed: 1,280 features, as
of EfficientNet-Lite0. Without the features of the image, which every candidate gets.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.head import fit_dropout_head, fit_head

from .timing import Benchmark, Candidate, Target

SAMPLES, EXAMPLES, FEATURES, P = 1000, 40, 1280, 0.5


def _made(count: int) -> Tensor:
    drawn = torch.randn(count, FEATURES, generator=torch.Generator().manual_seed(count))
    return drawn.abs()


def benchmark(_: int) -> Benchmark:
    """Compare with loops over heads, with the heads drawn before, and with one batched product."""
    features, labels = _made(EXAMPLES), torch.arange(EXAMPLES) % 2
    features[:, 0] += 4 * labels
    image = _made(1)
    bayes, dropped = fit_head(features, labels), fit_dropout_head(features, labels, p=P)
    heads = bayes.weights(SAMPLES)
    module = _module(dropped.weights, dropped.bias)

    def drawn() -> Tensor:
        return torch.cat(list(bayes.sample(image, SAMPLES)))

    def one_by_one() -> Tensor:
        found = [bayes.inputs(image) @ bayes.weights(1, first_sample=s)[0] for s in range(SAMPLES)]
        return torch.stack(found)

    def drawn_before() -> Tensor:
        phi = bayes.inputs(image)
        return torch.stack([phi @ head for head in heads])

    def batched() -> Tensor:
        return bayes.inputs(image) @ heads

    def passes() -> Tensor:
        return torch.cat(list(dropped.sample(image, SAMPLES)))

    def dropout_loop() -> Tensor:
        x = dropped.inputs(image)[:, :-1].float()
        return torch.stack([module(x) for _ in range(SAMPLES)])

    def dropout_batch() -> Tensor:
        x = dropped.inputs(image)[:, :-1].float()
        found: Tensor = module(x.expand(SAMPLES, -1))[:, None]
        return found

    def verify() -> None:
        for found, others in (
            (drawn(), (one_by_one(), drawn_before(), batched())),
            (passes(), (dropout_loop(), dropout_batch())),
        ):
            for other in others:
                error = (found.std(0) / SAMPLES**0.5).double()
                assert ((found.mean(0) - other.mean(0)).abs() < 7 * error).all()
                torch.testing.assert_close(
                    found.std(0).double(), other.std(0).double(), rtol=0.15, atol=0
                )

    candidates = (
        Candidate("head.sample", drawn),
        Candidate("a loop that draws each head", one_by_one),
        Candidate("a loop over heads drawn before", drawn_before),
        Candidate("one product with heads drawn before", batched),
        Candidate("head.sample, dropout", passes),
        Candidate("a loop over nn.Dropout and nn.Linear", dropout_loop),
        Candidate("nn.Dropout on a batch of copies", dropout_batch),
    )
    names = [candidate.name for candidate in candidates]
    stored = "needs the 1,000 heads in memory, 20 MB, and their drawing is not in its time"
    targets = (
        Target("a loop that draws each head and runs it", names[0], (names[1],), 200),
        Target(
            "the strongest baseline, heads drawn before",
            names[0],
            (names[2], names[3]),
            1,
            if_missed=stored,
        ),
        Target("1,000 samples within 150 ms", names[0], (), 1, allowed=0.15),
        Target("a loop over nn.Dropout and nn.Linear", names[4], (names[5],), 200,
               if_missed="a pass of the loop is two small calls; ours must draw its bits too"),
        Target("the strongest baseline, a batch of copies", names[4], (names[6],), 1),
        Target("1,000 passes within 150 ms", names[4], (), 1, allowed=0.15),
    )  # fmt: skip
    return Benchmark("head", verify, candidates, targets)


def _module(weights: Tensor, bias: Tensor) -> nn.Sequential:
    """Return the head with dropout as torch's modules, in training mode."""
    linear = nn.Linear(*weights.shape)
    with torch.no_grad():
        linear.weight.copy_(weights.T)
        linear.bias.copy_(bias)
    return nn.Sequential(nn.Dropout(P), linear).train()
