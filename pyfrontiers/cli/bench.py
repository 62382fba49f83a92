"""`pyfrontiers bench`: time the kernels against other libraries."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pyfrontiers.cli.outputs import check_output_folder

__all__ = ["bench"]

_PLAIN_WIDTH = 132  # for files and pipes, which have no width


def bench(
    kernels: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="BENCHMARKS",
            help="Benchmarks such as dropout, small_calls or sizes (all kernels over all sizes); "
            "all if none is given.",
        ),
    ] = None,
    elements: Annotated[
        int | None, typer.Option(min=1 << 16, help="Elements per tensor; 9.6 million by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=3, help="Number of interleaved rounds.")] = 15,
    threads: Annotated[int, typer.Option(min=1, help="Threads for torch and the kernels.")] = 2,
    out: Annotated[
        Path | None, typer.Option(help="Folder for figures.json and the plot as PNG and HTML.")
    ] = None,
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
    from pyfrontiers.comparison.repository import benchmarks

    runner = benchmarks("runner")
    chosen = list(dict.fromkeys(kernels or runner.NAMES))
    for name in chosen:
        if name not in runner.NAMES:
            raise ValueError(f"BENCHMARKS must be one of {', '.join(runner.NAMES)}, got {name!r}")
    if out is not None:
        check_output_folder(out, option="--out")
    with _console(stderr=as_json).status("measuring") as status:
        found = runner.measure(
            chosen,
            elements=elements or runner.ELEMENTS,
            rounds=rounds,
            threads=threads,
            report=lambda _, text: status.update(text),
        )
    if out is not None:
        benchmarks("recording").write(out, found)
    if as_json:
        json.dump(found, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        from pyfrontiers.cli.bench_tables import show

        show(_console(), found)
    if any(target["status"] == "fail" for one in found["results"] for target in one["targets"]):
        raise typer.Exit(1)


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=_PLAIN_WIDTH)
