"""A sanity check of saliency methods on an ImageNet classifier and a photograph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.limitations.randomisation import cascade
from pyfrontiers.limitations.saliency import METHODS, explainable, saliency_map
from pyfrontiers.reports import silent

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["FAILS_FROM", "JUDGED", "STAGES", "explanation_check", "photograph_pixels"]

#: The stages of randomisation, from the output down; each includes the parts before it.
STAGES = ("output layer", "top quarter", "upper half", "whole network")
#: The stage at which methods are judged: class-specific layers are random, edge filters are not.
JUDGED = "top quarter"
#: A method fails if its rank correlation at that stage is at least this.
FAILS_FROM = 0.5
_SIDE = 224


@checked
def explanation_check(
    *,
    name: str = "temple",
    methods: Sequence[str] = tuple(METHODS),
    seeds: Count = 1,
    samples: int = 16,
    stages: Sequence[str] = STAGES,
    seed: Seed = 0,
    report: Callable[..., None] = silent,
) -> dict[str, Any]:
    """Compare saliency maps of EfficientNet-Lite0 before and after randomising its weights.

    A method that explains what the network has learned must change its map when the weights are
    randomised from the output down. The check measures the rank correlation of the maps.

    Args:
        name: A key of :data:`pyfrontiers.vision.PHOTOGRAPHS`; its most probable class is explained.
        methods: Keys of `METHODS`, at least one.
        seeds: Number of random networks, at least 1.
        samples: Steps of integrated gradients and noisy copies of SmoothGrad, at least 1.
        stages: Stages to evaluate, from `STAGES` and in that order, including `JUDGED`.
        seed: 64-bit seed of weights and noise.
        report: Called with the fraction done and a message.

    Returns:
        ``photograph``, ``class``, ``probability``, ``stages``, ``seeds`` and ``samples``;
        ``correlations``: for each method one row per seed of rank correlations at the stages;
        ``judged``: for each method the mean ``correlation`` at the judged stage and whether it
        ``fails``; ``maps``: for each method (H, W) uint8 maps of the trained network and of the
        stages for the first seed.

    Raises:
        ValueError: A stage, method or photograph is unknown, the judged stage is missing, or
            ``seeds`` is not positive.

    Source:
        Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, sec. 4.
    """
    if JUDGED not in stages or any(stage not in STAGES for stage in stages):
        raise ValueError(
            f"stages must be among {', '.join(STAGES)} and include {JUDGED!r}, got {list(stages)}"
        )
    if not methods:
        raise ValueError("methods must hold at least one method, got none")
    x, target, probability, class_name = _load_photograph(name)
    trained = _network()
    layer = trained.network._conv_head
    report(0.0, "explaining the trained network")
    original = {
        method: saliency_map(method, trained, x, target, layer=layer, samples=samples, seed=seed)
        for method in methods
    }
    rows: dict[str, list[list[float]]] = {method: [] for method in methods}
    maps: dict[str, list[Tensor]] = {}
    for number in range(seeds):

        def within(fraction: float, message: str, number: int = number) -> None:
            report((number + fraction) / seeds, f"network {number + 1} of {seeds}: {message}")

        network = _network()
        found = cascade(
            network,
            x,
            target,
            _merged(_stages(network.network), stages),
            layer=network.network._conv_head,
            methods=methods,
            samples=samples,
            seed=fold_in(seed, number),
            original=original,
            report=within,
        )
        maps = maps or found["maps"]
        for method, row in found["correlations"].items():
            rows[method].append(row)
    report(1.0, "done")
    return {
        "photograph": name,
        "class": class_name,
        "probability": probability,
        "stages": list(stages),
        "seeds": seeds,
        "samples": samples,
        "correlations": rows,
        "judged": _verdicts(rows, list(stages).index(JUDGED)),
        "maps": {method: [_levels(one) for one in shown] for method, shown in maps.items()},
    }


def photograph_pixels(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a sample photograph as prepared for the classifier, (224, 224, 3) uint8.

    Args:
        name: A key of :data:`pyfrontiers.vision.PHOTOGRAPHS`.

    Raises:
        ValueError: There is no photograph with that name.
    """
    from pyfrontiers.vision import photograph, prepared_pixels

    return np.frombuffer(prepared_pixels(photograph(name)), np.uint8).reshape(_SIDE, _SIDE, 3)


def _load_photograph(name: str) -> tuple[Tensor, int, float, str]:
    """Return an image (1, 3, 224, 224), its predicted class, the probability and the class name."""
    from pyfrontiers.vision import classifier, top_classes

    x = torch.from_numpy(photograph_pixels(name).copy()).permute(2, 0, 1)[None].float() / 255
    class_name, target, probability = top_classes(classifier().probabilities(x)[0], 1)[0]
    return x, target, probability, class_name


def _network() -> Any:
    from pyfrontiers.vision import classifier

    return explainable(classifier())


def _stages(network: Any) -> list[tuple[str, list[nn.Module]]]:
    """Divide the layers of EfficientNet-Lite0 into `STAGES`, from the output down."""
    blocks = list(network._blocks)[::-1]
    quarter, half = len(blocks) // 4, len(blocks) // 2
    parts = (
        [network._fc],
        [network._conv_head, *blocks[:quarter]],
        blocks[quarter:half],
        [*blocks[half:], network._conv_stem],
    )
    return list(zip(STAGES, parts, strict=True))


def _merged(
    parts: list[tuple[str, list[nn.Module]]], wanted: Sequence[str]
) -> list[tuple[str, list[nn.Module]]]:
    """Keep the wanted stages; the layers of a skipped stage join the next wanted one."""
    kept: list[tuple[str, list[nn.Module]]] = []
    pending: list[nn.Module] = []
    for name, modules in parts:
        pending = [*pending, *modules]
        if name in wanted:
            kept.append((name, pending))
            pending = []
    return kept


def _verdicts(rows: dict[str, list[list[float]]], place: int) -> dict[str, dict[str, Any]]:
    means = {
        method: float(np.mean([row[place] for row in table])) for method, table in rows.items()
    }
    return {
        method: {"correlation": mean, "fails": mean >= FAILS_FROM} for method, mean in means.items()
    }


def _levels(found: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Scale a map to 0..255, with the top 1 % white so that outliers do not darken the rest."""
    top = float(found.flatten().quantile(0.99)) or float(found.max()) or 1.0
    levels = (found / top).clamp(0, 1) * 255
    return levels.round().to(torch.uint8).numpy()
