"""The sanity check of explanations on a real classifier and a real photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.kernels import fold_in
from pyfrontiers.limitations.randomisation import cascade
from pyfrontiers.limitations.saliency import METHODS, explainable, saliency_map

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

__all__ = ["FAILS_FROM", "JUDGED", "STAGES", "explanation_check", "photograph_pixels"]

#: What is random at each stage, from the output down: everything named so far.
STAGES = ("output layer", "top quarter", "upper half", "whole network")
#: At this stage nothing that names a class is left, while the filters that see edges still are.
JUDGED = "top quarter"
#: A map that keeps a rank correlation of this much at that stage has not noticed.
FAILS_FROM = 0.5
_SIDE = 224


def _silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Report to nobody."""


def explanation_check(
    *,
    name: str = "temple",
    methods: Sequence[str] = tuple(METHODS),
    seeds: int = 1,
    samples: int = 16,
    stages: Sequence[str] = STAGES,
    seed: int = 0,
    report: Callable[..., None] = _silent,
) -> dict[str, Any]:
    """Explain what EfficientNet-Lite0 sees in a photograph, then randomise it from the output down.

    Args:
        name: A key of :data:`pyfrontiers.vision.PHOTOGRAPHS`; its most probable class is explained.
        methods: Keys of `METHODS`.
        seeds: Random networks, at least 1.
        samples: Steps of integrated gradients, noisy copies of SmoothGrad.
        stages: Which of `STAGES` to explain at; the judged one must be among them.
        seed: 64-bit stream of weights and noise.
        report: Told the fraction and what is going on.

    Returns:
        ``photograph``, ``class``, ``probability``, ``stages``, ``seeds``, ``samples``;
        ``correlations``: for each method a row of rank correlations for each seed; ``judged``: for
        each method the mean at the judged stage, and ``fails``; ``maps``: for each method maps as
        (H, W) uint8 arrays, of the trained network and then of the first seed's stages.

    Raises:
        ValueError: A stage or method is unknown, the judged stage is left out, or ``seeds`` is not
            positive.

    """
    unknown = [one for one in stages if one not in STAGES]
    if unknown or JUDGED not in stages or not methods:
        raise ValueError(
            f"stages is {list(stages)} and methods is {list(methods)}; wanted some of {STAGES}, "
            f"{JUDGED!r} among them, and at least one method"
        )
    if seeds < 1:
        raise ValueError(f"seeds is {seeds}; wanted at least 1")
    x, target, probability, known = _seen(name)
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
        "class": known,
        "probability": probability,
        "stages": list(stages),
        "seeds": seeds,
        "samples": samples,
        "correlations": rows,
        "judged": _verdicts(rows, list(stages).index(JUDGED)),
        "maps": {method: [_levels(one) for one in shown] for method, shown in maps.items()},
    }


def photograph_pixels(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Give a shipped photograph as the classifier sees it, (224, 224, 3) uint8."""
    from pyfrontiers.vision import photograph, prepared_pixels

    return np.frombuffer(prepared_pixels(photograph(name)), np.uint8).reshape(_SIDE, _SIDE, 3)


def _seen(name: str) -> tuple[Tensor, int, float, str]:
    """Image (1, 3, 224, 224), its most probable class, the probability and the class's name."""
    from pyfrontiers.vision import classifier, top_classes

    x = torch.from_numpy(photograph_pixels(name).copy()).permute(2, 0, 1)[None].float() / 255
    known, target, probability = top_classes(classifier().probabilities(x)[0], 1)[0]
    return x, target, probability, known


def _network() -> Any:
    from pyfrontiers.vision import classifier

    return explainable(classifier())


def _stages(network: Any) -> list[tuple[str, list[nn.Module]]]:
    """Part EfficientNet-Lite0 into `STAGES`, from the output down."""
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
    """Keep the wanted stages; what lies between two of them goes with the later one."""
    kept: list[tuple[str, list[nn.Module]]] = []
    waiting: list[nn.Module] = []
    for name, modules in parts:
        waiting = [*waiting, *modules]
        if name in wanted:
            kept.append((name, waiting))
            waiting = []
    return kept


def _verdicts(rows: dict[str, list[list[float]]], place: int) -> dict[str, dict[str, Any]]:
    means = {
        method: float(np.mean([row[place] for row in table])) for method, table in rows.items()
    }
    return {
        method: {"correlation": mean, "fails": mean >= FAILS_FROM} for method, mean in means.items()
    }


def _levels(found: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Scale a map to 0 to 255; the strongest hundredth is white, or single pixels would rule."""
    top = float(found.flatten().quantile(0.99)) or float(found.max()) or 1.0
    levels = (found / top).clamp(0, 1) * 255
    return levels.round().to(torch.uint8).numpy()
