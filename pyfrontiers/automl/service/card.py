"""The model card of an exported child."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.metrics import METRICS
from pyfrontiers.automl.service.exported_files import FILES

if TYPE_CHECKING:
    from pyfrontiers.automl.service.figures import TestFigure
    from pyfrontiers.automl.service.fitted import FittedChild

__all__ = ["model_card"]


def model_card(child: FittedChild, note: str) -> str:
    """Return the card in Markdown: data, splits, metrics, the search and the environment.

    Args:
        child: the child.
        note: on a file that is missing; may be empty.

    """
    told, made = child.context, child.context["environment"]
    kind, shape = child.description["kind"], " x ".join(map(str, child.description["shape"]))
    states = Counter(row["state"] for row in child.history)
    counted = ", ".join(f"{count} {state}" for state, count in states.items()) or "none"
    limits = [f"{value:,} {name}" for name, value in told["limit"].items() if value is not None]
    sections = [
        f"# Model card: {told['name']}",
        f"A network with {child.cost.parameters:,} parameters that sorts inputs ({kind}, {shape}) "
        f"into {len(told['classes'])} classes. {note}".strip(),
        f"## Files\n\n{_files(without_onnx=bool(note))}",
        f"## Data\n\n{_classes(told['classes'])}\n\nSHA-256 of the data: `{told['digest']}`"
        f"{_texts(child.description['texts'])}",
        "## Splits\n\nA fifth of each class is for validation and a fifth for the test, by seed "
        f"{made['seed']}: {told['parts']['train']} examples for training, "
        f"{told['parts']['validation']} for validation, {told['parts']['test']} for the test. "
        "Neither the search nor the training saw the test part.",
        f"## Metrics on the test part\n\n{_figures(child.figures)}",
        f"## Network\n\n{_layers(child.description['layers'])}\n\n{child.cost.flops:,} FLOPs for "
        f"one input. How it was made: {told['trained']}.",
        f"## Search\n\n{told['ending']} Method: {told['search']}, budgets "
        f"{', '.join(map(str, told['rungs']))} epochs, metrics {', '.join(told['metrics'])}, "
        f"limit {', '.join(limits) or 'none'}. Trials: {counted}; see `history.csv`.",
        f"## Environment\n\n{_environment(made)}",
        "## Limits\n\nThe intervals hold for data like those of the test part. The network gives a "
        "class to every input, also to one that belongs to none.",
    ]
    return "\n\n".join(sections) + "\n"


def _files(*, without_onnx: bool) -> str:
    written = {k: v for k, v in FILES.items() if not (without_onnx and k == "model.onnx")}
    if without_onnx:
        written["predict.py"] = "predicts a CSV, JSON or image file; needs torch"
    rows = "".join(f"| `{name}` | {text} |\n" for name, text in written.items())
    return (
        f"| file | content |\n|---|---|\n{rows}\n"
        "Run `python predict.py FILE` on a CSV, JSON or image file like the data, or run "
        '`python serve.py` and POST `{"inputs": [...]}` to `/predict`.'
    )


def _classes(classes: dict[str, int]) -> str:
    rows = "".join(f"| {_cell(name)} | {count} |\n" for name, count in classes.items())
    return f"| class | examples |\n|---|---|\n{rows}".rstrip()


def _texts(texts: dict[str, Any]) -> str:
    if not texts:
        return ""
    rows = "".join(
        f"| {_cell(name)} | {_cell(', '.join(known))} |\n" for name, known in texts.items()
    )
    return (
        "\n\nColumns of text, with the texts of the training part; any other text counts as none "
        f"of them.\n\n| column | texts |\n|---|---|\n{rows}".rstrip()
    )


def _cell(text: str) -> str:
    """Escape what would end a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _figures(figures: Any) -> str:
    rows = "".join(f"| {METRICS[name].title} | {_figure(f)} |\n" for name, f in figures.items())
    return f"| metric | value | 95 % interval |\n|---|---|---|\n{rows}".rstrip()


def _figure(figure: TestFigure) -> str:
    if figure.low is None:
        return f"{figure.value:.4g} | "
    return f"{figure.value:.4g} | {figure.low:.4g} to {figure.high:.4g}"


def _layers(layers: list[dict[str, Any]]) -> str:
    rows = (", ".join(f"{name} {value}" for name, value in layer.items()) for layer in layers)
    return "\n".join(f"{number}. {row}" for number, row in enumerate(rows))


def _environment(made: dict[str, Any]) -> str:
    machine = made["machine"] or {}
    told = {name: value for name, value in made.items() if name != "machine"} | machine
    return "\n".join(f"- {name}: {value}" for name, value in told.items() if value is not None)
