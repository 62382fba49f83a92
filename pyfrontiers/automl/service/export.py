"""Write a child into a folder that runs without this package."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
import tempfile
import warnings
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.automl.service.card import model_card

if TYPE_CHECKING:
    from pyfrontiers.automl.service.fitted import FittedChild

__all__ = ["KEPT", "NO_ONNX", "check_folder", "export_child"]

#: The folder of a search, which an export leaves in place.
KEPT = "search"
#: Why a file is missing, in the card and on the terminal.
NO_ONNX = (
    "`model.onnx` was not written, because the package onnx is not installed: "
    "`pip install 'pyfrontiers[automl]'`."
)
_PACKAGE = "pyfrontiers.automl.service.exported."


def check_folder(folder: Path) -> None:
    """Raise unless a folder is new, or holds nothing but a search.

    Raises:
        FileExistsError: it holds other files.
        NotADirectoryError: it is a file.

    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"folder must be a folder, got the file {folder}")
    held = sorted({each.name for each in folder.iterdir()} - {KEPT}) if folder.exists() else []
    if held:
        raise FileExistsError(
            f"folder must be new or empty, got {folder}, which holds {', '.join(held[:3])}; choose "
            "another folder"
        )


def export_child(child: FittedChild, folder: Path) -> list[str]:
    """Write all files; see `FittedChild.export`."""
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    networks, note = _networks(child)
    files = networks | {name: text.encode() for name, text in _texts(child, note).items()}
    # All files are written next to their places first, so that a full disk leaves none of them.
    unfinished = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    try:
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
        for name in files:
            (unfinished / name).replace(folder / name)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(
                error.errno, f"the disk of {folder} is full; the search is kept, free some space"
            ) from error
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return sorted(files)


def _networks(child: FittedChild) -> tuple[dict[str, bytes], str]:
    """Return the network in each format by file, and a note on the one that may be missing."""
    from safetensors.torch import save

    weights = {name: value.contiguous() for name, value in child.model.state_dict().items()}
    program, traced = io.BytesIO(), io.BytesIO()
    example = torch.zeros((2, *child.description["shape"]), dtype=torch.float32, device="cpu")
    batch = torch.export.Dim("batch", min=1, max=1 << 20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.export.export(child.model, (example,), dynamic_shapes=({0: batch},))
        torch.export.save(exported, program)
        files = {"model.safetensors": save(weights), "model.pt2": program.getvalue()}
        if find_spec("onnx") is None:
            return files, NO_ONNX
        # The exporter that traces needs the package onnx alone; the newer one also onnxscript.
        torch.onnx.export(
            child.model,
            (example,),
            traced,  # type: ignore[arg-type]  # a file is taken too
            dynamo=False,
            input_names=["inputs"],
            output_names=["logits"],
            dynamic_axes={"inputs": {0: "batch"}, "logits": {0: "batch"}},
        )
    return files | {"model.onnx": traced.getvalue()}, ""


def _texts(child: FittedChild, note: str) -> dict[str, str]:
    return {
        "model.json": json.dumps(child.description, indent=1) + "\n",
        "model.py": _model(),
        "predict.py": _source("predict").replace(_PACKAGE, ""),
        "serve.py": _source("serve").replace(_PACKAGE, ""),
        "history.csv": _table(child.history),
        "README.md": model_card(child, note),
    }


def _source(name: str) -> str:
    package = resources.files("pyfrontiers.automl.service.exported")
    return package.joinpath(f"{name}.py").read_text(encoding="utf-8")


def _model() -> str:
    """Return the child networks and what loads them as one file, which needs torch alone."""
    networks = resources.files("pyfrontiers.automl").joinpath("networks.py")
    dropped = ("from pyfrontiers", "from __future__")
    lines = [line for line in _source("model").splitlines() if not line.startswith(dropped)]
    return networks.read_text(encoding="utf-8") + "\n\n" + "\n".join(lines) + "\n"


def _table(rows: tuple[dict[str, Any], ...]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names or ["number"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
