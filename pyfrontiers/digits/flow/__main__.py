"""Train the flow again and write the shipped weights: `python -m pyfrontiers.digits.flow`."""

from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import Progress

from pyfrontiers.digits.flow.weights import FOLDER, record_flow


def main(
    seed: Annotated[int, typer.Option(help="Stream of weights, batches, noise and times.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Updates of the weights.")] = 10_000,
    folder: Annotated[Path, typer.Option(help="Where the two files go.")] = FOLDER,
) -> None:
    """Train the flow and record its weights, e.g. `--seed 0 --folder weights`."""
    torch.set_num_threads(1)  # the layers are small: a second thread costs more than it saves
    console = Console()
    with Progress(console=console) as progress:
        task = progress.add_task("training", total=1.0)
        made = record_flow(
            folder,
            seed=seed,
            steps=steps,
            report=lambda done, text: progress.update(task, completed=done, description=text),
        )
    check = made.check
    console.print(
        f"{check['as_asked']:.2%} of {check['count']} samples are taken for what was asked, after "
        f"{made.seconds} s of training; written to {folder}"
    )


if __name__ == "__main__":
    typer.run(main)
