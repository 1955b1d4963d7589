"""Finds words in the pages of the help: which section of which page, and what stands around them there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cascade_gui.help.pages import HelpPage

_AROUND: Final = 38
"""Letters before and behind the first word that was found."""
_IN_TITLE, _AT_BEGINNING, _TOGETHER = 8.0, 1.0, 6.0
"""What a word in a title counts, one with which another begins, and all words side by side; any other is a half."""
_MOST_COUNTED: Final = 4
_FENCE: Final = "```"
_PICTURE: Final = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_RULE: Final = re.compile(r"^[|:\s-]+$")
_MARKS: Final = re.compile(r"[*`]+")
_BEGINS: Final = re.compile(r"^\s*(?:[-+>]|\d+\.)\s+|\|")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page from a heading to the next.

    Parameters
    ----------
    page
        The page.
    number
        Which of the page's headings it stands under, from 0; -1 before the first.
    title
        The heading; empty before the first.
    text
        What stands there, without marks of Markdown.
    """

    page: HelpPage
    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which all words stand.

    Parameters
    ----------
    section
        The section.
    words
        What was looked for, in small letters.
    around
        What stands in one line around all words where they stand side by side, else around the rarest of them; the
        beginning where all stand in the title.
    """

    section: Section
    words: tuple[str, ...]
    around: str


def sections_of(page: HelpPage, markdown: str) -> list[Section]:
    r"""Cut a page at its headings.

    Examples
    --------
    >>> from cascade_gui.help.pages import PAGES
    >>> for part in sections_of(PAGES[0], "# A page\n\nSee [there](x.md).\n\n## More\n\n- **one** `two`"):
    ...     print(part.number, part.title, "|", part.text)
    0 A page | See there.
    1 More | one two
    """
    found: list[Section] = []
    title, number, lines, is_code = "", -1, [""], False
    for line in [*markdown.splitlines(), "# "]:
        is_code ^= line.startswith(_FENCE)
        if not is_code and re.match(r"#+ ", line):
            text = " ".join(part for part in lines if part)
            if title or text:
                found.append(Section(page, number, title, text))
            title, lines, number = _unmarked(line.lstrip("#")), [], number + 1
        elif not line.startswith(_FENCE):
            lines.append(line.strip() if is_code else _plain(line))
    return found


def find(sections: Iterable[Section], asked: str) -> list[Hit]:
    """Return the sections in which all words of a question stand, those first in which they say most."""
    words = tuple(asked.casefold().split())
    if not words:
        return []
    scored = []
    for at, section in enumerate(sections):
        score = _score(section, words)
        if score > 0.0:
            scored.append((-score, at, Hit(section, words, _around(section.text, words))))
    return [hit for _, _, hit in sorted(scored, key=lambda each: each[:2])]


def _score(section: Section, words: Sequence[str]) -> float:
    title, text = section.title.casefold(), section.text.casefold()
    score = 0.0
    for word in words:
        in_title = title.count(word)
        beginning = len(re.findall(rf"\b{re.escape(word)}", text))
        inside = text.count(word)
        if not in_title and not inside:
            return 0.0
        score += _IN_TITLE * bool(in_title) + _AT_BEGINNING * min(beginning, _MOST_COUNTED)
        score += 0.5 * min(inside, _MOST_COUNTED)
    if len(words) > 1 and " ".join(words) in f"{title} {text}":
        score += _TOGETHER
    return score


def _around(text: str, words: Sequence[str]) -> str:
    low = text.casefold()
    there = [word for word in (" ".join(words), *sorted(words, key=low.count)) if word in low]
    at = low.find(there[0]) if there else 0
    first, last = max(0, at - _AROUND), min(len(text), at + 2 * _AROUND)
    if first:
        first = text.find(" ", first, at) + 1 or first
    if last < len(text):
        last = max(text.rfind(" ", at, last), at + 1)
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"


def _plain(line: str) -> str:
    if _RULE.match(line):
        return ""
    return _unmarked(_BEGINS.sub(" ", line))


def _unmarked(line: str) -> str:
    line = _LINK.sub(r"\1", _PICTURE.sub("", line))
    return " ".join(_MARKS.sub("", line).split())
