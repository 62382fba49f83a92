"""C10: an object's texture can be changed so that it looks like something else from every side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.physical import RobustTexture

__all__ = ["CLAIM", "survive", "try_out"]

#: The recorded textures by what they turn into what.
_TEXTURES = {"turtle as rifle": "turtle-rifle-32", "baseball as espresso": "baseball-espresso-32"}
_LEVELS = 32  # of 255
_LEAST_ADVERSARIAL = 0.90
_LEAST_KNOWN = 0.95
_POSES: dict[Profile, int] = {"quick": 200, "full": 1000}
#: Steps and views per step of the short optimisation.
_SHORT: dict[Profile, tuple[int, int]] = {"quick": (20, 8), "full": (40, 16)}
#: Stream of the poses: those of the record have the seed itself.
_FRESH = 10


def survive(name: str, *, poses: int, seed: int) -> dict[str, Any]:
    """Show a recorded texture, and the object's own one, in poses that no attack has seen.

    Args:
        name: A recorded texture.
        poses: Number of poses.
        seed: 64-bit seed of the poses.

    Returns:
        Shares of the poses: `adversarial` (seen as the target), `still right` and `right before`;
        the largest change of a texel in 8-bit steps; mean distances of the pictures.

    """
    from pyfrontiers.physical import load_object, object_views, recorded_texture
    from pyfrontiers.physical.attack import judge, share_of
    from pyfrontiers.physical.objects import LEVELS
    from pyfrontiers.physical.recorded_textures import RECORDED

    found: RobustTexture = recorded_texture(name)
    views = object_views(load_object(RECORDED[name]["name"]))
    seen = judge(found.original, found.texture, found.target, views, count=poses, seed=seed)
    change = ((found.texture - found.original) * LEVELS).round().abs()
    return {
        "adversarial": float(seen.adversariality[0]),
        "still right": share_of(seen.predictions[0], found.classes),
        "right before": share_of(seen.predictions_before[0], found.classes),
        "levels": int(change.max()),
        "LAB distance": float(seen.lab[0]),
        "poses": poses,
    }


def try_out(*, steps: int, views: int, seed: int, report: Report) -> list[float]:
    """Attack the turtle's own texture for a few steps.

    Args:
        steps: Steps.
        views: Poses in each step; each step draws new ones.
        seed: 64-bit seed.
        report: Progress callback.

    Returns:
        Mean probability of a rifle after 0, 1, ..., `steps` steps, each in poses that the texture
        has not been trained on yet.

    """
    from pyfrontiers.physical import load_object, robust_texture

    probabilities: list[float] = []

    def follow(state: Any) -> None:
        probabilities.append(state.probability)
        report(state.fraction, f"step {state.step} of {state.steps} of a short attack")

    robust_texture(
        *(load_object("turtle"), "rifle"),
        epsilon=_LEVELS / 255,
        steps=steps,
        views_per_step=views,
        smoothing=0.0,
        held_out=1,
        seed=seed,
        progress=follow,
    )
    return probabilities


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.kernels import fold_in
    from pyfrontiers.uncertainty.metrics.proportions import wilson

    seen = {}
    for place, (title, name) in enumerate(_TEXTURES.items()):
        report(0.3 * place, f"{title}: {_POSES[profile]} poses")
        seen[title] = survive(name, poses=_POSES[profile], seed=fold_in(seed, _FRESH))
    steps, views = _SHORT[profile]

    def later(fraction: float, message: str = "", data: Any = None) -> None:
        report(0.6 + 0.4 * fraction, message, data)

    curve = try_out(steps=steps, views=views, seed=seed, report=later)
    rise = sum(curve[-5:]) / 5 / max(curve[0], 1e-12)
    shares = {title: one["adversarial"] for title, one in seen.items()}
    holds = all(
        one["adversarial"] >= _LEAST_ADVERSARIAL
        and one["right before"] >= _LEAST_KNOWN
        and one["levels"] <= _LEVELS
        for one in seen.values()
    )
    return Measurement(
        value=shares,
        interval={
            title: wilson(round(one["adversarial"] * one["poses"]), one["poses"])
            for title, one in seen.items()
        },
        status="pass" if holds and rise > 1 else "fail",
        details={
            "objects": seen,
            "short attack": {"probabilities": curve, "views": views, "rise": rise},
        },
    )


def _describe(measured: Measurement) -> Finding:
    value, details, ends = measured.value, measured.details, measured.interval
    assert isinstance(value, dict)
    assert isinstance(ends, dict)
    (turtle, first), (ball, second) = value.items()
    figures = []
    for title, one in details["objects"].items():
        share, name = span(ends[title], scale=100, unit=" %"), title.partition(" as ")[0]
        figures += [
            Figure(f"{title[0].upper()}{title[1:]}", percent(value[title], 3), share),
            Figure(f"Right before the attack, {name}", percent(one["right before"], 3)),
            Figure(f"Right after the attack, {name}", percent(one["still right"], 3)),
            Figure(f"Largest change of a texel, {name}", f"{one['levels']}/255"),
        ]
    short = details["short attack"]
    curve = short["probabilities"]
    figures += [
        Figure("Poses", f"{next(iter(details['objects'].values()))['poses']} of each"),
        Figure(
            f"Probability of a rifle after {len(curve) - 1} steps of a new attack",
            f"{number(short['rise'])} times as large",
        ),
    ]
    return Finding(
        f"From random sides, the {turtle.replace(' as ', ' is seen as a ')} in "
        f"**{percent(first, 3)}** of the poses, and the "
        f"{ball.replace(' as ', ' is seen as an ')} in **{percent(second, 3)}**.",
        tuple(figures),
    )


CLAIM = Claim(
    id="C10",
    section="robust-adversarial-examples",
    statement=(
        "A turtle can be textured so that a classifier sees a rifle from almost every side, and a "
        "baseball so that it sees an espresso."
    ),
    paper=(
        "3D models, simulated: 83.4 ± 21.7 % of poses; printed: turtle 82 %, baseball 59 % "
        "(Athalye et al. 2018)."
    ),
    rule=(
        "with each channel of a texel changed by at most 32/255, at least 90 % of poses that the "
        "attack has not seen show a rifle instead of a turtle, and an espresso instead of a "
        "baseball; at least 95 % are right before; and a new attack of a few steps raises the "
        "probability of a rifle"
    ),
    measure=_measure,
    describe=_describe,
)
