"""What a parameter is called in sentences: ``close factor of compound``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from engine.base.faults import BadInput, Fault
from engine.scenario import parameter_paths
from engine.scenario.schema import RandomShock

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


_CELL: Final = re.compile(r"loans row (?P<row>\d+), (?P<column>\w+)")
_COLUMNS: Final = {
    "account": "account",
    "market": "market",
    "collateral_asset": "collateral",
    "collateral_amount": "amount of collateral",
    "debt_asset": "debt",
    "debt_amount": "amount of debt",
    "liquidation_threshold": "threshold",
    "liquidation_bonus": "bonus",
    "category": "category",
}
"""Columns of the loan book in words."""
_ONE_OF: Final = "one of "
_MOST_NAMES: Final = 6


def spoken(parameters: Parameters, path: str) -> str:
    """Return the name of a parameter with what it belongs to, for undo texts and messages.

    Parameters
    ----------
    parameters
        The parameters in which the path exists.
    path
        A dotted path, ``markets.compound.rules.close.close_factor``.

    Raises
    ------
    BadInput
        If there is no such parameter.
    """
    keys = parameter_paths.split(parameters, path)
    label = _lower_first(parameter_paths.describe(parameters, path).label)
    if keys[0] == "shock" and len(keys) > 2:
        return _of_shock(parameters, keys, label)
    if keys[0] not in {"assets", "markets"} or len(keys) < 2:
        return label
    owner = keys[1]
    if len(keys) == 2:
        return owner
    if keys[2] in {"collateral", "categories"} and len(keys) > 4:
        return _translate("{label} of {asset} in {owner}").format(label=label, asset=keys[3], owner=owner)
    return _translate("{label} of {owner}").format(label=label, owner=owner)


def _of_shock(parameters: Parameters, keys: list[str], label: str) -> str:
    """Name a part of the shock: an asset's entry in one of its tables, a pair, a plain field."""
    if keys[1] == "returns":
        return _translate("shock of {owner}").format(owner=keys[2])
    if keys[1] == "usd":
        return _translate("sale of {owner}").format(owner=keys[2])
    if keys[1] == "process" and len(keys) > 3:
        table = parameter_paths.describe(parameters, ".".join(keys[:3])).label
        return _translate("{label} of {owner}").format(label=_lower_first(table), owner=keys[3])
    if keys[1] == "correlation" and isinstance(parameters.shock, RandomShock):
        pair = parameters.shock.correlation[int(keys[2])]
        return _translate("correlation of {one} with {other}").format(one=pair.a, other=pair.b)
    return label


def row_of(fault: Fault) -> int | None:
    """Return the row of the loan book, from 0, that a fault is about; None for what is no cell."""
    cell = _CELL.fullmatch(fault.where)
    return None if cell is None else int(cell["row"]) - 1


def said(parameters: Parameters, fault: Fault, account: str = "") -> str:
    """Return a fault in one line that calls a place by its name: ``Close factor of compound: 1.7; allowed: ...``.

    A cell of the loan book is ``Loan book, row 7 (bob), collateral``; any other place is called what it is. Of many
    names that are allowed the first are told.

    Parameters
    ----------
    parameters
        What the fault is about.
    fault
        The fault.
    account
        Whose row it is, where it is a cell of the loan book and that is known.
    """
    fault = replace(fault, allowed=_few(fault.allowed))
    cell = _CELL.fullmatch(fault.where)
    if cell is not None and cell["column"] in _COLUMNS:
        place = _translate("Loan book, row {row} ({account}), {column}")
        if not account:
            place = _translate("Loan book, row {row}, {column}")
        column = _translate(_COLUMNS[cell["column"]])
        return str(replace(fault, where=place.format(row=cell["row"], account=account, column=column)))
    try:
        name = spoken(parameters, fault.where)
    except BadInput:
        return str(fault)
    return str(replace(fault, where=name[:1].upper() + name[1:]))


def _few(allowed: str) -> str:
    """Shorten a list of names that nobody would read to its end."""
    names = allowed.removeprefix(_ONE_OF).split(", ") if allowed.startswith(_ONE_OF) else []
    if len(names) <= _MOST_NAMES + 1:
        return allowed
    return _ONE_OF + _translate("{names} and {number} others").format(
        names=", ".join(names[:_MOST_NAMES]), number=len(names) - _MOST_NAMES
    )


def _lower_first(text: str) -> str:
    """Lower the first letter of a label, but not of an abbreviation (``LTV``)."""
    if text[1:2].isupper():
        return text
    return text[:1].lower() + text[1:]


def _translate(text: str) -> str:
    return QCoreApplication.translate("ParameterNames", text)
