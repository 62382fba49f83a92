"""`pyfrontiers scenes`: street scenes with exact depth and labels."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pyfrontiers.cli.options import bounded, naming_options
from pyfrontiers.cli.outputs import check_output, write_picture
from pyfrontiers.cli.scene_networks import evaluate, train
from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

__all__ = ["app"]

app = typer.Typer(
    name="scenes",
    help="Make street scenes with exact depth, classes and instances.\n\n"
    "Example: pyfrontiers scenes sheet -o sheet.png",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def scenes() -> None:
    """Make street scenes with exact depth, classes and instances."""


class Show(StrEnum):
    """What a contact sheet shows of each scene."""

    picture = "picture"
    depth = "depth"
    classes = "classes"
    instances = "instances"
    edges = "edges"


@app.command()
def sheet(
    output: Annotated[Path, typer.Option("--output", "-o", help="PNG file to write.")],
    count: Annotated[int, typer.Option(min=1, max=1000, help="Number of scenes.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes.")] = 0,
    first: Annotated[int, typer.Option(min=0, help="Number of the first scene.")] = 0,
    columns: Annotated[int, typer.Option(min=1, max=100, help="Scenes in a row.")] = 5,
    height: Annotated[int, typer.Option(min=16, max=1024, help="Rows of a scene.")] = 128,
    width: Annotated[int, typer.Option(min=16, max=1024, help="Columns of a scene.")] = 256,
    show: Annotated[
        list[Show] | None,
        typer.Option(
            metavar="VIEW",
            help=f"What to show: {', '.join(Show)}. Repeat it for several. Default: picture.",
        ),
    ] = None,
    fog: Annotated[float | None, bounded(0, 1, "Fog of all scenes; 1: the thickest.")] = None,
    rain: Annotated[float | None, bounded(0, 1, "Rain of all scenes; 1: the heaviest.")] = None,
    night: Annotated[
        float | None, bounded(0, 1, "Darkness of all scenes; 0: day, 1: night.")
    ] = None,
    camera_height: Annotated[
        float | None,
        bounded(1, 6, "Height of the camera in metres; by default drawn for each scene."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print {file, scenes, width, height} as JSON.")
    ] = False,
) -> None:
    """Draw a contact sheet of street scenes.

    The weather of each scene is drawn at random. If --fog, --rain or --night is given, all scenes
    have it, and what is not given is 0.

    Example: pyfrontiers scenes sheet -o sheet.png --count 20 --show picture --show depth
    """
    from pyfrontiers.scenes import StreetScenes, Weather
    from pyfrontiers.scenes.sheet import contact_sheet

    given = [fog, rain, night]
    weather = None
    if any(value is not None for value in given):
        weather = Weather(*(value or 0.0 for value in given))
    with naming_options(seed="--seed", first="--first"):
        source = StreetScenes(
            seed,
            count,
            first=first,
            height=height,
            width=width,
            weather=weather,
            camera_height=camera_height,
        )
    check_output(output, suffix=".png")
    with Console(stderr=True).status("drawing"):
        drawn = contact_sheet(
            source, columns=columns, views=[one.value for one in show or [Show.picture]]
        )
        write_picture(drawn.numpy(), output)
    if as_json:
        rows, across, _ = drawn.shape
        print_json({"file": str(output), "scenes": count, "width": across, "height": rows})
    else:
        Console(soft_wrap=True).print(f"{counted(count, 'scene')}: {escape(str(output))}")


app.command()(train)
app.command()(evaluate)
