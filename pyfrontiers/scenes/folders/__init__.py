"""Readers of NYUv2, KITTI and Cityscapes, in the folders in which they are usually laid out."""

from pyfrontiers.scenes.folders.cityscapes import read_cityscapes
from pyfrontiers.scenes.folders.frames import FolderScenes
from pyfrontiers.scenes.folders.kitti import read_kitti
from pyfrontiers.scenes.folders.nyu import read_nyu

__all__ = ["FolderScenes", "read_cityscapes", "read_kitti", "read_nyu"]
