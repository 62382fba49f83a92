"""A child as a graph: what each layer reads, and how large its output is."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.kit.files import text_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.images import ImageSpace
    from pyfrontiers.automl.protocols import Architecture

__all__ = ["child_graph", "child_svg", "described_child"]

_drawing = st.components.v2.component(
    "pyfrontiers.child_graph",
    html='<div class="child"></div>',
    css=text_beside(__file__, "child_graph.css"),
    js="""export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".child");
  if (place.innerHTML !== data.markup) place.innerHTML = data.markup;
}""",
)

_WIDE, _HIGH, _GAP, _TOP = 168, 54, 34, 6
_VIEW = 380


def child_graph(key: str, space: ImageSpace, architecture: Architecture) -> None:
    """Draw a convolutional network of a search space, from its image to its classes.

    Args:
        key: unique on the page.
        space: the space.
        architecture: a network of it.
    """
    _drawing(key=key, data={"markup": child_svg(space, architecture)})


@lru_cache(maxsize=4096)
def child_svg(space: ImageSpace, architecture: Architecture) -> str:
    """Return the drawing of a network, with its alternative text."""
    from pyfrontiers.automl.networks import unread

    layers = space.decode(architecture)
    depths: list[int] = []
    for layer in layers:
        depths.append(1 + max((depths[j] for j in layer.inputs), default=0))
    deepest = max(depths)
    boxes = [_place(0, 0, 1)]
    for number, depth in enumerate(depths):
        level = [k for k, other in enumerate(depths) if other == depth]
        boxes.append(_place(depth, level.index(number), len(level)))
    boxes += [_place(deepest + 1, 0, 1), _place(deepest + 2, 0, 1)]
    edges = [
        (source, number)
        for number, layer in enumerate(layers, start=1)
        for source in [j + 1 for j in layer.inputs] or [0]
    ]
    end = len(layers) + 1
    last = unread([layer.inputs for layer in layers])
    edges += [(j + 1, end) for j in last] + [(end, end + 1)]
    shapes, cells = _shapes(space, architecture)
    texts = [("image", _image(space))]
    texts += [
        (
            f"layer {number}: {layer.filters} filters {layer.height} × {layer.width}",
            f"stride {layer.stride}{_pool(layer.pool)}, output {shape}",
        )
        for number, (layer, shape) in enumerate(zip(layers, shapes, strict=True), start=1)
    ]
    joined = " of both layers" if len(last) > 1 else ""
    texts += [("average", f"over {cells}{joined}"), ("linear", f"{space.classes} classes")]
    height = 2 * _TOP + (deepest + 3) * _HIGH + (deepest + 2) * _GAP
    return (
        f'<svg viewBox="0 0 {_VIEW} {height}" role="img" '
        f'aria-label="{escape(described_child(space, architecture))}">'
        '<defs><marker id="child-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
        + "".join(_edge(boxes[a], boxes[b]) for a, b in edges)
        + "".join(
            _box(place, text, kind="layer" if 0 < k <= len(layers) else "fixed")
            for k, (place, text) in enumerate(zip(boxes, texts, strict=True))
        )
        + "</svg>"
    )


def described_child(space: ImageSpace, architecture: Architecture) -> str:
    """Describe a network in a sentence."""
    layers = space.decode(architecture)
    parts = [
        f"layer {number} has {layer.filters} filters of {layer.height} × {layer.width} with stride "
        f"{layer.stride} and reads "
        + (" and ".join(f"layer {j + 1}" for j in layer.inputs) or "the image")
        for number, layer in enumerate(layers, start=1)
    ]
    return f"The child network: {'; '.join(parts)}."


def _shapes(space: ImageSpace, architecture: Architecture) -> tuple[list[str], str]:
    """Return the size of each layer's output, and of the grid of averages."""
    from pyfrontiers.automl.networks import joint_size, reduced, unread

    layers = space.decode(architecture)
    sizes: list[tuple[int, int]] = []
    for layer in layers:
        size = joint_size([sizes[j] for j in layer.inputs] or [space.shape[1:]])
        steps = (layer.stride, layer.pool)
        sizes.append((reduced(size[0], steps), reduced(size[1], steps)))
    height, width = joint_size([sizes[j] for j in unread([layer.inputs for layer in layers])])
    texts = [
        f"{high} × {wide} × {layer.filters}"
        for (high, wide), layer in zip(sizes, layers, strict=True)
    ]
    return texts, f"{min(space.grid, height)} × {min(space.grid, width)} cells"


def _image(space: ImageSpace) -> str:
    channels, height, width = space.shape
    return f"{height} × {width}, {'grey' if channels == 1 else f'{channels} channels'}"


def _pool(side: int) -> str:
    return f", pool {side}" if side > 1 else ""


def _place(level: int, number: int, count: int) -> tuple[float, float, float]:
    """Return the middle and the top of a box, and its width."""
    wide = min(_WIDE if count > 1 else 220, (_VIEW - 12 * count) / count)
    return _VIEW * (number + 0.5) / count, _TOP + level * (_HIGH + _GAP), wide


def _edge(start: Sequence[float], end: Sequence[float]) -> str:
    down, up = start[1] + _HIGH, end[1]
    bend = (up - down) / 2
    return (
        f'<path class="edge" d="M{start[0]:.0f} {down:.0f}C{start[0]:.0f} {down + bend:.0f} '
        f'{end[0]:.0f} {up - bend:.0f} {end[0]:.0f} {up:.0f}" marker-end="url(#child-tip)"/>'
    )


def _box(place: Sequence[float], text: tuple[str, str], *, kind: str) -> str:
    middle, top, wide = place
    return (
        f'<g class="{kind}"><rect x="{middle - wide / 2:.0f}" y="{top:.0f}" width="{wide:.0f}" '
        f'height="{_HIGH}" rx="6"/><text x="{middle:.0f}" y="{top + 23:.0f}">{escape(text[0])}'
        f'</text><text class="small" x="{middle:.0f}" y="{top + 41:.0f}">{escape(text[1])}</text>'
        "</g>"
    )
