"""A valid call of every public function: its keyword arguments, created anew for each call.

Each module has the functions of a few packages: `ROWS`, and where needed the tables below.
"""

from __future__ import annotations

from importlib import import_module

_MODULES = [
    import_module(f"{__name__}.{name}")
    for name in (
        "adversarial",
        "approximation",
        "automl",
        "automl_search",
        "automl_service",
        "depth",
        "digits",
        "generalization",
        "head",
        "lecture",
        "limitations",
        "metrics",
        "multitask",
        "physical",
        "records",
        "scenes",
        "transfer",
        "uncertainty",
        "vision",
    )
]

ROWS = {name: row for module in _MODULES for name, row in module.ROWS.items()}
"""Functions that return the keyword arguments of a valid call, by the name of what is called."""

EXPENSIVE = {name for module in _MODULES for name in getattr(module, "EXPENSIVE", ())}
"""Functions whose shortest call takes more than a second: their bodies are not run here."""

RECORDS = {name for module in _MODULES for name in getattr(module, "RECORDS", ())}
"""Classes of results, which the package makes itself, and protocols."""

ANYTHING = {pair for module in _MODULES for pair in getattr(module, "ANYTHING", ())}
"""Arguments that take any value, as pairs of function and argument."""

NAMED = {pair: said for module in _MODULES for pair, said in getattr(module, "NAMED", {}).items()}
"""What errors call an argument that has another name in the function's signature."""

__all__ = ["ANYTHING", "EXPENSIVE", "NAMED", "RECORDS", "ROWS"]
