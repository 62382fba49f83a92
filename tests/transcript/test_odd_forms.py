"""Rarer notations of times, each written for four lines, are read with their words and times."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture.transcript.forms import read_with_warnings
from pyfrontiers.lecture.transcript.importing import cleaned_words

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = {0: "one two three", 3: "four five six", 65: "seven eight nine", 70: "ten eleven twelve"}
WORDS = " ".join(SAID.values()).split()


def m(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def h(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d}"


def srt(start: int, words: str, number: int = 1) -> str:
    return f"{number}\n{h(start)},000 --> {h(start + 2)},000\n{words}\n\n"


#: Each writes one line; the lines are joined.
LINES: dict[str, Callable[[int, str], str]] = {
    "at": lambda a, t: f"at {m(a)} {t}\n",
    "time:": lambda a, t: f"time: {m(a)} {t}\n",
    "t=": lambda a, t: f"t={a} {t}\n",
    "#": lambda a, t: f"#{m(a)} {t}\n",
    "bars": lambda a, t: f"|{m(a)}| {t}\n",
    "sign before": lambda a, t: f"⏱ {m(a)} {t}\n",
    "sign after": lambda a, t: f"{m(a)} ▶ {t}\n",
    "arrow after": lambda a, t: f"{m(a)} → {t}\n",
    "m s": lambda a, t: f"{a // 60}m {a % 60}s {t}\n",
    "min sec": lambda a, t: f"{a // 60} min {a % 60} sec: {t}\n",
    "h m s": lambda a, t: f"00h{a // 60:02d}m{a % 60:02d}s {t}\n",
    "seconds": lambda a, t: f"{a}s {t}\n",
    "number in brackets": lambda a, t: f"[{a}] {t}\n",
    "drop frame": lambda a, t: f"{h(a)};15 {t}\n",
    "minutes and seconds of arc": lambda a, t: f"{a // 60}'{a % 60:02d}\" {t}\n",
    "date": lambda a, t: f"2026-11-30 10:{a // 60:02d}:{a % 60:02d} {t}\n",
    "AM": lambda a, t: f"[10:{a // 60:02d}:{a % 60:02d} AM] {t}\n",
    "chat of a meeting": lambda a, t: f"[Pat Example] 10:{a // 60:02d}:{a % 60:02d}\n{t}\n",
    "Trint": lambda a, t: f"Pat Example: {h(a)}\n{t}\n",
    "HappyScribe": lambda a, t: f"[{h(a)}.000] - Pat Example\n{t}\n",
    "Riverside": lambda a, t: f"Pat ({m(a)}.250)\n{t}\n\n",
    "HTML": lambda a, t: f"<b>{m(a)}</b> {t}<br>\n",
    "curly": lambda a, t: f"{{{m(a)}}} {t}\n",
    "angle": lambda a, t: f"<{m(a)}> {t}\n",
    "German": lambda a, t: f"{a // 60} Minuten und {a % 60} Sekunden\n{t}\n",
    "Japanese": lambda a, t: f"{a // 60}分{a % 60}秒\n{t}\n",
    "ISO 8601": lambda a, t: f"PT{a // 60}M{a % 60}S {t}\n",
    "after the words": lambda a, t: f"{t} [{m(a)}]\n",
    "to": lambda a, t: f"{m(a)} to {m(a + 2)} {t}\n",
    "two brackets": lambda a, t: f"[{m(a)}][{m(a + 2)}] {t}\n",
    "comma in brackets": lambda a, t: f"[{h(a)}.000,{h(a + 2)}.000] {t}\n",
    "diarization": lambda a, t: f"SPEAKER_00 [{h(a)}.000 --> {h(a + 2)}.000] {t}\n",
    "diarization after": lambda a, t: f"[{h(a)}.000 --> {h(a + 2)}.000] [SPEAKER_00] {t}\n",
    "srt on one line": lambda a, t: f"{a + 1} {h(a)},000 --> {h(a + 2)},000 {t}\n",
    "srt with spaces": lambda a, t: srt(a, t).replace(":", ": ").replace("-->", "-- >"),
    "srt with microseconds": lambda a, t: f"{h(a)}.000000 --> {h(a + 2)}.000000\n{t}\n\n",
    "srt escaped": lambda a, t: srt(a, t).replace(">", "&gt;"),
    "srt with half an arrow": lambda a, t: srt(a, t).replace("-->", ">"),
    "srt double spaced": lambda a, t: srt(a, t, a + 1).replace("\n", "\n\n"),
    "srt in a table": lambda a, t: f"{a + 1}\t{h(a)},000\t{h(a + 2)},000\t{t}\n",
    "srt with escaped tags": lambda a, t: srt(a, f"&lt;i&gt;{t}&lt;/i&gt;"),
    "DVD studio": lambda a, t: f"{h(a)}:00,{h(a + 2)}:00,{t}\n",
    "Premiere": lambda a, t: f"{h(a)};00 - {h(a + 2)};00\nUnknown\n{t}\n\n".replace(":", ";"),
    "Avid": lambda a, t: f"{h(a)}:00 {h(a + 2)}:00\n{t}\n\n",
    "Markdown table": lambda a, t: f"| {m(a)} | {t} |\n",
    "Markdown link": lambda a, t: f"[{m(a)}](https://youtu.be/x?t={a}) {t}\n",
    "Obsidian": lambda a, t: f"[{m(a)}](#t={a}) {t}\n",
    "Roam": lambda a, t: f"- {{{{[[youtube-timestamp]]: {m(a)}}}}} {t}\n",
    "wiki": lambda a, t: f"* '''{m(a)}''' {t}\n",
    "address": lambda a, t: f"https://youtu.be/abc?t={a} {t}\n",
    "key and value": lambda a, t: f"start={a} end={a + 2} text={t}\n",
    "underscores": lambda a, t: f"{h(a).replace(':', '_')} {t}\n",
    "dashes": lambda a, t: f"{h(a).replace(':', '-')} {t}\n",
    "points": lambda a, t: f"{h(a).replace(':', '.')} {t}\n",
    "East Asian": lambda a, t: f"［{m(a).replace(':', '：')}］{t}\n",
    "SubViewer": lambda a, t: f"{h(a)}.00,{h(a + 2)}.00\n{t.replace(' ', '[br]', 1)}\n\n",
    "quoted columns": lambda a, t: f'"{a}.0","{a + 2}.0","{t}"\n',
    "speaker between tabs": lambda a, t: f"{m(a)}\tPat\t{t}\n",
    "Markdown link after the words": lambda a, t: f"{t} [{m(a)}](https://youtu.be/x?t={a})\n",
    "arrow of ASCII after": lambda a, t: f"{m(a)} -> {t}\n",
    "Markdown link in stars": lambda a, t: f"**[{m(a)}](https://youtu.be/x?t={a})** {t}\n",
    "panel, clock above": lambda a, t: (
        f"{m(a)}\n{f'{a // 60} minute, ' if a > 59 else ''}{a % 60} seconds{t}\n"
    ),
    "ISO 8601 date": lambda a, t: f"2026-11-30T10:{a // 60:02d}:{a % 60:02d}Z {t}\n",
    "East Asian type": lambda a, t: srt(a, t).replace(":", "：").replace(",", "，"),
    "signs of no width": lambda a, t: srt(a, f"&#8203;{t}&#8203;"),
    "dialogue": lambda a, t: srt(a, f"-{t}"),
}
#: Each writes a whole file.
FILES: dict[str, str] = {
    "keywords above": "SUMMARY KEYWORDS\nnetwork, data\n\nSPEAKERS\nPat Example\n\n"
    + "".join(f"Pat Example  {m(a)}\n{t}\n\n" for a, t in SAID.items())
    + "Transcribed by https://otter.ai\n",
    "keywords below a date": "Lecture 6\nFri, Feb 01, 2026 10:00AM • 45:12\n\n"
    "SUMMARY KEYWORDS\nnetwork\n\nSPEAKERS\nPat\n\n"
    + "".join(f"Pat  {m(a)}\n{t}\n\n" for a, t in SAID.items()),
    "dict printed by Python": repr(
        {"segments": [{"start": float(a), "end": a + 2.0, "text": t} for a, t in SAID.items()]}
    ),
    "dataclasses printed by Python": "FetchedTranscript(snippets=["
    + ", ".join(f"Snippet(text={t!r}, start={a}.0, duration=2.0)" for a, t in SAID.items())
    + "], video_id='x', is_generated=True)",
    "segments of a stream": "WEBVTT\n\n"
    + "".join(
        f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:9,LOCAL:00:00:00.000\n\n{h(a)}.0 --> {h(a + 2)}.0\n{t}\n\n"
        for a, t in SAID.items()
    ),
    "credits": srt(0, "Subtitles by the Amara.org community")
    + "".join(srt(a, t) for a, t in SAID.items())
    + srt(90, "Captions edited by Pat"),
    "out of order": "".join(srt(a, SAID[a]) for a in (65, 0, 3, 70)),
    "Deepgram": json.dumps(
        {
            "results": {
                "channels": [
                    {
                        "alternatives": [
                            {
                                "transcript": " ".join(WORDS),
                                "words": [
                                    {
                                        "word": w,
                                        "punctuated_word": w,
                                        "start": a + n / 2,
                                        "end": a + n,
                                    }
                                    for a, t in SAID.items()
                                    for n, w in enumerate(t.split())
                                ],
                            }
                        ]
                    }
                ]
            }
        }
    ),
    "Amazon": json.dumps(
        {
            "results": {
                "transcripts": [{"transcript": " ".join(WORDS)}],
                "items": [
                    {
                        "start_time": f"{a + n / 2}",
                        "end_time": f"{a + n / 2 + 0.4}",
                        "alternatives": [{"content": w, "confidence": "1"}],
                        "type": "pronunciation",
                    }
                    for a, t in SAID.items()
                    for n, w in enumerate(t.split())
                ],
            }
        }
    ),
    "Google": json.dumps(
        {
            "results": [
                {
                    "alternatives": [
                        {
                            "transcript": t,
                            "words": [
                                {"startTime": f"{a + n / 2}s", "endTime": f"{a + n}s", "word": w}
                                for n, w in enumerate(t.split())
                            ],
                        },
                        {"transcript": "something else"},
                    ]
                }
                for a, t in SAID.items()
            ]
        }
    ),
    "printed by Python": repr([{"text": t, "start": float(a)} for a, t in SAID.items()]),
    "blocks of TTML with a time": '<tt xmlns="http://www.w3.org/ns/ttml"><body><div begin="0s">'
    + "".join(f'<p begin="{a}s"><span begin="0s">{t}</span></p>' for a, t in SAID.items())
    + "</div></body></tt>",
    "words in XML": "<doc>"
    + "".join(
        f'<w start="{a + n / 2}">{w}</w>' for a, t in SAID.items() for n, w in enumerate(t.split())
    )
    + "</doc>",
    "YAML": "title: Lecture\nsegments:\n"
    + "".join(f"  - start: {a}\n    end: {a + 2}\n    text: '{t}'\n" for a, t in SAID.items()),
    "YAML, folded": "".join(
        f"- start: {a}\n  text: >-\n    {t.replace(' ', chr(10) + 4 * ' ')}\n"
        for a, t in SAID.items()
    ),
    "TOML": "".join(
        f'[[segment]]\nstart = {a}\nend = {a + 2}\ntext = "{t}"\n\n' for a, t in SAID.items()
    ),
    "Praat": 'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 90\n'
    "tiers? <exists>\nsize = 1\nitem []:\n    item [1]:\n"
    '        class = "IntervalTier"\n        name = "words"\n        xmin = 0\n'
    "        xmax = 90\n        intervals: size = 4\n"
    + "".join(
        f"        intervals [{n}]:\n            xmin = {a}\n            xmax = {a + 2}\n"
        f'            text = "{t}"\n'
        for n, (a, t) in enumerate(SAID.items(), 1)
    ),
    "CTM": ";; scored\n"
    + "".join(
        f"file 1 {a + n / 2:.2f} 0.40 {w} 0.98\n"
        for a, t in SAID.items()
        for n, w in enumerate(t.split())
    ),
    "STM": "".join(f"file 1 pat {a:.2f} {a + 2:.2f} <o,f0> {t}\n" for a, t in SAID.items()),
    "aeneas": json.dumps(
        {
            "fragments": [
                {"begin": f"{a}.0", "end": f"{a + 2}.0", "lines": [t]} for a, t in SAID.items()
            ]
        }
    ),
}


@pytest.mark.parametrize("name", [*LINES, *FILES])
def test_words_and_times_are_read(name: str) -> None:
    text = FILES.get(name) or "".join(LINES[name](a, t) for a, t in SAID.items())
    row = cleaned_words(text.encode(), "a.txt")
    assert list(row.words) == WORDS
    assert [row.times[at] for at in range(0, 12, 3)] == pytest.approx(list(SAID), abs=1)


def test_joined_files_keep_their_order() -> None:
    part = [(a, f"{a}a") for a in range(0, 120, 5)]
    text = "".join(srt(a, t) for a, t in part) + "".join(srt(a, f"{t}b") for a, t in part)
    found = read_with_warnings(text, "a.srt")
    assert [piece.text for piece in found.pieces] == [t for _, t in part] + [
        f"{t}b" for _, t in part
    ]
    starts = [piece.start for piece in found.pieces]
    assert starts == sorted(starts)
    assert found.warnings == ("The times restart once; the parts were placed one after the other.",)
