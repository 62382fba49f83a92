"""What is wrong with a ZIP file, in words."""

from __future__ import annotations

__all__ = ["zip_fault"]


def zip_fault(error: Exception) -> str:
    """Say what file an error of `zipfile` is about and what to do, to follow "got" in a message.

    Args:
        error: raised when the file was opened, or an entry read. A damaged one raises almost
            anything: BadZipFile, zlib.error, EOFError, struct.error.
    """
    if isinstance(error, NotImplementedError):
        return "one of an unknown compression; make it again with the usual one"
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "one with a password; make it again without"
    return "a damaged or incomplete one; make or download it again"
