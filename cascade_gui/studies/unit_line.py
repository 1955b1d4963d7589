"""A field of one line that says at its right end what its number counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLineEdit

from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_BESIDE: Final = 8
"""Pixels between the unit and the edge of the field."""
_OWN_UNIT: Final = {"seconds": re.compile(r"\d\s*[a-z]+$", re.IGNORECASE), "share": re.compile(r"%$")}
"""A number with a unit of its own behind it: 24h, 30 min, 5 %."""


class UnitLine(QLineEdit):
    """A field with its unit.

    Parameters
    ----------
    unit
        As settings declare it (`engine.scenario.schema.fields.Unit`); what is a plain number says nothing.
    """

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._counts = unit
        text = unit_text(unit)
        self._unit = plain_label(text, self)
        self._unit.setObjectName("unit")
        self._unit.setProperty("role", "secondary")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleDescription(text)
        self.textChanged.connect(self._say_unit)
        self._say_unit()

    @property
    def unit(self) -> str:
        """What it says."""
        return self._unit.text()

    def setPlaceholderText(self, text: str) -> None:
        """Show a default, which may have a unit of its own."""
        super().setPlaceholderText(text)
        self._say_unit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the unit at the right end, and what is typed off it."""
        super().resizeEvent(event)
        self._say_unit()

    def _say_unit(self) -> None:
        """Say the unit unless what stands there has one: 1h is no number of seconds, 5 % no share of 5."""
        stands = (self.text() or self.placeholderText()).strip()
        own = _OWN_UNIT.get(self._counts)
        shown = bool(self.unit) and (own is None or not own.search(stands))
        self._unit.setVisible(shown)
        width = self._unit.sizeHint().width()
        self._unit.setGeometry(self.width() - width - _BESIDE, 0, width, self.height())
        self.setTextMargins(0, 0, width + _BESIDE if shown else 0, 0)


def unit_text(unit: str) -> str:
    """Return what stands beside a number; nothing for a plain one.

    A share may also be typed as per cent, and a time with its own unit, 24h: without one these are what they count.
    """
    units = {
        "usd": _tr("USD"), "price": _tr("USD"), "share": _tr("share"), "seconds": _tr("s"), "rounds": _tr("rounds"),
        "multiple": "×", "per_year": _tr("a year"), "count": "", "tokens": _tr("tokens"),
    }  # fmt: skip
    return units.get(unit, "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("UnitLine", text)
