"""Efficiency modes as a list of their own in a JSON file of parameters: ``eModeCategories`` beside ``reserves``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.column_names import plain_name
from engine.importing.json_lists import MODE_KEYS
from engine.importing.source import Source, text_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.importing.asking import Notes

_FIELDS = {
    "eModeId": ("id", "categoryid", "emodeid"),
    "eModeLabel": ("label", "name"),
    "eModeLiquidationThreshold": ("liquidationthreshold", "threshold", "lt"),
    "eModeLiquidationBonus": ("liquidationbonus", "bonus", "liquidationpenalty", "lb"),
    "eModeLtv": ("ltv", "maxltv"),
}
_ASSETS = ("assets", "reserves", "collateral", "collaterals", "collateralassets", "tokens")
_MOST_LEVELS = 12


def source_of_modes(name: str, data: Any, notes: Notes) -> Source | None:
    """Return the modes of a file as a table of one row a mode and asset; None where it lists none with their assets.

    Parameters
    ----------
    name
        The file.
    data
        What it holds.
    notes
        Gets a line for modes whose assets cannot be told.
    """
    rows: list[dict[str, str | None]] = []
    unread: list[str] = []
    for key, record in _modes(data, 0):
        told = _flat(record)
        fields = {
            field: next((told[each] for each in wanted if each in told), None) for field, wanted in _FIELDS.items()
        }
        fields["eModeId"] = fields["eModeId"] or key
        if fields["eModeLiquidationThreshold"] is None:
            continue
        assets = _assets(record)
        if assets is None:
            unread.append(str(fields["eModeLabel"] or fields["eModeId"]))
            continue
        rows += [{"asset": asset, **fields} for asset in assets]
    if unread:
        notes.say(f"{name}: modes without a list of their assets are not used: {', '.join(unread[:6])}")
    if not rows:
        return None
    columns = ("asset", *(field for field in _FIELDS if any(row[field] is not None for row in rows)))
    cells = tuple(text_column([row[column] for row in rows]) for column in columns)
    return Source(name, "json", columns, cells, np.arange(1, len(rows) + 1), (), details="efficiency modes")


def _modes(value: Any, level: int) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Yield the key, if it has one, and the record of each mode in a file."""
    if level > _MOST_LEVELS:
        return
    if isinstance(value, dict):
        for key, entry in value.items():
            if plain_name(key) in MODE_KEYS and isinstance(entry, (list, dict)):
                pairs = entry.items() if isinstance(entry, dict) else ((None, each) for each in entry)
                yield from ((number, each) for number, each in pairs if isinstance(each, dict))
            else:
                yield from _modes(entry, level + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from _modes(entry, level + 1)


def _flat(record: dict[str, Any]) -> dict[str, str]:
    """Return a mode's fields by their plain names; a value in a group of its own has the group's name."""
    found: dict[str, str] = {}
    for key, entry in record.items():
        if isinstance(entry, dict):
            inner = _flat(entry)
            found |= {plain_name(key): inner["value"]} if "value" in inner else inner
        elif not isinstance(entry, list) and entry is not None:
            found[plain_name(key)] = str(entry)
    return found


def _assets(record: dict[str, Any]) -> list[str] | None:
    """Return the assets that are collateral in a mode, None where no list tells them."""
    for key, entry in record.items():
        if isinstance(entry, dict):
            inner = _assets(entry)
            if inner is not None:
                return inner
        if plain_name(key) not in _ASSETS or not isinstance(entry, list):
            continue
        names = []
        for each in entry:
            told = _flat(each) if isinstance(each, dict) else {"symbol": str(each)}
            name = next((told[wanted] for wanted in ("symbol", "asset", "name") if wanted in told), None)
            if name is not None and told.get("canbecollateral", "True") != "False":
                names.append(name)
        return names
    return None
