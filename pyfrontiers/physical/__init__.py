"""Adversarial objects: textures that a classifier misreads from every side."""

from pyfrontiers.physical.objects import OBJECTS, TexturedObject, load_object, quantised
from pyfrontiers.physical.views import RANGES, ViewRanges, object_views, pose_at

__all__ = [
    "OBJECTS",
    "RANGES",
    "TexturedObject",
    "ViewRanges",
    "load_object",
    "object_views",
    "pose_at",
    "quantised",
]
