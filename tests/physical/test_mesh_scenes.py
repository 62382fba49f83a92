"""GLB files as objects: several parts and textures, transforms, and images inside the file."""

import numpy as np
import pytest
from example_meshes import (
    BLUE,
    CORNERS,
    GREEN,
    PAINTED,
    PLAIN,
    RED,
    SECOND,
    WHITE,
    corner_colours,
    front,
    glb,
)

from pyfrontiers.physical.meshes import MeshError, load_mesh


def test_scene_of_several_textures_becomes_one_atlas(tmp_path):
    path = tmp_path / "scene.glb"
    nodes = [
        {"mesh": 0, "translation": [-1, 0, 0], "scale": [0.9, 0.9, 0.9]},
        {"mesh": 1, "translation": [1, 0, 0], "scale": [0.9, 0.9, 0.9]},
        {"mesh": 2, "translation": [0, 2, 0], "scale": [0.5, 0.5, 0.5]},
    ]
    inverse = 255 - CORNERS.repeat(2, 1)
    path.write_bytes(glb(nodes, [PAINTED, SECOND, PLAIN], [CORNERS, inverse]))
    loaded = load_mesh(path)
    assert loaded.notes[0] == (
        "the file names no texture for 1 of 3 parts, which start in a plain colour"
    )
    assert "3 textures were joined into one" in loaded.notes[1]
    assert len(loaded.object.mesh.faces) == 6
    seen = front(loaded.object, 256)
    rows, columns = np.where(np.asarray(seen.sum(0) > 0))
    top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
    height, width = bottom - top, right - left
    # The plain square lies above the two others: rows 0 to 0.26, 0.31 to 1 (heights 1.0 and 1.8).
    places = {
        (0.1, 0.5): RED,  # plain
        (0.5, 0.1): RED,
        (0.5, 0.4): GREEN,
        (0.9, 0.1): BLUE,
        (0.5, 0.6): (0, 255, 255),  # the inverse of red
        (0.9, 0.9): (0, 0, 0),
    }
    for (down, across), colour in places.items():
        pixel = seen[:, top + int(down * height), left + int(across * width)]
        assert tuple((pixel * 255).round().int().tolist()) == colour, (down, across)


def test_mirrored_node_stays_visible_from_its_front(tmp_path):
    path = tmp_path / "mirrored.glb"
    path.write_bytes(glb([{"mesh": 0, "scale": [-1, 1, 1]}], [PAINTED], [CORNERS]))
    obj = load_mesh(path).object
    assert not obj.mesh.double_sided
    assert corner_colours(front(obj)) == [GREEN, RED, WHITE, BLUE]


def test_content_decides_about_the_format(tmp_path):
    path = tmp_path / "renamed.obj"
    path.write_bytes(glb([{"mesh": 0}], [PAINTED], [CORNERS]))
    assert corner_colours(front(load_mesh(path).object)) == [RED, GREEN, BLUE, WHITE]


def test_damaged_image_inside_a_file_raises_a_sentence(tmp_path):
    data = glb([{"mesh": 0}], [PAINTED], [CORNERS])
    start = data.index(b"\x89PNG") + 8
    path = tmp_path / "damaged.glb"
    path.write_bytes(data[:start] + b"x" * 40 + data[start + 40 :])
    with pytest.raises(
        MeshError, match=r"damaged\.glb needs image 1 inside it \(image/png\), whic"
    ):
        load_mesh(path)
