"""Efficiency modes as a list of their own in a JSON file of parameters: ``eModeCategories`` beside ``reserves``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.column_names import plain_name
from engine.importing.json_lists import MODE_KEYS
from engine.importing.source import Source, text_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.importing.reserve_bits import Reserves

_FIELDS = {
    "eModeId": ("id", "categoryid", "emodeid"),
    "eModeLabel": ("label", "name"),
    "eModeLiquidationThreshold": ("liquidationthreshold", "threshold", "lt"),
    "eModeLiquidationBonus": ("liquidationbonus", "bonus", "liquidationpenalty", "lb"),
    "eModeLtv": ("ltv", "maxltv"),
}
_ASSETS = ("assets", "reserves", "collateral", "collaterals", "collateralassets", "tokens")
_SYMBOLS = ("symbol", "assetsymbol", "tokensymbol", "reservesymbol", "underlyingsymbol")
_FLAG = "collateralenabled"
_BITMAPS = ("collateralbitmap", "collateralassetsbitmap", "collateralmask")
_MOST_LEVELS = 12


def source_of_modes(name: str, data: Any, reserves: Reserves) -> Source | None:
    """Return the modes of a file as a table of one row a mode and asset; None where it lists none with their assets.

    The assets of a mode are a list in it, the reserves whose bits are set in its bitmap of collateral, or those that
    have the mode in a list of their own.

    Parameters
    ----------
    name
        The file.
    data
        What it holds.
    reserves
        Its reserves by number; their notes get a line for modes whose assets cannot be told.
    """
    rows: list[dict[str, str | None]] = []
    unread: list[str] = []
    found = list(_modes(data, 0))
    members = _members(found)
    for mode in found:
        told = _flat(mode.record)
        fields = {
            field: next((told[each] for each in wanted if each in told), None) for field, wanted in _FIELDS.items()
        }
        fields["eModeId"] = fields["eModeId"] or mode.key
        if fields["eModeLiquidationThreshold"] is None:
            continue
        assets = _assets(mode.record)
        if assets is None and mode.of is not None and _FLAG in told:
            assets = [mode.of] if _is_set(told) else []
        if assets is None:
            assets = members.get(str(fields["eModeId"])) or _by_bits(told, reserves)
        if assets is None:
            unread.append(str(fields["eModeLabel"] or fields["eModeId"]))
            continue
        rows += [{"asset": asset, **fields} for asset in assets]
    reserves.say_unknown()
    if unread and not reserves.notes.questions:
        names = ", ".join(list(dict.fromkeys(unread))[:6])
        reserves.notes.say(f"{name}: modes without a list of their assets are not used: {names}")
    if not rows:
        return None
    columns = ("asset", *(field for field in _FIELDS if any(row[field] is not None for row in rows)))
    cells = tuple(text_column([row[column] for row in rows]) for column in columns)
    return Source(name, "json", columns, cells, np.arange(1, len(rows) + 1), (), details="efficiency modes")


@dataclass(frozen=True, slots=True)
class _Mode:
    """A mode in a file: its key, if it has one, what is told of it, and the reserve in whose list it stands."""

    key: str | None
    record: dict[str, Any]
    of: str | None


def _modes(value: Any, level: int) -> Iterator[_Mode]:
    """Yield each mode in a file."""
    if level > _MOST_LEVELS:
        return
    if isinstance(value, dict):
        for key, entry in value.items():
            if plain_name(key) in MODE_KEYS and isinstance(entry, (list, dict)):
                reserve = _symbol(value)
                pairs = entry.items() if isinstance(entry, dict) else ((None, each) for each in entry)
                yield from (_Mode(number, each, reserve) for number, each in pairs if isinstance(each, dict))
            else:
                yield from _modes(entry, level + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from _modes(entry, level + 1)


def _symbol(record: dict[str, Any]) -> str | None:
    """Return the asset that a record is of, by its own symbol or that of its token."""
    for each in (record, *(entry for entry in record.values() if isinstance(entry, dict))):
        for key, entry in each.items():
            if plain_name(key) in _SYMBOLS and isinstance(entry, str):
                return str(entry)
    return None


def _is_set(told: dict[str, str]) -> bool:
    return told.get(_FLAG, "").lower() in {"true", "1"}


def _members(found: list[_Mode]) -> dict[str, list[str]]:
    """Return the collateral of each mode by its number, as reserves say which modes they are collateral in."""
    members: dict[str, list[str]] = {}
    for mode in found:
        told = _flat(mode.record)
        number = next((told[each] for each in _FIELDS["eModeId"] if each in told), mode.key)
        if mode.of is not None and number is not None and _is_set(told):
            members.setdefault(str(number), []).append(mode.of)
    return members


def _by_bits(told: dict[str, str], reserves: Reserves) -> list[str] | None:
    bitmap = next((told[each] for each in _BITMAPS if each in told), None)
    return None if bitmap is None else reserves.named_by(bitmap)


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
