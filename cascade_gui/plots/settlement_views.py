"""What the plot of a settlement shows: the figures of each kind, their colours and their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers
from engine.settlement import figures as declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from engine.scenario.schema import Market

    Values = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the plot.

    Attributes
    ----------
    name
        As the settlement declares it, or the attribute of a round; one number a market, in USD.
    role
        Its colour, a token's name.
    added_up
        Whether it is of the round and drawn as the sum of the rounds so far.
    dashed
        Whether the line is dashed: a level to compare others with.
    bold
        Whether it is the one that matters.
    """

    name: str
    role: str
    added_up: bool = False
    dashed: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of one kind of settlement.

    Attributes
    ----------
    figures
        The lines; the first is the one that the labels begin with.
    counted
        A figure that is a number of things, drawn as bars on the right axis, or none.
    """

    figures: tuple[Figure, ...]
    counted: str | None = None


VIEWS: Final[dict[str, View]] = {
    "auction": View(
        (
            Figure("auctions_ask_usd", "accent", bold=True),
            Figure("auctions_lot_usd", "text"),
            Figure("auctions_tab_usd", "amber", dashed=True),
        ),
        counted="auctions_running",
    ),
    "stability_pool": View(
        (
            Figure("pool_usd", "green", bold=True),
            Figure("redistributed_usd", "vermilion", added_up=True),
        )
    ),
    "absorb": View((Figure("inventory_usd", "accent", bold=True), Figure("cash_reserves_usd", "green"))),
    "margin": View(
        (Figure("reserve_usd", "green", bold=True), Figure("deleveraged_usd", "vermilion", added_up=True)),
        counted="deleveraged",
    ),
}
"""By ``rules.settlement.kind``; liquidators have nothing of their own to show."""


def title_of(kind: str) -> str:
    """Return what the plot of a settlement is called."""
    return {
        "auction": _tr("Auctions"),
        "stability_pool": _tr("Stability pool"),
        "absorb": _tr("Inventory"),
        "margin": _tr("Insurance fund"),
    }[kind]


def short_title_of(kind: str) -> str:
    """Return the same in one word."""
    return {"stability_pool": _tr("Pool"), "margin": _tr("Fund")}.get(kind, title_of(kind))


def brief_of(kind: str) -> str:
    """Return what bars are, for where the subtitle has no room; empty where there are none."""
    return {"auction": _tr("bars: their number"), "margin": _tr("bars: deleveraged")}.get(kind, "")


def unit_of(kind: str) -> str:
    """Return what the numbers along the right edge count; empty where there are none."""
    return {"auction": _tr("auctions →"), "margin": _tr("closings →")}.get(kind, "")


def subtitle_of(kind: str) -> str:
    """Return what is measured."""
    return {
        "auction": _tr("USD, of all that run; bars: their number"),
        "stability_pool": _tr("USD left; debt passed on, added up"),
        "absorb": _tr("USD, by round"),
        "margin": _tr("USD left; deleveraged, added up; grey bars: closings in the round"),
    }[kind]


def empty_text(kind: str) -> str:
    """Return what to say of a run in which nothing of this kind happened."""
    return {
        "auction": _tr("No auction was started in this run"),
        "stability_pool": _tr("The pool is empty, and nothing was passed on in this run"),
        "absorb": _tr("Nothing was absorbed in this run"),
        "margin": _tr("The insurance fund is empty, and nobody was deleveraged in this run"),
    }[kind]


def name_of(figure: str) -> str:
    """Return what people call a figure."""
    return _tr("insurance fund") if figure == "reserve_usd" else _tr(declared.label_of(figure))


def label_of(figure: str, values: Values, at: int) -> str:
    """Return the label at the end of a line: its name and amount, and for what is asked how it compares."""
    text = f"{name_of(figure)} {numbers.money(values[figure][at])}"
    worth = float(values["auctions_lot_usd"][at]) if figure == "auctions_ask_usd" else 0.0
    if worth > 0:
        share = numbers.percent_short(round(float(values[figure][at]) / worth, 3))
        text = _tr("{0}, {1} of value").format(text, share)
    return text


def level_of(market: Market) -> tuple[str, float] | None:
    """Return a level that the settlement goes by, with its words: what reserves are to reach."""
    settlement = market.rules.settlement
    if settlement.kind == "absorb" and settlement.target_reserves_usd is not None:
        return _tr("sold while reserves are below this"), settlement.target_reserves_usd
    return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettlementPlot", text)
