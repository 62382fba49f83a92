"""`pyfrontiers transcript`: put one's own transcript of the lecture beside its sections."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from pyfrontiers.lecture.transcript import Transcript

__all__ = ["app"]

app = typer.Typer(
    name="transcript",
    help="Put a transcript of the lecture beside its slides.\n\n"
    "Example: pyfrontiers transcript import lecture.srt",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_JSON = typer.Option("--json", help="Print a list of {section, start, estimated, text}.")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A .txt, .srt or .vtt file in UTF-8.")],
    video: Annotated[
        str | None, typer.Option(help="Address of the video; times link to it at their second.")
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option(help="Length of the video, such as 45:00; for a file without times."),
    ] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Read a transcript, assign it to the sections in order and keep it for the app.

    It is kept in your own data folder, and the app on this computer shows it to whoever may open
    the app. An import that fails leaves the one before as it was.

    Example: pyfrontiers transcript import lecture.vtt --video https://youtu.be/... --json
    """
    from pyfrontiers.lecture.transcript import (
        TranscriptError,
        import_transcript,
        parse_duration,
        save,
    )

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
    # No markup in a path, and no line break inside one that is to be copied.
    Console(soft_wrap=True).print(f"Kept at {escape(str(path))}", highlight=False)


@app.command()
def show(as_json: Annotated[bool, _JSON] = False) -> None:
    """Show what is imported, by section.

    Example: pyfrontiers transcript show --json
    """
    from pyfrontiers.lecture.transcript import TranscriptError, load

    transcript = load()
    if transcript is None:
        raise TranscriptError(
            "no transcript is imported yet; 'pyfrontiers transcript import FILE' does it."
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

    there = delete_stored()
    if as_json:
        typer.echo(json.dumps({"deleted": there}))
        return
    Console().print("The transcript is deleted." if there else "There was no transcript to delete.")


def _bounded(file: Path) -> bytes:
    """Read a file, but not a hundred megabytes only to refuse them."""
    from pyfrontiers.lecture.transcript.decoding import LIMIT_BYTES, refuse_size

    with file.open("rb") as stream:
        refuse_size(file.stat().st_size, file.name)
        # What has no size, such as a pipe, is read up to the limit and refused after it.
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
    typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))


def _print_summary(transcript: Transcript) -> None:
    from pyfrontiers.lecture import SECTIONS
    from pyfrontiers.lecture.transcript import clock

    table = Table("", "section", "paragraphs", "words", "from")
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
        f"{escape(transcript.source)}: {len(transcript.paragraphs)} paragraphs in "
        f"{len(transcript.sections)} of {len(SECTIONS)} sections, match "
        f"{100 * transcript.match:.0f} %.",
        highlight=False,
    )
    for warning in transcript.warnings:
        console.print(escape(warning), highlight=False)
