"""Predict classes with torch, or with onnxruntime where torch is not installed.

    python predict.py new.csv
    python predict.py inputs.json
    python predict.py picture.png

A CSV file needs the columns of the data by name; others are ignored. A JSON file holds a list of
inputs as they are in the data; in a column of texts, a number is a code of `model.json`. Image
files are for networks that were trained on such. A text that the training data did not have counts
as none of theirs. Prints one line of JSON for each input.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: Inputs that are computed at once.
AT_ONCE = 256


class Predictor:
    """The network, for inputs as nested lists of numbers, and of texts in columns of texts.

    Args:
        folder: of the exported child.
        engine: ``"torch"``, ``"onnx"``, or ``"auto"`` for the one that is installed.

    """

    def __init__(self, folder: Path, engine: str = "auto") -> None:
        self.description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if engine == "auto":
            engine = "torch" if find_spec("torch") is not None else "onnx"
        self._run = _torch(folder) if engine == "torch" else _onnx(folder)

    def __call__(self, inputs: Any) -> list[dict[str, Any]]:
        """Return class and probabilities of each input.

        Raises:
            ValueError: an input has another shape, or a value that is not a finite number or too
                large for the network.

        """
        inputs = coded(inputs, self.description)
        check(inputs, self.description["shape"])
        classes = self.description["classes"]
        found = []
        for begin in range(0, len(inputs), AT_ONCE):
            for number, logits in enumerate(self._run(inputs[begin : begin + AT_ONCE]), begin):
                if not all(map(math.isfinite, logits)):
                    raise ValueError(
                        f"input {number} must have values like those of the data, got values so "
                        "large that the network's output is not finite"
                    )
                powers = [math.exp(each - max(logits)) for each in logits]
                shares = [each / sum(powers) for each in powers]
                best = classes[max(range(len(shares)), key=shares.__getitem__)]
                table = dict(zip(classes, shares, strict=True))
                found.append({"class": best, "probabilities": table})
        return found


def _torch(folder: Path) -> Any:
    import torch

    from pyfrontiers.automl.service.exported.model import load

    network = load(folder)

    def run(inputs: list[Any]) -> Any:
        with torch.no_grad():
            return network(torch.tensor(inputs, dtype=torch.float32)).tolist()

    return run


def _onnx(folder: Path) -> Any:
    import numpy
    import onnxruntime

    program = folder / "model.onnx"
    if not program.exists():
        raise FileNotFoundError(
            f"{program} does not exist, because the package onnx was missing when it was to be "
            "written; install torch to run the network"
        )
    session = onnxruntime.InferenceSession(str(program), providers=["CPUExecutionProvider"])

    def run(inputs: list[Any]) -> Any:
        return session.run(None, {"inputs": numpy.array(inputs, "float32")})[0].tolist()

    return run


def coded(inputs: Any, description: dict[str, Any]) -> Any:
    """Return rows with their texts as codes: -1 for one that the training data did not have."""
    places = [(description["columns"].index(n), texts) for n, texts in description["texts"].items()]
    if not places or not isinstance(inputs, list):
        return inputs
    rows = [list(row) if isinstance(row, list) else row for row in inputs]
    for row in rows:
        for place, texts in places:
            if isinstance(row, list) and place < len(row) and isinstance(row[place], str):
                row[place] = texts.get(row[place].strip(), -1)
    return rows


def check(inputs: Any, shape: list[int]) -> None:
    """Check that inputs are a list of nested lists of finite numbers of a shape.

    Raises:
        ValueError: they are not; the message says which and why.

    """
    if not isinstance(inputs, list) or not inputs:
        raise ValueError("inputs must be a list of one or more inputs")
    for number, each in enumerate(inputs):
        _check_one(each, shape, f"input {number}")


def _check_one(value: Any, shape: list[int], name: str) -> None:
    if shape:
        if not isinstance(value, list) or len(value) != shape[0]:
            given = f"a list of {len(value)}" if isinstance(value, list) else repr(value)[:40]
            raise ValueError(f"{name} must be a list of {shape[0]}, got {given}")
        for place, each in enumerate(value):
            _check_one(each, shape[1:], f"{name}[{place}]")
    elif isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 3e38:
        raise ValueError(f"{name} must be a finite number, got {repr(value)[:40]}")


def read(path: Path, description: dict[str, Any]) -> list[Any]:
    """Read inputs from a CSV, JSON or image file.

    Raises:
        ValueError: the file does not fit the network.

    """
    columns, shape, white = (description[name] for name in ("columns", "shape", "white"))
    pictures = white is not None and shape[0] in (1, 3)
    suffix = path.suffix.lower()
    if suffix != ".json" and not (columns if suffix == ".csv" else pictures):
        wanted = "a CSV or JSON" if columns else "an image or JSON" if pictures else "a JSON"
        raise ValueError(f"{path.name} must be {wanted} file, like the data of this network")
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    if suffix == ".json":
        found: list[Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    if suffix == ".csv":
        return _read_csv(path, columns, description["texts"])
    return _read_image(path, shape, white)


def _read_image(path: Path, shape: list[int], white: float) -> list[Any]:
    from PIL import Image  # not needed for tables and JSON

    channels, height, width = shape
    with Image.open(path) as opened:
        if opened.mode.startswith(("I", "F")):
            raise ValueError(f"{path.name} must have 8 bits a channel, got mode {opened.mode}")
        picture = opened.convert("L" if channels == 1 else "RGB")
    if picture.size != (width, height):
        given = f"{picture.width} x {picture.height}"
        raise ValueError(f"{path.name} must be {width} x {height} pixels, got {given}")
    flat = [value * white / 255 for value in picture.tobytes()]
    planes = [flat[channel::channels] for channel in range(channels)]
    return [[[p[r * width : (r + 1) * width] for r in range(height)] for p in planes]]


def _read_csv(path: Path, columns: list[str], texts: dict[str, Any]) -> list[Any]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, skipinitialspace=True)
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        rows = list(reader)
    if missing := [name for name in columns if not rows or name not in rows[0]]:
        raise ValueError(f"{path.name} must have the column {missing[0]!r} and a row below it")
    return [
        [_value(row[name], name in texts, f"{name!r} in row {number}") for name in columns]
        for number, row in enumerate(rows, 1)
    ]


def _value(cell: str | None, is_text: bool, place: str) -> Any:
    wanted = "a text" if is_text else "a number"
    if is_text and cell and cell.strip():
        return cell
    try:
        if cell and "_" not in cell:  # Python reads 10_20 as 1020
            return float(cell)
    except ValueError:
        pass
    given = repr(cell) if cell and cell.strip() else "an empty cell"
    raise ValueError(f"{place} (counted from 1) must be {wanted}, got {given}")


def main() -> None:
    """Predict the inputs in a file."""
    parser = argparse.ArgumentParser(description="Predict the classes of inputs.")
    parser.add_argument("file", type=Path, help="a CSV, JSON or image file")
    parser.add_argument("--engine", choices=("auto", "torch", "onnx"), default="auto")
    given = parser.parse_args()
    try:
        predict = Predictor(Path(__file__).parent, given.engine)
        for each in predict(read(given.file, predict.description)):
            sys.stdout.write(json.dumps(each) + "\n")
    except (ValueError, OSError, ImportError) as error:
        sys.stderr.write(f"predict.py: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
