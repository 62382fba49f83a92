"""Valid calls of the public functions of `physical` and `uncertainty.head`."""

from __future__ import annotations

import functools
import io
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical import TexturedObject
from pyfrontiers.uncertainty.head import fit_head

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


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.zeros((64, 48, 3), np.uint8)).save(file, format="PNG")
    return file.getvalue()


def _examples() -> dict[str, torch.Tensor]:
    features = torch.rand(6, 5, generator=torch.Generator().manual_seed(0))
    return {"features": features, "labels": torch.arange(6) % 2}


@functools.cache
def _head() -> object:
    return fit_head(**_examples())


PHYSICAL_ROWS = {
    "physical.TexturedObject": lambda: {
        "name": "ball",
        "mesh": Mesh.sphere(4, 4),
        "texture": torch.full((3, 4, 4), 0.2),
        "classes": (1, 2),
    },
    "physical.ViewRanges": lambda: {"distance": (3.0, 4.0), "tilt": (0.1, 1.0)},
    "physical.check_photos": lambda: {
        "photos": [("a.png", _png())],
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
    "uncertainty.head.doubt": lambda: {
        "posterior": _head(),
        "features": _examples()["features"],
        "samples": 3,
    },
    "uncertainty.head.fit_dropout_head": _examples,
    "uncertainty.head.fit_ensemble_head": lambda: _examples() | {"members": 2},
    "uncertainty.head.fit_head": _examples,
    "uncertainty.head.fit_hmc_head": lambda: _examples() | {"draws": 4, "warmup": 1, "chains": 2},
    "uncertainty.head.separation": lambda: {
        "known": torch.rand(4),
        "strangers": torch.rand(5),
    },
}

PHYSICAL_RECORDS = {
    *("physical.LoadedMesh", "physical.PhotoTable", "physical.PrintSheet"),
    *("physical.RobustTexture", "physical.TextureProgress", "uncertainty.head.BayesianHead"),
    *("uncertainty.head.Doubt", "uncertainty.head.DropoutHead", "uncertainty.head.EnsembleHead"),
    *("uncertainty.head.HMCHead", "uncertainty.head.HeadInputs", "uncertainty.head.Separation"),
}

__all__ = ["PHYSICAL_RECORDS", "PHYSICAL_ROWS"]
