"""How values of measures and their differences are written in tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers
from engine.studies.units import unit_of

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


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
