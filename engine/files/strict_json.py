"""JSON as it is meant: UTF-8, no key twice, no absurd nesting. Every fault is said in one line.

NaN and Infinity are let through here, because the schema refuses them and can name the key.
"""

from __future__ import annotations

import json
import math
from typing import Any

from engine.base.faults import BadInput
from engine.files.limits import DEEPEST_JSON

_INFINITE = math.inf


def parse(data: bytes, where: str) -> Any:
    """Read a JSON text.

    Parameters
    ----------
    data
        The text, UTF-8, with or without a byte order mark.
    where
        What to call it in a fault: a file's name.

    Raises
    ------
    BadInput
        If it is not UTF-8, not JSON, holds a key twice in one group or is nested too deep.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput.at(where, f"byte {error.start + 1} is not UTF-8", "UTF-8 text") from None
    return parse_text(text, where)


def parse_text(text: str, where: str) -> Any:
    """Read a JSON text that is already decoded; see `parse`."""

    def group(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise BadInput.at(where, f"the key {twice!r} stands twice in one group", "each key once")
        return made

    try:
        value = json.loads(text, object_pairs_hook=group, parse_int=_whole)
    except json.JSONDecodeError as error:
        place = f"{where} line {error.lineno}, column {error.colno}"
        raise BadInput.at(place, f"not JSON: {error.msg}") from None
    except RecursionError:
        raise _too_deep(where) from None
    _check_depth(value, where)
    if "\\u" in text:
        check_surrogates(value, where)
    return value


def _whole(digits: str) -> int | float:
    """Read a whole number; beyond what float64 holds it counts as infinite, as 1e999 does."""
    value = float(digits)
    return value if math.isinf(value) else int(digits)


def _children(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _check_depth(value: Any, where: str) -> None:
    level = [value] if isinstance(value, (dict, list)) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST_JSON:
            raise _too_deep(where)
        level = [child for holder in level for child in _children(holder) if isinstance(child, (dict, list))]


def check_surrogates(value: Any, where: str) -> None:
    r"""Refuse half of a surrogate pair (``"\ud800"``), which is no character and could not be written.

    Parameters
    ----------
    value
        What was read.
    where
        Of which file, for the refusal.

    Raises
    ------
    BadInput
        If a key or a text holds one.
    """
    level = [value]
    while level:
        following: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                following += [*item, *item.values()]
            elif isinstance(item, list):
                following += item
            elif isinstance(item, str) and not _encodes(item):
                raise BadInput.at(where, f"{item!a} holds half of a surrogate pair", "whole characters")
        level = following


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(where: str) -> BadInput:
    return BadInput.at(where, f"nested more than {DEEPEST_JSON} deep", "a scenario")
