"""Read a data set from a CSV file: columns of numbers, columns of few texts, and the class."""

from __future__ import annotations

import csv
import math
import re
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.automl.service.array_files import LARGEST, as_tensor
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.labels import classes_of, number_in
from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["MOST_TEXTS", "read_header", "read_table"]

_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
#: Most different texts in a column, each of which becomes a column of zeros and ones.
MOST_TEXTS = 32


def read_header(file: BinaryIO, name: str) -> tuple[str, ...]:
    """Return the names of the columns.

    Raises:
        ValueError: there are none, or two are equal.

    """
    rows = _rows(file, name)
    return _header(rows[0] if rows else [], name)


def read_table(file: BinaryIO, name: str, target: str | None) -> Dataset:
    """Read a table; see `read_dataset`.

    A column in which most values are numbers must hold numbers alone. Any other is a column of
    texts: each text becomes a number, its place among the column's texts.

    Args:
        file: the file.
        name: of the file.
        target: name of the column with the class.

    Raises:
        ValueError: the file cannot be used.

    """
    rows = _rows(file, name)
    if len(rows) < 2:
        raise ValueError(
            f"{name} must have a header and rows below it, got {counted(len(rows), 'line')}"
        )
    header = _header(rows.pop(0), name)
    if len(header) == 1 and (others := [each for each in ";\t|" if each in header[0]]):
        raise ValueError(
            f"{name} must have columns separated by commas, got one column {header[0]!r}; save it "
            f"with commas in place of {others[0]!r}"
        )
    if target is None or target not in header:
        given = "no target" if target is None else f"the target {target!r}"
        raise ValueError(
            f"target must be the column of {name} with the class, got {given}; its columns are "
            f"{', '.join(header)}"
        )
    if len(header) < 2:
        raise ValueError(f"{name} must have a column besides the target {target!r}, got none")
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(
                f"row {number} of {name} must have {len(header)} values as the header has, got "
                f"{len(row)}"
            )
    cells = {column: [row[place].strip() for row in rows] for place, column in enumerate(header)}
    del rows
    labels = cells.pop(target)
    inputs = np.empty((len(labels), len(cells)), np.float32)
    texts = {}
    for place, (column, values) in enumerate(cells.items()):
        inputs[:, place], found = _column(column, values)
        if found:
            texts[column] = found
    classes, indices = classes_of(labels, f"the target {target!r}")
    return Dataset(as_tensor(inputs), indices, classes, tuple(cells), Path(name).stem, texts=texts)


def _rows(file: BinaryIO, name: str) -> list[list[str]]:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        return [row for row in csv.reader(text) if row]
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} must be CSV in UTF-8, got another kind of file or another encoding; save the "
            "table as CSV in UTF-8"
        ) from error
    except csv.Error as error:
        raise ValueError(
            f"{name} must be CSV, got a line that is none, such as one with a quotation mark that "
            "is never closed; save the table as CSV again"
        ) from error
    finally:
        text.detach()


def _header(row: list[str], name: str) -> tuple[str, ...]:
    header = tuple(each.strip() for each in row)
    if not header:
        raise ValueError(f"{name} must have a header and rows below it, got 0 lines")
    if len(set(header)) < len(header):
        raise ValueError(f"{name} must name each column once, got {', '.join(header)}")
    return header


def _column(name: str, values: list[str]) -> tuple[list[float], tuple[str, ...]]:
    """Return a column's numbers, or the places of its texts, and these texts."""
    for row, value in enumerate(values, 1):
        if not value:
            raise ValueError(
                f"column {name!r} must hold a value in each row, got nothing in row {row} (from "
                "1); fill it in or leave the row out"
            )
    numbers = [number_in(value) for value in values]
    odd = [row for row, number in enumerate(numbers) if number is None]
    large = [row for row, number in enumerate(numbers) if LARGEST < abs(number or 0.0) < math.inf]
    if large and not odd:
        raise ValueError(
            f"column {name!r} must hold numbers of at most {LARGEST:.0e}, got "
            f"{values[large[0]]!r} in row {large[0] + 1} (from 1)"
        )
    if not odd:
        return [number or 0.0 for number in numbers], ()
    if all(_COMMA.fullmatch(values[row]) for row in odd):
        raise ValueError(
            f"column {name!r} must hold numbers with a point, got {values[odd[0]]!r} in row "
            f"{odd[0] + 1} (from 1); write {values[odd[0]].replace(',', '.')}"
        )
    if len(odd) * 2 <= len(values):
        raise ValueError(
            f"column {name!r} must hold numbers, got {values[odd[0]]!r} in row {odd[0] + 1} (from "
            "1); encode text as numbers or leave the column out"
        )
    missing = next((row for row, value in enumerate(values, 1) if value.lower() == "nan"), 0)
    if missing:
        raise ValueError(
            f"column {name!r} must hold a text in each row, got 'nan' in row {missing} (from 1); "
            "fill it in or leave the row out"
        )
    return _places(name, values)


def _places(name: str, values: list[str]) -> tuple[list[float], tuple[str, ...]]:
    texts = sorted(set(values))
    # A network learns nothing of a text that it sees once.
    most = min(MOST_TEXTS, len(values) // 2)
    if len(texts) > most:
        seen: dict[str, int] = {}
        for row, value in enumerate(values, 1):
            seen.setdefault(value, row)
        beyond, row = list(seen.items())[most]
        raise ValueError(
            f"column {name!r} must hold numbers or at most {most} different texts, got "
            f"{len(texts):,}: {_short(beyond)!r} in row {row} (from 1) is one too many; leave the "
            "column out or sort its texts into groups"
        )
    places = {text: float(place) for place, text in enumerate(texts)}
    return [places[value] for value in values], tuple(texts)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}\N{HORIZONTAL ELLIPSIS}"
