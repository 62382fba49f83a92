"""32 dropout passes of a network end to end, compared with a loop and with baal.

Three convolutions of 64 channels on 16 images of 32 x 32 pixels, with half of the channels dropped
after each; the result is the mean and variance of the class probabilities. Sizes are fixed, because
a network does not grow with the number of elements.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty import mc_dropout

from .peers import load
from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

PASSES, IMAGES, SIZE, CHANNELS, CLASSES, P = 32, 16, 32, 64, 10, 0.5
_BAAL = ("baal, cached", "baal, replicated")
_MANY = 1024
_CACHED = "channels last, prefix cached"
_MULTIPLYING = (
    "5.3x to 6.3x, depending on the processor and the day: three quarters of the time is torch's "
    "convolutions of the kept channels, which compute 48 channels where 33 to 48 are kept"
)

_CONV = "convolutions of the kept channels take three quarters of the time, as against all loops"


def network() -> nn.Sequential:
    """Return the network, in evaluation mode, its weights from a fixed seed."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers: list[nn.Module] = []
        for channels in (3, CHANNELS, CHANNELS):
            layers += [nn.Conv2d(channels, CHANNELS, 3, padding=1), nn.ReLU()]
            layers += [nn.Dropout2d(P), nn.MaxPool2d(2)]
        spread = (SIZE // 8) ** 2
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(CHANNELS * spread, CLASSES)).eval()


def benchmark(_: int) -> Benchmark:
    """Compare a plain loop, the library for it, and ours."""
    model = network()
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(IMAGES, 3, SIZE, SIZE, generator=generator)

    def ours(passes: int = PASSES) -> tuple[Tensor, Tensor]:
        prediction = mc_dropout(model, images, samples=passes, seed=1)
        return prediction.mean, prediction.variance

    baselines = {
        "the loop": _loop(model, images),
        _CACHED: _cached_loop(model, images),
        **_baal(model, images),
    }

    def verify() -> None:
        mean, variance = ours(_MANY)
        for name, baseline in baselines.items():
            found, _ = baseline()
            # Masks differ between candidates, so compare means, within 6 standard deviations.
            sigma = (variance / PASSES + variance / _MANY).sqrt()
            assert ((found - mean).abs() < 6 * sigma + 1e-4).all(), f"{name} and ours differ"

    candidates = (
        Candidate("uncertainty.mc_dropout", ours),
        *(Candidate(name, baseline) for name, baseline in baselines.items()),
    )
    ahead = candidates[0].name
    targets = (
        Target("a loop over the passes", ahead, ("the loop",), 6, if_missed=_MULTIPLYING),
        Target(
            "a channels-last loop that caches the prefix", ahead, (_CACHED,), 3, if_missed=_CONV
        ),
        Target("baal, the faster of cached and replicated", ahead, _BAAL, 3),
    )
    return Benchmark("mc_network", verify, candidates, targets)


def _summed_up(logits: Tensor) -> tuple[Tensor, Tensor]:
    """(N, K, T) -> mean and variance of the probabilities, (N, K) each."""
    probabilities = logits.softmax(1)
    return probabilities.mean(2), probabilities.var(2, correction=0)


def _loop(model: nn.Module, images: Tensor) -> Callable[[], tuple[Tensor, Tensor]]:
    dropping = copy.deepcopy(model).train()
    return lambda: _summed_up(torch.stack([dropping(images) for _ in range(PASSES)], 2))


def _cached_loop(model: nn.Sequential, images: Tensor) -> Callable[[], tuple[Tensor, Tensor]]:
    """Loop over what follows the first dropout, by hand, in the layout that torch prefers."""
    last = images.contiguous(memory_format=torch.channels_last)
    dropping = copy.deepcopy(model).train().to(memory_format=torch.channels_last)

    def run() -> tuple[Tensor, Tensor]:
        h = dropping[:2](last)
        return _summed_up(torch.stack([dropping[2:](h) for _ in range(PASSES)], 2))

    return run


def _baal(model: nn.Module, images: Tensor) -> dict[str, Callable[[], tuple[Tensor, Tensor]]]:
    dropout, caching = load("baal.bayesian.dropout"), load("baal.bayesian.caching_utils")
    wrapper = load("baal.modelwrapper")
    if dropout is None or caching is None or wrapper is None:
        return {}
    patched: Any = dropout.patch_module(model, inplace=False)

    def predictions(model: nn.Module, replicated: bool) -> Callable[[], tuple[Tensor, Tensor]]:
        arguments = wrapper.TrainingArgs(use_cuda=False, replicate_in_memory=replicated)
        wrapped = wrapper.ModelWrapper(model.eval(), arguments)
        return lambda: _summed_up(wrapped.predict_on_batch(images, PASSES))

    cached = caching.patch_module(patched, inplace=False)
    return dict(zip(_BAAL, (predictions(cached, False), predictions(patched, True)), strict=True))
