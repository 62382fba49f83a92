"""`pyfrontiers scenes train` and `evaluate`: the depth network on street scenes or a data set."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pyfrontiers.claims.finding import number
from pyfrontiers.cli.options import bounded, naming_options
from pyfrontiers.cli.outputs import check_output
from pyfrontiers.cli.progress import progress
from pyfrontiers.cli.scene_sources import (
    MOST_STEPS,
    NAMES,
    Data,
    Device,
    Height,
    HeldOut,
    Json,
    Layout,
    LayoutOption,
    Output,
    Split,
    Weights,
    Width,
    check_device,
    scenes_of,
)
from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from pyfrontiers.depth import DepthEvaluation
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["evaluate", "train"]


class Noise(StrEnum):
    """Distribution of the noise."""

    laplace = "laplace"
    gaussian = "gaussian"


def train(
    output: Output,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 1500,
    steps: Annotated[
        int, typer.Option(min=1, max=MOST_STEPS, help="Batches of 16 pictures.")
    ] = 1200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of scenes and training.")] = 0,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    p: Annotated[float, bounded(0, 1, "Dropout probability.")] = 0.08,
    beta: Annotated[
        float, bounded(0, 1, "Weight of pixels of large variance; 0: the likelihood itself.")
    ] = 0.5,
    device: Device = "cpu",
    data: Data = None,
    layout: LayoutOption = Layout.kitti,
    split: Split = "train",
    height: Height = 64,
    width: Width = 128,
    as_json: Json = False,
) -> None:
    """Train a network that predicts depth and its uncertainty.

    The run is saved every half minute next to the weights. After an interruption, the same command
    continues it.

    Example: pyfrontiers scenes train -o depth.safetensors --scenes 500 --steps 800
    """
    from pyfrontiers.depth import fit_depth, load, save_weights
    from pyfrontiers.training import Checkpoint

    check_output(output, suffix=".safetensors")
    check_device(device)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    saved = output.with_name(f"{output.name}.checkpoint")
    names = NAMES | {"data": "--scenes" if data is None else "--data"}
    with progress("Drawing the scenes") as report, naming_options(**names):
        made = fit_depth(
            load(source, report=report),
            steps=steps,
            seed=seed,
            p=p,
            likelihood=likelihood.value,
            beta=beta,
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
            f"{counted(made.scenes, 'scene')}, {counted(steps, 'step')}, "
            f"loss {made.losses[-1]:.3f}\n"
            f"weights: {escape(str(output))}, SHA-256 {digest}"
        )


def evaluate(
    weights: Weights = None,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 50,
    samples: Annotated[int, typer.Option(min=2, help="Passes with dropout.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes and masks.")] = 1,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    device: Device = "cpu",
    data: Data = None,
    layout: LayoutOption = Layout.kitti,
    split: HeldOut = None,
    height: Height = 64,
    width: Width = 128,
    as_json: Json = False,
) -> None:
    """Evaluate depth and sigma on scenes that the network has not seen.

    Intervals are over resampled scenes. AUSE is the area between the sparsification curve and that
    of an oracle, in 1/m: smaller is better.

    Example: pyfrontiers scenes evaluate --scenes 100
    """
    from pyfrontiers.depth import evaluate_depth, load_weights, trained_depth

    check_device(device)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    with progress("Evaluating") as report, naming_options(**NAMES):
        model = trained_depth() if weights is None else load_weights(weights)
        found = evaluate_depth(
            model.to(device),
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


def _show(found: DepthEvaluation) -> None:
    table = Table(title=counted(found.scenes, "scene"), title_justify="left")
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
    if value.low is None:
        return number(value.value, 3), ""
    return number(value.value, 3), f"{number(value.low, 3)} to {number(value.high, 3)}"
