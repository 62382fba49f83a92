"""`pyfrontiers transcript`: import, show and delete a transcript of the lecture."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

if TYPE_CHECKING:
    from pyfrontiers.lecture.transcript import Transcript

from pyfrontiers.cli.options import naming_options
from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

__all__ = ["app"]

app = typer.Typer(
    name="transcript",
    help="Import a transcript to show it next to the slides.\n\n"
    "Example: pyfrontiers transcript import lecture.srt",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_JSON = typer.Option("--json", help="Print a list of {section, start, estimated, text}.")


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Captions, subtitles, JSON or text.")
    ],
    video: Annotated[
        str | None, typer.Option(help="Address of the video, to which times will link.")
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option(help="Duration of the video, such as 45:00, for a file without times."),
    ] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Import a transcript and assign it to the sections, to show it in the app.

    The transcript is stored in your data folder and shown to everyone who can open the app on this
    computer. A failed import keeps the previous transcript.

    Example: pyfrontiers transcript import lecture.vtt --video https://youtu.be/... --json
    """
    from pyfrontiers.lecture.transcript import (
        TranscriptError,
        import_transcript,
        parse_duration,
        save,
    )

    with naming_options(duration="--duration"):
        seconds = None if duration is None else parse_duration(duration)
    try:
        data = _bounded(file)
    except OSError as error:
        raise TranscriptError(f"{file} cannot be read: {error.strerror or error}.") from error
    transcript = import_transcript(data, file.name, video=video, duration=seconds)
    path = save(transcript)
    if as_json:
        _print_json(transcript)
        return
    _print_summary(transcript)
    # Print the path without markup or line breaks, so that it can be copied.
    Console(soft_wrap=True).print(f"Saved to {escape(str(path))}", highlight=False)


@app.command()
def show(as_json: Annotated[bool, _JSON] = False) -> None:
    """Show the imported transcript by section.

    Example: pyfrontiers transcript show --json
    """
    from pyfrontiers.lecture.transcript import TranscriptError, load

    transcript = load()
    if transcript is None:
        raise TranscriptError(
            "there is no imported transcript; run 'pyfrontiers transcript import FILE'."
        )
    if as_json:
        _print_json(transcript)
    else:
        _print_summary(transcript)


@app.command()
def delete(
    as_json: Annotated[bool, typer.Option("--json", help='Print {"deleted": ...}.')] = False,
) -> None:
    """Delete the imported transcript.

    Example: pyfrontiers transcript delete
    """
    from pyfrontiers.lecture.transcript import delete as delete_stored

    existed = delete_stored()
    if as_json:
        typer.echo(json.dumps({"deleted": existed}))
        return
    Console().print("Deleted the transcript." if existed else "There is no transcript to delete.")


def _bounded(file: Path) -> bytes:
    """Read a file up to the size limit."""
    from pyfrontiers.lecture.transcript.decoding import LIMIT_BYTES, refuse_size

    with file.open("rb") as stream:
        refuse_size(file.stat().st_size, file.name)
        # The size of a pipe is unknown; read one byte more than the limit at most.
        return stream.read(LIMIT_BYTES + 1)


def _print_json(transcript: Transcript) -> None:
    entries = [
        {
            "section": paragraph.section,
            "start": paragraph.start,
            "estimated": paragraph.estimated,
            "text": paragraph.text,
        }
        for paragraph in transcript.paragraphs
    ]
    print_json(entries)


def _print_summary(transcript: Transcript) -> None:
    from pyfrontiers.lecture import SECTIONS
    from pyfrontiers.lecture.transcript import clock

    titles = ("", "section", "paragraphs", "words", "start")
    # A narrow terminal folds names instead of cutting them.
    table = Table(*(Column(title, overflow="fold") for title in titles))
    for section in SECTIONS:
        inside = transcript.in_section(section.slug)
        start = inside[0].start if inside else None
        mark = "≈ " if inside and inside[0].estimated else ""
        table.add_row(
            f"{section.number}",
            section.slug,
            f"{len(inside) or '-'}",
            f"{sum(len(paragraph.text.split()) for paragraph in inside) or '-'}",
            "" if start is None else f"{mark}{clock(start)}",
        )
    console = Console()
    console.print(table)
    console.print(
        f"{escape(transcript.source)}: {counted(len(transcript.paragraphs), 'paragraph')} in "
        f"{len(transcript.sections)} of {len(SECTIONS)} sections, match "
        f"{100 * transcript.match:.0f} %.",
        highlight=False,
    )
    for warning in transcript.warnings:
        console.print(escape(warning), highlight=False)
