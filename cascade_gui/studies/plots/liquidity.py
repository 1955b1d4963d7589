"""By asset, what the market absorbs against what would be sold, and the supply cap that this allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cascade_gui.studies.drawing.axis_writing import log_money_axis, names_axis
from cascade_gui.studies.drawing.chart import Axis, Boxes, Chart, Texts
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.studies.outcome import StudyResult

_MOST: Final = 8
"""So many assets are drawn, those of which most would be sold; all are in the table."""
_LARGE: Final = 3


def draw(result: StudyResult) -> Picture:
    """Return the picture of what markets absorb."""
    rows = result.answer.rows
    sold = rows.get("liquidatable_usd", np.zeros(0)).astype(np.float64)
    order = np.argsort(-sold, kind="stable")
    names = [str(rows["asset"][place]) for place in order[:_LARGE]] if len(sold) else []
    return Picture(
        ((_chart(result, order[:_MOST]),),),
        _sentence(result, order),
        tuple(
            Section(name, (
                Large(f"largest_sale_usd.{name}", "Largest sale"),
                Large(f"fall_if_sold.{name}", "Falls on, if that is sold", tone="loss"),
                Large(f"toxic_ltv.{name}", "Toxic loan-to-value"),
                Large(f"cap_factor.{name}", "Supply cap, times what is supplied"),
            ))
            for name in names
        ),
        {"rows": "Assets"},
    )  # fmt: skip


def _sentence(result: StudyResult, order: np.ndarray) -> str:
    rows = result.answer.rows
    if not len(order):
        return "No account has any collateral."
    sold, largest = (rows[name].astype(np.float64) for name in ("liquidatable_usd", "largest_sale_usd"))
    short = [place for place in order.tolist() if sold[place] > largest[place]]
    within = numbers.percent_short(float(getattr(result.settings, "within", 0.0)))
    if not short:
        return f"After a fall of {within} every market absorbs what would be sold."
    said = [
        f"{rows['asset'][place]} {numbers.money(float(sold[place]))} against {numbers.money(float(largest[place]))}"
        for place in short[:_LARGE]
    ]
    more = len(short) - _LARGE
    others = f" and {numbers.count(more)} more" if more > 0 else ""
    return f"After a fall of {within} more would be sold than the market absorbs: {', '.join(said)}{others}."


def _chart(result: StudyResult, order: np.ndarray) -> Chart:
    rows = result.answer.rows
    count = len(order)
    sold, largest, cap = (
        rows[name][order].astype(np.float64) if count else np.zeros(0)
        for name in ("liquidatable_usd", "largest_sale_usd", "cap_factor")
    )
    axis = log_money_axis(np.concatenate([sold, largest]))
    bottom = Axis(axis.write, axis.low, axis.high * 10.0, is_log=True)
    middle = np.arange(count, dtype=np.float64)
    end = np.where(np.isfinite(largest), np.minimum(largest, bottom.high), bottom.high)
    start = np.full(count, bottom.low)
    absorbed, to_sell = (
        [f"{_amount(value)} {words}" if place == 0 else _amount(value) for place, value in enumerate(values.tolist())]
        for values, words in ((largest, "absorbed"), (sold, "would be sold"))
    )
    too_much = sold > largest
    colours = tuple("vermilion" if each else "secondary" for each in too_much) or ("secondary",)
    names = [
        f"{rows['asset'][row]}, cap {numbers.multiple(float(cap[place]))}" for place, row in enumerate(order.tolist())
    ]
    return Chart(
        "What the market absorbs", "USD, largest sale whose slippage is below the bonus; below it what would be sold",
        bottom, names_axis(names),
        (
            Boxes(start, np.maximum(end, bottom.low), middle - 0.38, middle - 0.02, ("accent",), fill=0.7, rows=order),
            Boxes(start, np.maximum(sold, bottom.low), middle + 0.02, middle + 0.38,
                  colours, rows=order),
            # One mark, so that what has no room gives way.
            Texts(np.concatenate([np.where(np.isfinite(largest), end, bottom.low), np.maximum(sold, bottom.low)]),
                  np.concatenate([middle - 0.2, middle + 0.2]), (*absorbed, *to_sell),
                  (*("accent" if each else "on_accent" for each in np.isfinite(largest).tolist()), *colours[:count])),
        ),
        tip=lambda row: _tip(result, row), empty="" if count else "No account has any collateral.",
    )  # fmt: skip


def _amount(usd: float) -> str:
    return numbers.money(usd) if np.isfinite(usd) else "any sale"


def _tip(result: StudyResult, row: int) -> str:
    rows = result.answer.rows
    largest = float(rows["largest_sale_usd"][row])
    absorbed = "any sale" if not np.isfinite(largest) else numbers.money_in_full(largest)
    return (
        f"{rows['asset'][row]}: absorbs {absorbed}; {numbers.money_in_full(float(rows['liquidatable_usd'][row]))} "
        f"would be sold, which takes its price {numbers.percent(float(rows['fall_if_sold'][row]))} further down"
    )
