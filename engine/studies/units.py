"""What the figures and columns of studies count, so that they are written alike wherever they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from engine.base.faults import BadInput
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

Unit = Literal["usd", "price", "share", "number"]

_SHARES: Final = frozenset(
    {
        "bonus", "closed_form", "critical_shock", "distance", "extreme_drop", "fall", "fall_if_sold", "from_size",
        "liquidation_probability", "loan_to_value", "runaway_shock", "share", "size", "solved_threshold", "threshold",
        "to_liquidation", "to_size", "toxic_ltv",
    }
)  # fmt: skip
_ALTERNATIVE: Final = re.compile(r"alternative_\d+\.")
_SECTIONS: Final = ("assets", "cross_impact", "liquidators", "markets", "shock", "simulation")


def unit_of(name: str, parameters: Parameters) -> Unit:
    """Return what a figure or a column counts.

    Parameters
    ----------
    name
        Of a figure (``total_loss_usd.var_99``), a column, or the path of a parameter.
    parameters
        Of the scenario that was studied: a parameter counts what its declaration says.

    Examples
    --------
    >>> names = ["total_loss_usd.var_99", "fall.WETH", "repaid_usd.max_at", "rounds", "buy_back_price"]
    >>> [unit_of(name, scenario.parameters) for name in names]
    ['usd', 'share', 'share', 'number', 'price']
    """
    name = _ALTERNATIVE.sub("", name).removeprefix("broken_correlation.")
    first = name.partition(".")[0]
    if first in _SECTIONS:
        try:
            unit = parameter_paths.describe(parameters, name).unit
        except BadInput:
            return "number"
        return "share" if unit == "share" else "usd" if unit in {"usd", "price"} else "number"
    if name.endswith((".max_at", ".shock")) or first in _SHARES or "_share" in first:
        return "share"
    if first.endswith("_price"):
        return "price"
    return "usd" if first.endswith("_usd") else "number"


def figure_text(name: str, value: float | None, parameters: Parameters) -> str:
    """Return a figure as it is printed: dollars, per cent or a plain number; a dash for one that does not exist.

    Examples
    --------
    >>> [figure_text(name, 0.75, scenario.parameters) for name in ("threshold.before", "debt_usd", "nakamoto")]
    ['75 %', '$0.75', '0.75']
    """
    if value is None:
        return "-"
    unit = unit_of(name, parameters)
    if unit == "share":
        return f"{100.0 * value:,.6g} %"
    if unit == "price":
        return f"${value:,.6g}"
    if unit == "usd":
        return f"{'-' if value < 0 else ''}${abs(value):,.{0 if abs(value) >= 1000 else 2}f}"
    return f"{value:,.6g}"


def brief_usd(value: float) -> str:
    """Return USD as it stands in a sentence, with three digits.

    Examples
    --------
    >>> [brief_usd(value) for value in (0.0, 12.3456, -196_400.0, 12_140_000.0, 999_600.0)]
    ['$0', '$12.3', '-$196k', '$12.1M', '$1M']
    """
    size = abs(value)
    for factor, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")):
        if float(f"{size:.3g}") >= factor:
            return f"{'-' if value < 0.0 else ''}${float(f'{size:.3g}') / factor:.3g}{letter}"
    return f"{'-' if value < 0.0 else ''}${size:.3g}"


def cell_text(value: float) -> str:
    """Return a number of a table that is printed, whatever it counts.

    Examples
    --------
    >>> [cell_text(value) for value in (86_288_278.4, 0.123456, 5.0, float("nan"))]
    ['86,288,278', '0.1235', '5', '-']
    """
    if value != value:  # noqa: PLR0124 - it does not exist
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1_000.0 else f"{value:.4g}"
