"""The packages that the kernels are measured against, where they are installed (`make peers`)."""

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
    """Import a peer's module; None where it, or something that it needs, is missing."""
    return None if why_absent(module) else importlib.import_module(module)


@cache
def why_absent(module: str) -> str:
    """Return why a peer's module cannot be imported; an empty text when it can."""
    _declare_operators_of_torchvision()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    except Exception as error:  # a peer may fail in any way of its own
        return " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return ""


def peer_versions() -> dict[str, str]:
    """Return each peer's version, or why it does not take part."""
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
    # The wheel's operators are for builds of torch with CUDA. On a build for the CPU they are not
    # loaded, and importing torchvision stops where it describes two of them. No peer calls either.
    try:
        import torchvision  # type: ignore[import-not-found, unused-ignore] # noqa: F401
    except ModuleNotFoundError:
        return
    except RuntimeError:
        _LIBRARY.append(library.Library("torchvision", "FRAGMENT"))
        for name in ("nms", "qnms"):
            _LIBRARY[0].define(f"{name}(Tensor dets, Tensor scores, float threshold) -> Tensor")


_LIBRARY: list[library.Library] = []
