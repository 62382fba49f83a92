"""What the commands that train on scenes share: where scenes come from, and the progress bar."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pyfrontiers.scenes import Scene

__all__ = ["Layout", "progress", "scenes_of"]


class Layout(StrEnum):
    """Layout of a folder of pictures."""

    nyu = "nyu"
    kitti = "kitti"
    cityscapes = "cityscapes"


def scenes_of(
    folder: Path | None,
    layout: Layout,
    split: str | None,
    size: tuple[int, int],
    *,
    seed: int,
    count: int,
) -> Sequence[Scene]:
    """Return the scenes of a folder, or street scenes by clear day if there is none.

    Args:
        folder: of a data set, or None.
        layout: of the folder.
        split: part of the data set; None: the one that networks are not trained on.
        size: rows and columns of a picture.
        seed: of the street scenes.
        count: number of street scenes.
    """
    from pyfrontiers.depth import AS_TRAINED
    from pyfrontiers.scenes import StreetScenes, read_cityscapes, read_kitti, read_nyu

    if folder is None:
        return StreetScenes(seed, count, height=size[0], width=size[1], **AS_TRAINED)
    readers: dict[Layout, Callable[..., Sequence[Scene]]] = {
        Layout.nyu: read_nyu,
        Layout.kitti: read_kitti,
        Layout.cityscapes: read_cityscapes,
    }
    held_out = "test" if layout is Layout.nyu else "val"
    return readers[layout](folder, split or held_out, size=size)


@contextmanager
def progress() -> Iterator[Callable[[float, str], None]]:
    """Show progress on standard error; it disappears at the end."""
    columns = (BarColumn(), TextColumn("{task.description}", markup=False), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, text: bar.update(task, completed=fraction, description=text)
