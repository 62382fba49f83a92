"""Valid calls of `physical`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import torch

from public_rows.inputs import png
from pyfrontiers.kernels import Mesh
from pyfrontiers.physical import TexturedObject

SQUARE = """\
v -1 -1 0
v 1 -1 0
v 1 1 0
v -1 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
f 1/1 2/2 3/3
f 1/1 3/3 4/4
"""


def _ball() -> TexturedObject:
    return TexturedObject("ball", Mesh.sphere(4, 4), torch.full((3, 4, 4), 0.2))


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    (folder / "square.obj").write_text(SQUARE)
    return folder


ROWS = {
    "physical.TexturedObject": lambda: {
        "name": "ball",
        "mesh": Mesh.sphere(4, 4),
        "texture": torch.full((3, 4, 4), 0.2),
        "classes": (1, 2),
    },
    "physical.ViewRanges": lambda: {"distance": (3.0, 4.0), "tilt": (0.1, 1.0)},
    "physical.check_photos": lambda: {
        "photos": [("a.png", png())],
        "target": 3,
        "right": (1, 2),
    },
    "physical.load_mesh": lambda: {"path": _folder() / "square.obj", "side": 64},
    "physical.load_mesh_files": lambda: {"files": [("square.obj", SQUARE.encode())], "side": 64},
    "physical.load_object": lambda: {"name": "baseball"},
    "physical.object_views": lambda: {"obj": _ball(), "size": 8},
    "physical.pose_at": lambda: {"turn": 0.3, "tilt": 0.2},
    "physical.print_sheet": lambda: {"obj": _ball(), "length": 20.0, "dots_per_inch": 30},
    "physical.quantised": lambda: {"texture": torch.rand(3, 4, 4)},
    "physical.recorded_texture": lambda: {"name": "baseball-espresso-32"},
    "physical.robust_texture": lambda: {
        "obj": _ball(),
        "target": "rifle",
        "steps": 1,
        "views_per_step": 1,
        "held_out": 1,
    },
    "physical.save_object": lambda: {
        "obj": _ball(),
        "folder": _folder() / "saved",
        "overwrite": True,
    },
    "physical.texture_provenance": lambda: {"name": "baseball-espresso-32"},
}

EXPENSIVE = {"physical.robust_texture"}

RECORDS = {
    *("physical.LoadedMesh", "physical.PhotoTable", "physical.PrintSheet"),
    *("physical.RobustTexture", "physical.TextureProgress"),
}

ANYTHING = {("physical.robust_texture", "checkpoint")}
