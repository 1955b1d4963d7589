"""Efficiency modes in a table of reserves as Aave publishes it: ``eModeCategoryId``, ``eModeLabel`` and their terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import Fault
from engine.importing.column_names import plain_name
from engine.importing.names import trimmed
from engine.importing.numbers import numbers_from_column
from engine.importing.share_forms import bonuses, percent_signs, thresholds

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source

_NUMBER = ("emodecategoryid", "emodecategory", "emodeid", "emode")
_LABEL = ("emodelabel", "emodecategorylabel", "emodename", "emodecategoryname")
_TERMS = {
    "liquidation_threshold": ("emodeliquidationthreshold", "emodecategoryliquidationthreshold", "emodethreshold"),
    "liquidation_bonus": ("emodeliquidationbonus", "emodecategoryliquidationbonus", "emodebonus"),
    "max_ltv": ("emodeltv", "emodecategoryltv", "emodemaxltv"),
}
_NONE = frozenset({"", "0", "none", "0.0"})


@dataclass(frozen=True)
class PublishedModes:
    """The efficiency modes of a table.

    Parameters
    ----------
    categories
        By name, as in a scenario file: assets, and fractions.
    numbers
        Names by the protocol's number, where both are told.
    columns
        The columns of the table that they are from.
    """

    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


def published_modes(
    source: Source, assets: list[str | None], choices: ImportChoices, notes: Notes, faults: list[Fault]
) -> PublishedModes:
    """Return the efficiency modes that a table of reserves holds; nothing where it has no columns of them.

    Parameters
    ----------
    source
        The table.
    assets
        The asset of each row.
    choices
        How thresholds and bonuses are written, where that is said.
    notes
        Gets what was done, and the questions.
    faults
        Gets rows that tell another threshold or bonus of a mode than the first of its rows.
    """
    names = {plain_name(column): column for column in reversed(source.columns)}
    number, label = _first(names, _NUMBER), _first(names, _LABEL)
    columns = {term: column for term, wanted in _TERMS.items() if (column := _first(names, wanted)) is not None}
    if (number is None and label is None) or "liquidation_threshold" not in columns:
        return PublishedModes()
    blank: list[str | None] = [None] * len(source)
    written = {
        column: blank if column is None else trimmed(source.column(column)).to_pylist() for column in (number, label)
    }
    modes = [
        None if (one or other or "").lower() in _NONE or (one is not None and one in _NONE) else other or one
        for one, other in zip(written[number], written[label], strict=True)
    ]
    used = np.array([mode is not None for mode in modes], dtype=np.bool_)
    terms = {term: _shares(source, term, column, used, choices, notes) for term, column in columns.items()}
    found: dict[str, dict[str, Any]] = {}
    numbers: dict[str, str] = {}
    for row in np.flatnonzero(used).tolist():
        mode, one = str(modes[row]), written[number][row]
        entry = found.setdefault(mode, {"assets": []})
        if assets[row] and assets[row] not in entry["assets"]:
            entry["assets"].append(assets[row])
        if one is not None and one != mode:
            numbers[one] = mode
        for term, values in terms.items():
            value = float(values[row])
            if not np.isnan(value) and entry.setdefault(term, value) != value:
                where = source.place(row, columns[term])
                faults.append(Fault(where, f"{value:g}", f"{entry[term]:g}, as in another row of mode {mode}"))
    if found:
        listed = ", ".join(f"{mode} ({', '.join(entry['assets'][:4])})" for mode, entry in list(found.items())[:4])
        notes.say(f"{source.name}: efficiency modes: {listed}")
    every = tuple(column for column in (number, label, *columns.values()) if column is not None)
    return PublishedModes(found, numbers, every)


def say_without_terms(source: Source, notes: Notes) -> None:
    """Say which efficiency modes a table of reserves only numbers: without terms they are no categories."""
    number = _first({plain_name(column): column for column in reversed(source.columns)}, _NUMBER)
    if number is None:
        return
    cells = trimmed(source.column(number)).to_pylist()
    modes = list(dict.fromkeys(cell for cell in cells if cell is not None and cell.lower() not in _NONE))
    if modes:
        notes.say(
            f"{source.name}, column {number}: nothing tells the thresholds of the efficiency modes "
            f"{', '.join(modes[:6])}, they are not used; a list of modes beside the reserves, columns such as "
            "eModeLiquidationThreshold, or a preset gives them"
        )


def _shares(source: Source, term: str, column: str, used: Any, choices: ImportChoices, notes: Notes) -> Floats:
    cells = source.column(column)
    values, _ = numbers_from_column(cells)
    values = np.where(used & (values > 0), values, np.nan)
    where, signed = f"{source.name}, column {column}", percent_signs(cells)
    if term == "liquidation_bonus":
        return bonuses(values, signed, choices.bonus_form, where, column, notes)
    return thresholds(values, signed, choices.threshold_form, where, notes)


def _first(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)
