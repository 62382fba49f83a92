"""Claim C22's table: every method on new tasks, inside the family that it learned and outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import controls, steps_text
from streamlit_app.labs.toward_general_intelligence.sayings import DIVERGED

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cell", "found", "record_part", "table_rows"]

_FAMILIES = {
    "standard": ("regression", "Sines of the family"),
    "other phases": ("regression", "Other phases"),
    "larger": ("regression", "Larger amplitude"),
    "faster": ("regression", "Higher frequency"),
    "new glyphs": ("classification", "New glyphs"),
    "handwritten digits": ("classification", "Handwritten digits"),
}


def record_part() -> None:
    """Draw the recorded table of a family that the visitor chooses."""
    outcome = recorded("C22")
    if outcome is None:
        return
    details = outcome.measurement.details
    kit.subheading(
        "Every method, many tasks",
        f"Means over {details['tasks']:,} new tasks of each family. The networks have learned from "
        "the first family of curves and from other glyphs; all else is outside.",
    )
    name = controls.choice(
        "family", "New tasks", {name: title for name, (_, title) in _FAMILIES.items()}
    )
    kind, title = _FAMILIES[name]
    found = details["kinds"][kind]
    of = "seeds" if found["repeats"] > 1 else "tasks"
    kit.table(
        ["", *map(steps_text, found["steps"])],
        table_rows(details, name),
        caption=f"{title}: {found['measure']} after steps on five examples"
        f"{'' if kind == 'regression' else ' of each class'}, with 95 % intervals over {of}",
    )
    kit.origin(outcome.provenance, f"claim {outcome.claim}")


def table_rows(details: dict[str, Any], family: str) -> list[list[str]]:
    """Return the cells of a family: a row for each method.

    Args:
        details: of the record of claim C22.
        family: a family of the record.
    """
    kind, _ = _FAMILIES[family]
    found = details["kinds"][kind]
    share = found["measure"] == "accuracy"
    return [
        [_capital(details["methods"][name]), *(cell(each, share=share) for each in row)]
        for name, row in found["table"][family].items()
    ]


def cell(estimate: Sequence[float | None], *, share: bool) -> str:
    """Write a value with its interval, ``[value, low, high]``; a divergence has no value."""
    value, low, high = estimate
    if value is None or (not share and value > DIVERGED):
        return "diverges"
    text = kit.percent(value, 1) if share else _figure(value)
    if low is None or high is None:
        return text
    ends = (f"{100 * low:.1f}", f"{100 * high:.1f}") if share else (_figure(low), _figure(high))
    return f"{text} ({ends[0]} to {ends[1]})"


def _figure(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def found() -> str:
    """Say what the record shows, inside and outside the family."""
    outcome = recorded("C22")
    if outcome is None:
        return ""
    details = outcome.measurement.details
    curves = details["kinds"]["regression"]
    first, ten = (curves["steps"].index(count) for count in (1, 10))
    table = curves["table"]
    inside = table["standard"]
    values = inside["maml"][first][0], inside["fine-tuning"][ten][0], inside["scratch"][ten][0]
    one, tuned, none = (_named(value) for value in values)
    compared = [
        f"on {_FAMILIES[name][1].lower()} {_named(rows['maml'][ten][0])}, and "
        f"{_named(rows['scratch'][ten][0])} from scratch"
        for name, rows in table.items()
        if name != "standard"
    ]
    return (
        f"On new curves of the family, MAML's squared error is **{one}** after one step; after "
        f"ten, fine-tuning has **{tuned}** and a network from scratch {none}. Experience is a bet "
        f"on what comes next. MAML after ten steps outside the family: {'; '.join(compared)}."
    )


def _named(value: float | None) -> str:
    return cell([value, None, None], share=False).replace("diverges", "it diverges")
