"""A visitor's mesh for the page: read, shown to the classifier from many sides, and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pyfrontiers.arguments import checked
from pyfrontiers.physical.meshes import MeshError, load_mesh_files
from pyfrontiers.physical.seen import see_held_out
from pyfrontiers.refusal import Refusal

if TYPE_CHECKING:
    from pyfrontiers.physical.objects import TexturedObject

__all__ = ["LARGEST_UPLOAD", "MOST_FACES", "UploadedObject", "inspect_upload", "read_upload"]

LARGEST_UPLOAD: Final = 25_000_000
"""Largest accepted size of a visitor's files together, in bytes."""

MOST_FACES: Final = 200_000
"""Largest accepted number of faces: the most that a print sheet is made of."""

_SIDE: Final = 512
"""Side of the texture, as the turtle's: of smaller texels, each is seen in few poses only."""

_POSES: Final = 24


@dataclass(frozen=True, eq=False)
class UploadedObject:
    """A visitor's object.

    Attributes:
        object: the object, without classes that are right for it.
        notes: what was changed or assumed, in sentences.
        seen: indices of the classes that are seen in random poses and the share of the poses, the
            most frequent first.
        poses: number of poses.
    """

    object: TexturedObject
    notes: tuple[str, ...]
    seen: tuple[tuple[int, float], ...]
    poses: int


@checked
def read_upload(
    *,
    files: Sequence[tuple[str, bytes]],
    up: Literal["y", "z"] = "y",
    report: Callable[..., object] = lambda *_: None,
) -> UploadedObject:
    """Read a visitor's mesh and classify it in random poses.

    Args:
        files: as for `load_mesh_files`.
        up: as for `load_mesh_files`.
        report: called with the share that is done and a few words.

    Raises:
        MeshError: as for `load_mesh_files`; the files have more than 25 MB together or the mesh
            more than 200,000 faces.
    """
    size = sum(len(data) for _, data in files)
    if size > LARGEST_UPLOAD:
        raise MeshError(
            f"files must have at most {LARGEST_UPLOAD / 1e6:.0f} MB together, got "
            f"{size / 1e6:.0f} MB; decimate the mesh, or scale its textures down"
        )
    report(0.0, "Reading the files")
    loaded = load_mesh_files(files, up=up, side=_SIDE, most_faces=MOST_FACES)
    obj = loaded.object
    seen = see_held_out(
        obj, [obj.texture], count=_POSES, report=lambda share, said: report(0.1 + 0.9 * share, said)
    )
    counts = Counter(int(index) for index in seen.classes[0])
    shares = tuple((index, count / _POSES) for index, count in counts.most_common())
    return UploadedObject(obj, loaded.notes, shares, _POSES)


def inspect_upload(
    *,
    files: Sequence[tuple[str, bytes]],
    up: Literal["y", "z"] = "y",
    report: Callable[..., object] = lambda *_: None,
) -> UploadedObject | Refusal:
    """Read a visitor's mesh as a job; return it, or why it can't be used.

    Args: as for `read_upload`.
    """
    try:
        return read_upload(files=files, up=up, report=report)
    except MeshError as error:
        return Refusal(str(error))
