"""Captions and subtitle files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from writing import Cue, clock, each, ms, short_fields

if TYPE_CHECKING:
    from collections.abc import Callable

ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,no speech\n"
)
#: Writer of each form, and the step of its times in seconds.
FORMS: dict[str, tuple[Callable[[list[Cue]], str], float]] = {
    "srt": (
        each(
            lambda n, c: (
                f"{n}\n{clock(c.start, mark=',')} --> {clock(c.end, mark=',')}\n{c.words}\n"
            )
        ),
        0.001,
    ),
    "srt without numbers, hours or empty lines": (
        each(
            lambda _, c: (
                f"{clock(c.start, mark=',', hours=False)} --> "
                f"{clock(c.end, mark=',', hours=False)}\n{c.words}"
            )
        ),
        0.001,
    ),
    "srt with positions and tags": (
        each(
            lambda n, c: (
                f"{n}\n{clock(c.start)} --> {clock(c.end)} X1:10 X2:20 Y1:1 Y2:9\n"
                f"{{\\an8}}<font color='#fff'><i>{escape(c.words)}</i></font>\n"
            )
        ),
        0.001,
    ),
    "vtt": (
        each(
            lambda n, c: (
                f"cue-{n}\n{clock(c.start)} --> {clock(c.end)} align:start line:0%\n"
                f"<v Pat Example>{escape(c.words)}</v>\n"
            ),
            "WEBVTT - a title\nKind: captions\n\nNOTE no\nspeech\n\nSTYLE\n::cue {color: red}\n\n",
        ),
        0.001,
    ),
    "vtt with empty lines in captions": (
        each(
            lambda _, c: f"{clock(c.start)} --> {clock(c.end)}\n\n{c.words}\n",
            "\ufeffwebvtt\n\n",
        ),
        0.001,
    ),
    "vtt of Teams": (
        each(
            lambda n, c: (
                f"8f2a-4b/{n}-0\n{short_fields(c.start)} --> {short_fields(c.end)}\n"
                f"<v Pat Example>{escape(c.words)}</v>\n"
            ),
            "WEBVTT\n\n",
        ),
        0.001,
    ),
    "vtt of Zoom": (
        each(
            lambda n, c: f"{n}\n{clock(c.start)} --> {clock(c.end)}\nPat Example: {c.words}\n",
            "WEBVTT\n\n",
        ),
        0.001,
    ),
    "sbv": (each(lambda _, c: f"{clock(c.start)},{clock(c.end)}\n{c.words}\n"), 0.001),
    "ttml": (
        each(
            lambda _, c: (
                f'<p begin="{clock(c.start)}" end="{clock(c.end)}">'
                f"<span>{escape(c.words)}</span></p>"
            ),
            '<?xml version="1.0" encoding="utf-16"?><tt xmlns="http://www.w3.org/ns/ttml"><head>'
            "<metadata><title>no speech</title></metadata></head><body><div>",
        ),
        0.001,
    ),
    "ttml with ticks": (
        each(
            lambda _, c: (
                f'<p begin="{ms(c.start) * 10}t" dur="{ms(c.end - c.start) * 10}t">'
                f"{escape(c.words)}</p>"
            ),
            '<tt xmlns="http://www.w3.org/2006/10/ttaf1" xmlns:p="urn:x#parameter" '
            'p:tickRate="10000"><body><div>',
        ),
        0.001,
    ),
    "YouTube XML": (
        each(
            lambda _, c: (
                f'<text start="{c.start}" dur="{c.end - c.start:.3f}">'
                f"{escape(escape(c.words))}</text>"
            ),
            '<?xml version="1.0"?><transcript>',
        ),
        0.001,
    ),
    "YouTube srv3": (
        each(
            lambda _, c: (
                f'<p t="{ms(c.start)}" d="{ms(c.end - c.start)}">'
                + "".join(
                    f'<s t="{10 * n}">{escape(w)} </s>' for n, w in enumerate(c.words.split())
                )
                + "</p>"
            ),
            '<?xml version="1.0"?><timedtext format="3"><body>',
        ),
        0.001,
    ),
    "lrc": (
        each(
            lambda _, c: f"[{clock(c.start, 2, hours=False)}]{c.words}",
            "[ar:Somebody]\n[ti:A title]\n[length: 10:00]\n",
        ),
        0.01,
    ),
    "ass": (
        each(
            lambda _, c: (
                f"Dialogue: 0,{clock(c.start, 2)[1:]},{clock(c.end, 2)[1:]},Default,Pat,"
                f"0,0,0,,{{\\i1}}{c.words}"
            ),
            ASS,
        ),
        0.01,
    ),
    "sami": (
        each(
            lambda _, c: f"<SYNC Start={ms(c.start)}><P Class=EN>{escape(c.words)}",
            "<SAMI><HEAD><TITLE>no</TITLE></HEAD><BODY>",
        ),
        0.001,
    ),
    "MicroDVD": (
        each(
            lambda _, c: f"{{{round(25 * c.start)}}}{{{round(25 * c.end)}}}{{y:i}}{c.words}",
            "{1}{1}25\n",
        ),
        0.04,
    ),
    "MPL2": (
        each(lambda _, c: f"[{round(10 * c.start)}][{round(10 * c.end)}]/{c.words}"),
        0.1,
    ),
    "tmp": (each(lambda _, c: f"{clock(int(c.start), 0)}:{c.words}"), 1),
}
