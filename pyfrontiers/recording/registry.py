"""Every record that ships with the package, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from importlib import import_module

from pyfrontiers.claims import CLAIMS
from pyfrontiers.claims.records import claim_recipe
from pyfrontiers.comparison.repository import benchmarks, in_repository
from pyfrontiers.recording.recipe import Recipe

__all__ = ["RECIPES", "Recipes"]


class Recipes(Mapping[str, Recipe]):
    """Recipes by name; a recipe's module is imported on first access.

    Args:
        modules: Maps a name to the module that defines ``RECIPE``. The claims are added under their
            identifiers.

    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = dict(modules)

    def __getitem__(self, name: str) -> Recipe:
        if name in self._modules:
            return _recipe_of(self._modules[name])
        if name in CLAIMS:
            return claim_recipe(CLAIMS[name])
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from CLAIMS
        yield from self._modules

    def __len__(self) -> int:
        return len(CLAIMS) + len(self._modules)

    def find(self, name: str) -> str:
        """Return the registered name that equals ``name`` up to case.

        Raises:
            ValueError: There is none; the message suggests similar names.

        """
        known = {each.lower(): each for each in self}
        if name.strip().lower() in known:
            return known[name.strip().lower()]
        near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
        hint = f" (did you mean {' or '.join(known[each] for each in near)}?)" if near else ""
        raise ValueError(f"nothing is recorded as {name!r}{hint}; there are {', '.join(self)}")


def _recipe_of(module: str) -> Recipe:
    folder, _, name = module.rpartition(".")
    found = benchmarks(name) if folder == "tests.benchmarks" else import_module(module)
    if not isinstance(found.RECIPE, Recipe):
        raise TypeError(f"{module}.RECIPE must be a Recipe, got a {type(found.RECIPE).__name__}")
    return found.RECIPE


RECIPES = Recipes(
    {
        "digit-net": "pyfrontiers.digits.weights",
        "digit-flow": "pyfrontiers.digits.flow.weights",
        "drop-rates": "pyfrontiers.digits.recorded_rates",
        "photograph-attacks": "pyfrontiers.vision.recorded_attacks",
        "photograph-features": "pyfrontiers.vision.recorded_features",
        "robust-examples": "pyfrontiers.vision.recorded_robust",
        "label-fits": "pyfrontiers.generalization.recorded_fits",
        "explanation-maps": "pyfrontiers.limitations.recorded_maps",
        "robust-textures": "pyfrontiers.physical.recorded_textures",
        "depth-net": "pyfrontiers.depth.weights",
        "depth-data": "pyfrontiers.depth.more_data",
        "task-networks": "pyfrontiers.multitask.record",
        "automl-benchmark": "pyfrontiers.automl.benchmark.building",
        "posteriors": "pyfrontiers.uncertainty.study.recorded_posteriors",
        "transfer-networks": "pyfrontiers.transfer.weights",
        "task-similarity": "pyfrontiers.transfer.similarity",
        # Benchmarks exist only in the repository.
        **({"kernels": "tests.benchmarks.recording"} if in_repository() else {}),
    }
)
