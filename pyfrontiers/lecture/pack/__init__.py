"""A lecture of your own: a folder with `lecture.toml` and a Markdown file for each section.

docs/lecture-packs.md describes the form.
"""

from pyfrontiers.lecture.pack.model import Fault, Pack, PackError
from pyfrontiers.lecture.pack.reading import read_pack
from pyfrontiers.lecture.pack.template import write_template

__all__ = ["Fault", "Pack", "PackError", "read_pack", "write_template"]
