"""The controls that the parts of this experiment share."""

from __future__ import annotations

from streamlit_app import kit

__all__ = ["COLOURS", "HEADLINES", "SCENES", "SEED", "controls"]

controls = kit.Controls("multi-task-uncertainty")

SEED = 5
"""Seed of the scenes; no network was trained, chosen or tested with it."""
SCENES = (13, 7, 8, 40, 28, 45, 30, 37, 9, 5, 11, 43)
"""Scenes with several things in view."""
HEADLINES = {"iou": "classes", "offset_error": "instances", "depth_error": "depth"}
"""A figure for each task, as in the paper's table."""
COLOURS = {"classes": "blue", "instances": "green", "depth": "purple"}
"""Colour token of each task in the charts."""
