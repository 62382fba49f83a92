"""Times and captions as the forms of transcripts write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    words: str


def clock(seconds: float, digits: int = 3, mark: str = ".", *, hours: bool = True) -> str:
    whole, part = divmod(round(seconds * 10**digits), 10**digits)
    minutes, rest = divmod(whole, 60)
    head = f"{minutes // 60:02d}:{minutes % 60:02d}" if hours else f"{minutes:02d}"
    return f"{head}:{rest:02d}" + (f"{mark}{part:0{digits}d}" if digits else "")


def short(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def frames(seconds: float, rate: int) -> str:
    return f"{clock(int(seconds), 0)}:{round(seconds % 1 * rate) % rate:02d}"


def spoken_time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    plural = "" if minutes == 1 else "s"
    return (f"{minutes} minute{plural}, " if minutes else "") + f"{rest} seconds"


def each(form: Callable[[int, Cue], str], before: str = "", between: str = "\n") -> Callable:
    return lambda cues: before + between.join(form(n, cue) for n, cue in enumerate(cues, 1)) + "\n"


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def short_fields(seconds: float) -> str:
    whole, part = divmod(ms(seconds), 1000)
    return f"{whole // 3600}:{whole // 60 % 60}:{whole % 60}.{part}"
