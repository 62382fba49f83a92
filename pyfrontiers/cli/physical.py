"""`pyfrontiers physical`: make a printable adversarial object, and check photographs of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from pyfrontiers.cli.options import bounded, finite, naming_options
from pyfrontiers.cli.outputs import check_output_folder
from pyfrontiers.cli.pictures import open_texture
from pyfrontiers.cli.terminal import print_json

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.physical import TexturedObject

__all__ = ["app"]


class ObjectGroup(TyperGroup):
    """A group in which `physical turtle ...` means `physical make turtle ...`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the command `make` unless a command or `--help` comes first."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="physical",
    cls=ObjectGroup,
    help="Make an object that is misread from every side, and check photographs of it.\n\n"
    "Example: pyfrontiers physical turtle --target rifle --poses 1000 -o out/\n\n"
    "Example: pyfrontiers physical check photos/*.jpg --target rifle --object turtle",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_JSON = typer.Option("--json", help="Print the result as JSON.")
_RIGHT = typer.Option(
    "--right", help="A class that is right for your own mesh; repeat it for several."
)


class Paper(StrEnum):
    """Paper of the print sheet."""

    a4 = "a4"
    letter = "letter"


class Up(StrEnum):
    """Axis of a mesh file that points up."""

    y = "y"
    z = "z"


