"""Adversarial objects: textures that a classifier misreads from every side."""

from pyfrontiers.physical.export import save_object
from pyfrontiers.physical.meshes import LoadedMesh, MeshError, load_mesh
from pyfrontiers.physical.objects import OBJECTS, TexturedObject, load_object, quantised
from pyfrontiers.physical.views import RANGES, ViewRanges, object_views, pose_at

__all__ = [
    "OBJECTS",
    "RANGES",
    "LoadedMesh",
    "MeshError",
    "TexturedObject",
    "ViewRanges",
    "load_mesh",
    "load_object",
    "object_views",
    "pose_at",
    "quantised",
    "save_object",
]
