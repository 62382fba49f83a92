"""The controls that the parts of this experiment share."""

from __future__ import annotations

from streamlit_app import kit

__all__ = ["FIRST", "OWN", "PER_KM", "SCENES", "SEED", "STREET", "controls"]

controls = kit.Controls("depth-uncertainty")

STREET, OWN = "street", "own"
"""What is shown: a drawn street, or a photograph of the visitor's."""
SEED = 2
"""Seed of the scenes, which the network has not seen."""
SCENES = (46, 10, 22, 13, 31, 42, 20, 62, 29, 41, 28, 2)
"""Scenes in which a car can be moved in front of another."""
FIRST = 22
"""The scene shown first: σ clearly follows the moved car."""
#: Inverse depth is in 1/m in the package, and in 1/km all over the page, as in claim C18.
PER_KM = 1000
