"""What measures of runs are called in tables, and how their values and differences are written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cascade_gui.wording import numbers
from engine.studies.units import unit_of

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Comparing", text))


_NAMES: Final = {
    "total_loss_usd": _t("Total loss"),
    "repaid_usd": _t("Debt repaid by liquidators"),
    "bad_debt_usd": _t("Bad debt"),
    "lender_loss_usd": _t("Lender loss"),
    "borrower_loss_usd": _t("Borrower loss"),
    "liquidator_profit_usd": _t("Liquidator profit"),
    "insolvent_debt_usd": _t("Insolvent debt"),
    "seized_usd": _t("Collateral seized"),
    "accounts_liquidated": _t("Accounts liquidated"),
    "liquidations": _t("Liquidations"),
    "liquidatable_left": _t("Still liquidatable"),
    "liquidatable_left_debt_usd": _t("Debt still liquidatable"),
    "rounds": _t("Rounds"),
    "max_reproduction_number": _t("Largest reproduction number"),
    "critical_shock": _t("Fall that doubles itself"),
    "runaway_shock": _t("Fall that runs away"),
}
_OF_ASSETS: Final = {"fall": _t("Fall of {0} at the end"), "amplification": _t("Amplification of {0}")}


def measure_name(measure: str) -> str:
    """Return what a measure is called: ``Total loss``, ``Fall of WETH at the end``."""
    first, _, asset = measure.partition(".")
    if first in _OF_ASSETS and asset:
        return _tr(_OF_ASSETS[first]).format(asset)
    return _tr(_NAMES[measure]) if measure in _NAMES else measure


def value_text(measure: str, value: float, parameters: Parameters) -> str:
    """Write a value of a measure; a dash for one that does not exist."""
    if not math.isfinite(value):
        return "–"
    unit = unit_of(measure, parameters)
    if unit == "usd":
        return numbers.money(value)
    if unit == "share":
        return numbers.percent(value)
    return numbers.count(value) if float(value).is_integer() else numbers.significant(value, 4)


def difference_text(measure: str, value: float, parameters: Parameters) -> str:
    """Write a difference with its sign; of shares in points."""
    if not math.isfinite(value):
        return "–"
    sign = "+" if value > 0 else ""
    if unit_of(measure, parameters) == "share":
        return _tr("{0} points").format(sign + numbers.significant(100.0 * value, 3))
    return sign + value_text(measure, value, parameters)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Comparing", text)
