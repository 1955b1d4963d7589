"""How cells are written: short in the table, in full for tool tips, editors and the clipboard."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QLocale

from cascade_gui.loan_table import states
from cascade_gui.loan_table.columns import Kind
from cascade_gui.wording import numbers
from engine.reading import positions

RISES: Final = "↑"
FALLS: Final = "↓"


def short(kind: Kind, value: float, locale: QLocale | None = None) -> str:
    """Return a number as the table shows it; blank where there is none."""
    if math.isnan(value):
        return ""
    match kind:
        case Kind.SIDE | Kind.TIMES:
            return side_words()[value] if kind is Kind.SIDE else _times(numbers.compact(value, 3, locale))
        case Kind.AMOUNT | Kind.USD:
            return _small(value, locale) if 0 < abs(value) < 1e-4 else numbers.compact(value, 3, locale)
        case Kind.SHARE:
            return _short_share(value, locale)
        case Kind.HEALTH:
            return numbers.health(value, 3, locale)
        case _:
            return numbers.price(value, 4, locale)


def full(kind: Kind, value: float, locale: QLocale | None = None) -> str:
    """Return a number with all its digits, for people."""
    if math.isnan(value):
        return ""
    if kind is Kind.SIDE:
        return side_words()[value]
    if kind is Kind.TIMES:
        return _times(numbers.full(value, locale))
    if kind is Kind.SHARE:
        return f"{numbers.full(float(f'{value * 100:.15g}'), locale)} %"
    return f"${numbers.full(value, locale)}" if kind in {Kind.USD, Kind.PRICE} else numbers.full(value, locale)


def plain(value: float, decimal: str = ".") -> str:
    """Return a number with all its digits and no separators, for other programs."""
    if math.isnan(value):
        return ""
    text = repr(value).removesuffix(".0")
    return text if decimal == "." else text.replace(".", decimal)


@cache
def side_words() -> dict[float, str]:
    """Return the words for the sides of positions."""
    return {positions.LONG: _tr("long"), positions.SHORT: _tr("short"), positions.BOTH: _tr("both")}


def status(state: int, first: int, last: int, *, short: bool = False) -> str:
    """Return what has happened to an account, in the field's words: ``liquidated (part) r1–r4``.

    Parameters
    ----------
    state
        One of the states of :mod:`cascade_gui.loan_table.states`.
    first, last
        The rounds of its first and last liquidation.
    short
        For a narrow column.
    """
    word = (_short_words() if short else {}).get(state) or status_words()[state]
    if not last or state not in _WITH_ROUNDS:
        return word
    rounds = _tr("r{0}").format(numbers.count(last))
    if 0 < first < last:
        rounds = _tr("r{0}–r{1}").format(numbers.count(first), numbers.count(last))
    return f"{word} {rounds}"


def whole_status(state: int, first: int, last: int, place: int, *, short: bool = False) -> str:
    """Return a status with the place in the order of its round: ``deleveraged r4, no. 3``, ``delev. r4 #3`` for short.

    Parameters
    ----------
    state, first, last, short
        As of `status`.
    place
        The place of a deleveraged account in that round; 0 for none, and not told of other accounts.
    """
    told = status(state, first, last, short=short)
    if state != states.DELEVERAGED or not place:
        return told
    return (_tr("{0} #{1}") if short else _tr("{0}, no. {1}")).format(told, numbers.count(place))


_WITH_ROUNDS: Final = states.WHOLES | states.PARTS - {states.AGAIN} | {states.DELEVERAGED, states.BAD_DEBT}


@cache
def status_words() -> dict[int, str]:
    """Return the words of each state, without its rounds."""
    return {
        states.HEALTHY: _tr("healthy"),
        states.WAITING: _tr("liquidatable"),
        states.AGAIN: _tr("liquidatable again"),
        states.LATENCY: _tr("waiting: latency"),
        states.PAUSED: _tr("waiting: paused"),
        states.TOO_SMALL: _tr("waiting: too small"),
        states.CAPACITY: _tr("waiting: capacity"),
        states.NOT_PROFITABLE: _tr("waiting: not profitable"),
        states.PARTLY: _tr("liquidated (part)"),
        states.LIQUIDATED: _tr("liquidated"),
        states.CLOSED_PARTLY: _tr("closed (part)"),
        states.CLOSED: _tr("closed"),
        states.ABSORBED_PARTLY: _tr("absorbed (part)"),
        states.ABSORBED: _tr("absorbed"),
        states.DELEVERAGED: _tr("deleveraged"),
        states.BAD_DEBT: _tr("bad debt"),
        states.NO_DEBT: _tr("no debt"),
        states.UNKNOWN: "",
    }


@cache
def _short_words() -> dict[int, str]:
    return {
        states.AGAIN: _tr("again"),
        states.LATENCY: _tr("latency"),
        states.PAUSED: _tr("paused"),
        states.TOO_SMALL: _tr("too small"),
        states.CAPACITY: _tr("capacity"),
        states.NOT_PROFITABLE: _tr("not profitable"),
        states.PARTLY: _tr("part"),
        states.DELEVERAGED: _tr("delev."),
    }


@cache
def status_groups() -> dict[str, frozenset[int]]:
    """Return the words that stand for several states at once in a filter."""
    return {
        _tr("liquidatable"): states.LIQUIDATABLE,
        _tr("waiting"): states.LIQUIDATABLE - {states.AGAIN},
        _tr("liquidated"): states.PARTS | states.WHOLES,
        _tr("partly"): states.PARTS,
    }


def status_sentence(state: int, first: int, last: int) -> str:
    """Return what a state means, for the tool tip."""
    text = {
        states.HEALTHY: _tr("It cannot be liquidated."),
        states.WAITING: _tr("It can be liquidated; the Account panel says why it has not been."),
        states.AGAIN: _tr("A part of it was liquidated in round {0}, and it can be liquidated again."),
        states.LATENCY: _tr("It can be liquidated; liquidators have not had the rounds yet that they take to come."),
        states.PAUSED: _tr("It can be liquidated; its market's liquidations are paused."),
        states.TOO_SMALL: _tr("It can be liquidated, but owes less than liquidators come for."),
        states.CAPACITY: _tr("It can be liquidated; what liquidators can do in a round was used up before its turn."),
        states.NOT_PROFITABLE: _tr("It can be liquidated; nobody would have earned enough by it."),
        states.PARTLY: _tr("Part of its debt was repaid in round {0}; it goes on with the rest."),
        states.LIQUIDATED: _tr("Its debt was repaid in round {0} by seizing collateral."),
        states.CLOSED_PARTLY: _tr("Part of its positions was closed in round {0}; it goes on with the rest."),
        states.CLOSED: _tr("Its positions were closed in round {0}."),
        states.ABSORBED_PARTLY: _tr("A part of it was taken over in round {0}; it goes on with the rest."),
        states.ABSORBED: _tr("The market took it over in round {0}."),
        states.DELEVERAGED: _tr("It bore losses of bankrupt accounts in round {0}."),
        states.BAD_DEBT: _tr("Debt is left that no collateral covers."),
        states.NO_DEBT: _tr("It owes nothing."),
        states.UNKNOWN: _tr("This row came in after the run; run again to see it."),
    }[state].format(numbers.count(last))
    if state in _WITH_ROUNDS and 0 < first < last:
        return _tr("{0} It was first liquidated in round {1}.").format(text, numbers.count(first))
    return text


def price_mark(asset: str, *, rises: bool) -> str:
    """Return what stands before a price that is not that of the row's collateral, or lies above: ``WETH ↑``."""
    return f"{asset} {RISES if rises else FALLS}"


