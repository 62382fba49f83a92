"""Find the form of a transcript by its content, and read it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from pyfrontiers.lecture.transcript.forms.cues import count_ranges, is_web_captions, read_cues
from pyfrontiers.lecture.transcript.forms.json_forms import parse_json, read_json
from pyfrontiers.lecture.transcript.forms.leftovers import leftover_stamps, leftover_warning
from pyfrontiers.lecture.transcript.forms.lines import read_lines
from pyfrontiers.lecture.transcript.forms.lrc import is_lrc, read_lrc
from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.records import read_records
from pyfrontiers.lecture.transcript.forms.subtitles import read_subtitles, subtitle_format
from pyfrontiers.lecture.transcript.forms.tables import read_table
from pyfrontiers.lecture.transcript.forms.xml_forms import is_xml, read_xml
from pyfrontiers.lecture.transcript.model import TranscriptError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read", "read_with_warnings"]

#: A list or a dict in single quotes, or dataclasses.
_PRINTED = re.compile(r"\s*\[?\s*(?:\{\s*'|[A-Z]\w{2,60}\([a-z_]{2,40}=)")
_STARTS = re.compile(r"\s(?:start|begin)\w*\s*=\s*[\"']\d")
_TIMES = "times look like 00:01:02,500 --> 00:01:05,000"


def read(text: str, filename: str) -> list[Piece]:
    """Read the pieces of a transcript; see :func:`read_with_warnings`."""
    return list(read_with_warnings(text, filename).pieces)


def read_with_warnings(text: str, filename: str) -> Reading:
    """Read a transcript in any usual form, found by its content; its name does not matter.

    Args:
        text: Decoded text of the file.
        filename: Its name, for error messages.

    Returns:
        Pieces that contain words, in order of time if there are times, and warnings about what
        could not be read.

    Raises:
        TranscriptError: The file has a known form but is damaged, or it has no words.

    """
    # Some files use full-width colons and commas, as in East Asian text.
    text = re.sub(r"(?<=\d)：(?=\d)", ":", text)
    text = re.sub(r"(?<=:\d\d)，(?=\d{3}(?!\d))", ",", text)
    found = next(result for reader in _READERS if (result := reader(text, filename)) is not None)
    pieces = tuple(piece for piece in found.pieces if re.search(r"\w", piece.text))
    if not pieces:
        raise TranscriptError(f"{filename} contains no words to import.")
    stamps = leftover_stamps(pieces)
    warnings = (*found.warnings, leftover_warning(stamps)) if stamps else found.warnings
    return replace(found, pieces=pieces, warnings=warnings)


def _json(text: str, filename: str) -> Reading | None:
    if not re.match(r"\s*(?:\{\s*[\"'}]|\[\s*[\[{\"\]])", text) and not _PRINTED.match(text):
        return None
    try:
        value = _python(text) if _PRINTED.match(text) else parse_json(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        if re.match(r"\s*\[\s*[\[\"]", text):
            return None
        line = getattr(error, "lineno", 1)
        raise TranscriptError(
            f"{filename} is damaged JSON: it cannot be read beyond line {line}; "
            "save or download it again."
        ) from None
    found = read_json(value)
    if not found.pieces:
        raise TranscriptError(
            f"{filename} is JSON without a transcript: it has no list of entries such as "
            '{"start": 1.5, "text": "..."}.'
        )
    return found


def _python(text: str) -> Any:
    """Parse the printed form of Python lists, dicts and dataclasses, without executing anything."""
    return ast.literal_eval(_FieldsAsDict().visit(ast.parse(text.strip(), mode="eval")))


class _FieldsAsDict(ast.NodeTransformer):
    """Writes ``Snippet(text='words', start=0.0)`` as a dict."""

    def visit_Call(self, node: ast.Call) -> ast.AST:  # this name is required by ast
        self.generic_visit(node)
        names = [keyword.arg for keyword in node.keywords if keyword.arg]
        if node.args or len(names) < len(node.keywords):
            return node
        keys: list[ast.expr | None] = [ast.Constant(name) for name in names]
        return ast.Dict(keys, [keyword.value for keyword in node.keywords])


def _xml(text: str, filename: str) -> Reading | None:
    if not is_xml(text):
        return _other_xml(text)
    try:
        found = read_xml(text)
    except RecursionError:
        raise TranscriptError(f"{filename} is XML nested too deeply to be captions.") from None
    except ElementTree.ParseError as error:
        if not hasattr(error, "position"):
            raise TranscriptError(
                f"{filename} is XML that defines entities, which is not supported; save the "
                "captions again, for example as .srt."
            ) from None
        raise TranscriptError(
            f"{filename} is damaged XML: it cannot be read beyond line {error.position[0]}; "
            "save or download it again."
        ) from None
    if not found.pieces:
        raise TranscriptError(f"{filename} is XML without captions that have times and words.")
    return found


def _other_xml(text: str) -> Reading | None:
    """Read XML of an unknown kind if at least three elements have a time and words."""
    if not re.match(r"\s*<[A-Za-z]\w*[\s>]", text) or len(_STARTS.findall(text)) < 3:
        return None
    try:
        found = read_xml(text)
    except (RecursionError, ElementTree.ParseError):
        return None
    return found if len(found.pieces) >= 3 else None


def _subtitles(text: str, filename: str) -> Reading | None:
    name = subtitle_format(text)
    if name is None:
        return None
    try:
        return read_subtitles(text, name)
    except ValueError:
        raise TranscriptError(
            f"{filename} has damaged subtitles; save it again, for example as .srt."
        ) from None


def _cues(text: str, filename: str) -> Reading | None:
    if text.lstrip().startswith("Scenarist_SCC"):
        raise TranscriptError(
            f"{filename} has captions in the broadcast format SCC, which is not supported; convert "
            "it to .srt or .vtt."
        )
    ranges, arrows = count_ranges(text)
    web = is_web_captions(text)
    if not ranges:
        if web or arrows:
            reason = f"no times that can be read; {_TIMES}" if arrows else "no captions"
            raise TranscriptError(f"{filename} contains {reason}.")
        return None
    # A single pair of times in a long text was spoken.
    if not web and not arrows and ranges < 2:
        return None
    return read_cues(text)


def _lyrics(text: str, _filename: str) -> Reading | None:
    return read_lrc(text) if is_lrc(text) else None


def _records(text: str, _filename: str) -> Reading | None:
    return read_records(text)


def _table(text: str, _filename: str) -> Reading | None:
    return read_table(text)


def _lines(text: str, _filename: str) -> Reading | None:
    return read_lines(text)


def _plain(text: str, _filename: str) -> Reading:
    # A Markdown heading is a separate paragraph, even without blank lines around it.
    text = re.sub(r"^(#{1,6} .*)$", r"\n\1\n", text, flags=re.MULTILINE)
    paragraphs = re.split(r"\n\s*\n", text)
    return Reading(tuple(Piece(untagged(paragraph.strip())) for paragraph in paragraphs))


_READERS: tuple[Callable[[str, str], Reading | None], ...] = (
    *(_json, _xml, _subtitles, _cues, _lyrics, _records, _table, _lines, _plain),
)
