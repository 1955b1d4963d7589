"""Where the files in ``resources/`` are: the same call in a checkout, a wheel and a frozen app."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def resource_root() -> Path:
    """Return the folder that holds icons, presets, examples, help texts and styles.

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete and no such folder exists.
    """
    candidates = []
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        candidates.append(Path(frozen) / "resources")
    # In a wheel the resources live inside the window's package, which is located here and never imported. It is
    # asked before the place of a checkout: beside an installed engine another package may keep its resources.
    window = find_spec("cascade_gui")
    if window is not None and window.submodule_search_locations:
        candidates.extend(Path(place) / "resources" for place in window.submodule_search_locations)
    candidates.append(Path(__file__).resolve().parent.parent.parent / "resources")
    for candidate in candidates:
        if (candidate / "examples").is_dir():
            return candidate
    tried = ", ".join(str(candidate) for candidate in candidates)
    message = f"the installation is incomplete: no resources folder (looked in {tried})"
    raise FileNotFoundError(message)


def resource_path(*parts: str) -> Path:
    """Return the path of one resource, ``resource_path("icons", "open.svg")``.

    Raises
    ------
    FileNotFoundError
        If there is no such resource.
    """
    path = resource_root().joinpath(*parts)
    if not path.exists():
        message = f"the installation is incomplete: {path} is missing"
        raise FileNotFoundError(message)
    return path
