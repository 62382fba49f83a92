"""A mesh from the contents of files: archives, several files, and files made to take up memory."""

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest
import torch
from example_meshes import (
    BLUE,
    CORNERS,
    GREEN,
    MATERIAL,
    PAINTED,
    RED,
    SQUARE,
    WHITE,
    corner_colours,
    front,
    glb,
    png,
)

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical import LoadedMesh, TexturedObject, uploaded
from pyfrontiers.physical.meshes import MeshError, load_mesh_files
from pyfrontiers.physical.uploaded import read_upload

PARTS = (
    ("square.obj", SQUARE.encode()),
    ("square.mtl", MATERIAL.encode()),
    ("square.png", png(CORNERS)),
)


def archive(*files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in files:
            folder.writestr(name, content)
    return stream.getvalue()


def glb_with(change):
    """Return the square's GLB file with another description."""
    data = glb([{"mesh": 0}], [PAINTED], [CORNERS])
    length = int.from_bytes(data[12:16], "little")
    description = json.loads(data[20 : 20 + length])
    change(description)
    text = json.dumps(description).encode()
    text += b" " * (-len(text) % 4)
    rest = len(text).to_bytes(4, "little") + b"JSON" + text + data[20 + length :]
    return data[:8] + (12 + len(rest)).to_bytes(4, "little") + rest


@pytest.mark.parametrize(
    "files",
    [
        PARTS,
        PARTS[::-1],
        [("all.zip", archive(*PARTS))],
        [("a.zip", archive(*((f"my folder/{name}", data) for name, data in PARTS)))],
        [("a.zip", archive(*PARTS, ("__MACOSX/._square.obj", b"?"), (".DS_Store", b"?")))],
        [("square.obj", PARTS[0][1]), ("rest.zip", archive(*PARTS[1:]))],
        [("square.glb", glb([{"mesh": 0}], [PAINTED], [CORNERS]))],
    ],
    ids=["files", "any order", "zip", "folder in zip", "system files", "file and zip", "glb"],
)
def test_files_become_an_object(files) -> None:
    loaded = load_mesh_files(files)
    assert corner_colours(front(loaded.object)) == [RED, GREEN, BLUE, WHITE]
    assert loaded.object.name == "square"


def test_paths_outside_the_files_are_never_read(tmp_path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(CORNERS))
    material = MATERIAL.replace("square.png", str(secret))
    with pytest.raises(MeshError, match=r"square\.obj needs .*secret\.png, which cannot be found"):
        load_mesh_files([PARTS[0], ("square.mtl", material.encode())])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "files must hold one mesh, an OBJ or GLB file with its images, got nothing, none of"),
        ([("cat.jpg", b"\xff\xd8\xff")], r"got cat\.jpg, none of which is a mesh"),
        ([PARTS[0], ("b.glb", b"glTF")], r"must hold one mesh, .* got square\.obj, b\.glb$"),
        ([("cube.stl", b"solid")], r"cube\.stl is a file of the format STL, which has no texture"),
        ([("a.zip", archive(*PARTS)[:200])], r"a\.zip must be a ZIP file .*, got a damaged"),
        ([("a.zip", archive())], "got nothing"),
        ([("a.obj", b"")], r"a\.obj is empty"),
    ],
)
def test_unusable_files_raise_a_sentence(files, message) -> None:
    with pytest.raises(MeshError, match=message):
        load_mesh_files(files)


def test_encrypted_archive_raises_a_sentence() -> None:
    data = bytearray(archive(PARTS[0]))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(MeshError, match=r"got one with a password; make it again without$"):
        load_mesh_files([("a.zip", bytes(data))])


def everlasting(description):
    description["accessors"][0] = {"type": "VEC3", "count": 1 << 34, "componentType": 5126}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "a.zip",
            archive(("a.obj", bytes(1 << 28))),
            "at most 1,000 files of 256 MB together, got",
        ),
        ("a.zip", archive(*((f"{n}.png", b"") for n in range(1001))), "got 0 MB in 1,001"),
        ("a.glb", glb_with(everlasting), "at most 1,000,000 faces, got 5,726,623,061; decimate"),
        ("a.obj", SQUARE.encode() + b"f 1/1 2/2 3/3\n" * 1_000_000, "faces, got 1,000,002"),
        (
            "a.glb",
            glb([{"mesh": 0}], [PAINTED], [np.zeros((9000, 9000, 3), np.uint8)]),
            "a.glb must have textures of at most 67 megapixels together, got 81; scale them down",
        ),
    ],
    ids=["zip", "many files", "accessor", "faces", "picture"],
)
def test_small_files_that_unpack_to_large_ones_take_little_memory(name, data, message) -> None:
    tracemalloc.start()
    with pytest.raises(MeshError, match=message):
        load_mesh_files([(name, data)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_repeats_of_a_large_texture_are_reduced_before_they_are_laid_out() -> None:
    text = SQUARE.replace("vt 1 ", "vt 8 ")
    large = np.full((60, 4000, 3), 200, np.uint8)
    files = [("square.obj", text.encode()), PARTS[1], ("square.png", png(large))]
    loaded = load_mesh_files(files, side=4096)
    assert loaded.object.texture.shape[2] == 4096


@pytest.fixture
def ball(monkeypatch):
    """Let every upload be a grey ball with few poses."""
    found = TexturedObject("ball", Mesh.sphere(8, 8), torch.full((3, 8, 8), 0.5))
    monkeypatch.setattr(uploaded, "_POSES", 3)
    monkeypatch.setattr(uploaded, "load_mesh_files", lambda *_, **__: LoadedMesh(found, 0, ("a",)))
    return found


def test_an_upload_is_seen_from_many_sides(ball) -> None:
    told = []
    found = read_upload(files=[("ball.glb", b"glTF")], report=lambda *what: told.append(what))
    assert found.object is ball
    assert found.notes == ("a",)
    assert sum(share for _, share in found.seen) == pytest.approx(1)
    shares = [share for _, share in found.seen]
    assert shares == sorted(shares, reverse=True)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1][0] == pytest.approx(1)


def test_an_upload_has_limits_on_bytes_and_faces(monkeypatch) -> None:
    with pytest.raises(MeshError, match="files must have at most 25 MB together, got 26 MB"):
        read_upload(files=[("a.glb", bytes(13_000_000)), ("b.png", bytes(13_000_000))])
    monkeypatch.setattr(uploaded, "MOST_FACES", 1)
    with pytest.raises(MeshError, match="must have at most 1 faces, got 2"):
        read_upload(files=list(PARTS))
