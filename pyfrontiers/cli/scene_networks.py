"""`pyfrontiers scenes train` and `evaluate`: the depth network on street scenes or a data set."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pyfrontiers.cli.terminal import print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyfrontiers.depth import DepthEvaluation
    from pyfrontiers.scenes import Scene
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["evaluate", "train"]


class Noise(StrEnum):
    """Distribution of the noise."""

    laplace = "laplace"
    gaussian = "gaussian"


class Layout(StrEnum):
    """Layout of a folder of pictures."""

    nyu = "nyu"
    kitti = "kitti"
    cityscapes = "cityscapes"


_Data = Annotated[
    Path | None, typer.Option(help="Folder of a data set instead of street scenes; see --layout.")
]
_Layout = Annotated[Layout, typer.Option(help="Layout of the folder --data.")]
_Split = Annotated[str, typer.Option(help="Part of the data set, such as train, val or test.")]
_Height = Annotated[int, typer.Option(min=16, max=1024, help="Rows of a picture; even.")]
_Width = Annotated[int, typer.Option(min=16, max=1024, help="Columns of a picture; even.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def train(
    output: Annotated[Path, typer.Option("--output", "-o", help="File for the weights.")],
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 1500,
    steps: Annotated[int, typer.Option(min=1, help="Batches of 16 pictures.")] = 1200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of scenes and training.")] = 0,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    p: Annotated[float, typer.Option(min=0, max=1, help="Probability of dropping.")] = 0.15,
    device: Annotated[str, typer.Option(help="Where to train, such as cuda.")] = "cpu",
    data: _Data = None,
    layout: _Layout = Layout.kitti,
    split: _Split = "train",
    height: _Height = 64,
    width: _Width = 128,
    as_json: _Json = False,
) -> None:
    """Train a network that predicts depth and its uncertainty.

    The run is saved every half minute next to the weights. After an interruption, the same command
    continues it.

    Example: pyfrontiers scenes train -o depth.safetensors --scenes 500 --steps 800
    """
    from pyfrontiers.depth import AS_TRAINED, fit_depth, load, save_weights
    from pyfrontiers.scenes import StreetScenes
    from pyfrontiers.training import Checkpoint

    if data is None:
        source: Sequence[Scene] = StreetScenes(
            seed, scenes, height=height, width=width, **AS_TRAINED
        )
    else:
        source = _folder(data, layout, split, (height, width))
    saved = output.with_name(f"{output.name}.checkpoint")
    with _progress() as report:
        made = fit_depth(
            load(source, report=report),
            steps=steps,
            seed=seed,
            p=p,
            likelihood=likelihood.value,
            checkpoint=Checkpoint(saved),
            device=device,
            report=report,
        )
    digest = save_weights(made.model, output)
    saved.unlink(missing_ok=True)
    found = {"file": str(output), "sha256": digest, "scenes": made.scenes, "steps": steps}
    if as_json:
        print_json(found | {"seed": seed, "loss": made.losses[-1]})
    else:
        Console(soft_wrap=True).print(
            f"{made.scenes} scenes, {steps} steps, loss {made.losses[-1]:.3f}\n"
            f"weights: {escape(str(output))}, SHA-256 {digest}"
        )


def evaluate(
    weights: Annotated[
        Path | None, typer.Option(help="Weights from 'train'; default: those shipped.")
    ] = None,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 50,
    samples: Annotated[int, typer.Option(min=2, help="Passes with dropout.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes and masks.")] = 1,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    data: _Data = None,
    layout: _Layout = Layout.kitti,
    split: _Split = "val",
    height: _Height = 64,
    width: _Width = 128,
    as_json: _Json = False,
) -> None:
    """Evaluate depth and sigma on scenes that the network has not seen.

    Intervals are over resampled scenes. AUSE is the area between the sparsification curve and that
    of an oracle, in 1/m: smaller is better.

    Example: pyfrontiers scenes evaluate --scenes 100
    """
    from pyfrontiers.depth import AS_TRAINED, evaluate_depth, load_weights, trained_depth
    from pyfrontiers.scenes import StreetScenes

    model = trained_depth() if weights is None else load_weights(weights)
    source: Sequence[Scene]
    if data is None:
        source = StreetScenes(seed, scenes, height=height, width=width, **AS_TRAINED)
    else:
        source = _folder(data, layout, split, (height, width))
    with _progress() as report:
        found = evaluate_depth(
            model,
            source,
            samples=samples,
            seed=seed,
            likelihood=likelihood.value,
            report=report,
        )
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)


def _folder(folder: Path, layout: Layout, split: str, size: tuple[int, int]) -> Sequence[Scene]:
    from pyfrontiers.scenes import read_cityscapes, read_kitti, read_nyu

    readers: dict[Layout, Callable[..., Sequence[Scene]]] = {
        Layout.nyu: read_nyu,
        Layout.kitti: read_kitti,
        Layout.cityscapes: read_cityscapes,
    }
    return readers[layout](folder, split, size=size)


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    """Show progress on standard error; it disappears at the end."""
    columns = (BarColumn(), TextColumn("{task.description}", markup=False), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, text: bar.update(task, completed=fraction, description=text)


def _show(found: DepthEvaluation) -> None:
    table = Table(title=f"{found.scenes} scenes", title_justify="left")
    for name in ("figure", "value", "95 % interval"):
        table.add_column(name)
    rows: dict[str, Estimate | None] = {
        "mean error of inverse depth, 1/m": found.error,
        **{f"AUSE of {name}, 1/m": value for name, value in found.ause.items()},
        "AUSE of the image gradient minus that of sigma": found.gain,
        "sigma on occlusion edges / elsewhere": found.ratio,
        "sigma on car over car / car over road": found.car_ratio,
    }
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, *_cells(value))
    Console(soft_wrap=True).print(table)


def _cells(value: Any) -> tuple[str, str]:
    ends = "" if value.low is None else f"{value.low:.3g} to {value.high:.3g}"
    return f"{value.value:.3g}", ends
