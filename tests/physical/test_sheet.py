"""The print sheet: flat pieces keep the object's lengths, and the PDF keeps the scale."""

import re
import zlib

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical.objects import TexturedObject
from pyfrontiers.physical.outlines import outlines
from pyfrontiers.physical.piece_pictures import BLEED, piece_picture
from pyfrontiers.physical.sheet import PAPERS, print_sheet
from pyfrontiers.physical.unfolding import subdivided, unfold

A4 = (190.0, 250.0)


def cube():
    """Return a cube with side 2 whose six sides are islands of the texture."""
    vertices, faces, uv, uv_faces = [], [], [], []
    for side in range(6):
        axis, sign = side // 2, 1 - 2 * (side % 2)
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            point = np.zeros(3)
            point[axis], point[(axis + 1) % 3], point[(axis + 2) % 3] = sign, sign * a, b
            vertices.append(point)
            # As seen from outside, a runs to the right and b upwards.
            uv.append([(side + 0.1 + 0.4 * (a + 1)) / 6, 0.9 - 0.4 * (b + 1)])
        first = 4 * side
        faces += [[first, first + 1, first + 2], [first, first + 2, first + 3]]
    uv_faces = faces
    return Mesh(np.array(vertices), np.array(faces), np.array(uv), np.array(uv_faces))


