"""Street scenes with exact depth, classes and instances.

    street = scene(seed=7, index=3)          # .image, .depth, .classes, .instances, .things
    nearer = scene(7, 3, move={1: (2.0, 9.0)}, weather=Weather(fog=0.5))

    training = StreetScenes(seed=7, count=2000)
    some = batch(training, range(16))        # .images (16, 3, 64, 128), .depth, ...
    edges = occlusion_edges(some.depth, some.classes, some.instances)
    edges.between("car", "car")              # where one car covers another

    rooms = read_nyu("nyu_depth_v2", "test", size=(96, 128))     # a sequence of the same scenes

A scene is a pure function of its arguments. Streets, vehicles, people, plants and buildings are
triangles (`models`), which `pyfrontiers.kernels.rasterize` draws; `drawing` adds surfaces, light,
shadows and weather.
"""

from pyfrontiers.scenes.batches import batch
from pyfrontiers.scenes.classes import CLASSES, THINGS, UNKNOWN
from pyfrontiers.scenes.edges import OcclusionEdges, occlusion_edges
from pyfrontiers.scenes.folders import (
    FolderScenes,
    read_cityscapes,
    read_kitti,
    read_nyu,
)
from pyfrontiers.scenes.generator import StreetScenes, scene
from pyfrontiers.scenes.records import Batch, Camera, Scene, Thing, Weather
from pyfrontiers.scenes.sheet import contact_sheet, view_of

__all__ = [
    "CLASSES",
    "THINGS",
    "UNKNOWN",
    "Batch",
    "Camera",
    "FolderScenes",
    "OcclusionEdges",
    "Scene",
    "StreetScenes",
    "Thing",
    "Weather",
    "batch",
    "contact_sheet",
    "occlusion_edges",
    "read_cityscapes",
    "read_kitti",
    "read_nyu",
    "scene",
    "view_of",
]
