"""`pyfrontiers attack`: change what a classifier sees in a photograph."""

from __future__ import annotations

import math
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from pyfrontiers.vision import PhotographAttack

from pyfrontiers.cli.options import naming_options
from pyfrontiers.cli.outputs import check_output, write_picture
from pyfrontiers.cli.pictures import open_picture
from pyfrontiers.cli.progress import progress
from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

__all__ = ["attack", "read_epsilon"]


def attack(
    image: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE",
            help="An image file, or an included photograph: temple, flower, cat, coffee, rocket, "
            "motorcycle or cameraman.",
        ),
    ],
    target: Annotated[
        str, typer.Option(help="ImageNet class to predict: a name or a number from 0 to 999.")
    ] = "ostrich",
    epsilon: Annotated[
        str, typer.Option(help="Largest change of a pixel value, from 0 to 1, such as 4/255.")
    ] = "4/255",
    steps: Annotated[int, typer.Option(min=1, help="Gradient steps.")] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="PNG file for the attacked image.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Start at a random point near the photograph, drawn with this seed."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Change a photograph by at most epsilon until the classifier predicts the target class.

    The classifier is EfficientNet-Lite0, applied to the central 224 x 224 pixels of the image.

    Example: pyfrontiers attack temple --target ostrich --epsilon 4/255 --steps 20 -o out.png
    """
    size = read_epsilon(epsilon)
    if seed is not None and not 0 <= seed < 2**64:
        raise ValueError(f"--seed must be an integer from 0 to 2**64 - 1, got {seed}")
    if output is not None:
        _check_output(output, image)
    with progress("Loading torch") as report:
        from pyfrontiers.vision import attack_photograph, find_class, prepared_pixels

        with naming_options(name="--target"):
            wanted = find_class(target)
        pixels = prepared_pixels(open_picture(image))
        report(0.0, "Loading the classifier")
        found = attack_photograph(
            pixels=pixels,
            target=wanted,
            epsilon=size,
            steps=steps,
            seed=seed or 0,
            random_start=seed is not None,
            report=report,
        )
    if output is not None:
        write_picture(found.saved, output)
    if as_json:
        settings = {"image": image, "epsilon": size, "steps": steps, "seed": seed}
        print_json(settings | _as_json(found, output))
    else:
        _show(found, output)


def read_epsilon(text: str) -> float:
    """Read `--epsilon`: a number or a fraction such as 4/255, from 0 to 1."""
    numerator, _, denominator = text.partition("/")
    try:
        value = float(numerator) / float(denominator or 1)
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not 0 <= value <= 1:
        hint = (
            f"; for {text} grey levels write {text}/255"
            if 1 < value <= 255 and not denominator
            else ""
        )
        raise ValueError(
            f"--epsilon must be from 0 to 1, such as 4/255 or 0.016, got {text!r}{hint}"
        )
    return value


def _check_output(path: Path, image: str) -> None:
    if path.suffix.lower() != ".png":
        raise ValueError(
            f"--output must end in .png, got {path}; lossy formats such as JPEG can undo the attack"
        )
    check_output(path, inputs=(image,))


def _as_json(found: PhotographAttack, output: Path | None) -> dict[str, Any]:
    from pyfrontiers.vision import CLASS_NAMES

    return {
        "target": {"label": CLASS_NAMES[found.target], "index": found.target},
        "success": int(found.after.argmax()) == found.target,
        "before": _ranking(found.before),
        "after": _ranking(found.after),
        "linf": found.linf,
        "l2": found.l2,
        "ssim": found.ssim,
        "seconds": found.seconds,
        "saved": {
            "path": None if output is None else str(output),
            "success": int(found.saved_after.argmax()) == found.target,
            "after": _ranking(found.saved_after),
            "linf": found.saved_linf,
            "ssim": found.saved_ssim,
        },
        "losses": list(found.losses),
        "probabilities": list(found.probabilities),
    }


def _ranking(probabilities: Any) -> list[dict[str, Any]]:
    from pyfrontiers.vision import top_classes

    return [
        {"label": label, "index": index, "probability": probability}
        for label, index, probability in top_classes(probabilities)
    ]


def _show(found: PhotographAttack, output: Path | None) -> None:
    from pyfrontiers.vision import CLASS_NAMES

    table = Table(title_justify="left")
    for title, style in (("before", "blue"), ("after", "red")):
        table.add_column(title, style=style, overflow="fold")
        table.add_column("", justify="right", style=style)
    for old, new in zip(_ranking(found.before), _ranking(found.after), strict=True):
        cells = ((escape(row["label"]), f"{row['probability']:.4f}") for row in (old, new))
        table.add_row(*(cell for pair in cells for cell in pair))
    console = Console()
    console.print(table)
    console.print(
        f"L-infinity {found.linf * 255:.2f}/255, L2 {found.l2:.3f}, SSIM {found.ssim:.4f}, "
        f"{counted(len(found.losses) - 1, 'step')} in {found.seconds:.2f} s",
        highlight=False,
    )
    name = escape(CLASS_NAMES[found.target])
    if int(found.after.argmax()) != found.target:
        console.print(
            f"[yellow]The attack did not reach {name}; try more steps or a larger epsilon.[/]"
        )
    if output is not None:
        console.print(f"Saved as {escape(str(output))}", highlight=False)
    if int(found.saved_after.argmax()) != int(found.after.argmax()):
        seen = CLASS_NAMES[int(found.saved_after.argmax())]
        console.print(f"[yellow]Rounded to 8 bits, the image is classified as {escape(seen)}.[/]")
