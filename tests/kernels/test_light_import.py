"""Importing the kernels loads NumPy and torch, and nothing of the app."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    *(
        "streamlit",
        "pandas",
        "ray",
        "sklearn",
        "skimage",
        "scipy",
        "altair",
        "PIL",
        "typer",
        "rich",
    ),
    *("efficientnet_lite_pytorch", "streamlit_app", "matplotlib", "pyarrow", "tornado"),
}


def loaded_by(statement):
    program = f"{statement}; import json, sys; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", program]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name.partition(".")[0] for name in json.loads(shown)}


@pytest.mark.parametrize(
    "module",
    ["pyfrontiers", "pyfrontiers.kernels", "pyfrontiers.adversarial", "pyfrontiers.uncertainty"],
)
def test_light_core_does_not_load_the_app(module):
    # Packages that torch itself imports if installed do not count.
    assert not (loaded_by(f"import {module}") - loaded_by("import torch")) & HEAVY


def test_package_import_does_not_load_torch():
    assert not loaded_by("import pyfrontiers") & {"torch", "numpy", *HEAVY}


def test_kernels_work_without_the_app():
    program = (
        "from pyfrontiers import kernels as k; k.mc_dropout(k.uniform(9, seed=1), 0.5, 3, seed=2)"
    )
    assert not (loaded_by(program) - loaded_by("import torch")) & HEAVY
