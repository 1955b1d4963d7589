"""The line beside the filter: how many accounts, how much collateral and debt, the worst health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.model import LoanTableModel
    from engine.base.types import Floats


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some accounts, or over rows where no view of accounts is there yet.

    Parameters
    ----------
    count
        How many.
    collateral, debt
        USD; NaN where no price of any of it is known.
    worst_health
        The lowest health factor; NaN where nobody owes anything, or before there is a view.
    """

    count: int
    collateral: float
    debt: float
    worst_health: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of what is shown and of the whole book; `by_account` tells whether rows or accounts are counted."""

    shown: Sums
    whole: Sums
    filtered: bool
    by_account: bool


def totals(model: LoanTableModel) -> Totals:
    """Add up what the table shows at its round. About 10 ms for a million rows."""
    view = model.live.view
    order = model.order if model.is_filtered else None
    if view is None or model.live.in_book:
        return _of_book(model, order)
    whole = Sums(len(view.health), float(view.collateral_usd.sum()), float(view.debt_usd.sum()), _worst(view.health))
    if order is None:
        return Totals(whole, whole, filtered=False, by_account=True)
    accounts = model.live.accounts[order]
    among = np.zeros(len(view.health), dtype=bool)
    among[accounts[accounts >= 0]] = True
    shown = Sums(
        int(among.sum()),
        float(view.collateral_usd[among].sum()),
        float(view.debt_usd[among].sum()),
        _worst(view.health[among]),
    )
    return Totals(shown, whole, filtered=True, by_account=True)


def _of_book(model: LoanTableModel, order: Rows | None) -> Totals:
    """Add up what the book has: by account where it is known which rows belong together."""
    collateral, debt = model.values.numbers("collateral_usd"), model.values.numbers("debt_usd")
    accounts = None if model.live.view is None else model.live.accounts
    blank = np.nan if model.values.names.without_price else 0.0
    whole = _sums_of_rows(collateral, debt, accounts, blank)
    if order is None:
        return Totals(whole, whole, filtered=False, by_account=accounts is not None)
    shown = _sums_of_rows(collateral[order], debt[order], None if accounts is None else accounts[order], blank)
    return Totals(shown, whole, filtered=True, by_account=accounts is not None)


def _sums_of_rows(collateral: Floats, debt: Floats, accounts: Rows | None, blank: float) -> Sums:
    """Add up rows; ``blank`` is the sum of a column in which nothing stands."""
    count = len(collateral) if accounts is None else len(np.unique(accounts[accounts >= 0]))
    sums = [blank if np.isnan(usd).all() else float(np.nansum(usd)) for usd in (collateral, debt)]
    return Sums(count, sums[0], sums[1], np.nan)


def line(found: Totals) -> str:
    """Return the totals as one line: ``9 of 5,234 accounts · collateral $79.1M · debt $62.6M · worst health 0.84``."""
    shown = found.shown
    count = numbers.count(shown.count)
    if found.filtered:
        count = _tr("{0} of {1}").format(count, numbers.count(found.whole.count))
    one = found.whole.count == 1
    if found.by_account:
        things = _tr("{0} account") if one else _tr("{0} accounts")
    else:
        things = _tr("{0} row") if one else _tr("{0} rows")
    parts = [things.format(count)]
    if not np.isnan(shown.collateral):
        parts.append(_tr("collateral {0}").format(numbers.money(shown.collateral)))
    if not np.isnan(shown.debt):
        parts.append(_tr("debt {0}").format(numbers.money(shown.debt)))
    if not np.isnan(shown.worst_health):
        parts.append(_tr("worst health {0}").format(numbers.health(shown.worst_health, 2)))
    return " · ".join(parts)


def _worst(health: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    worst = float(health.min(initial=np.inf))
    return worst if np.isfinite(worst) else np.nan


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
