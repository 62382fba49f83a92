from __future__ import annotations

import pytest
from example_meshes import CORNERS, MATERIAL, SQUARE
from PIL import Image

from pyfrontiers.physical import OBJECTS, load_object


@pytest.fixture(scope="module")
def small_blocks():
    """Draw held-out views ten at a time instead of fifty, for tests that judge ten or fewer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyfrontiers.adversarial.held_out.BLOCK", 10)
        yield


@pytest.fixture(params=sorted(OBJECTS))
def shipped(request):
    return load_object(request.param)


@pytest.fixture
def write(tmp_path):
    """Write square.obj with its material and texture, or other content; return its path."""

    def write(obj=SQUARE, mtl=MATERIAL, picture=CORNERS):
        path = tmp_path / "square.obj"
        path.write_bytes(obj if isinstance(obj, bytes) else obj.encode())
        if mtl is not None:
            (tmp_path / "square.mtl").write_text(mtl)
        if picture is not None:
            Image.fromarray(picture).save(tmp_path / "square.png")
        return path

    return write
