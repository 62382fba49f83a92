"""The results of a run: the figures as JSON, and the files to view, print and photograph."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyfrontiers.physical.export import file_stem, glb_bytes, obj_files, png_bytes
from pyfrontiers.physical.pose_pictures import poses_picture
from pyfrontiers.physical.sheet import print_sheet
from pyfrontiers.physical.verdicts import share_rows, shares_of
from pyfrontiers.provenance import Provenance
from pyfrontiers.vision import CLASS_NAMES

if TYPE_CHECKING:
    from typing import Literal

    from pyfrontiers.adversarial import Views
    from pyfrontiers.physical.attack import RobustTexture
    from pyfrontiers.physical.objects import TexturedObject

__all__ = ["figures_of", "files_of", "right_classes"]


def right_classes(found: RobustTexture) -> tuple[int, ...]:
    """Return the classes that are right for the object.

    For an object without known classes, this is its most frequent prediction before the attack.
    """
    return found.classes or tuple(int(index) for index in found.evaluation.truth if index >= 0)


def figures_of(found: RobustTexture) -> dict[str, Any]:
    """Return the held-out table before and after the attack and the settings, as JSON values."""
    right = right_classes(found)
    seen = found.evaluation
    rows = {"before": seen.predictions_before[0], "after": seen.predictions[0]}
    change = (found.texture - found.original).abs().max()
    return {
        "target": _named(found.target),
        "right": [_named(index) for index in right],
        "right_known": bool(found.classes),
        "poses": int(seen.predictions.shape[1]),
        "epsilon": found.epsilon,
        "linf": float(change),
        "lab": float(seen.lab[0]),
        "steps": found.steps,
        "views_per_step": found.views_per_step,
        "share_outside_classifier": found.share_outside,
        **{
            when: share_rows(shares_of(predictions.tolist(), found.target, right))
            for when, predictions in rows.items()
        },
        "most_frequent": {
            when: [
                {**_named(int(index)), "share": float(count) / len(predictions)}
                for index, count in _counted(predictions.tolist())
            ]
            for when, predictions in rows.items()
        },
        "provenance": Provenance.now(seed=found.seed, seconds=found.seconds).as_json(),
    }


def files_of(
    found: RobustTexture,
    obj: TexturedObject,
    views: Views,
    *,
    paper: Literal["a4", "letter"],
    length: float,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files of a run by name, and the facts about the print sheet.

    The files are GLB, OBJ with MTL and PNG, the original texture, a picture of held-out poses, and
    the print sheet. A mesh that cannot be unfolded has none, and the sheet's entry says why.

    Args:
        found: the attacked texture.
        obj: the object.
        views: its views.
        paper: paper of the print sheet.
        length: longest side of the printed object in mm.
    """
    painted = replace(obj, texture=found.texture)
    stem = file_stem(obj.name)
    poses = poses_picture(views, found.original, found.texture, seed=found.seed)
    files = {f"{stem}.glb": glb_bytes(painted)} | obj_files(painted)
    files |= {f"{stem}-original.png": png_bytes(found.original), "poses.png": png_bytes(poses)}
    title = f"{obj.name}, seen as {CLASS_NAMES[found.target]}"
    try:
        sheet = print_sheet(painted, length=length, paper=paper, title=title)
    except ValueError as error:
        return files, {"error": str(error)}
    files["sheet.pdf"] = sheet.pdf
    facts = {"paper": paper, "pages": sheet.pages, "pieces": sheet.pieces, "length_mm": length}
    return files, facts | {"stretch": sheet.stretch}


def _named(index: int) -> dict[str, Any]:
    return {"label": CLASS_NAMES[index] if index >= 0 else None, "index": index}


def _counted(predictions: list[int]) -> list[tuple[int, int]]:
    from collections import Counter

    return Counter(predictions).most_common(5)
