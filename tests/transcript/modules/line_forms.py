"""Text with stamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writing import Cue, clock, each, frames, short, spoken_time

if TYPE_CHECKING:
    from collections.abc import Callable

#: Writer of each form, and the step of its times in seconds.
FORMS: dict[str, tuple[Callable[[list[Cue]], str], float]] = {
    "console of whisper": (
        each(
            lambda _, c: (
                f"[{clock(c.start, hours=False)} --> {clock(c.end, hours=False)}]  {c.words}"
            )
        ),
        0.001,
    ),
    "console of faster-whisper": (
        each(lambda _, c: f"[{c.start:.2f}s -> {c.end:.2f}s] {c.words}"),
        0.01,
    ),
    "ranges": (each(lambda _, c: f"[{short(c.start)} - {short(c.end)}] {c.words}"), 1),
    "ranges without brackets": (
        each(lambda _, c: f"{short(c.start)} – {short(c.end)}\n{c.words}\n"),
        1,
    ),
    "Otter": (each(lambda _, c: f"Pat Example  {short(c.start)}\n{c.words}\n"), 1),
    "Rev": (each(lambda _, c: f"Pat Example ({clock(c.start, 0)}):\n{c.words}\n"), 1),
    "Teams": (
        each(lambda _, c: f"Pat Example\n{spoken_time(c.start)}\n{short(c.start)}\n{c.words}\n"),
        1,
    ),
    "Teams on one line": (
        each(lambda _, c: f"Pat Example {spoken_time(c.start)}\n{c.words}"),
        1,
    ),
    "Descript": (each(lambda _, c: f"[{clock(c.start, 0)}] Pat Example: {c.words}\n"), 1),
    "Word": (each(lambda _, c: f"{clock(c.start, 0)} Pat Example\n{c.words}\n"), 1),
    "speaker, time and words": (
        each(lambda _, c: f"Speaker 1 [{clock(c.start, 0)}]: {c.words}"),
        1,
    ),
    "panel of YouTube": (each(lambda _, c: f"{short(c.start)}\n{c.words}"), 1),
    "panel with spoken times": (
        each(lambda _, c: f"{short(c.start)}\n{spoken_time(c.start)}\n{c.words}"),
        1,
    ),
    "panel without breaks": (
        each(lambda _, c: f"{short(c.start)}{spoken_time(c.start)}{c.words}"),
        1,
    ),
    "spoken times": (each(lambda _, c: f"{spoken_time(c.start)}\n{c.words}"), 1),
    "brackets": (each(lambda _, c: f"[{clock(c.start, 0)}] {c.words}"), 1),
    "round brackets": (each(lambda _, c: f"({short(c.start)}) {c.words}"), 1),
    "decimals": (each(lambda _, c: f"{clock(c.start, 1)} {c.words}"), 0.1),
    "frames": (each(lambda _, c: f"{frames(c.start, 25)} {c.words}"), 0.05),
    "dash": (each(lambda _, c: f"{short(c.start)} - {c.words}"), 1),
    "bullets": (each(lambda _, c: f"- {short(c.start)} {c.words}"), 1),
    "Markdown": (each(lambda _, c: f"**{clock(c.start, 0)}** {c.words}\n"), 1),
    "minutes beyond 99": (
        each(lambda _, c: f"{int(c.start) // 60:02d}:{int(c.start) % 60:02d} {c.words}"),
        1,
    ),
    "letters": (each(lambda _, c: f"{int(c.start) // 60}m{int(c.start) % 60:02d}s {c.words}"), 1),
    "between the words": (each(lambda _, c: f"[{clock(c.start, 0)}] {c.words}", between=" "), 1),
}