def price_sentence(asset: str, *, rises: bool) -> str:
    """Return what a liquidation price is, for the tool tip."""
    if rises:
        return _tr("The price of {0} above which the account is liquidated, every other price held.").format(asset)
    return _tr("The price of {0} below which the account is liquidated, every other price held.").format(asset)


def distance(value: float) -> str:
    """Return how far it is to a liquidation price: a price that lies more than 100 % back is only said to be passed.

    No price falls by more than all of it, so that such a distance would be no fall.
    """
    return _tr("past") if value < -1.0 else short(Kind.SHARE, value)


def distance_sentence(asset: str, distance: float, *, rises: bool) -> str:
    """Return what a distance from a liquidation price is, for the tool tip."""
    past = _tr("{0} has fallen past it: a rise of {1} leads back.")
    ahead = _tr("A fall of {0} by this much liquidates.")
    if rises:
        past = _tr("{0} has risen past it: a fall of {1} leads back.")
        ahead = _tr("A rise of {0} by this much liquidates.")
    return past.format(asset, full(Kind.SHARE, -distance)) if distance < 0 else ahead.format(asset)


def book_sentence(kind: Kind, value: float) -> str:
    """Return what the book has where the shown round has something else, for the tool tip."""
    return _tr("In the book: {0}").format(full(kind, value))


def entry_sentence(*, told: bool) -> str:
    """Return what profit counts from, for the tool tip."""
    if told:
        return _tr("The position's entry price: profit counts from it.")
    return _tr("The oracle price at the start: the book has no entry price, so profit counts from the start.")


def before_sentence(kind: Kind, value: float) -> str:
    """Return what a calculated value was before the first round, for the tool tip."""
    return _tr("Before the first round: {0}").format(full(kind, value))


def spoken_with_before(text: str, before: str) -> str:
    """Return a value with the one that stands small beside it, for those who listen."""
    return _tr("{0}, before {1}").format(text, before)


def spoken(text: str, asset: str, *, rises: bool) -> str:
    """Return a price with its asset and direction for those who listen: ``WETH 1,800, rises``."""
    return (_tr("{0} {1}, rises") if rises else _tr("{0} {1}, falls")).format(asset, text)


def _times(number: str) -> str:
    return number if number.endswith("∞") else f"{number}×"


def _short_share(value: float, locale: QLocale | None) -> str:
    if 10 <= abs(value) < math.inf:
        # What is so far away is only that: its digits stand in the tip.
        return f">{numbers.percent(9.99, 0, locale)}" if value > 0 else f"<{numbers.percent(-9.99, 0, locale)}"
    return numbers.percent(value, 1, locale)


def _small(value: float, locale: QLocale | None) -> str:
    text: str = numbers.number_locale(locale).toString(float(np.float64(value)), "e", 2)
    return text


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
