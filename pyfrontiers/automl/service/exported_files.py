"""The files of an exported child, for the model card and the page that hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILES"]

FILES: Mapping[str, str] = {
    "predict.py": "predicts a CSV, JSON or image file; needs torch or onnxruntime",
    "serve.py": "answers POST requests to /predict",
    "model.py": "the network in plain torch; load() reads model.json and model.safetensors",
    "model.json": "layers, classes and columns",
    "model.safetensors": "the weights",
    "model.pt2": "the program, for torch.export.load",
    "model.onnx": "for onnxruntime, from inputs to logits",
    "history.csv": "every trial of the search",
    "README.md": "the model card",
}
"""Each file and what it is for; `model.onnx` is missing without the package onnx."""
