"""Files and folders that a command will write: checked before its work, and made at its end."""

from __future__ import annotations

import contextlib
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["check_output", "check_output_folder", "write_picture"]


def check_output(
    path: Path,
    *,
    suffix: str = "",
    option: str = "--output",
    inputs: Iterable[str | Path | None] = (),
) -> None:
    """Check that a file can be written, also where its folder must be created; nothing stays.

    Args:
        path: the file.
        suffix: ending that the name must have, such as ".png"; "" accepts any.
        option: where the user gave the path.
        inputs: files that the command reads, which the output must not replace; names of no file
            and `None` are left out.

    Raises:
        ValueError: the name has another ending, the file is one that the command reads, or no file
            can be written there.
    """
    if suffix and path.suffix.lower() != suffix:
        raise ValueError(f"{option} must end in {suffix}, got {path}")
    wanted = f"{option} must be a file that can be written, got {path}"
    try:
        if path.is_dir():
            raise ValueError(f"{option} must be a file, got the folder {path}")
        if path.exists() and not path.is_file():
            raise ValueError(f"{option} must be a file, got the device {path}")
        if any(
            path.exists() and Path(each).exists() and path.samefile(each) for each in inputs if each
        ):
            raise ValueError(f"{option} must not be a file that the command reads, got {path}")
        if path.exists():
            path.open("ab").close()
        with _made_for_a_moment(path.parent):
            _try(path.parent)
    except OSError as error:
        raise ValueError(f"{wanted} ({_reason(error)})") from None


def check_output_folder(path: Path, *, option: str = "--output") -> None:
    """Check that a folder can be created and written to; nothing is left behind.

    Args:
        path: the folder, which may exist.
        option: where the user gave the path.

    Raises:
        ValueError: the path is a file, or no file can be written there.
    """
    try:
        if path.exists() and not path.is_dir():
            raise ValueError(f"{option} must be a folder, got the file {path}")
        with _made_for_a_moment(path):
            _try(path)
    except OSError as error:
        raise ValueError(
            f"{option} must be a folder that can be written, got {path} ({_reason(error)})"
        ) from None


def write_picture(pixels: Any, path: Path, *, option: str = "--output") -> None:
    """Write a PNG file, which is never seen half written; its folder is created.

    Args:
        pixels: (H, W, 3) array of uint8.
        path: the file.
        option: where the user gave the path.

    Raises:
        ValueError: the file cannot be written.
    """
    from PIL import Image

    from pyfrontiers.recording.files import write_whole

    content = BytesIO()
    Image.fromarray(pixels).save(content, format="PNG")
    try:
        write_whole(path, content.getvalue())
    except OSError as error:
        raise ValueError(
            f"{option} must be a file that can be written, got {path} ({_reason(error)})"
        ) from error


@contextlib.contextmanager
def _made_for_a_moment(path: Path) -> Iterator[None]:
    """Create a folder where there is none, and delete it and the parents made for it."""
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _try(folder: Path) -> None:
    """Write a temporary file: permissions alone don't show a read-only or a special disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
