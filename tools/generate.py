"""Write the generated files: the compiled core's stub, and README's table of the kernels.

python tools/generate.py

A test fails when one of them is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.table import markdown_table

ROOT = Path(__file__).resolve().parents[1]
STUB, README = ROOT / "pyfrontiers/kernels/_core.pyi", ROOT / "README.md"
BEGIN, END = "<!-- kernels, by tools/generate.py: begin -->", "<!-- kernels: end -->"

_HEADER = '''"""The compiled core; addresses are integers from `Tensor.data_ptr()`.

Written by tools/generate.py from the signatures of the compiled module.
"""

from typing import Any

from torch import Tensor

kernels: tuple[str, ...]
streams: dict[str, tuple[int, int]]
smallest_pooled: int
pool_capacity: int

'''
# pybind11's words for the types that a binding accepts, and ours for what the package passes.
_TYPES = (
    (r"typing\.SupportsInt \| typing\.SupportsIndex", "int"),
    (r"typing\.SupportsFloat \| typing\.SupportsIndex", "float"),
    (r"typing\.Annotated\[collections\.abc\.Sequence\[(.+?)\], \S+\]", r"tuple[\1, ...]"),
    (r"collections\.abc\.Sequence\[(\w+)\]", r"tuple[\1, ...]"),
    (r"\w+\.CapsuleType", "object"),
    (r"\bdict\b(?!\[)", "dict[str, Any]"),
    (r"\btuple\b(?!\[)", "tuple[Any, ...]"),
)


def stub() -> str:
    """Return the stub's text."""
    names = sorted(name for name in dir(_core) if name[0] != "_" and callable(getattr(_core, name)))
    return _HEADER + "".join(map(_declaration, names))


def _declaration(name: str) -> str:
    text = getattr(_core, name).__doc__.splitlines()[0]
    for pattern, ours in _TYPES:
        text = re.sub(pattern, ours, text)
    if name.endswith("_directly") or name == "pooled_tensor":  # None if Python must do it
        text = text.replace("-> object", f"-> {_results(name)} | None")
    head, arguments, result = re.fullmatch(r"(\w+\()(.*)(\) -> .*)", text).groups()
    return _wrapped(f"def {head}", arguments, f"{result}: ...\n")


def _results(name: str) -> str:
    """Return the type of a fast path's results, which are those of the kernel's operator."""
    operator = getattr(torch.ops.pyfrontiers, name.removesuffix("_directly"), None)
    count = len(operator.default._schema.returns) if operator else 1
    return "Tensor" if count < 2 else f"tuple[{', '.join(['Tensor'] * count)}]"


def _wrapped(head: str, arguments: str, tail: str) -> str:
    """Break a declaration into lines as ruff does."""
    if len(head + arguments + tail) <= 101:
        return head + arguments + tail
    if len(arguments) <= 96:
        return f"{head}\n    {arguments}\n{tail}"
    lines = re.sub(r", (?=\w+: )", ",\n    ", arguments)
    return f"{head}\n    {lines},\n{tail}"


def readme() -> str:
    """Return README's text with the table of the kernels as it must be."""
    text = README.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md: found no {BEGIN!r} and {END!r}, wanted one of each, in order")
    return f"{head}{BEGIN}\n{markdown_table()}\n{END}{tail}"


def main() -> None:
    """Write the files."""
    STUB.write_text(stub(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    main()
