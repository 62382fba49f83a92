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
from rich.table import Table

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["bench"]

_PACKAGE = "pyfrontiers_benchmarks"
_COLOUR = {"pass": "green", "fail": "red"}


def bench(
    kernels: Annotated[
        list[str] | None,
        typer.Argument(help="Kernels such as dropout; all when none is named."),
    ] = None,
    elements: Annotated[
        int | None, typer.Option(min=1 << 16, help="Elements of a tensor; 9.6 million by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=3, help="Turns of every contender.")] = 15,
    threads: Annotated[int, typer.Option(min=1, help="Threads of torch and of the kernels.")] = 2,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: environment and results.")
    ] = False,
) -> None:
    """Verify the kernels, then time them in turns with torch's own operations.

    The figures are medians with their quartiles; a ratio is taken round by round within one run, so
    that a busy moment of the machine weighs on both sides. Exit code 1 when a target is missed.

    Example: pyfrontiers bench dropout linf_step --rounds 31 --json
    """
    runner = _runner()
    chosen = list(dict.fromkeys(kernels or runner.KERNELS))
    for name in chosen:
        if name not in runner.KERNELS:
            raise ValueError(f"no kernel is called {name!r}; there are {', '.join(runner.KERNELS)}")
    import torch

    torch.set_num_threads(threads)
    size = elements or runner.ELEMENTS
    environment = runner.environment(threads, size, rounds)
    console = Console(stderr=as_json)
    results: list[dict[str, Any]] = []
    with console.status("measuring") as status:
        for name in chosen:
            status.update(f"measuring {name}")
            results.extend(runner.run([name], size, rounds))
    if as_json:
        json.dump({"environment": environment, "results": results}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _show(console, environment, results)
    if any(target["status"] == "fail" for result in results for target in result["targets"]):
        raise typer.Exit(1)


def _runner() -> ModuleType:
    """Load the benchmarks, which live beside the tests in the repository, not in the package.

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
    spec = importlib.util.spec_from_file_location(
        _PACKAGE, start, submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{start} cannot be loaded as a package")
    package = importlib.util.module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)
    return import_module(f"{_PACKAGE}.runner")


def _show(console: Console, environment: dict[str, Any], results: list[dict[str, Any]]) -> None:
    console.print(
        "{processor}, {threads} threads, {instruction_set}, torch {torch}, {elements:,} float32, "
        "{rounds} rounds, load {load_average}".format_map(environment)
    )
    times = Table("kernel", "contender", title="Time per call", title_justify="left")
    for heading in ("median ms", "quartiles", "GB/s"):
        times.add_column(heading, justify="right")
    for result in results:
        for number, entry in enumerate(result["times"]):
            spread, rate = entry["seconds"], entry["gb_per_second"]
            times.add_row(
                "" if number else result["kernel"],
                entry["name"],
                f"{1e3 * spread['median']:.3f}",
                f"{1e3 * spread['low']:.3f} to {1e3 * spread['high']:.3f}",
                f"{rate:.1f}" if rate else "",
                end_section=number + 1 == len(result["times"]),
            )
    console.print(times)
    if any(result["targets"] for result in results):
        console.print(_targets(results))


def _targets(results: list[dict[str, Any]]) -> Table:
    table = Table("contender", "against", title="Targets", title_justify="left")
    for heading in ("at least", "measured", "quartiles", "status"):
        table.add_column(heading, justify="right")
    for result in results:
        for target in result["targets"]:
            spread, colour = target["ratio"], _COLOUR[target["status"]]
            table.add_row(
                target["name"],
                target["against"],
                _times(target["at_least"]),
                _times(spread["median"]),
                f"{_times(spread['low'])} to {_times(spread['high'])}",
                f"[{colour}]{target['status']}[/{colour}]",
            )
    return table


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 20 else f"{ratio:.2f}x"
