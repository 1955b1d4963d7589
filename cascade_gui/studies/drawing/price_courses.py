"""Prices along random paths: the fan of a class, and each of its worst paths beside what prices would have been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cascade_gui.plots.axes import write_price
from cascade_gui.studies.drawing.axis_writing import round_edges
from cascade_gui.studies.drawing.chart import Axis, Band, Chart, Line, Mark, Texts
from cascade_gui.studies.drawing.picture import Card, Cards
from cascade_gui.wording import numbers
from engine.studies.path_settings import BROKEN
from engine.studies.price_tables import WORST_TABLES

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats
    from engine.studies.outcome import Columns, StudyResult

_BANDS: Final = (
    ("quantile_1", "quantile_99", 0.14), ("quantile_5", "quantile_95", 0.18), ("quantile_25", "quantile_75", 0.25),
)  # fmt: skip
"""The outermost first: each lies on those before it."""
_SAID: Final = (("median", "median"), ("quantile_5", "5 %"), ("quantile_1", "1 %"))
_PARTS: Final = 4
_HOUR: Final = 3_600.0
_FEEDBACK: Final = 0.3
_AWAY: Final = 0.01
"""Liquidations have moved a price that is away by more than this share from what it would have been."""


def fan_chart(result: StudyResult, name: str, colour: str) -> Chart:
    """Return the fan of a market price over the paths of a class, with the first of them.

    It is that of the asset told first; where pegs break, of the one that leaves its peg.

    Parameters
    ----------
    result
        Of a study that has the tables of `engine.studies.price_tables.PriceTables`.
    name
        The class.
    colour
        Of the theme.
    """
    fan = result.answer.tables.get("fan") or {}
    of_class = fan.get("class", np.zeros(0, dtype=object)) == name
    if not of_class.any():
        return Chart("Market price", "", Axis(_time, 0.0, 1.0), Axis(write_price, 0.0, 1.0), empty=_NO_FAN)
    shown = _told_of(result, name, fan["asset"][of_class])
    line = _taken(fan, of_class & (fan["asset"] == shown))
    x = line["hours"] * _HOUR
    prices = result.answer.tables["prices"]
    first = (prices["class"] == name) & (prices["asset"] == shown) & (prices["worst"] == 0)
    marks: list[Mark] = [Band(x, line[low], line[high], colour, fill) for low, high, fill in _BANDS]
    rows = np.unique(prices["row"][first])
    each = [_taken(prices, first & (prices["row"] == row)) for row in rows]
    marks += [
        Line(path["hours"] * _HOUR, path["market_price"], "faint", 1.0, rows=path["row"].astype(np.int64))
        for path in each
    ]
    marks.append(Line(x, line["median"], colour, 2.0))
    values = np.concatenate([line["quantile_1"], line["quantile_99"], *(path["market_price"] for path in each)])
    ends = np.array([float(line[at][-1]) for at, _ in _SAID])
    marks.append(Texts(np.full(len(ends), x[-1]), ends, tuple(text for _, text in _SAID), ("text",), ("left",)))
    count = numbers.count(int(line["paths"][0]))
    path_of = {int(path["row"][0]): int(path["path"][0]) for path in each}
    return Chart(
        f"Market price of {shown}",
        f"{name}, USD; bands: 98, 90, 50 % of {count} paths; thin: the first {numbers.count(len(each))}",
        _time_axis(float(x[-1])), _price_axis(values), tuple(marks),
        tip=lambda row: f"path {path_of[row]}" if row in path_of else "",
    )  # fmt: skip


def worst_cards(result: StudyResult, name: str, title: str) -> Cards | None:
    """Return the worst paths of a class, side by side on one axis; None where there are none.

    The asset is the first that liquidations have moved on them; they are told in the order of how much is held. Where
    pegs break it is the one that leaves its peg.
    """
    table = result.answer.tables.get(WORST_TABLES[name]) or {}
    prices = result.answer.tables.get("prices") or {}
    if not len(table.get("path", ())) or not prices:
        return None
    of_class = (prices["class"] == name) & (prices["worst"] > 0)
    of_worst = _taken(prices, of_class)
    asset = _told_of(result, name, of_worst["asset"], _moved(of_worst))
    chosen = _taken(prices, of_class & (prices["asset"] == asset))
    left = _price_axis(np.concatenate([chosen["market_price"], chosen["undisturbed_price"]]))
    cards = []
    for place in range(len(table["path"])):
        line = _taken(chosen, chosen["worst"] == place + 1)
        path, row = int(table["path"][place]), int(table["row"][place])
        bad = float(table["bad_debt_usd"][place])
        note = f"repaid {numbers.money(float(table['repaid_usd'][place]))}"
        cards.append(
            Card(
                _path_chart(line, left, f"Path {path}"), numbers.money(float(table["total_loss_usd"][place])), note,
                f"total loss {numbers.money_in_full(float(table['total_loss_usd'][place]))}, of that bad debt "
                f"{numbers.money_in_full(bad)}",
                row, f"path {path}",
            )
        )  # fmt: skip
    said = f"total loss; market price of {asset}, USD; thin: without liquidations; shaded: what they did to it"
    return Cards(f"Worst {_NUMBERS.get(len(cards), str(len(cards)))}, {title.lower()}", said, tuple(cards))


_NO_FAN: Final = "Prices along the paths were not kept: work it out again."
_NUMBERS: Final = {1: "path", 2: "two paths", 3: "three paths", 4: "four paths", 5: "five paths"}


def _path_chart(line: Columns, left: Axis, title: str) -> Chart:
    x, market, undisturbed = line["hours"] * _HOUR, line["market_price"], line["undisturbed_price"]
    rows = line["row"].astype(np.int64)
    return Chart(
        "", "", _time_axis(float(x[-1]), parts=1), left,
        (
            Band(x, np.minimum(market, undisturbed), np.maximum(market, undisturbed), "vermilion", _FEEDBACK),
            Line(x, undisturbed, "secondary", 1.0),
            Line(x, market, "accent", 1.5, rows=rows),
        ),
        tip=lambda _: f"{title}: a click plays it",
    )  # fmt: skip


def _told_of(result: StudyResult, name: str, assets: Any, otherwise: str = "") -> str:
    """Return of which asset a class is told: where pegs break, of the first that leaves its peg, as that is the event.

    Parameters
    ----------
    result
        Of the study.
    name
        The class.
    assets
        Those whose prices are kept.
    otherwise
        Where no peg breaks; else the first of all.
    """
    pegs = getattr(result.settings, "depeg", {}) if name == BROKEN else {}
    kept = list(dict.fromkeys(assets.tolist()))
    return next((each for each in pegs if each in kept), otherwise or str(kept[0]))


def _moved(prices: Columns) -> str:
    """Return the first asset whose market price was away from what it would have been, the first of all if none was."""
    apart = np.abs(np.log(prices["market_price"] / prices["undisturbed_price"])) > _AWAY
    names = list(dict.fromkeys(prices["asset"].tolist()))
    return str(next((name for name in names if apart[prices["asset"] == name].any()), names[0]))


def _taken(table: Columns, chosen: Flags | Any) -> Columns:
    return {name: column[chosen] for name, column in table.items()}


def _price_axis(values: Floats) -> Axis:
    """Return an axis with round ends around prices: falls are to be seen, and no area stands on it."""
    edges = round_edges(float(values.min()), float(values.max()), _PARTS)
    return Axis(write_price, float(edges[0]), float(edges[-1]))


def _time_axis(seconds: float, parts: int = _PARTS) -> Axis:
    ticks = tuple(seconds * part / parts for part in range(parts + 1))
    return Axis(_time, 0.0, seconds, ticks=ticks)


def _time(seconds: float) -> str:
    return "0" if seconds <= 0.0 else numbers.duration(seconds)
