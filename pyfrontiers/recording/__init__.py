"""Records that ship with the package: files with a provenance, and the recipes to remake them."""

from pyfrontiers.recording.files import load_record, save_record
from pyfrontiers.recording.recipe import Made, Recipe, joint_provenance

__all__ = ["Made", "Recipe", "joint_provenance", "load_record", "save_record"]
