"""The order of the lecture, which only this module defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.content import (
    adversarial_examples,
    automl_controller,
    automl_service,
    bayesian_neural_networks,
    child_networks,
    depth_uncertainty,
    dropout_sampling,
    function_approximators,
    hype_and_winters,
    learning_to_learn,
    limitations_summary,
    multi_task_uncertainty,
    probability_and_uncertainty,
    progress_so_far,
    rethinking_generalization,
    robust_adversarial_examples,
    toward_general_intelligence,
    universal_approximation,
    welcome,
)
from pyfrontiers.lecture.model import Section
from pyfrontiers.lecture.nearest import hint

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Content

__all__ = ["PARTS", "SECTIONS", "section"]

_ORDER: dict[str, tuple[Content, ...]] = {
    "Opening": (
        welcome.CONTENT,
        progress_so_far.CONTENT,
    ),
    "Limitations": (
        universal_approximation.CONTENT,
        hype_and_winters.CONTENT,
        rethinking_generalization.CONTENT,
        function_approximators.CONTENT,
        adversarial_examples.CONTENT,
        robust_adversarial_examples.CONTENT,
        limitations_summary.CONTENT,
    ),
    "Uncertainty": (
        probability_and_uncertainty.CONTENT,
        bayesian_neural_networks.CONTENT,
        dropout_sampling.CONTENT,
        depth_uncertainty.CONTENT,
        multi_task_uncertainty.CONTENT,
    ),
    "Learning to learn": (
        learning_to_learn.CONTENT,
        automl_controller.CONTENT,
        child_networks.CONTENT,
        automl_service.CONTENT,
        toward_general_intelligence.CONTENT,
    ),
}

PARTS: tuple[str, ...] = tuple(_ORDER)
"""The four parts in order."""


def _numbered() -> tuple[Section, ...]:
    placed = ((part, content) for part, contents in _ORDER.items() for content in contents)
    return tuple(
        Section(
            number=number,
            part=part,
            slug=content.slug,
            title=content.title,
            summary=content.summary,
            facts=content.facts,
            slides=content.slides,
            claims=content.claims,
        )
        for number, (part, content) in enumerate(placed, start=1)
    )


SECTIONS: tuple[Section, ...] = _numbered()
"""The nineteen sections in the lecture's order."""

_BY_SLUG = {entry.slug: entry for entry in SECTIONS}


@checked
def section(slug: str) -> Section:
    """Look up a section by its slug.

    Args:
        slug: For example ``"adversarial-examples"``.

    Returns:
        The section.

    Raises:
        KeyError: There is no such section; the message suggests a similar slug.

    """
    try:
        return _BY_SLUG[slug]
    except KeyError:
        known = hint(slug, _BY_SLUG)
        raise KeyError(f"slug {slug!r} is not a section of the lecture; {known}") from None
