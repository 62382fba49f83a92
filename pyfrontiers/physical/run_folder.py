"""The folder of a run: its settings, checkpoint and results."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyfrontiers.recording.files import write_whole

__all__ = ["CHECKPOINT", "RunFolder"]

CHECKPOINT: Final = "checkpoint.pt"
"""Name of the file from which an unfinished run resumes."""

_SETTINGS: Final = "run.json"
_RESULT: Final = "result.json"
_CHOSEN: Final = "steps.txt"


@dataclass(frozen=True)
class RunFolder:
    """A folder that holds one run.

    Attributes:
        path: the folder.
        settings: the settings of the run, of JSON's types.
        resumed: whether the folder held an unfinished run with these settings.
    """

    path: Path
    settings: dict[str, Any]
    resumed: bool

    @classmethod
    def open(cls, path: Path, settings: dict[str, Any], *, overwrite: bool = False) -> RunFolder:
        """Start a run in a new or empty folder, or resume the one that the folder holds.

        Args:
            path: the folder; created if it does not exist.
            settings: the settings of the run; it resumes only with equal ones.
            overwrite: whether the files of an earlier run are deleted first.

        Raises:
            FileExistsError: the folder holds other files, or a run that is finished or was started
                with other settings.
            NotADirectoryError: the path is a file.
        """
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(f"--output must be a folder, got the file {path}")
        if overwrite:
            _delete_run(path)
        settings = json.loads(json.dumps(settings))  # as they are read back
        names = sorted(each.name for each in path.iterdir()) if path.exists() else []
        if not names:
            path.mkdir(parents=True, exist_ok=True)
            write_whole(path / _SETTINGS, _text(settings))
            return cls(path, settings, resumed=False)
        stored = _read(path / _SETTINGS)
        if stored is None:
            raise FileExistsError(
                f"--output must be an empty or a new folder, got {path}, which holds "
                f"{_some(names)}; choose another folder"
            )
        if _RESULT in names:
            raise FileExistsError(
                f"--output must be an empty or a new folder, got {path}, which holds a "
                "finished run; choose another folder, or give --overwrite"
            )
        differing = [name for name in settings if stored.get(name) != settings[name]]
        if differing or set(stored) != set(settings):
            name = differing[0] if differing else sorted(set(stored) - set(settings))[0]
            raise FileExistsError(
                f"--output must not hold another run, got {path}, whose unfinished run has "
                f"{name.replace('_', '-')} {stored.get(name)!r}, not {settings.get(name)!r}; "
                "repeat its settings to resume it, choose another folder, or give --overwrite"
            )
        return cls(path, settings, resumed=True)

    @property
    def checkpoint(self) -> Path:
        """The file from which the run resumes."""
        return self.path / CHECKPOINT

    @property
    def chosen(self) -> Path:
        """A file for a number that the first start chose, such as that of the steps."""
        return self.path / _CHOSEN

    def finish(self, result: dict[str, Any], files: dict[str, bytes]) -> list[Path]:
        """Write the results and delete the checkpoint; the run is finished with `result.json`.

        Args:
            result: the figures, of JSON's types.
            files: the content of further files by name.

        Returns:
            The paths of all files.
        """
        for name, content in files.items():
            write_whole(self.path / name, content)
        write_whole(self.path / _RESULT, _text(result | {"files": sorted(files)}))
        self.checkpoint.unlink(missing_ok=True)
        self.chosen.unlink(missing_ok=True)
        return [self.path / name for name in (*sorted(files), _RESULT)]


def _delete_run(path: Path) -> None:
    """Delete the files of a run, and no others."""
    result = _read(path / _RESULT) or {}
    names = [name for name in result.get("files", []) if isinstance(name, str)]
    for name in (*names, CHECKPOINT, _CHOSEN, _RESULT, _SETTINGS):
        if Path(name).name == name:
            with contextlib.suppress(FileNotFoundError):
                (path / name).unlink()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _text(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"
