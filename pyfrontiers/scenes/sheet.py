"""Contact sheets: many scenes, or their depth and labels, in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Range, checked
from pyfrontiers.scenes.edges import occlusion_edges
from pyfrontiers.scenes.records import Scene

__all__ = ["EDGE_COLOURS", "View", "contact_sheet", "view_of"]

View = Literal["picture", "depth", "classes", "instances", "edges"]
"""What a contact sheet shows of each scene."""

_CLASS_COLOURS: Final = (
    *((112, 168, 214), (105, 86, 110), (196, 196, 190), (206, 150, 190), (120, 112, 104)),
    *((86, 140, 62), (232, 206, 70), (36, 80, 180), (40, 150, 200), (206, 44, 66), (240, 130, 60)),
)
"""sRGB colours of the classes, in the order of `CLASSES`."""
_UNKNOWN_COLOUR: Final = (0, 0, 0)
_THING_COLOURS: Final = (
    *((230, 97, 1), (94, 60, 153), (27, 158, 119), (231, 41, 138), (166, 118, 29)),
    *((102, 166, 30), (55, 126, 184), (228, 26, 28), (247, 190, 20), (152, 200, 235)),
)
EDGE_COLOURS: Final = {
    "a vehicle over another": (240, 40, 40),
    "a vehicle over the road": (40, 200, 60),
    "all others": (200, 200, 200),
}
"""sRGB colours of occlusion edges, by what covers what."""
_DEEPEST: Final = 0.25
"""Inverse depth in 1/m that is drawn white: 4 m."""
_GAP: Final = 4


@checked
def view_of(scene: Scene, view: View = "picture") -> Tensor:
    """Return a picture of a scene or of its depth or labels.

    Args:
        scene: the scene.
        view: "picture"; "depth": the square root of inverse depth, white at 4 m and nearer, black
            in the sky; "classes" and "instances" in colours; "edges": occlusion edges, in
            the colours of `EDGE_COLOURS`.

    Returns:
        (H, W, 3) uint8.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an unknown view.
    """
    if view == "picture":
        return (scene.image.movedim(0, 2) * 255).round().to(torch.uint8)
    if view == "depth":
        grey = (scene.inverse_depth.nan_to_num(0.0) / _DEEPEST).clamp(0, 1).sqrt()
        return (grey * 255).round().to(torch.uint8)[..., None].expand(-1, -1, 3).contiguous()
    if view == "classes":
        table = torch.tensor([*_CLASS_COLOURS, _UNKNOWN_COLOUR], dtype=torch.uint8, device="cpu")
        return table[scene.classes]
    if view == "instances":
        table = torch.tensor(_THING_COLOURS, dtype=torch.uint8, device="cpu")
        colours = table[scene.instances % len(table)]
        return torch.where((scene.instances > 0)[..., None], colours, 0).to(torch.uint8)
    edges = occlusion_edges(scene.depth, scene.classes, scene.instances)
    on_another, on_road, others = EDGE_COLOURS.values()
    drawn = edges.mask[..., None] * torch.tensor(others, device="cpu")
    vehicles = ("car", "van")
    for over, colour in ((vehicles, on_another), (("road",), on_road)):
        for front in vehicles:
            for behind in over:
                drawn[edges.between(front, behind)] = torch.tensor(colour, device="cpu")
    return drawn.to(torch.uint8)


@checked
def contact_sheet(
    source: Sequence[Scene],
    *,
    columns: Annotated[int, Range(1, 100)] = 5,
    views: Sequence[View] = ("picture",),
) -> Tensor:
    """Put scenes into rows, on white.

    Args:
        source: scenes of one size: `StreetScenes`, a folder that a reader returned, or a list.
        columns: scenes in a row, 1 to 100.
        views: what to show of each scene, one beside the other; see `view_of`.

    Returns:
        (height, width, 3) uint8.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: no scene, no view, an unknown view, or scenes of different sizes.
    """
    if not views:
        raise ValueError("views must hold at least one view, got none")
    tiles: list[Tensor] = []
    for index in range(len(source)):
        tile = torch.cat([view_of(source[index], view) for view in views], dim=1)
        if tiles and tile.shape != tiles[0].shape:
            raise ValueError(
                f"source must hold scenes of one size, got {tuple(source[0].depth.shape)} at index "
                f"0 and {tuple(source[index].depth.shape)} at index {index}"
            )
        tiles.append(tile)
    if not tiles:
        raise ValueError("source must hold at least one scene, got none")
    height, width, _ = tiles[0].shape
    rows = -(-len(tiles) // columns)
    columns = min(columns, len(tiles))
    size = (rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, 3)
    sheet = torch.full(size, 255, dtype=torch.uint8, device="cpu")
    for k, tile in enumerate(tiles):
        top, left = (k // columns) * (height + _GAP) + _GAP, (k % columns) * (width + _GAP) + _GAP
        sheet[top : top + height, left : left + width] = tile
    return sheet
