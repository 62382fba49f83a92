"""Times: parse durations, estimate times from shares of words, link to a video."""

from __future__ import annotations

import math
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.transcript.model import TranscriptError

__all__ = ["clock", "estimated_times", "parse_duration", "validated_video", "video_link"]

_LONGEST = 24 * 3600
_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
_YOUTUBE_PATHS = re.compile(r"^/(?:watch$|live/|embed/|shorts/|v/)")


@checked
def parse_duration(text: str) -> float:
    """Parse a duration.

    Args:
        text: ``"45:00"`` (minutes and seconds), ``"1:02:03"`` or seconds as ``"2700"``.

    Returns:
        Seconds, above 0 and up to 24 hours.

    Raises:
        TranscriptError: The text is none of these.

    """
    match = re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)", text.strip())
    if match:
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        over = (match[2] and seconds >= 60) or (match[1] and minutes >= 60)
        total = 3600 * hours + 60 * minutes + seconds
        if not over and 0 < total <= _LONGEST:
            return total
    raise TranscriptError(
        "duration must be at most 24 hours, in a form like 45:00, 1:02:03 or 2700 (seconds), got "
        f"{text[:40]!r}."
    )


def checked_duration(duration: float) -> float:
    """Return a duration in seconds, or raise TranscriptError if it is not one."""
    if not (math.isfinite(duration) and 0 < duration <= _LONGEST):
        raise TranscriptError(
            f"duration must be a number of seconds above 0 and up to 24 hours, got {duration!r}."
        )
    return float(duration)


def estimated_times(count: int, duration: float) -> tuple[float, ...]:
    """Return the times of ``count`` words spoken evenly over ``duration`` seconds."""
    return tuple(duration * place / count for place in range(count))


@checked
def clock(seconds: float) -> str:
    """Format seconds as ``m:ss`` or ``h:mm:ss``, rounded down."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def validated_video(url: str) -> str:
    """Validate the address of a video and make it safe for a link.

    Args:
        url: The address given by the user.

    Returns:
        The address with unusual characters percent-encoded.

    Raises:
        TranscriptError: It is not an http or https address with a host.

    """
    url = url.strip()
    problem = TranscriptError(
        f"video {url[:80]!r} is not the web address of a video; "
        "wanted an address such as https://youtu.be/..."
    )
    if len(url) > 2000 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise problem
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        host = parts.hostname or ""
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        raise problem from None
    # A user name before the host can make an address look like that of another site.
    if not usable or parts.username is not None or not re.fullmatch(r"[\w.:-]+", host):
        raise problem
    safe = "%/:=&?~#+!$,;@-._"
    return urlunsplit(
        (
            parts.scheme,
            parts.netloc,
            quote(parts.path, safe=safe),
            quote(parts.query, safe=safe),
            quote(parts.fragment, safe=safe),
        )
    )


@checked
def video_link(url: str, seconds: float) -> str:
    """Link to a time in a video.

    Args:
        url: The video's address, http or https.
        seconds: At least 0, rounded down to whole seconds.

    Returns:
        YouTube's ``t=`` parameter for its addresses; the media fragment ``#t=`` (W3C Media
        Fragments 1.0, section 4.2.1) for all others.

    Raises:
        TranscriptError: ``url`` is not a web address.

    """
    parts = urlsplit(validated_video(url))
    second = max(int(seconds), 0)
    host = (parts.hostname or "").lower()
    embedded = parts.path.startswith("/embed/")
    if host == "youtu.be" or (host in _YOUTUBE and _YOUTUBE_PATHS.match(parts.path)):
        query = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"t", "start"}]
        query.append(("start", f"{second}") if embedded else ("t", f"{second}s"))
        return urlunsplit((*parts[:3], urlencode(query), ""))
    return urlunsplit((*parts[:4], f"t={second}"))
