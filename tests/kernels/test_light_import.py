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


STATEMENTS = (
    "import pyfrontiers",
    # Packages that torch itself imports if installed do not count.
    "import torch",
    "import pyfrontiers.kernels",
    "import pyfrontiers.adversarial",
    "import pyfrontiers.uncertainty",
    "k = pyfrontiers.kernels; k.mc_dropout(k.uniform(9, seed=1), 0.5, 3, seed=2)",
)
PROGRAM = """
import json, sys
before = set(sys.modules)
for statement in json.loads(sys.argv[1]):
    exec(statement)
    print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
    before = set(sys.modules)
"""


@pytest.fixture(scope="module")
def loaded():
    """The packages that each statement loads which those before it have not, in one interpreter."""
    command = [sys.executable, "-c", PROGRAM, json.dumps(STATEMENTS)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(zip(STATEMENTS, map(set, map(json.loads, lines)), strict=True))


@pytest.mark.parametrize("statement", [name for name in STATEMENTS if name != "import torch"])
def test_light_core_does_not_load_the_app(loaded, statement):
    assert not loaded[statement] & HEAVY


def test_package_import_does_not_load_torch(loaded):
    assert not loaded["import pyfrontiers"] & {"torch", "numpy"}
    assert {"torch", "numpy"} <= loaded["import torch"]
