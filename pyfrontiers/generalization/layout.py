"""Find classes and splits in a folder of images, as laid out by ImageFolder, Kaggle or by hand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pyfrontiers.generalization.data import DataError
from pyfrontiers.generalization.scanning import TABLES, Folder, scanned

__all__ = ["Layout", "find_layout"]

_SPLIT = re.compile(
    r"(?P<before>\w*?)(?:(?P<training>train(?:ing)?)|(?P<testing>test(?:ing)?|holdout)"
    r"|(?P<validation>val(?:id(?:ation)?)?|dev|eval))(?:set|data|images?|imgs?|split|\d{4})*"
)
_MASKS = re.compile(r"(ground|segmentation)?(truth)?(masks?|annotations?|groundtruths?|labels)")
_IMAGES = re.compile(r"(raw|original)?(images?|imgs?|pictures|photos)")
_PACKED = frozenset({".zip", ".7z", ".rar", ".gz", ".tar", ".npz", ".npy", ".h5", ".tfrecord"})
#: A wrapping folder may contain one image per this many in the folder that it wraps.
_WRAPPED = 10


@dataclass(frozen=True)
class Layout:
    """Classes and files of a folder.

    Attributes:
        name: Name of the folder that holds the classes or splits.
        classes: Names of the classes, in order.
        files: Each image with its class index and whether it is for testing.
        is_split: Whether the folder separates training and test images.
        notes: Sentences about skipped files.

    """

    name: str
    classes: tuple[str, ...]
    files: tuple[tuple[Path, int, bool], ...]
    is_split: bool
    notes: tuple[str, ...]


def find_layout(folder: Path) -> Layout:
    """Find the classes below a folder.

    A class is a folder with images at any depth. Folders that only wrap another one are descended
    into. A training and a test folder with classes, or such folders in every class, define the
    splits; a validation folder is used for testing if the test folder has no classes.

    Args:
        folder: The folder that the user named.

    Returns:
        The layout.

    Raises:
        DataError: There is no class; the message says what was found instead.

    """
    passed: Counter[str] = Counter()
    root = scanned(folder, passed)
    notes: list[str] = []
    if passed:
        shown = ", ".join(f"{count} x {name}" for name, count in passed.most_common(4))
        more = ", ..." if len(passed) > 4 else ""
        notes.append(f"Left by systems or browsers and passed over: {shown}{more}.")
    _drop_masks(root, notes)
    inner = _descended(root, notes)
    if not inner.full:
        raise DataError(_no_classes(folder.name, root, inner))
    parts = _parts(inner, notes)
    if parts is None and len(_splits(inner)) == len(inner.full):
        first = inner.full[0]
        raise DataError(_no_classes(f"{first.name} of {folder.name}", first, inner))
    if parts is None:
        found = {of_class.name: (of_class, None) for of_class in inner.full}
        parts = [(name, *pair) for name, pair in found.items()]
        _note_outside(inner, notes)
    names = sorted({name for name, _, _ in parts})
    if alike := _alike(names):
        notes.append(f"Classes whose names differ only in case or spaces: {', '.join(alike)}.")
    files = tuple(
        (path, names.index(name), bool(is_test))
        for name, of_class, is_test in sorted(parts, key=lambda part: (bool(part[2]), part[0]))
        for path in of_class.all_pictures()
    )
    empty = [one.name for one in inner.folders if not one.total]
    if empty:
        more = ", ..." if len(empty) > 4 else ""
        notes.append(f"Folders without images: {', '.join(empty[:4])}{more}.")
    is_split = any(is_test is not None for _, _, is_test in parts)
    return Layout(inner.name, tuple(names), files, is_split, tuple(notes))


def _drop_masks(folder: Folder, notes: list[str]) -> None:
    """Drop folders of masks next to a folder of images, as data sets for segmentation have them."""
    masks = [one for one in folder.full if _MASKS.fullmatch(one.plain_name)]
    if any(_IMAGES.fullmatch(one.plain_name) for one in folder.full):
        for one in masks:
            folder.folders.remove(one)
            place = f"{one.name} of {folder.name}"
            notes.append(f"{one.total} images in {place} were left out: they are masks.")
    for one in folder.folders:
        _drop_masks(one, notes)


def _alike(names: list[str]) -> list[str]:
    """Return the names that equal another one but for case and spaces, in quotation marks."""
    plain = Counter(name.strip().casefold() for name in names)
    return [repr(name) for name in names if plain[name.strip().casefold()] > 1]


def _descended(folder: Folder, notes: list[str] | None = None) -> Folder:
    """Descend through folders with a single folder of folders, and few images such as logos.

    Args:
        folder: The outermost folder.
        notes: List to which a sentence about skipped images is added.

    """
    while len(folder.full) == 1 and folder.full[0].full:
        if _WRAPPED * len(folder.pictures) > folder.full[0].total:
            break
        if notes is not None:
            _note_outside(folder, notes)
        folder = folder.full[0]
    return folder


_Part = tuple[str, Folder, bool | None]


def _parts(folder: Folder, notes: list[str]) -> list[_Part] | None:
    """Return the classes of a training and a test folder, if the folder has them."""
    kinds = _splits(folder)
    training = next((one for one, kind in kinds if kind == "training"), None)
    testing = [one for want in ("testing", "validation") for one, kind in kinds if kind == want]
    if training is None or not training.full:
        return _split_in_classes(folder)
    training = _descended(training, notes)
    classes = {one.name for one in training.full}
    # A competition's test images are in a test folder without classes.
    chosen = next(
        (part for part in map(_descended, testing) if classes & {one.name for one in part.full}),
        None,
    )
    used = {training.path, chosen.path if chosen else training.path}
    left = [
        one
        for one in folder.full
        if not any(path == one.path or one.path in path.parents for path in used)
    ]
    for one in left:
        why = "is not used" if one.full else "has no folders of classes"
        notes.append(f"{one.total} images in {one.name} were left out: the folder {why}.")
    parts: list[_Part] = [(c.name, c, False if chosen else None) for c in training.full]
    _note_outside(training, notes)
    if chosen is not None:
        parts += [(c.name, c, True) for c in chosen.full]
        _note_outside(chosen, notes)
    return parts


def _split_in_classes(folder: Folder) -> list[_Part] | None:
    """Return the classes if each of them has a training and a test folder."""
    parts: list[_Part] = []
    for of_class in folder.full:
        kinds = _splits(of_class)
        if of_class.pictures or len(kinds) != len(of_class.full) or len({k for _, k in kinds}) < 2:
            return None
        parts += [(of_class.name, one, kind != "training") for one, kind in kinds]
    return parts or None


def _splits(folder: Folder) -> list[tuple[Folder, str]]:
    """Return the folders named as splits, such as train and test, or seg_train and seg_test.

    The prefix must be the same for all: "freight train" is a class.
    """
    found: dict[str, list[tuple[Folder, str]]] = {}
    for one in folder.full:
        if match := _SPLIT.fullmatch(one.plain_name):
            found.setdefault(match["before"], []).append((one, match.lastgroup or ""))
    for before, splits in found.items():
        kinds = {kind for _, kind in splits}
        if "training" in kinds and (not before or len(kinds) > 1):
            return splits
    return []


def _note_outside(folder: Folder, notes: list[str]) -> None:
    if folder.pictures:
        notes.append(
            f"{len(folder.pictures)} images of {folder.name} are in no folder of a class and "
            "were left out."
        )


def _no_classes(name: str, root: Folder, inner: Folder) -> str:
    count = len(inner.pictures) or root.total
    tables = [one for one in inner.others if Path(one).suffix.lower() in TABLES]
    hint = (
        f"; labels in {tables[0]} are not read: move the images of each class to a folder with its "
        "name"
        if tables
        else ""
    )
    packed = [one for one in inner.others if _is_packed(one)]
    if packed and not hint:
        hint = f"; {packed[0]} is not read: unpack it and save the images in one folder per class"
    if not root.total and root.folders:
        names = ", ".join(one.name for one in root.folders[:5])
        return f"the subfolders of {name} ({names}) must hold images, got none{hint}"
    return (
        f"{name} must have one subfolder per class, such as cats/1.jpg and dogs/1.jpg, "
        f"got {count or 'no'} images without subfolders{hint}"
    )


def _is_packed(name: str) -> bool:
    """Whether a file is an archive, an array file or MNIST's idx file."""
    return Path(name).suffix.lower() in _PACKED or name.lower().endswith("ubyte")
