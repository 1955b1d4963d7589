"""The words of a filter, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication


class FilterError(ValueError):
    """A filter that cannot be understood.

    Parameters
    ----------
    message
        One sentence for the user.
    start, end
        The part of the text that is meant.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class TokenKind(Enum):
    """What a piece of the text is."""

    WORD = "word"
    QUOTED = "quoted"
    OPERATOR = "operator"
    AND = "and"
    OR = "or"
    NOT = "not"
    OPEN = "("
    CLOSE = ")"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text, from `start` to `end`."""

    kind: TokenKind
    text: str
    start: int
    end: int


_PIECE: Final = re.compile(r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<operator><=|>=|<>|!=|==|[<>=≤≥≠])|(?P<paren>[()])
                               |(?P<word>(?:[^\s()<>=≤≥≠!"']|!(?!=)|(?<=\S)['"])+))""", re.VERBOSE)  # fmt: skip
_OPERATORS: Final = {"==": "=", "!=": "≠", "<>": "≠", "<=": "≤", ">=": "≥"}
_KEYWORDS: Final = {"and": TokenKind.AND, "&": TokenKind.AND, "&&": TokenKind.AND, "or": TokenKind.OR,
                    "|": TokenKind.OR, "||": TokenKind.OR, "not": TokenKind.NOT}  # fmt: skip


def tokens(text: str) -> list[Token]:
    """Cut a filter into its words; the last is always an END.

    Raises
    ------
    FilterError
        For a quotation mark that is never closed.
    """
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _PIECE.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            message = QCoreApplication.translate("loan_filter", "A quotation mark is not closed.")
            raise FilterError(message, start, end)
        group = str(match.lastgroup)
        start, at = match.start(group), match.end(group)
        found.append(_token(group, match[group], start, at))
    found.append(Token(TokenKind.END, "", end, end))
    return found


def _token(group: str, piece: str, start: int, end: int) -> Token:
    if group == "quoted":
        return Token(TokenKind.QUOTED, piece[1:-1], start, end)
    if group == "operator":
        return Token(TokenKind.OPERATOR, _OPERATORS.get(piece, piece), start, end)
    if group == "paren":
        return Token(TokenKind.OPEN if piece == "(" else TokenKind.CLOSE, piece, start, end)
    return Token(_KEYWORDS.get(piece.lower(), TokenKind.WORD), piece, start, end)
