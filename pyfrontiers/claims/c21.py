"""C21: data and metrics in, a network that can be deployed out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report, Status

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLAIM", "judge", "measure_data_set"]

#: Children of each search, and the data sets of scikit-learn. The service was developed on others,
#: except for the digits.
_CHILDREN: dict[Profile, int] = {"quick": 6, "full": 24}
_SETS: dict[Profile, tuple[str, ...]] = {
    "quick": ("breast cancer", "iris"),
    "full": ("breast cancer", "iris", "digits"),
}
#: Largest difference of probabilities that rounding may cause.
_ROUNDING = 1e-5
#: Seconds after which a search ends in any case.
_LONGEST = 3600.0


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    names = _SETS[profile]
    found = {}
    for place, name in enumerate(names):

        def told(fraction: float, message: str, place: int = place, name: str = name) -> None:
            report((place + min(fraction, 0.99)) / len(names), f"{name}: {message}")

        found[name] = measure_data_set(name, children=_CHILDREN[profile], seed=seed, report=told)
    report(1.0, "done")
    return Measurement(
        value={f"accuracy, {name}": each["accuracy"] for name, each in found.items()},
        interval={f"accuracy, {name}": tuple(each["span"]) for name, each in found.items()},
        status=judge(found),
        details={"sets": found, "children": _CHILDREN[profile]},
    )


def measure_data_set(
    name: str, *, children: int, seed: int, report: Callable[[float, str], None]
) -> dict[str, Any]:
    """Fit one data set of scikit-learn from a file, export the child and run it elsewhere.

    Args:
        name: ``"breast cancer"`` or ``"iris"``, given to the service as CSV, or ``"digits"``, as
            `.npz`.
        children: children of the search.
        seed: of split, search and weights.
        report: called with the fraction and a message.

    Returns:
        The test accuracy, its interval, those of other methods, the child's size, the largest
        difference between the probabilities here and of the exported child, and each child of the
        search: its number, epochs and metrics on the validation part; the number of the chosen one.

    """
    from tempfile import TemporaryDirectory

    from pyfrontiers.automl.service import fit, read_dataset, space_for
    from pyfrontiers.automl.service.baselines import baselines
    from pyfrontiers.automl.service.checking import predictions_elsewhere
    from pyfrontiers.automl.service.points import chosen_point, points_of

    with TemporaryDirectory(prefix="pyfrontiers-c21-") as folder:
        path, target = _written(name, Path(folder))
        data = read_dataset(path, target=target)
        result = fit(data, budget=_LONGEST, children=children, seed=seed, report=report)
        result.best.export(Path(folder) / "child")
        inputs = data.inputs[result.split.test]
        here = result.best.predict(inputs).double()
        elsewhere = predictions_elsewhere(Path(folder) / "child", inputs)
    labels = data.labels[result.split.test]
    figure = result.best.figures["accuracy"]
    others = {
        name: float((logits.argmax(1) == labels).double().mean())
        for name, logits in baselines(data, result.split).items()
    }
    points = points_of(result.trials, space_for(data, result.split))
    return {
        "examples": len(data.labels),
        "test": len(labels),
        "classes": len(data.classes),
        "accuracy": figure.value,
        "span": [figure.low, figure.high],
        **others,
        "parameters": result.best.cost.parameters,
        "epochs": result.best.epochs,
        "trials": len([trial for trial in result.trials if trial.state == "done"]),
        "difference": float((here - elsewhere).abs().max()),
        "same classes": bool((here.argmax(1) == elsewhere.argmax(1)).all()),
        "chosen": chosen_point(result),
        "children": [[each.child, each.epochs, each.metrics] for each in points],
    }


def _written(name: str, folder: Path) -> tuple[Path, str | None]:
    """Write a data set of scikit-learn as a user would give it; return the file and the target."""
    import csv

    import numpy as np
    from sklearn import datasets

    if name == "digits":
        digits = datasets.load_digits()
        np.savez(folder / "digits.npz", images=digits.images, labels=digits.target)
        return folder / "digits.npz", None
    bunch = datasets.load_iris() if name == "iris" else datasets.load_breast_cancer()
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*bunch.feature_names, "class"])
        for row, label in zip(bunch.data, bunch.target, strict=True):
            writer.writerow([*map(float, row), bunch.target_names[label]])
    return path, "class"


def judge(found: dict[str, Any]) -> Status:
    """Return the verdict on the figures of every data set."""
    passed = all(
        each["same classes"]
        and each["difference"] <= _ROUNDING
        and each["span"][0] > each["most frequent class"]
        for each in found.values()
    )
    return "pass" if passed else "fail"


def _describe(measured: Measurement) -> Finding:
    found = measured.details["sets"]
    told = ", ".join(
        f"**{percent(each['accuracy'], 3)}** on {name}" for name, each in found.items()
    )
    same = all(each["same classes"] for each in found.values())
    figures = []
    for name, each in found.items():
        ends = span(tuple(each["span"]), scale=100, unit=" %")
        figures += [
            Figure(f"Test accuracy, {name}", percent(each["accuracy"], 3), ends),
            Figure(f"Logistic regression, {name}", percent(each["logistic regression"], 3)),
            Figure(f"Most frequent class, {name}", percent(each["most frequent class"])),
            Figure(f"Parameters, {name}", f"{number(each['parameters'])}"),
        ]
    figures.append(Figure("Children of each search", f"{measured.details['children']}"))
    return Finding(
        f"The child reaches a test accuracy of {told}; exported and run without this package, it "
        f"gives {'the same' if same else 'other'} classes.",
        tuple(figures),
    )


CLAIM = Claim(
    id="C21",
    section="automl-service",
    statement="Given data and metrics, the service returns a trained network that can be deployed.",
    paper=(
        "On more than 100 data sets, a search over complete pipelines outperformed earlier systems "
        "(Feurer et al. 2015)."
    ),
    rule=(
        "on every data set the exported child, run in a process that cannot import this package, "
        "predicts the same classes and probabilities (to 0.00001), and the 95 % interval of its "
        "test accuracy is above always answering with the most frequent class"
    ),
    measure=_measure,
    describe=_describe,
)
