"""Train the digit network again and write the shipped weights: `python -m pyfrontiers.digits`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from pyfrontiers.digits.weights import FOLDER, record


def main(
    seed: Annotated[int, typer.Option(help="Stream of weights, masks and shuffles.")] = 0,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training digits.")] = 120,
    p: Annotated[float, typer.Option(min=0.0, max=1.0, help="Dropout probability.")] = 0.5,
    folder: Annotated[Path, typer.Option(help="Where the two files go.")] = FOLDER,
) -> None:
    """Train the digit network and record its weights, e.g. `--seed 0 --folder /tmp/weights`."""
    console = Console()
    with Progress(console=console) as progress:
        task = progress.add_task("training", total=1.0)
        made = record(
            folder,
            seed=seed,
            epochs=epochs,
            p=p,
            report=lambda done, text: progress.update(task, completed=done, description=text),
        )
    console.print(
        f"test accuracy {made.test_accuracy:.2%} after {made.seconds} s; written to {folder}"
    )


if __name__ == "__main__":
    typer.run(main)
