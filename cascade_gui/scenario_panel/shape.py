"""Which rows a scenario has, told by its plain form without the numbers in it."""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from typing import Any, Final

_WITHOUT_ROWS: Final = ("name", "notes", "stops", "format")


def shape_of(
    plain: Mapping[str, Any], known: Mapping[str, Hashable] | None = None, changed: Container[str] = ()
) -> dict[str, Hashable]:
    """Return something that is equal for two scenarios whose panels have the same rows.

    Names and kinds are in it, numbers are not: while a number is dragged, no row comes or goes.

    Parameters
    ----------
    plain
        The parameters as a plain dict.
    known
        What this returned for parameters that differ only within the keys `changed`.
    """
    known = known or {}
    return {
        key: known[key] if key in known and key not in changed else _shape(value)
        for key, value in plain.items()
        if key not in _WITHOUT_ROWS
    }


def _shape(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((key, _shape(inside)) for key, inside in value.items())
    if isinstance(value, list):
        numbers = value and isinstance(value[0], (int, float))  # a price path may have a hundred thousand of them
        return len(value) if numbers else tuple(_shape(inside) for inside in value)
    return value if isinstance(value, str) else None
