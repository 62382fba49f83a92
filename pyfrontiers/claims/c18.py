"""C18: the uncertainty of depth is high where objects overlap."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report, Status

__all__ = ["CLAIM", "study"]

#: Scenes, passes, and scenes of each strange condition.
_RUNS: dict[Profile, tuple[int, int, int]] = {"quick": (24, 20, 6), "full": (100, 30, 40)}
_LEAST = 2.0
_RATIO, _GAIN = "sigma on edges / elsewhere", "AUSE: image gradient minus sigma"
_SEED_OF_TESTS = 1


def study(*, scenes: int, samples: int, strange: int, seed: int, report: Report) -> dict[str, Any]:
    """Evaluate the shipped network on scenes that it has not seen.

    Args:
        scenes: number of scenes with the weather of the training.
        samples: passes for each scene.
        strange: number of scenes in each strange condition.
        seed: 64-bit seed of masks and resampling.
        report: progress callback.

    Returns:
        The fields of `DepthEvaluation`, with rounded figures; `kept` and `levels`: what its curves
        and its coverage belong to; `strange`: ratios of epistemic sigma by condition; and
        `motorcycle`: its mean error and sigmas in 1/m.

    """
    from pyfrontiers.depth import AS_TRAINED, evaluate_depth, predict_depth, trained_depth
    from pyfrontiers.depth.cameras import focal_lengths_of
    from pyfrontiers.depth.evaluation import COVERAGES, LEVELS
    from pyfrontiers.depth.strange import epistemic_ratios, motorcycle
    from pyfrontiers.scenes import StreetScenes

    model = trained_depth()
    source = StreetScenes(_SEED_OF_TESTS, scenes, **AS_TRAINED)
    found = evaluate_depth(
        model, source, samples=samples, seed=seed, report=lambda f, text: report(0.6 * f, text)
    )
    ratios = epistemic_ratios(
        model,
        count=strange,
        samples=samples,
        seed=_SEED_OF_TESTS,
        report=lambda f, text: report(0.6 + 0.35 * f, text),
    )
    report(0.95, "motorcycle")
    photograph = motorcycle()
    maps = predict_depth(
        model,
        photograph.image[None],
        samples=samples,
        seed=seed,
        focal_lengths=focal_lengths_of([photograph]),
    )
    known = ~photograph.inverse_depth.isnan()
    means = {
        "error": float(maps.error(photograph.inverse_depth[None])[0][known].mean()),
        "aleatoric": float(maps.aleatoric.mean()),
        "epistemic": float(maps.epistemic.mean()),
        "sigma": float(maps.sigma.mean()),
    }
    report(1.0, "done")
    details: dict[str, Any] = _rounded(
        {
            **asdict(found),
            "kept": list(COVERAGES),
            "levels": list(LEVELS),
            "samples": samples,
            "strange": {name: asdict(ratio) for name, ratio in ratios.items()},
            "motorcycle": means,
        }
    )
    return details


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    scenes, samples, strange = _RUNS[profile]
    found = study(scenes=scenes, samples=samples, strange=strange, seed=seed, report=report)
    figures = {_RATIO: found["ratio"], _GAIN: found["gain"], "AUSE": found["ause"]["sigma"]}
    return Measurement(
        value={name: one["value"] for name, one in figures.items()},
        interval={name: (one["low"], one["high"]) for name, one in figures.items()},
        status=_judge(found),
        details=found,
    )


def _judge(found: dict[str, Any]) -> Status:
    ratio, gain = found["ratio"]["value"], found["gain"]["low"]
    return "pass" if ratio >= _LEAST and gain > 0 else "fail"


def _describe(measured: Measurement) -> Finding:
    found = measured.details
    ratio, cars, parts = found["ratio"], found["car_ratio"], found["parts"]
    ause = found["ause"]
    figures = [
        Figure("σ on occlusion edges / σ elsewhere", number(ratio["value"], 3), _span(ratio)),
        Figure(
            "The same of σ relative to inverse depth, without the sky",
            number(found["relative_ratio"]["value"], 3),
            _span(found["relative_ratio"]),
        ),
        *(
            [Figure("σ, car over car / car over road", number(cars["value"], 3), _span(cars))]
            if cars
            else []
        ),
        *(
            Figure(f"Mean σ, {name}", f"{number(1000 * row['sigma'], 3)} /km")
            for name, row in parts.items()
        ),
        Figure("Mean error", _metres(found["error"]), _metre_span(found["error"])),
        *(Figure(f"AUSE of {name}", _metres(one), _metre_span(one)) for name, one in ause.items()),
        Figure("AUSE, image gradient minus σ", _metres(found["gain"]), _metre_span(found["gain"])),
        Figure("Pixels inside the 90 % interval", percent(_at_level(found, 0.9))),
        *(
            Figure(f"Epistemic σ, {name} / as trained", number(one["value"], 3), _span(one))
            for name, one in found["strange"].items()
        ),
        Figure(
            "Photograph of a motorcycle, epistemic σ / that of the scenes",
            number(found["motorcycle"]["epistemic"] / parts["everywhere"]["epistemic"], 3),
        ),
        Figure("Scenes", f"{found['scenes']}"),
    ]
    overlap = (
        f"and **{number(cars['value'], 3)} times** as large where a car covers a car as where one "
        "stands against the road"
        if cars
        else "and no car covers another in these scenes"
    )
    return Finding(
        "With a camera of known focal length, σ on occlusion edges is "
        f"**{number(ratio['value'], 3)} times** as large as elsewhere "
        f"(relative to inverse depth {number(found['relative_ratio']['value'], 3)} times), "
        f"{overlap}. Rejecting pixels by σ comes within {_metres(ause['sigma'])} of an oracle "
        f"(AUSE), by the image gradient within {_metres(ause['image gradient'])}.",
        tuple(figures),
    )


def _at_level(found: dict[str, Any], level: float) -> float:
    """Return the coverage of the recorded level nearest to this one."""
    pairs = zip(found["levels"], found["coverage"], strict=True)
    return float(min(pairs, key=lambda pair: abs(pair[0] - level))[1])


def _span(one: dict[str, float]) -> str:
    return span((one["low"], one["high"]))


def _metres(one: dict[str, float]) -> str:
    return f"{number(1000 * one['value'], 3)} /km"


def _metre_span(one: dict[str, float]) -> str:
    return span((1000 * one["low"], 1000 * one["high"]))


CLAIM = Claim(
    id="C18",
    section="depth-uncertainty",
    statement="The uncertainty of depth is high along the edges where one object covers another.",
    paper=None,
    rule=(
        "the mean σ on occlusion edges is at least twice that elsewhere, and the AUSE of σ is "
        "smaller than that of the image gradient, with a 95 % interval of the gain above 0"
    ),
    measure=_measure,
    describe=_describe,
)
