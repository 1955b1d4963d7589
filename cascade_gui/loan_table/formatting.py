"""How cells are written: short in the table, in full for tool tips, editors and the clipboard."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QLocale

from cascade_gui.loan_table import live
from cascade_gui.loan_table.columns import Kind
from cascade_gui.wording import numbers

RISES: Final = "↑"
FALLS: Final = "↓"


def short(kind: Kind, value: float, locale: QLocale | None = None) -> str:
    """Return a number as the table shows it; blank where there is none."""
    if math.isnan(value):
        return ""
    match kind:
        case Kind.AMOUNT | Kind.USD:
            return _small(value, locale) if 0 < abs(value) < 1e-4 else numbers.compact(value, 3, locale)
        case Kind.SHARE if 10 <= abs(value) < math.inf:
            return f"{numbers.compact(value * 100, 3, locale)} %"
        case Kind.SHARE:
            return numbers.percent(value, 1, locale)
        case Kind.HEALTH:
            return numbers.health(value, 3, locale)
        case _:
            return numbers.price(value, 4, locale)


def full(kind: Kind, value: float, locale: QLocale | None = None) -> str:
    """Return a number with all its digits, for people."""
    if math.isnan(value):
        return ""
    if kind is Kind.SHARE:
        return f"{numbers.full(float(f'{value * 100:.15g}'), locale)} %"
    return f"${numbers.full(value, locale)}" if kind in {Kind.USD, Kind.PRICE} else numbers.full(value, locale)


def plain(value: float, decimal: str = ".") -> str:
    """Return a number with all its digits and no separators, for other programs."""
    if math.isnan(value):
        return ""
    text = repr(value).removesuffix(".0")
    return text if decimal == "." else text.replace(".", decimal)


def status(state: int, since: int, *, short: bool = False) -> str:
    """Return what has happened to an account, in a word or two.

    Parameters
    ----------
    state
        One of the states of :mod:`cascade_gui.loan_table.live`.
    since
        The round in which it was last liquidated.
    short
        For a narrow column: the round as its number alone.
    """
    if state == live.PARTLY:
        text = _tr("partly, {0}") if short else _tr("partly, round {0}")
        return text.format(numbers.count(since))
    if state == live.LIQUIDATED:
        text = _tr("liquidated, {0}") if short else _tr("liquidated, round {0}")
        return text.format(numbers.count(since))
    return status_words()[state]


def status_words() -> dict[int, str]:
    """Return the word of each state, without its round."""
    return {
        live.HEALTHY: _tr("healthy"),
        live.WAITING: _tr("waiting"),
        live.PARTLY: _tr("partly"),
        live.LIQUIDATED: _tr("liquidated"),
        live.BAD_DEBT: _tr("bad debt"),
        live.NO_DEBT: _tr("no debt"),
        live.UNKNOWN: "",
    }


def status_sentence(state: int, since: int) -> str:
    """Return what a state means, for the tool tip."""
    return {
        live.HEALTHY: _tr("Health is at least 1: it cannot be liquidated."),
        live.WAITING: _tr("It can be liquidated, and has not been yet."),
        live.PARTLY: _tr("Part of its debt was repaid in round {0}; it goes on with the rest."),
        live.LIQUIDATED: _tr("Its debt was repaid in round {0} by seizing collateral."),
        live.BAD_DEBT: _tr("Debt is left that no collateral covers."),
        live.NO_DEBT: _tr("It owes nothing."),
        live.UNKNOWN: _tr("This row came in after the run; run again to see it."),
    }[state].format(numbers.count(since))


def price_mark(asset: str, *, rises: bool) -> str:
    """Return what stands before a price that is not that of the row's collateral, or lies above: ``WETH ↑``."""
    return f"{asset} {RISES if rises else FALLS}"


def price_sentence(asset: str, *, rises: bool) -> str:
    """Return what a liquidation price is, for the tool tip."""
    if rises:
        return _tr("The price of {0} above which the account is liquidated, every other price held.").format(asset)
    return _tr("The price of {0} below which the account is liquidated, every other price held.").format(asset)


def distance_sentence(asset: str, distance: float, *, rises: bool) -> str:
    """Return what a distance from a liquidation price is, for the tool tip."""
    if rises:
        text = _tr("{0} has risen past it.") if distance < 0 else _tr("A rise of {0} by this much liquidates.")
    else:
        text = _tr("{0} has fallen past it.") if distance < 0 else _tr("A fall of {0} by this much liquidates.")
    return text.format(asset)


def spoken(text: str, asset: str, *, rises: bool) -> str:
    """Return a price with its asset and direction for those who listen: ``WETH 1,800, rises``."""
    return (_tr("{0} {1}, rises") if rises else _tr("{0} {1}, falls")).format(asset, text)


def _small(value: float, locale: QLocale | None) -> str:
    text: str = numbers.number_locale(locale).toString(float(np.float64(value)), "e", 2)
    return text


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
