"""The arrows and ticks that a style sheet can only read from files, in the colours of a scheme."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cascade_gui.theme.icons import recoloured

if TYPE_CHECKING:
    from cascade_gui.theme.tokens import Tokens

_COLOURS = {
    "chevron-down": "secondary",
    "chevron-up": "secondary",
    "chevron-right": "secondary",
    "close": "secondary",
    "check": "on_accent",
    "dash": "on_accent",
}


class GlyphFolder:
    """A temporary folder with the recoloured glyphs; it is removed with this object.

    Attributes
    ----------
    path
        The folder, one subfolder a scheme.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cascade-glyphs-")
        self.path = Path(self._folder.name)

    def write(self, tokens: Tokens) -> Path:
        """Write the glyphs in the colours of `tokens` and return their folder."""
        folder = self.path / ("dark" if tokens.dark else "light")
        folder.mkdir(exist_ok=True)
        for name, role in _COLOURS.items():
            (folder / f"{name}.svg").write_bytes(recoloured(name, getattr(tokens, role)))
        return folder

    def remove(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()
