"""All that a user decides about an import: what the options of the command say, what a mapping file keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from engine.base.faults import BadInput, Fault

FORMAT = "cascade-mapping/1"
Shape = Literal["loans", "positions", "both_sides", "wide", "totals", "liquidation_prices", "perpetuals"]
SHAPES: tuple[Shape, ...] = (
    "loans",
    "positions",
    "both_sides",
    "wide",
    "totals",
    "liquidation_prices",
    "perpetuals",
)
BONUS_FORMS = ("fraction", "percent", "multiplier", "basis-points", "factor")
THRESHOLD_FORMS = ("fraction", "percent", "basis-points", "wad")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "shape": SHAPES,
    "repeats": ("keep", "once"),
    "wrong": ("refuse", "leave-out-accounts"),
    "decimal": ("comma", "point"),
    "bonus_form": BONUS_FORMS,
    "threshold_form": THRESHOLD_FORMS,
}


@dataclass(frozen=True)
class ImportChoices:
    """How a file is to be read, as far as its user says; what he does not say is found out or asked.

    Parameters
    ----------
    shape
        What a row is; None: found out.
    columns
        Role to column (``--map``); an empty name says that no column is it.
    constants
        Role to the value it has in all rows (``--constant``).
    decimals
        Asset to the number of decimals of its raw amounts (``--decimals ASSET=N``).
    decimals_column
        The column with that number.
    scale
        Role to a formula of columns, such as ``cTokenBalance * exchangeRate`` (``--scale``); one that begins with an
        operator is applied to the role's own column.
    alias
        Name in the file to asset (``--alias``).
    list
        Where the records of a JSON file are: ``data.positions``.
    sheet
        Which sheet of a spreadsheet.
    header_row
        The row of the column names, as the spreadsheet shows it; None: the first that is not empty.
    where
        Filters that a row must pass.
    repeats
        Whether rows that repeat exactly are kept or taken once; None: asked.
    wrong
        ``refuse`` the file for a wrong row, or ``leave-out-accounts`` that have one.
    decimal
        ``comma`` or ``point``; None: found out or asked.
    bonus_form, threshold_form
        How the file writes them; None: found out or asked.
    market
        The market of all rows.
    path, preset, params, liquidity, template
        Files and names that fill in the rest.
    depth
        ``proposed`` gives an asset without liquidity the 2 % depth of the table of assumptions, ``none`` does not.
    """

    shape: Shape | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    decimals_column: str | None = None
    scale: Mapping[str, str] = field(default_factory=dict)
    alias: Mapping[str, str] = field(default_factory=dict)
    list: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    where: tuple[str, ...] = ()
    repeats: str | None = None
    wrong: str = "refuse"
    decimal: str | None = None
    bonus_form: str | None = None
    threshold_form: str | None = None
    market: str | None = None
    path: str | None = None
    preset: str | None = None
    params: str | None = None
    liquidity: str | None = None
    template: str | None = None
    depth: str = "proposed"

    def changed(self, **values: Any) -> ImportChoices:
        """Return these choices with some fields replaced; of groups such as `constants` the entries are added."""
        merged: dict[str, Any] = {
            name: {**getattr(self, name), **value} if isinstance(value, Mapping) else value
            for name, value in values.items()
        }
        return replace(self, **merged)

    def under(self, other: ImportChoices) -> ImportChoices:
        """Return `other`, with these choices where it says nothing."""
        said: dict[str, Any] = {}
        for entry in fields(self):
            mine, theirs = getattr(self, entry.name), getattr(other, entry.name)
            if isinstance(theirs, Mapping):
                said[entry.name] = {**mine, **theirs}
            else:
                said[entry.name] = mine if theirs == getattr(_NOTHING, entry.name) else theirs
        return ImportChoices(**said)

    def to_dict(self) -> dict[str, Any]:
        """Return what is said as plain values, for a mapping file."""
        kept: dict[str, Any] = {"format": FORMAT}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value != getattr(_NOTHING, entry.name):
                kept[entry.name] = (
                    dict(value) if isinstance(value, Mapping) else [*value] if isinstance(value, tuple) else value
                )
        return kept

    @classmethod
    def from_dict(cls, data: Any, where: str = "mapping") -> ImportChoices:
        """Read what `to_dict` wrote.

        Raises
        ------
        BadInput
            For another format, unknown keys, and values that are not allowed; each is named.
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            found = data.get("format") if isinstance(data, dict) else type(data).__name__
            raise BadInput.at(where, f"format {found!r}", f'a mapping file, "format": "{FORMAT}"')
        known = {entry.name for entry in fields(cls)}
        faults: list[Fault] = []
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key == "format":
                continue
            if key not in known:
                faults.append(Fault(f"{where}, {key}", "unknown key", "one of " + ", ".join(sorted(known))))
                continue
            problem = _problem(key, value)
            if problem:
                faults.append(Fault(f"{where}, {key}", f"{value!r}", problem))
            values[key] = tuple(value) if key == "where" and isinstance(value, list) else value
        if faults:
            raise BadInput(faults)
        return cls(**values)

    @classmethod
    def load(cls, path: str | Path) -> ImportChoices:
        """Read a mapping file.

        Raises
        ------
        BadInput
            If it cannot be read or holds something else.
        """
        path = Path(path)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput.at(str(path), error.strerror or str(error), "a mapping file") from None
        except (ValueError, RecursionError) as error:
            raise BadInput.at(path.name, f"no JSON ({error})", "a mapping file") from None
        return cls.from_dict(data, path.name)


_NOTHING = ImportChoices()


def _problem(key: str, value: object) -> str:
    """Return what a key of a mapping file may hold, or "" if the value is fine."""
    if key in _ALLOWED:
        return "" if value in _ALLOWED[key] else "one of " + ", ".join(_ALLOWED[key])
    default = getattr(_NOTHING, key)
    if key == "decimals":
        fine = isinstance(value, dict) and all(isinstance(each, int) and 0 <= each <= 77 for each in value.values())
        return "" if fine else "whole numbers from 0 to 77 by asset"
    if isinstance(default, Mapping):
        fine = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        return "" if fine else "texts by name"
    if key == "where":
        fine = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return "" if fine else "a list of filters"
    if key == "header_row":
        return "" if isinstance(value, int) and value > 0 else "a row number"
    return "" if isinstance(value, str) else "a text"
