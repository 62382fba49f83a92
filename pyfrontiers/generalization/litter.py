"""Files and folders that systems, browsers and tools leave in folders of images."""

from __future__ import annotations

import re

__all__ = ["is_litter"]

_FOLDERS = frozenset(
    {
        *("__macosx", "@eadir", "#recycle", "#snapshot", "$recycle.bin", "lost+found", "recycler"),
        *("system volume information", "__pycache__", "node_modules", "cvs", "thumbnails"),
        *("_thumbs", "found.000", "network trash folder", "temporary items"),
    }
)
_FILES = re.compile(
    r"""(?: \..*                                        # .DS_Store, ._image.jpg, .gitignore
        | (?:thumbs|ehthumbs(?:_vista)?|desktop|folder)\.(?:db|ini) | icon\r? | iconcache.*
        | ~\$.* | .*~ | zbthumbnail\.info | picasa\.ini
        | .*:zone\.identifier(?::\$data)? | .*zone\.identifier
        | .*\.(?:crdownload|part|partial|download|opdownload|!ut|tmp|temp|swp|bak|lnk|url|webloc
              |aria2|filepart|icloud) )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_litter(name: str, *, folder: bool) -> bool:
    """Return whether a file or folder was left by a system, browser or tool.

    Args:
        name: Its name without the path.
        folder: Whether it is a folder.

    """
    if folder:
        # Lightroom stores previews in folders called NAME.lrdata.
        return name.startswith(".") or name.lower() in _FOLDERS or name.lower().endswith(".lrdata")
    return _FILES.fullmatch(name) is not None
