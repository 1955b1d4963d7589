"""File dialogs that start in the folder last used for the same purpose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class FilePlaces(Protocol):
    """What keeps the folders, as the settings do."""

    def folder_of(self, purpose: str) -> str:
        """Return the folder last used for a purpose, else the last one used for anything."""

    def keep_folder(self, purpose: str, folder: str) -> None:
        """Keep the folder that was used for a purpose."""


@runtime_checkable
class HasFilePlaces(Protocol):
    """The window, which has the places of all dialogs over it."""

    file_places: FilePlaces


def ask_file(parent: QWidget, purpose: str, title: str, patterns: str) -> Path | None:
    """Ask for a file that is there.

    Parameters
    ----------
    parent
        Over which the dialog opens; the window above it keeps the folder.
    purpose
        One of `cascade_gui.window.settings.PURPOSES`.
    title, patterns
        Of the dialog.
    """
    places = _places(parent)
    start = "" if places is None else places.folder_of(purpose)
    name, _ = QFileDialog.getOpenFileName(parent, title, start, patterns)
    return _kept(places, purpose, name)


def ask_where(parent: QWidget, purpose: str, title: str, proposed: Path, patterns: str) -> tuple[Path | None, str]:
    """Ask where to write a file; return the place, and the pattern that was chosen.

    Parameters
    ----------
    parent, purpose, title, patterns
        As for `ask_file`.
    proposed
        A name for the file; with a folder it is proposed there, whatever was used last.
    """
    places = _places(parent)
    if places is not None and proposed.parent == Path():
        proposed = Path(places.folder_of(purpose)) / proposed
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(proposed), patterns)
    return _kept(places, purpose, name), chosen


def _kept(places: FilePlaces | None, purpose: str, name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    if places is not None:
        places.keep_folder(purpose, str(path.parent))
    return path


def _places(widget: QWidget | None) -> FilePlaces | None:
    """Return what keeps folders for a widget: the nearest above it that does."""
    while widget is not None:
        if isinstance(widget, HasFilePlaces):
            return widget.file_places
        widget = widget.parentWidget()
    return None


def file_name(name: str) -> str:
    """Return a name without what file systems refuse.

    Examples
    --------
    >>> file_name("WETH/USDC?")
    'WETH-USDC-'
    """
    kept = "".join("-" if letter in '<>:"/\\|?*' or not letter.isprintable() else letter for letter in name)
    return kept.strip(" .") or "scenario"
