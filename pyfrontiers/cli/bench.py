"""`pyfrontiers bench`: the kernels against what one would use instead."""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["bench"]

_PACKAGE = "pyfrontiers_benchmarks"
_PLAIN_WIDTH = 132  # of a file or a pipe, which have none of their own


def bench(
    kernels: Annotated[
        list[str] | None,
        typer.Argument(
            help="Kernels such as dropout, small_calls, or sizes for all over the sizes; "
            "everything when none is named."
        ),
    ] = None,
    elements: Annotated[
        int | None, typer.Option(min=1 << 16, help="Elements of a tensor; 9.6 million by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=3, help="Turns of every candidate.")] = 15,
    threads: Annotated[int, typer.Option(min=1, help="Threads of torch and of the kernels.")] = 2,
    out: Annotated[
        Path | None, typer.Option(help="Folder for figures.json and the plot as PNG and HTML.")
    ] = None,
    record: Annotated[
        bool,
        typer.Option("--record", help="Replace the recorded run and the README's table by this."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: environment and results.")
    ] = False,
) -> None:
    """Verify the kernels, then time them interleaved with their baselines.

    The baselines are torch, eager and compiled, NumPy and, if `make peers` has installed them,
    kornia, torchattacks, foolbox, adversarial-robustness-toolbox, baal and torch-uncertainty.
    Figures are medians with quartiles. Ratios are computed round by round within one run, so that
    load from other programs affects both sides alike. The exit code is 1 if a target is missed.

    Example: pyfrontiers bench dropout linf_step --rounds 31 --json
    """
    runner = _load("runner")
    chosen = list(dict.fromkeys(kernels or runner.NAMES))
    for name in chosen:
        if name not in runner.NAMES:
            raise ValueError(f"no kernel is called {name!r}; there are {', '.join(runner.NAMES)}")
    if record and set(chosen) != set(runner.NAMES):
        raise ValueError("--record keeps a run of everything; leave the kernels' names out")
    found = _measured(runner, chosen, (elements or runner.ELEMENTS, rounds, threads), quiet=as_json)
    if out is not None:
        _load("recording").write(out, found)
    if record:
        _load("recording").record(found)
    if as_json:
        json.dump(found, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        from pyfrontiers.cli.bench_tables import show

        show(_console(), found)
    if any(target["status"] == "fail" for one in found["results"] for target in one["targets"]):
        raise typer.Exit(1)


def _measured(
    runner: ModuleType, chosen: list[str], asked: tuple[int, int, int], *, quiet: bool
) -> dict[str, Any]:
    import torch

    elements, rounds, threads = asked
    torch.set_num_threads(threads)
    environment = runner.environment(threads, elements, rounds)
    with _console(stderr=quiet).status("measuring") as status:
        results = list(runner.run(chosen, elements, rounds, status.update))
    return {"environment": environment, "results": results}


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=_PLAIN_WIDTH)


def _load(name: str) -> ModuleType:
    """Load a module of the benchmarks, which live beside the tests, not in the package.

    Raises:
        FileNotFoundError: this installation comes from a wheel and has no repository around it.
    """
    import pyfrontiers

    folder = Path(pyfrontiers.__file__).resolve().parents[1] / "tests" / "benchmarks"
    start = folder / "__init__.py"
    if not start.is_file():
        raise FileNotFoundError(
            "the benchmarks live in the repository (tests/benchmarks), and this installation has "
            "none around it; run 'make bench' in a checkout"
        )
    if _PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            _PACKAGE, start, submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"{start} cannot be loaded as a package")
        package = importlib.util.module_from_spec(spec)
        sys.modules[_PACKAGE] = package
        spec.loader.exec_module(package)
    return import_module(f"{_PACKAGE}.{name}")
