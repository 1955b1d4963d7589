"""Texts with words that are longer than a line: addresses, names of files and columns."""

from __future__ import annotations

import re
from typing import Final

_BREAK: Final = "\u200b"
_LONGEST: Final = 26
_LONG: Final = re.compile(rf"\S{{{_LONGEST + 1},}}")


def breakable(text: str) -> str:
    """Return a text whose words may be broken where they are longer than a line, for labels that wrap.

    A break is a sign without width; words of up to 26 letters stay as they are.

    Examples
    --------
    >>> breakable("short words") == "short words", len(breakable("x" * 60))
    (True, 62)
    """
    return _LONG.sub(lambda word: _broken(word.group()), text)


def _broken(word: str) -> str:
    return _BREAK.join(word[start : start + _LONGEST] for start in range(0, len(word), _LONGEST))
