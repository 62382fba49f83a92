"""A job's answer to files that it can't use.

A job that raises is logged with its traceback, as a failure of the program. A visitor's unusable
file is none, so functions that read uploads as jobs return a `Refusal` instead.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a visitor's files can't be used.

    Attributes:
        sentence: the reason, as shown to the visitor.
    """

    sentence: str