def signed_areas(points, corners):
    a, b, c = (points[corners[:, corner]] for corner in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def test_cube_unfolds_into_its_exact_sides():
    pieces = unfold(cube(), scale=25, room=A4)
    assert len(pieces) == 6
    for piece in pieces:
        assert piece.size == pytest.approx((50, 50), abs=1e-6)
        assert piece.stretch == pytest.approx(1)


@pytest.mark.parametrize("mesh", [Mesh.sphere(16, 24), Mesh.sphere(25, 30)], ids=["even", "odd"])
def test_sphere_unfolds_with_little_stretch_into_its_area(mesh):
    pieces = unfold(mesh, scale=40, room=A4)
    assert len(pieces) < 20
    assert max(piece.stretch for piece in pieces) <= 1.08
    assert sorted(np.concatenate([piece.faces for piece in pieces])) == list(range(len(mesh.faces)))
    corners = mesh.vertices[mesh.faces.long()] * 40
    normal = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = float(normal.norm(dim=1).sum() / 2)
    flat = sum(np.abs(signed_areas(piece.points, piece.corners)).sum() for piece in pieces)
    assert flat == pytest.approx(area, rel=0.01)


def test_pieces_are_seen_from_outside():
    for mesh in (Mesh.sphere(12, 16), cube()):
        for piece in unfold(mesh, scale=40, room=A4):
            # Counter-clockwise to the eye; y points down on paper.
            assert (signed_areas(piece.points, piece.corners) < 0).all()


def test_large_object_is_cut_until_it_fits():
    mesh = subdivided(cube(), 1.5)
    assert len(mesh.faces) == 12 * 4
    assert len(unfold(mesh, scale=25, room=A4)) == 6
    large = unfold(mesh, scale=100, room=A4)
    # Sides of 200 mm are wider than the paper: each is cut in two.
    assert len(large) == 12
    for piece in large:
        assert min(piece.size) <= A4[0] + 1e-6
        assert max(piece.size) <= A4[1] + 1e-6
        assert piece.stretch == pytest.approx(1)


def test_mesh_with_too_many_faces_is_refused(monkeypatch):
    monkeypatch.setattr("pyfrontiers.physical.unfolding.MAX_FACES", 10)
    with pytest.raises(ValueError, match="mesh must have at most 10 faces to be unfolded, got 12"):
        unfold(cube(), scale=1, room=A4)


def test_labels_name_the_piece_across_the_cut_and_lie_outside():
    mesh = cube()
    pieces = unfold(mesh, scale=25, room=A4)
    found = outlines(mesh, pieces)
    for index, (piece, outline) in enumerate(zip(pieces, found, strict=True)):
        assert len(outline.segments) == 4
        assert index not in [neighbour for neighbour, _ in outline.labels]
        assert len({neighbour for neighbour, _ in outline.labels}) == 4
        for neighbour, (x, y) in outline.labels:
            assert index in [other for other, _ in found[neighbour].labels]
            assert not (0 <= x <= piece.size[0] and 0 <= y <= piece.size[1])


def test_picture_shows_the_texture_at_each_point():
    mesh = cube()
    rows, columns = torch.meshgrid(
        torch.linspace(0, 1, 200), torch.linspace(0, 1, 600), indexing="ij"
    )
    obj = TexturedObject("cube", mesh, torch.stack([columns, rows, rows * 0]), ())
    piece = unfold(mesh, scale=25, room=A4)[0]
    picture = piece_picture(obj, piece, piece.points, piece.size, 50.8)  # 2 pixels per mm
    assert picture.shape == (106, 106, 4)
    uv = mesh.uv[mesh.uv_faces.long()][torch.from_numpy(piece.faces)].numpy()
    # A third of the way from each face's centre to its corners, away from edges.
    for face in range(2):
        corners = piece.points[piece.corners[face]]
        for corner in range(3):
            weights = np.full(3, 0.2)
            weights[corner] = 0.6
            x, y = (weights @ corners + BLEED) * 2
            u, v = weights @ uv[face]
            pixel = picture[int(y), int(x)]
            assert pixel[3] == 255
            assert pixel[0] / 255 == pytest.approx(u, abs=0.02)
            assert pixel[1] / 255 == pytest.approx(v, abs=0.02)


def content_of(pdf):
    """Return the decompressed streams of a PDF that are text."""
    texts = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            texts.append(zlib.decompress(found.group(1)))
        except zlib.error:
            continue
    return b"\n".join(texts)


@pytest.mark.parametrize("paper", list(PAPERS))
def test_pdf_has_the_size_of_the_paper_and_a_ruler_of_100_mm(paper):
    texture = torch.rand(3, 16, 16, generator=torch.Generator().manual_seed(0))
    sheet = print_sheet(
        TexturedObject("cube", cube(), texture, ()), length=60, paper=paper, dots_per_inch=30
    )
    assert (sheet.pieces, sheet.length) == (6, 60)
    assert sheet.pdf.count(b"/Type /Page ") + sheet.pdf.count(b"/Type /Page\n") == sheet.pages
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", sheet.pdf)
    points = [float(side) / 25.4 * 72 for side in PAPERS[paper]]
    assert [float(side) for side in box.groups()] == pytest.approx(points, abs=0.01)
    assert b"/FontFile2" in sheet.pdf  # the font is embedded, so text is vectors
    lines = re.findall(rb"([\d.]+) ([\d.]+) m\n([\d.]+) ([\d.]+) l\n", content_of(sheet.pdf))
    level = [float(x1) - float(x0) for x0, y0, x1, y1 in lines if abs(float(y1) - float(y0)) < 1e-6]
    assert sum(abs(length - 100 / 25.4 * 72) < 0.01 for length in level) == 1
    # The cube's edges are 60 mm; the pieces may be turned, so look at lengths.
    edges = [np.hypot(float(x1) - float(x0), float(y1) - float(y0)) for x0, y0, x1, y1 in lines]
    assert sum(abs(edge - 60 / 25.4 * 72) < 0.05 for edge in edges) == 24


def test_equal_sheets_are_equal_files():
    obj = TexturedObject("cube", cube(), torch.full((3, 4, 4), 0.5), ())
    assert print_sheet(obj, dots_per_inch=30).pdf == print_sheet(obj, dots_per_inch=30).pdf


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"length": 5}, "length must be a number from 10 to 2,000, got 5"),
        ({"paper": "a3"}, "paper must be 'a4' or 'letter', got 'a3'"),
    ],
)
def test_bad_settings_raise_a_sentence(settings, message):
    with pytest.raises(ValueError, match=message):
        print_sheet(TexturedObject("cube", cube(), torch.zeros(3, 4, 4), ()), **settings)
