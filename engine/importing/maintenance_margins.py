"""Maintenance margins of perpetual positions: as a file writes them, and as the liquidation thresholds they make.

A long's threshold is 1 - m. A short's cash counts at 1/(1 + m), with the margins of an account's shorts weighted by
what they are worth, as cash is one collateral of the account (section 1 of the Method).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.column_names import plain_name
from engine.importing.pairing import groups
from engine.importing.share_forms import name_of, percent_signs
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Flags, Floats
    from engine.importing.asking import Notes
    from engine.importing.book_shapes import Known
    from engine.importing.cells import Cells
    from engine.scenario.loans import CodedColumn

ROLE = "maintenance_margin"
_LARGEST, _LEAST = 0.5, 0.001
"""Between these a maintenance margin is plausible; what a column means is told by it."""
_RATES = ("rate", "ratio", "fraction", "percent", "pct", "bps", "mmr", "mmf", "requirement")
_DIVISORS = {"fraction": 1.0, "percent": 100.0, "basis-points": 1e4, "wad": 1e18}
_SAME = 1e-9


def maintenance_margins(cells: Cells, asset: CodedColumn, worth: Floats, known: Known) -> Floats:
    """Return each position's maintenance margin as a fraction of what it is worth.

    Parameters
    ----------
    cells
        The file.
    asset
        The asset of each row.
    worth
        Shape (rows,): USD of each position.
    known
        Thresholds of long positions from elsewhere, 1 - m; typed ones go before the file's column.

    Returns
    -------
    Floats
        Shape (rows,); NaN where nothing tells it.
    """
    elsewhere = np.array([*(known.maintained.get(name, np.nan) for name in asset.names), np.nan], dtype=np.float64)
    told = np.round(1 - elsewhere[asset.codes], 12)
    if not cells.given(ROLE):
        return np.asarray(told)
    typed = np.array([*(name in cells.choices.thresholds for name in asset.names), False])[asset.codes]
    own = _as_fractions(cells, cells.numbers(ROLE), worth)
    cells.fault((own >= 1) & ~cells.bad, ROLE, "a maintenance margin below 100 %")
    return np.where(np.isnan(own) | typed, told, own)


def _as_fractions(cells: Cells, values: Floats, worth: Floats) -> Floats:
    if ROLE not in cells.columns or ROLE in cells.choices.scale:
        return values
    column = cells.columns[ROLE][0]
    signed, form = percent_signs(cells.source.column(column)), cells.choices.threshold_form
    if cells.unit(ROLE) == "usd":
        form = "usd"
    return as_margins(values, signed, column, form, cells.where(ROLE), cells.notes, worth)


def as_margins(
    values: Floats,
    signed: Flags,
    column: str,
    form: str | None,
    where: str,
    notes: Notes,
    worth: Floats | None = None,
) -> Floats:
    """Return a column of maintenance margins as fractions: 0.02, 2 %, 2, 200, or USD of positions; else ask.

    Parameters
    ----------
    values, signed, where, notes
        As for `engine.importing.share_forms.thresholds`.
    column
        The column's name.
    form
        One of `engine.importing.choices.THRESHOLD_FORMS`, ``usd``, or None: found out.
    worth
        Shape (rows,): USD of the positions, None where the rows are none.
    """
    plain = ~signed & (values > 0)
    if worth is not None:
        plain &= ~(worth == 0)  # what no position is worth says nothing
    if not plain.any():
        return values
    given = values[plain]
    forms = [form] if form is not None else _forms(plain_name(column), given)
    if worth is not None and form is None and _is_usd(plain_name(column), given / worth[plain]):
        forms = [*(each for each in forms if each != "basis-points"), "usd"]
    if len(forms) != 1:
        _ask(column, given, where, notes, in_usd=worth is not None)
        return np.where(plain, np.nan, values)
    divisor = worth if forms[0] == "usd" and worth is not None else np.full(len(values), _DIVISORS.get(forms[0], 1.0))
    read = values.copy()
    read[plain] = values[plain] / divisor[plain]
    if forms[0] != "fraction":
        place = int(np.flatnonzero(plain)[0])
        means = "USD" if forms[0] == "usd" else forms[0].replace("-", " ")
        notes.say(f"{where}: {values[place]:g} read as {read[place] * 100:.4g} % ({means})")
    return np.asarray(read)


def _forms(name: str, given: Floats) -> list[str]:
    """Return the forms in which all numbers of a column make plausible maintenance margins."""
    if "bps" in name or "basispoint" in name:
        return ["basis-points"]
    return [
        form
        for form in ("fraction", "percent", "basis-points")
        if given.max() / _DIVISORS[form] <= _LARGEST and given.min() / _DIVISORS[form] >= _LEAST
    ]


def _is_usd(name: str, of_worth: Floats) -> bool:
    """Whether numbers can be USD of positions: the name does not say a rate, and they are plausible shares of them."""
    if any(word in name for word in _RATES) or np.isnan(of_worth).all():
        return False
    return _LEAST <= float(np.nanmedian(of_worth)) <= _LARGEST and bool(np.nanmax(of_worth) < 1)


def _ask(column: str, given: Floats, where: str, notes: Notes, *, in_usd: bool) -> None:
    few = ", ".join(dict.fromkeys(f"{value:g}" for value in given[:3].tolist()))
    answers = [
        Answer("0.02 is 2 %", "--threshold-form fraction", {"threshold_form": "fraction"}),
        Answer("2 is 2 %", "--threshold-form percent", {"threshold_form": "percent"}),
        Answer("200 is 2 %", "--threshold-form basis-points", {"threshold_form": "basis-points"}),
    ]
    if in_usd:
        answers.append(Answer("USD of the position", f'--scale {ROLE}="{name_of("column " + column)} / VALUE"'))
    notes.ask(Question(ROLE, where, f"What does a maintenance margin of {few} mean?", tuple(answers)))


def threshold_of_cash(
    account: npt.NDArray[np.object_],
    market: CodedColumn,
    short: Flags,
    worth: Floats,
    margin: Floats,
) -> Floats:
    """Return what share of an account's cash counts, by row: 1/(1 + m) over its shorts, 1 without any.

    Parameters
    ----------
    account, market
        Of each row.
    short
        Shape (rows,): which rows are open shorts.
    worth
        Shape (rows,): USD of each position.
    margin
        Shape (rows,): maintenance margins, NaN where not known; so is then the share.
    """
    group, first = groups(account, market)
    weight = np.where(short, worth, 0.0)
    total = np.bincount(group, weights=weight, minlength=len(first))
    asked = np.bincount(group, weights=np.where(short, weight * margin, 0.0), minlength=len(first))
    mean = np.divide(asked, total, out=np.zeros(len(first)), where=total > 0)
    return np.asarray(np.round(1 / (1 + mean), 12)[group])


def shared(asset: CodedColumn, own: Floats, used: Flags, known: Known, found: dict[str, float]) -> Floats:
    """Return thresholds that differ from those of their asset, NaN for the others.

    An asset whose threshold is not known from elsewhere gets that of most of its rows: so the market has it, where it
    can be changed for all of them, and only the others bring their own.

    Parameters
    ----------
    asset
        Of each row.
    own
        Shape (rows,): thresholds.
    used
        Shape (rows,): the rows that need one.
    known
        Thresholds from elsewhere.
    found
        Gets the thresholds of assets.
    """
    result = np.where(used, own, np.nan)
    for code in np.unique(asset.codes[used & ~np.isnan(own)]).tolist():
        if code == BLANK:
            continue
        name, rows = asset.names[code], used & (asset.codes == code)
        common = known.maintained.get(name)
        if common is None:
            values, counts = np.unique(own[rows & ~np.isnan(own)], return_counts=True)
            common = found.setdefault(name, float(values[int(np.argmax(counts))]))
        result[rows & (np.abs(own - common) < _SAME)] = np.nan
    return result
