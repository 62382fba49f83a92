"""JSON and tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from writing import Cue, clock, each, ms

if TYPE_CHECKING:
    from collections.abc import Callable


def in_words(cue: Cue) -> list[dict[str, object]]:
    words = cue.words.split()
    step = (cue.end - cue.start) / len(words)
    return [
        {"word": word, "start": round(cue.start + n * step, 3), "end": cue.start + (n + 1) * step}
        for n, word in enumerate(words)
    ]


def as_json(entry: Callable[[Cue], object], wrap: Callable[[list], object] = list) -> Callable:
    return lambda cues: json.dumps(wrap([entry(cue) for cue in cues]), indent=1)


#: Writer of each form, and the step of its times in seconds.
FORMS: dict[str, tuple[Callable[[list[Cue]], str], float]] = {
    "json3": (
        as_json(
            lambda c: {
                "tStartMs": ms(c.start),
                "dDurationMs": ms(c.end - c.start),
                "segs": [{"utf8": f"{word} "} for word in c.words.split()],
            },
            lambda entries: {"wireMagic": "pb3", "events": [{"tStartMs": 0, "id": 1}, *entries]},
        ),
        0.001,
    ),
    "transcript library of YouTube": (
        as_json(lambda c: {"text": c.words, "start": c.start, "duration": c.end - c.start}),
        0.001,
    ),
    "whisper": (
        as_json(
            lambda c: {
                "id": 1,
                "start": c.start,
                "end": c.end,
                "text": f" {c.words}",
                "tokens": [1],
            },
            lambda e: {"text": "".join(s["text"] for s in e), "segments": e, "language": "en"},
        ),
        0.001,
    ),
    "whisperx": (
        as_json(
            lambda c: {"start": c.start, "end": c.end, "text": c.words, "words": in_words(c)},
            lambda e: {"segments": e, "word_segments": [w for s in e for w in s["words"]]},
        ),
        0.001,
    ),
    "whisper.cpp": (
        as_json(
            lambda c: {
                "timestamps": {"from": clock(c.start, mark=","), "to": clock(c.end, mark=",")},
                "offsets": {"from": ms(c.start), "to": ms(c.end)},
                "text": f" {c.words}",
            },
            lambda e: {"model": {"type": "base"}, "transcription": e},
        ),
        0.001,
    ),
    "transformers": (
        as_json(
            lambda c: {"timestamp": [c.start, c.end], "text": f" {c.words}"},
            lambda e: {"text": " ".join(s["text"] for s in e), "chunks": e},
        ),
        0.001,
    ),
    "json lines": (
        each(lambda _, c: json.dumps({"start": c.start, "end": c.end, "text": c.words})),
        0.001,
    ),
    "Rev JSON": (
        as_json(
            lambda c: {
                "speaker": 0,
                "elements": [
                    element
                    for w in in_words(c)
                    for element in (
                        {"type": "text", "value": w["word"], "ts": w["start"], "end_ts": w["end"]},
                        {"type": "punct", "value": " "},
                    )
                ],
            },
            lambda e: {"monologues": e},
        ),
        0.001,
    ),
    "AssemblyAI": (
        as_json(
            lambda c: {"text": c.words, "start": ms(c.start), "end": ms(c.end), "confidence": 0.9},
            lambda e: {"id": "x", "utterances": e},
        ),
        0.001,
    ),
    "whisper tsv": (
        each(lambda _, c: f"{ms(c.start)}\t{ms(c.end)}\t{c.words}", "start\tend\ttext\n"),
        0.001,
    ),
    "labels of Audacity": (
        each(lambda _, c: f"{c.start:.6f}\t{c.end:.6f}\t{c.words}"),
        0.001,
    ),
    "csv": (
        each(
            lambda _, c: f'"Pat","{clock(c.start)}","{clock(c.end)}","{c.words}"',
            "Speaker,Start time,End time,Text\n",
        ),
        0.001,
    ),
}
