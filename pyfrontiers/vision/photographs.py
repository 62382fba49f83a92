"""Sample photographs that ship with this package, scikit-learn and scikit-image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PIL import Image

from pyfrontiers.arguments import checked

__all__ = ["ANIMALS", "MORE_PHOTOGRAPHS", "PHOTOGRAPHS", "Photograph", "photograph"]


@dataclass(frozen=True, slots=True)
class Photograph:
    """A sample photograph.

    Attributes:
        name: key in `PHOTOGRAPHS`, `MORE_PHOTOGRAPHS` or `ANIMALS`.
        caption: what it shows.
        package: import name of the package that ships it.
        path: path of the file within the package.
        credit: author, licence and origin.
    """

    name: str
    caption: str
    package: str
    path: str
    credit: str


PHOTOGRAPHS: Final[dict[str, Photograph]] = {
    entry.name: entry
    for entry in (
        Photograph(
            "temple",
            "A temple; ImageNet has no such class, so palace, bell cote and monastery compete",
            "sklearn",
            "datasets/images/china.jpg",
            "Daniel Büchele, CC BY 2.0, from scikit-learn",
        ),
        Photograph(
            "flower",
            "A dahlia",
            "sklearn",
            "datasets/images/flower.jpg",
            "vultilion (Flickr), CC BY 2.0, from scikit-learn",
        ),
        Photograph(
            "cat",
            "Chelsea, a tabby cat",
            "skimage",
            "data/chelsea.png",
            "Stéfan van der Walt, CC0, from scikit-image",
        ),
        Photograph(
            "coffee",
            "A cup of espresso",
            "skimage",
            "data/coffee.png",
            "Rachel Michetti, CC0, from scikit-image",
        ),
        Photograph(
            "rocket",
            "A rocket at its launch",
            "skimage",
            "data/rocket.jpg",
            "SpaceX, public domain, from scikit-image",
        ),
        Photograph(
            "motorcycle",
            "A motorcycle in a garage",
            "skimage",
            "data/motorcycle_left.png",
            "Scharstein et al., Middlebury stereo 2014, from scikit-image",
        ),
        Photograph(
            "cameraman",
            "A photographer with a tripod",
            "skimage",
            "data/camera.png",
            "Lav Varshney, CC0, from scikit-image",
        ),
    )
}
"""The photographs by name, starting with the temple of the lecture's example."""

MORE_PHOTOGRAPHS: Final[dict[str, Photograph]] = {
    entry.name: entry
    for entry in (
        Photograph(
            "astronaut",
            "Eileen Collins in a space suit",
            "skimage",
            "data/astronaut.png",
            "NASA, public domain, from scikit-image",
        ),
        Photograph(
            "coins",
            "Greek coins",
            "skimage",
            "data/coins.png",
            "Brooklyn Museum, no known copyright restrictions, from scikit-image",
        ),
        Photograph(
            "bricks",
            "A pavement of bricks",
            "skimage",
            "data/brick.png",
            "CC0Textures, CC0, from scikit-image",
        ),
        Photograph(
            "grass",
            "Grass",
            "skimage",
            "data/grass.png",
            "LinoLafett (DeviantArt), CC0, from scikit-image",
        ),
        Photograph(
            "gravel",
            "Gravel",
            "skimage",
            "data/gravel.png",
            "CC0Textures, CC0, from scikit-image",
        ),
        Photograph(
            "clock",
            "A wall clock, blurred by motion",
            "skimage",
            "data/clock_motion.png",
            "Stéfan van der Walt, public domain, from scikit-image",
        ),
        Photograph(
            "moon",
            "The surface of the moon",
            "skimage",
            "data/moon.png",
            "author not stated, from scikit-image",
        ),
        Photograph(
            "galaxies",
            "The Hubble eXtreme Deep Field",
            "skimage",
            "data/hubble_deep_field.jpg",
            "NASA, public domain, from scikit-image",
        ),
        Photograph(
            "retina",
            "A human retina",
            "skimage",
            "data/retina.jpg",
            "Mikael Häggström, CC0, from scikit-image",
        ),
        Photograph(
            "tissue",
            "Stained tissue under a microscope",
            "skimage",
            "data/ihc.png",
            "Center for Microscopy and Molecular Imaging, no known copyright restrictions, from "
            "scikit-image",
        ),
        Photograph(
            "cell",
            "A cell in saline, from a digital hologram",
            "skimage",
            "data/cell.png",
            "Müller et al. 2018, CC0, from scikit-image",
        ),
        Photograph(
            "page",
            "A page of a book",
            "skimage",
            "data/page.png",
            "author not stated, from scikit-image",
        ),
        Photograph(
            "handwriting",
            "Formulas on paper",
            "skimage",
            "data/text.png",
            "Wikipedia, public domain, from scikit-image",
        ),
    )
}
"""Further photographs, mostly of things that are not among ImageNet's classes.

Together with `PHOTOGRAPHS` these are the twenty scenes of the two packages, without drawings and
the second view of the motorcycle."""


def _animals() -> dict[str, Photograph]:
    table = Path(__file__).with_name("animals") / "credits.tsv"
    found = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        name, caption, author, licence, source = line.split("\t")
        site = "Wikimedia Commons" if source.startswith("File:") else "Flickr"
        credit = f"{author}, {licence}, from {site}"
        found[name] = Photograph(
            name, caption, "pyfrontiers", f"vision/animals/{name}.webp", credit
        )
    return found


ANIMALS: Final[dict[str, Photograph]] = _animals()
"""Photographs of animals, public domain or CC0, that ship with this package."""

_ALL: Final = PHOTOGRAPHS | MORE_PHOTOGRAPHS | ANIMALS


@checked
def photograph(name: str) -> Image.Image:
    """Return a sample photograph as an RGB image at full size.

    Args:
        name: a key of `PHOTOGRAPHS`, `MORE_PHOTOGRAPHS` or `ANIMALS`.

    Raises:
        ValueError: there is no photograph with that name.
        FileNotFoundError: the package that ships it, or its data, is not installed.
    """
    if name not in _ALL:
        raise ValueError(f"photograph must be one of {', '.join(_ALL)}, got {name!r}")
    return _read(name).copy()


@cache
def _read(name: str) -> Image.Image:
    entry = _ALL[name]
    path = _package_of(entry) / entry.path
    if not path.is_file():
        raise FileNotFoundError(
            f"photograph {name!r} is missing: the package '{entry.package}' does not provide "
            f"{entry.path}; run pip install 'pyfrontiers[app]'"
        )
    with Image.open(path) as image:
        return image.convert("RGB")


def _package_of(entry: Photograph) -> Path:
    if entry.package == "pyfrontiers":
        return Path(__file__).parents[1]
    # Find the file without importing the package: importing scikit-learn takes a second.
    spec = find_spec(entry.package)
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0] if folders else "")
