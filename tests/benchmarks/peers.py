"""Other libraries that the kernels are compared with, if installed (`make peers`)."""

from __future__ import annotations

import importlib
import warnings
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from torch import library

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["PEERS", "load", "peer_versions", "why_absent"]

PEERS = {
    "kornia": "kornia",
    "torchattacks": "torchattacks",
    "foolbox": "foolbox",
    "adversarial-robustness-toolbox": "art",
    "baal": "baal",
    "torch-uncertainty": "torch_uncertainty",
}
"""From a package's name to the module that it brings."""


def load(module: str) -> ModuleType | None:
    """Import a library's module; None if it, or a dependency, is missing."""
    return None if why_absent(module) else importlib.import_module(module)


@cache
def why_absent(module: str) -> str:
    """Return why a library cannot be imported; empty if it can."""
    _declare_operators_of_torchvision()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    except Exception as error:  # a third-party import may raise anything
        return " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return ""


def peer_versions() -> dict[str, str]:
    """Return each library's version, or why it is absent."""
    found = {}
    for package, module in PEERS.items():
        absent = why_absent(module)
        try:
            found[package] = f"absent ({absent})" if absent else version(package)
        except PackageNotFoundError:
            found[package] = "installed, of no known version"
    return found


@cache
def _declare_operators_of_torchvision() -> None:
    # The wheel's operators are for CUDA builds of torch. On a CPU build they are not loaded, and
    # importing torchvision fails where it describes two of them. No library here calls either.
    try:
        import torchvision  # type: ignore[import-not-found, unused-ignore] # noqa: F401
    except ModuleNotFoundError:
        return
    except RuntimeError:
        _LIBRARY.append(library.Library("torchvision", "FRAGMENT"))
        for name in ("nms", "qnms"):
            _LIBRARY[0].define(f"{name}(Tensor dets, Tensor scores, float threshold) -> Tensor")


_LIBRARY: list[library.Library] = []
