"""`pyfrontiers depth`: depth of every pixel of a picture, with its uncertainty."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pyfrontiers.cli.options import bounded, naming_options
from pyfrontiers.cli.outputs import check_output, write_picture
from pyfrontiers.cli.pictures import open_picture
from pyfrontiers.cli.progress import progress
from pyfrontiers.cli.terminal import print_json

__all__ = ["depth"]


def depth(
    image: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE", help="An image file, or an included photograph such as motorcycle."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="PNG file for the maps.")],
    samples: Annotated[int, typer.Option(min=2, max=10_000, help="Passes with dropout.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the masks.")] = 0,
    lens: Annotated[float, bounded(5, 300, "Focal length in mm, 35 mm equivalent.")] = 26.0,
    weights: Annotated[
        Path | None, typer.Option(help="Weights from 'scenes train'; default: the shipped ones.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the median depth and the mean sigmas as JSON.")
    ] = False,
) -> None:
    """Predict depth and its uncertainty from one picture, and draw the maps.

    The first row shows the picture and its depth, the second the noise that the network predicts
    and the disagreement of its passes, the third the total; each map has a colour bar.

    The network was trained on drawn streets only. On the included photographs its passes disagree 3
    to 8 times as much as on a street, and the depth is a guess. One picture determines depth only
    up to the focal length: a wrong --lens scales all depths by the same factor.

    Example: pyfrontiers depth street.jpg -o maps.png
    """
    import torch

    from pyfrontiers.depth import (
        fitted_picture,
        lens_focal_length,
        load_weights,
        map_sheet,
        predict_depth,
        trained_depth,
    )

    check_output(output, suffix=".png", inputs=(image, weights))
    opened = open_picture(image, reduce_to=512).convert("RGB")
    pixels = torch.frombuffer(bytearray(opened.tobytes()), dtype=torch.uint8)
    whole = pixels.view(opened.height, opened.width, 3).movedim(2, 0).float() / 255
    fitted = fitted_picture(whole)
    with naming_options(path="--weights"):
        model = trained_depth() if weights is None else load_weights(weights)
    length = torch.tensor([lens_focal_length(opened.height, opened.width, lens=lens)])
    with progress(f"{samples:,} passes") as report, naming_options(seed="--seed"):
        maps = predict_depth(
            model, fitted[None], samples=samples, seed=seed, focal_lengths=length, report=report
        )
    write_picture(map_sheet(fitted, maps).numpy(), output)
    means = {
        name: float(getattr(maps, name).mean()) for name in ("aleatoric", "epistemic", "sigma")
    }
    found = {"median_depth": float(maps.depth.median()), **means}
    if as_json:
        print_json({"file": str(output), "image": image, "samples": samples, "seed": seed} | found)
    else:
        parts = ", ".join(f"{name} {value:.4f}" for name, value in means.items())
        Console(soft_wrap=True).print(f"mean sigma in 1/m: {parts}\nmaps: {escape(str(output))}")
