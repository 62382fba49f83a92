"""The tables of the paper beside what this package has recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyfrontiers.claims import CLAIMS, recorded
from pyfrontiers.physical.recorded_textures import RECORDED, recorded_texture
from pyfrontiers.physical.shipped import recorded_names
from pyfrontiers.vision import IMAGE_SIZE
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.textures import TARGETS

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome

__all__ = ["distance_rows", "paper_table"]

_NOT_YET: Final = "not yet recorded"
#: Of printed objects, which are photographed by visitors.
_PHOTOGRAPHS: Final = "needs your photographs"


def paper_table() -> None:
    """Show the figures of Athalye et al. 2018 beside ours."""
    two_d, three_d = record("C9"), record("C10")
    rows = [
        ["2D images, random transforms", "96.4 %", share(two_d, "adversariality")],
        ["3D objects, rendered in random poses", "83.4 %", ""],
        ["Turtle to rifle, rendered", "", rendered(three_d, "turtle")],
        ["Baseball to espresso, rendered", "", rendered(three_d, "baseball")],
        ["Turtle to rifle, printed and photographed", "82 %", _PHOTOGRAPHS],
        ["Baseball to espresso, printed and photographed", "59 %", _PHOTOGRAPHS],
    ]
    kit.table(
        ["", "Athalye et al. 2018", "Here"],
        rows,
        caption="Share of views seen as the target class",
    )
    poses = fresh_poses(three_d)
    if poses:
        kit.note(
            f"Rendered objects: {poses:,} fresh poses, drawn for claim C10. The shares further up "
            "are for the poses drawn when the textures were recorded."
        )
    kit.table(
        ["", "seen as the target", "bound", "the paper's ℓ2", "ℓ2 in RGB", "ℓ2 in LAB"],
        distance_rows(),
        caption="Change of the pictures: mean ℓ2 distance over the views, divided by the number of "
        "pixels; RGB from 0 to 1. How the paper scales its distance is not known here, so its "
        "column cannot be compared with the others.",
    )
    for name, found in (("C9", two_d), ("C10", three_d)):
        if found is not None:
            kit.origin(found.provenance, f"claim {name}", f"{found.profile} run")


def distance_rows() -> list[list[str]]:
    """Return the paper's distances and those of each recorded texture."""
    rows = [
        ["Athalye et al. 2018, 2D", "96.4 %", "", kit.scientific(5.6e-5), "", ""],
        ["Athalye et al. 2018, 3D", "83.4 %", "", kit.scientific(5.9e-3), "", ""],
    ]
    for name, settings in RECORDED.items():
        found, last = recorded_texture(name), settings["stages"][-1]
        title = f"{settings['name'].capitalize()} to {settings['target']}"
        if last.weight:
            title += f", λ = {last.weight:g}"
        seen = found.evaluation
        distances = [
            kit.scientific(float(one) / IMAGE_SIZE**2) for one in (seen.l2[0], seen.lab[0])
        ]
        share = kit.percent(found.adversariality, 1)
        rows.append([title, share, f"{last.levels}/255", "", *distances])
    return rows


def record(claim: str) -> Outcome | None:
    """Return the record of a claim, if the claim is measured and recorded."""
    return recorded(claim) if claim in CLAIMS else None


def fresh_poses(found: Outcome | None) -> int:
    """Return the number of poses in which the claim has shown each object; 0 without a record."""
    if found is None:
        return 0
    objects: dict[str, dict[str, int]] = found.measurement.details["objects"]
    return next(iter(objects.values()))["poses"]


def rendered(found: Outcome | None, name: str) -> str:
    """Write the share of rendered poses: that of the claim, or that in the texture's own record."""
    text = share(found, f"{name} as {TARGETS[name]}")
    textures = recorded_names(name)
    if text != _NOT_YET or not textures:
        return text
    return kit.percent(recorded_texture(textures[0]).adversariality, 1)


def share(found: Outcome | None, name: str) -> str:
    """Write a recorded share, and its interval if it has one."""
    value = None if found is None else found.measurement.value
    if not isinstance(value, dict) or name not in value:
        return _NOT_YET
    text = kit.percent(value[name], 1)
    interval = found.measurement.interval if found is not None else None
    ends = interval.get(name) if isinstance(interval, dict) else None
    return text if ends is None else f"{text} ({100 * ends[0]:.1f} to {100 * ends[1]:.1f})"
