"""How to run an exported child: commands with an input of its data, to copy into a shell."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

__all__ = ["commands"]

#: Longest request that is written out, in characters.
_LONGEST = 2000


def commands(description: Mapping[str, Any], example: Tensor) -> str:
    """Return the commands that unpack a child and predict an input, from a file and as a service.

    Args:
        description: of the child, as in `model.json`.
        example: (F,) or (C, H, W) one input of the data; texts as places in the child's lists.
    """
    inputs = _plain(example.tolist())
    columns = description["columns"]
    for name, texts in description["texts"].items():
        place = columns.index(name)
        written = {code: text for text, code in texts.items()}
        inputs[place] = written.get(inputs[place], "another text")
    request = json.dumps({"inputs": [inputs]})
    if len(request) > _LONGEST:
        request = '{"inputs": [...]}'
    shape = " x ".join(map(str, description["shape"]))
    lines = ["unzip child.zip", "pip install torch"]
    if columns:
        lines += ["cat > new.csv <<'END'", *_table(columns, inputs), "END"]
        lines.append("python child/predict.py new.csv")
    elif description["white"] is not None and description["shape"][0] in (1, 3):
        _, height, width = description["shape"]
        lines.append(f"python child/predict.py picture.png  # of {width} x {height} pixels")
    else:
        lines.append(f"python child/predict.py inputs.json  # a list of inputs, each {shape}")
    lines += ["python child/serve.py --port 8000", "# in another terminal:"]
    lines.append(f"curl -X POST localhost:8000/predict -d {shlex.quote(request)}")
    return "\n".join(lines)


def _plain(values: Any) -> Any:
    """Return nested float32 numbers in the fewest digits that identify them, without ".0"."""
    if isinstance(values, list):
        return [_plain(each) for each in values]
    return json.loads(str(np.float32(values)).removesuffix(".0"))


def _table(columns: list[str], row: list[Any]) -> list[str]:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((columns, row))
    return text.getvalue().splitlines()
