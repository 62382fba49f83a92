"""Adversarial objects: textures that a classifier misreads from every side."""

from pyfrontiers.physical.attack import RobustTexture, robust_texture
from pyfrontiers.physical.export import save_object
from pyfrontiers.physical.meshes import LoadedMesh, MeshError, load_mesh, load_mesh_files
from pyfrontiers.physical.objects import OBJECTS, TexturedObject, load_object, quantised
from pyfrontiers.physical.photos import PhotoTable, check_photos
from pyfrontiers.physical.progress import TextureProgress
from pyfrontiers.physical.recorded_textures import RECORDED, recorded_texture, texture_provenance
from pyfrontiers.physical.sheet import PrintSheet, print_sheet
from pyfrontiers.physical.views import RANGES, ViewRanges, object_views, pose_at

__all__ = [
    "OBJECTS",
    "RANGES",
    "RECORDED",
    "LoadedMesh",
    "MeshError",
    "PhotoTable",
    "PrintSheet",
    "RobustTexture",
    "TextureProgress",
    "TexturedObject",
    "ViewRanges",
    "check_photos",
    "load_mesh",
    "load_mesh_files",
    "load_object",
    "object_views",
    "pose_at",
    "print_sheet",
    "quantised",
    "recorded_texture",
    "robust_texture",
    "save_object",
    "texture_provenance",
]
