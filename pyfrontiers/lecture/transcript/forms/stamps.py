"""One time, in any usual notation."""

from __future__ import annotations

import re

__all__ = ["CLOCK", "LOOSE_CLOCK", "SECONDS", "SPOKEN", "frame_rate", "seconds_of"]

CLOCK = (
    r"\d{1,3}(?::[0-5]?\d)?:[0-5]\d(?:[.,]\d{1,9}|[:;]\d{2}(?!\d))?"
    r"(?:\ ?[AaPp]\.?[Mm]\b\.?)?(?![\d])(?![:;]\d)"
)
"""A pattern for a clock among words: 1:02, 01:02.5, 1:02:03, 00:01:02:15 (frames), 10:02 AM."""
LOOSE_CLOCK = r"-?\d{1,5}(?:\s?[:;]\s?\d{1,2}){1,2}(?:\s?[.,:;]\s?\d{1,9})?"
"""A pattern for a clock where two times stand together: also 0:0:1.92 and 00: 01: 02, 500."""

_HOUR = (
    r"h|hrs?|hours?|horas?|heures?|stunden?|std|or[ae]|uur|uren|godz\w*|час\w*|時間|小时|小時|시간"
    r"|घंटे"
)
_MINUTE = (
    r"m|mins?\.?|minutes?|minutos?|minuten?|minuut|minut[oiay]?|мин\w*|分钟|分鐘|分|분|मिनट|dakika"
)
_SECOND = (
    r"s|secs?\.?|seconds?|segundos?|secondes?|sekunden?|sek\.?|second[oi]|seconden|sekund\w*"
    r"|сек\w*|秒|초|सेकंड|saniye"
)
_AND = r"[\ ,]*(?:(?:and|et|und|y|e|en|i|и|og|och)\ )?\ *"


def _amount(units: str, *, decimals: bool = False) -> str:
    digits = r"\d{1,6}(?:[.,]\d{1,9})?" if decimals else r"\d{1,4}"
    return rf"(?:{digits})\ ?(?:{units})(?![^\W\d_])"


SECONDS = r"\d{1,6}(?:[.,]\d{1,9})?\ ?s(?:ec(?:ond)?s?)?\b"
"""A pattern for seconds with their unit: 3.60s, 12 sec."""
_H, _M, _S = _amount(_HOUR), _amount(_MINUTE), _amount(_SECOND, decimals=True)
SPOKEN = rf"(?:{_H}(?:{_AND}{_M})?(?:{_AND}{_S})?|{_M}(?:{_AND}{_S})?|{_S})"
"""A pattern for a duration with units: 1 minute, 5 seconds; 1h02m03s; 5 Sekunden."""

_CLOCK_PARTS = re.compile(
    r"(-?)(?:(\d{1,5})\s?:\s?)?(\d{1,5})\s?:\s?(\d{1,2})(?:\s?([.,:;])\s?(\d{1,9}))?"
    r"\s?(?:([AaPp])\.?[Mm]\.?)?"
)
_UNIT_PARTS = re.compile(
    rf"(?:(\d+)\ ?(?:{_HOUR})(?![^\W\d_]))?{_AND}(?:(\d+)\ ?(?:{_MINUTE})(?![^\W\d_]))?{_AND}"
    rf"(?:(\d+(?:[.,]\d+)?)\ ?(?:{_SECOND})(?![^\W\d_]))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_FRAMES = re.compile(r"\d:\d{2}:\d{2}[:;](\d{2})(?!\d)")
_RATES = (25.0, 30.0, 60.0)


def seconds_of(text: str, rate: float = 30.0) -> float | None:
    """Read one time.

    Args:
        text: ``1:02``, ``01:02.5``, ``1:02:03``, ``00:01:02,500``, ``00:01:02:15`` (frames),
            ``10:02:03 AM``, ``65.5``, ``65.5s``, ``1m5s``, ``1 minute, 5 seconds``, ``PT1M5S``.
        rate: Frames per second.

    Returns:
        Seconds, or ``None`` if it is none of these.

    """
    text = text.strip()
    text = text.replace(";", ":") if text.count(";") > 1 else text  # drop-frame time code
    if match := _CLOCK_PARTS.fullmatch(text):
        return _clock_seconds(match, rate)
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    for pattern in (_UNIT_PARTS, _ISO):
        match = pattern.fullmatch(text)
        if match and any(match.groups()):
            hours, minutes, rest = (
                float((part or "0").replace(",", ".")) for part in match.groups()
            )
            return 3600 * hours + 60 * minutes + rest
    return None


def _clock_seconds(match: re.Match[str], rate: float) -> float | None:
    sign, hours, minutes, whole, mark, part, half = match.groups()
    fraction = 0.0
    if part and mark in ".,":
        fraction = float(f"0.{part}")
    elif part and hours is None and mark == ":":
        # Three fields are hours, minutes and seconds.
        hours, minutes, whole = minutes, whole, part
    elif part:
        fraction = int(part) / rate
    if half and hours is None:
        hours, minutes, whole = minutes, whole, "0"
    parts = [float(hours or 0), float(minutes), float(whole)]
    if parts[2] >= 60 or (hours is not None and parts[1] >= 60):
        return None
    if half:
        parts[0] = parts[0] % 12 + 12 * (half in "Pp")
    total = 3600 * parts[0] + 60 * parts[1] + parts[2] + fraction
    return max(-total if sign else total, 0.0)


def frame_rate(text: str) -> float:
    """Guess the frames per second of stamps such as 00:01:02:15 from the largest number."""
    largest = max((int(match[1]) for match in _FRAMES.finditer(text)), default=0)
    return next((rate for rate in _RATES if largest < rate), _RATES[-1])