@app.command()
def make(
    object_: Annotated[
        str,
        typer.Argument(metavar="OBJECT", help="turtle, baseball, or an OBJ, GLB or glTF file."),
    ],
    target: Annotated[str, typer.Option(help="ImageNet class that the classifier should see.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Folder for the results: new, empty, or that of a killed run."
        ),
    ],
    poses: Annotated[
        int, typer.Option(min=1, max=100_000, help="Held-out poses of the evaluation.")
    ] = 1000,
    epsilon: Annotated[
        str, typer.Option(help="Largest change of a texel's channel, such as 32/255.")
    ] = "32/255",
    steps: Annotated[
        int | None,
        typer.Option(min=1, help="Gradient steps; by default those of robust_texture."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(callback=finite, help="Time for the steps in minutes; instead of --steps."),
    ] = None,
    views_per_step: Annotated[int, typer.Option(min=1, help="Poses in each step.")] = 24,
    start: Annotated[
        str | None,
        typer.Option(
            help="Texture to start from: a recorded one, such as turtle-rifle-32, or a picture."
        ),
    ] = None,
    smoothing: Annotated[float, bounded(0, 100, "Smooths the gradients, in texels; 0: off.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the poses.")] = 0,
    right: Annotated[list[str] | None, _RIGHT] = None,
    texture: Annotated[
        Path | None, typer.Option(help="Image to use instead of the mesh file's texture.")
    ] = None,
    up: Annotated[Up, typer.Option(help="Axis of the mesh file that points up.")] = Up.y,
    paper: Annotated[Paper, typer.Option(help="Paper of the print sheet.")] = Paper.a4,
    length_mm: Annotated[float, bounded(10, 2000, "Longest side of the print, in mm.")] = 150.0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Delete the files of the folder's earlier run.")
    ] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Change an object's texture until the classifier sees the target class from every side.

    Writes the object as GLB and as OBJ with MTL and PNG, a print sheet as PDF, a picture of
    held-out poses, and result.json. A killed run resumes when the command is repeated.

    Example: pyfrontiers physical turtle --target rifle --poses 1000 -o out/

    Example: pyfrontiers physical turtle --target rifle --start turtle-rifle-32 --epsilon 28/255
    --steps 100 -o smaller/
    """
    from pyfrontiers.cli import physical_run
    from pyfrontiers.cli.attack import read_epsilon
    from pyfrontiers.vision import find_class

    bound = read_epsilon(epsilon)
    with naming_options(name="--target"):
        wanted = find_class(target)
    check_output_folder(output)
    obj, notes = _object(object_, right, texture, up.value)
    if wanted in obj.classes:
        raise ValueError(
            f"--target must be a class that is wrong for the object, got {target!r}, one of the "
            "right classes"
        )
    run = physical_run.Run(
        obj=obj,
        target=wanted,
        epsilon=bound,
        steps=steps,
        minutes=minutes,
        views_per_step=views_per_step,
        start=None if start is None else _start(start, obj),
        smoothing=smoothing,
        poses=poses,
        seed=seed,
    )
    result, paths = run.into(
        output, paper=paper.value, length=length_mm, notes=notes, overwrite=overwrite
    )
    if as_json:
        print_json(result)
    else:
        from pyfrontiers.cli.physical_tables import show_run

        show_run(result, paths)


@app.command()
def check(
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTOS", help="Photographs of the printed object, or folders."),
    ],
    target: Annotated[str, typer.Option(help="Class that the texture was made for.")],
    object_: Annotated[
        str | None, typer.Option("--object", help="turtle or baseball: its classes are right.")
    ] = None,
    right: Annotated[list[str] | None, _RIGHT] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Classify photographs of a printed object and count them: adversarial, other wrong, correct.

    Every photograph counts once. The object should be in the middle and fill the picture.

    Example: pyfrontiers physical check photos/*.jpg --target rifle --object turtle --json
    """
    from pyfrontiers.cli import physical_check
    from pyfrontiers.physical.objects import classes_of
    from pyfrontiers.vision import find_class

    with naming_options(name="--target"):
        wanted = find_class(target)
    with naming_options(name="--object"):
        classes = classes_of(object_) if object_ is not None else ()
    with naming_options(name="--right"):
        classes = tuple(dict.fromkeys((*classes, *(find_class(name) for name in right or ()))))
    if not classes:
        raise ValueError(
            "--object or --right must say which classes are right, got neither; for the turtle "
            "give --object turtle"
        )
    table, passed = physical_check.classified(photos, target=wanted, right=classes)
    if as_json:
        print_json(table.as_json() | {"passed_over": passed})
    else:
        physical_check.show(Console(), table, passed)


def _object(
    name: str, right: list[str] | None, texture: Path | None, up: str
) -> tuple[TexturedObject, list[str]]:
    """Return a shipped object or the user's, and notes about the file."""
    from dataclasses import replace
    from pathlib import Path

    from pyfrontiers.lecture.nearest import hint
    from pyfrontiers.physical import OBJECTS, load_mesh, load_object
    from pyfrontiers.vision import find_class

    with naming_options(name="--right"):
        classes = tuple(dict.fromkeys(find_class(each) for each in right or ()))
    if name in OBJECTS:
        if texture is not None:
            raise ValueError(f"--texture must be given only with a mesh file, got the {name}")
        obj = load_object(name)
        return (replace(obj, classes=classes) if classes else obj), []
    if not Path(name).exists():
        raise ValueError(
            f"OBJECT must be {' or '.join(OBJECTS)} or a mesh file, got {name!r}, which does not "
            f"exist; {hint(name, OBJECTS)}"
        )
    loaded = load_mesh(Path(name), texture=texture, classes=classes, up=up)  # type: ignore[arg-type]
    return loaded.object, list(loaded.notes)


def _start(name: str, obj: TexturedObject) -> Tensor:
    """Return a recorded texture or a picture of the size of the object's texture."""
    from pathlib import Path

    from pyfrontiers.lecture.nearest import hint
    from pyfrontiers.physical import RECORDED, recorded_texture

    if name in RECORDED:
        texture = recorded_texture(name).texture
    elif Path(name).is_file():
        texture = open_texture(name, option="--start")
    else:
        raise ValueError(
            f"--start must be {', '.join(RECORDED)} or a picture, got {name!r}, which is no file; "
            f"{hint(name, RECORDED)}"
        )
    if texture.shape != obj.texture.shape:
        wanted, given = (" x ".join(map(str, each.shape[:0:-1])) for each in (obj.texture, texture))
        raise ValueError(f"--start must hold {wanted} texels like the object's, got {given}")
    return texture
