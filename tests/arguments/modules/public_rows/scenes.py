"""Valid calls of `scenes`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from pyfrontiers import scenes


@functools.cache
def _folder_of_frames() -> Path:
    """One frame of each of the data sets that `scenes` reads."""
    folder = Path(tempfile.mkdtemp())
    colour, grey = np.zeros((4, 6, 3), np.uint8), np.ones((4, 6), np.uint16)
    drive = "2011_09_26_drive_0001_sync"
    for name, pixels in (
        ("nyu2_test/0_colors.png", colour),
        ("nyu2_test/0_depth.png", grey),
        (f"val/{drive}/proj_depth/groundtruth/image_02/5.png", grey),
        (f"2011_09_26/{drive}/image_02/data/5.png", colour),
        ("leftImg8bit/val/ulm/ulm_leftImg8bit.png", colour),
        ("gtFine/val/ulm/ulm_gtFine_labelIds.png", grey.astype(np.uint8)),
        ("gtFine/val/ulm/ulm_gtFine_instanceIds.png", grey),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / name)
    return folder


ROWS = {
    "scenes.StreetScenes": lambda: {"seed": 0, "count": 2, "height": 16, "width": 32},
    "scenes.Weather": lambda: {"fog": 0.5, "rain": 0.0, "night": 1},
    "scenes.batch": lambda: {"source": scenes.StreetScenes(0, 2, height=16), "indices": (0, 1)},
    "scenes.contact_sheet": lambda: {"source": scenes.StreetScenes(0, 2, height=16), "columns": 2},
    "scenes.view_of": lambda: {"scene": scenes.scene(0, 0, height=16), "view": "edges"},
    "scenes.occlusion_edges": lambda: {
        "depth": torch.rand(6, 8) + 1,
        "classes": torch.ones(6, 8, dtype=torch.int64),
    },
    "scenes.read_cityscapes": lambda: {"folder": _folder_of_frames(), "split": "val"},
    "scenes.read_kitti": lambda: {"folder": _folder_of_frames(), "split": "val", "size": (2, 3)},
    "scenes.read_nyu": lambda: {"folder": _folder_of_frames(), "split": "test"},
    "scenes.scene": lambda: {"seed": 0, "index": 1, "height": 16, "width": 32, "move": {}},
}

RECORDS = {
    *("scenes.Batch", "scenes.Camera", "scenes.OcclusionEdges", "scenes.Scene", "scenes.Thing"),
    "scenes.FolderScenes",
}
