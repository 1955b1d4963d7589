"""All that a user decides about an import: what the options of the command say, what a mapping file keeps."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from engine.base.faults import BadInput, Fault
from engine.scenario.schema.fields import LARGEST, SMALLEST
from engine.scenario.validation import THRESHOLD_LIMIT

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
    "wrong": ("refuse", "leave-out-accounts", "mark"),
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
        ``refuse`` the file for a wrong row, ``leave-out-accounts`` that have one, or ``mark``: in the window wrong
        rows come in with their wrong cells marked, the command puts the rows of those accounts into a file beside.
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
    prices, thresholds, bonuses, depths
        By asset what is typed for it, before what any file says: USD, fractions, and the USD that move its price down
        by 2 % (None: no sale moves it).
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
    prices: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    bonuses: Mapping[str, float] = field(default_factory=dict)
    depths: Mapping[str, float | None] = field(default_factory=dict)

    def by_asset(self) -> dict[str, Mapping[str, float | None]]:
        """Return what is typed for assets, by the names of the fields."""
        return {name: getattr(self, name) for name in _TYPED}

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

    def save(self, path: str | Path) -> None:
        """Write a mapping file that `load` reads.

        Raises
        ------
        BadInput
            If it cannot be written.
        """
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadInput.at(str(path), error.strerror or str(error), "a file that can be written") from None


_NOTHING = ImportChoices()
_TYPED: dict[str, str] = {
    "prices": "USD above 0 by asset",
    "thresholds": f"fractions of at least 0 and below {THRESHOLD_LIMIT:g} by asset",
    "bonuses": "fractions of at least 0 by asset",
    "depths": "USD above 0 by asset, null for no limit",
}


def may_be_typed(key: str, value: object) -> bool:
    """Whether a value may be typed for an asset.

    Parameters
    ----------
    key
        ``prices``, ``thresholds``, ``bonuses`` or ``depths``.
    value
        The value.
    """
    if value is None:
        return key == "depths"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return False
    if key in {"prices", "depths"}:
        return SMALLEST <= value <= LARGEST
    return 0 <= value < THRESHOLD_LIMIT if key == "thresholds" else 0 <= value <= LARGEST


def _problem(key: str, value: object) -> str:
    """Return what a key of a mapping file may hold, or "" if the value is fine."""
    default = getattr(_NOTHING, key)
    if key in _ALLOWED:
        fine, allowed = value in _ALLOWED[key], "one of " + ", ".join(_ALLOWED[key])
    elif key in _TYPED:
        fine, allowed = _all(value, lambda each: may_be_typed(key, each)), _TYPED[key]
    elif key == "decimals":
        allowed = "whole numbers from 0 to 77 by asset"
        fine = _all(value, lambda each: isinstance(each, int) and 0 <= each <= 77)
    elif isinstance(default, Mapping):
        fine, allowed = _all(value, lambda each: isinstance(each, str)), "texts by name"
    elif key == "where":
        fine = isinstance(value, list) and all(isinstance(each, str) for each in value)
        allowed = "a list of filters"
    elif key == "header_row":
        fine, allowed = isinstance(value, int) and value > 0, "a row number"
    else:
        fine, allowed = isinstance(value, str), "a text"
    return "" if fine else allowed


def _all(value: object, fine: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(fine(each) for each in value.values())
