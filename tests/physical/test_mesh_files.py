"""A sentence for each mesh file that cannot be used."""

import pytest
from example_meshes import SQUARE

from pyfrontiers.physical.meshes import MeshError, load_mesh


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "square.obj is empty"),
        ("words without sense\n", "must have triangles, got none"),
        (SQUARE[: SQUARE.index("usemtl")], "must have triangles, got none"),
        (SQUARE.replace("v 1 1 0", "v nan 1 0"), "finite vertices, got NaN or infinity in 1 of 4"),
        (SQUARE.replace("v 1 1 0", "v 1e999 1 0"), "finite vertices"),
        (SQUARE.replace("v 1 1 0", "v -1e200 1 0"), "finite vertices"),
        ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", r"must have texture coordinates \(UV\), got none"),
        ("v 0 0 0\nvt 0 0\nf 1/1 1/1 1/1\n", "must have faces with an area, got 1 without"),
        (SQUARE.replace("vt 1 ", "vt 40 "), "must repeat at most 8 times across a face, got 40"),
        *(
            (SQUARE.replace("f 1/1 3/3 4/4", f"f 1/1 3/3 {corner}"), said)
            for corner, said in (
                (
                    "9/4",
                    r"readable OBJ file, got a face in line \d+ with the index 9, .* 4 vertices",
                ),
                ("4/9", "with the index 9, where the file has 4 texture coordinates; export it"),
                ("-9/4", "with the index -9, where the file has 4 vertices; export it again$"),
                ("0/4", "with the index 0, where the file has 4 vertices; export it again$"),
                ("x/4", "got 'x/4' as a corner of the face in line .*; export it again$"),
            )
        ),
        (b"\0\1\2\3" * 50, "must be an OBJ, GLB or glTF file, got something else"),
        (
            b"glTF" + b"\0" * 50,
            r"a readable GLB file, got one that is damaged .*; export it",
        ),
        (b'{"asset": {}}', "square.obj"),
    ],
)
def test_unusable_file_raises_a_sentence(write, text, message):
    with pytest.raises(MeshError, match=message):
        load_mesh(write(text))


def test_missing_files_raise_a_sentence(write, tmp_path):
    with pytest.raises(MeshError, match=r"needs square\.png, which cannot be found or read"):
        load_mesh(write(picture=None))
    (tmp_path / "square.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(MeshError, match=r"needs square\.png, which cannot be found or read"):
        load_mesh(write(picture=None))
    (tmp_path / "square.mtl").unlink()
    with pytest.raises(MeshError, match=r"needs square\.mtl"):
        load_mesh(write(mtl=None))
    with pytest.raises(MeshError, match="does not exist; name an OBJ or GLB file"):
        load_mesh(tmp_path / "none.obj")
    with pytest.raises(MeshError, match="is a folder"):
        load_mesh(tmp_path)
    with pytest.raises(MeshError, match=r"texture .*none\.png cannot be read"):
        load_mesh(write(), texture=tmp_path / "none.png")
    (tmp_path / "cube.stl").write_text("solid cube")
    with pytest.raises(MeshError, match=r"cube\.stl is a file of the format STL, which has no tex"):
        load_mesh(tmp_path / "cube.stl")


def test_too_many_faces_and_bytes_are_refused_with_the_number(write, monkeypatch):
    monkeypatch.setattr("pyfrontiers.physical.meshes.MAX_FACES", 1)
    with pytest.raises(MeshError, match="must have at most 1 faces, got 2; decimate"):
        load_mesh(write())
    monkeypatch.setattr("pyfrontiers.physical.mesh_sources.LARGEST_FILE", 10)
    with pytest.raises(MeshError, match="must have at most 0 MB, got 0 MB"):
        load_mesh(write())
