"""The lecture: its nineteen sections, their slides, figures and search."""

from pyfrontiers.lecture.model import Content, Notes, Reference, Section, Slide
from pyfrontiers.lecture.sections import PARTS, SECTIONS, section

__all__ = ["PARTS", "SECTIONS", "Content", "Notes", "Reference", "Section", "Slide", "section"]
