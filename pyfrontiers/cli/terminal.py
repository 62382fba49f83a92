"""Print on terminals of any encoding.

Terminals, pipes and services are not always UTF-8: Windows uses cp1252 or cp437, a bare container
ASCII. Characters that the encoding lacks are replaced by ASCII, so a command never fails because of
a character in its output.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
import unicodedata
from typing import Any

__all__ = ["accept_any_encoding", "print_json", "spelled_in_ascii"]

_HANDLER = "pyfrontiers-ascii"
_SPELLINGS = {
    **dict.fromkeys("≈∼≃", "~"),
    **dict.fromkeys("×✕✖", "x"),
    **dict.fromkeys("–—−‐‑‒―─━═╌", "-"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛┡┩┳┻╇", "+"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("·•∙", "*"),
    **dict.fromkeys("█▇▆▅▓▒░■", "#"),
    **dict.fromkeys("≤⩽", "<="),
    **dict.fromkeys("≥⩾", ">="),
    **dict.fromkeys("✓✔", "ok"),
    **dict.fromkeys("✗✘", "x"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u2007", " "),
    "…": "...",
    "→": "->",
    "←": "<-",
    "⇒": "=>",
    "±": "+-",
    "≠": "!=",
    "∞": "inf",
    "√": "sqrt",
    "ε": "epsilon",
    "σ": "sigma",
    "μ": "mu",
    "π": "pi",
    "λ": "lambda",
    "Δ": "Delta",
    "°": " deg",
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "µ": "u",
    "∈": "in",
    "∑": "sum",
    "∂": "d",
    "⋅": "*",
    "ı": "i",
}


def spelled_in_ascii(text: str) -> str:
    """Spell a text in ASCII: symbols as words, letters without accents, anything else as "?"."""
    return "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    invisible = unicodedata.category(character) in {"Mn", "Cf"}
    return plain or ("" if invisible else "?")


def _replacement(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelled_in_ascii(error.object[error.start : error.end]), error.end


def accept_any_encoding() -> None:
    """Let standard output and standard error replace what their encodings lack.

    Also ignore a terminal width of 0, which some services set and with which rich prints nothing,
    and replace streams that the caller has closed, as with `2>&-`, by ones that drop what is
    written.
    """
    if os.environ.get("COLUMNS", "").strip("0") == "":
        os.environ.pop("COLUMNS", None)
    codecs.register_error(_HANDLER, _replacement)
    # Closed streams are None, also under pythonw; the new ones stay open until the end.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A stream may be replaced, as in a test.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def print_json(value: Any) -> None:
    """Print JSON, with escapes for characters that the encoding of standard output lacks.

    Args:
        value: What to print, of JSON's types.

    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if sys.stdout is None:  # closed by the caller, as with `>&-`
        return
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = json.dumps(value, indent=2)
    sys.stdout.write(f"{text}\n")
