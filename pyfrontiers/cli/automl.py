"""`pyfrontiers automl`: find a network for a data set, continue a search, or look at it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated, Any

import typer

from pyfrontiers.cli.options import naming_options
from pyfrontiers.cli.terminal import print_json

__all__ = ["app"]

app = typer.Typer(
    name="automl",
    help="Find a network for a data set and write it as a folder that runs on its own.\n\n"
    "Example: pyfrontiers automl fit wine.csv --target class --budget 2m -o child/",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_OUTPUT = typer.Option("--output", "-o", help="Folder to write, new or empty.")
_CHILD = typer.Argument(metavar="FOLDER", help="The folder that was given as -o.")
_WORKERS = typer.Option(min=1, max=4096, help="Processes that train networks.")
_CLUSTER = typer.Option(help="Ray cluster: auto, local or HOST:PORT; needs the extra ray.")
_JSON = typer.Option("--json", help="Print the result as JSON.")


#: What the user typed for the arguments that messages name.
_NAMES = {
    "data": "DATA",
    "target": "--target",
    "metrics": "--metric",
    "address": "--cluster",
    "seed": "--seed",
    "workers": "--workers",
    "limit": "--parameters",
}
#: The same for `resume`, which has the settings of `fit` from its folder.
_RESUMED = {
    "data": "the search's data",
    "target": "the search's --target",
    "limit": "the search's --parameters",
    "address": "--cluster",
    "workers": "--workers",
    "folder": "FOLDER",
}


class Method(StrEnum):
    """How children are chosen."""

    halving = "halving"
    random = "random"


@app.command()
def fit(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="An .npz or .csv file, or a folder or .zip file with a folder of images for each "
            "class.",
        ),
    ],
    output: Annotated[Path, _OUTPUT],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            help="Metric to optimise, such as accuracy or latency. Repeat it for several; the "
            "first decides. Default: accuracy."
        ),
    ] = None,
    budget: Annotated[str, typer.Option(help="Time limit, such as 90s, 10m or 2h.")] = "10m",
    target: Annotated[
        str | None,
        typer.Option(
            help="Column with the class, needed for a CSV file; or array of an .npz file."
        ),
    ] = None,
    workers: Annotated[int, _WORKERS] = 1,
    children: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="End the search after this many trainings; training a network longer counts "
            "again.",
        ),
    ] = None,
    parameters: Annotated[int, typer.Option(min=1, help="Most parameters of a network.")] = 200_000,
    method: Annotated[
        Method,
        typer.Option(help="halving ends the training of poor networks early; random does not."),
    ] = Method.halving,
    seed: Annotated[int, typer.Option(min=0, help="Seed of split, search and weights.")] = 0,
    cluster: Annotated[str | None, _CLUSTER] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Find a network for DATA within a time limit, and write a folder that runs it.

    Networks that the search trains are called children. The folder needs torch or onnxruntime to
    run, and not this package.

    If the command is interrupted, `pyfrontiers automl resume FOLDER` continues the search.

    Example: pyfrontiers automl fit digits.npz --metric accuracy --metric latency --budget 10m
    --workers 2 -o child/
    """
    from pyfrontiers.cli import automl_run

    settings = automl_run.Settings(
        data=str(data.resolve()),
        target=target,
        metrics=tuple(metric or ["accuracy"]),
        budget=automl_run.seconds_in(budget),
        parameters=parameters,
        method=method.value,
        seed=seed,
    )
    with naming_options(**_NAMES):
        found = automl_run.begin(
            settings, output, workers=workers, children=children, cluster=cluster
        )
    _print(found, as_json=as_json)


@app.command()
def resume(
    folder: Annotated[Path, _CHILD],
    budget: Annotated[
        str | None, typer.Option(help="Additional time; default: as much as at first.")
    ] = None,
    workers: Annotated[int, _WORKERS] = 1,
    children: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="End the search after this many trainings, counting earlier ones; training a "
            "network longer counts again.",
        ),
    ] = None,
    cluster: Annotated[str | None, _CLUSTER] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Continue an interrupted or finished search, and write the best child again.

    Example: pyfrontiers automl resume child/ --budget 5m
    """
    from pyfrontiers.cli import automl_run

    more = None if budget is None else automl_run.seconds_in(budget)
    with naming_options(**_RESUMED):
        found = automl_run.resume(
            folder, budget=more, workers=workers, children=children, cluster=cluster
        )
    _print(found, as_json=as_json)


@app.command()
def status(folder: Annotated[Path, _CHILD], as_json: Annotated[bool, _JSON] = False) -> None:
    """Show what a search has trained so far, even while it runs.

    Example: pyfrontiers automl status child/
    """
    from pyfrontiers.cli import automl_run

    found = automl_run.status(folder)
    if as_json:
        print_json(found)
    else:
        from pyfrontiers.cli.automl_tables import show_status

        show_status(found)


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        from pyfrontiers.cli.automl_tables import show_result

        show_result(found)
