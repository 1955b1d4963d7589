"""A field of one line that says at its right end what its number counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLineEdit

from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_BESIDE: Final = 8
"""Pixels between the unit and the edge of the field."""


class UnitLine(QLineEdit):
    """A field with its unit.

    Parameters
    ----------
    unit
        As settings declare it (`engine.scenario.schema.fields.Unit`); what is a plain number says nothing.
    """

    def __init__(self, unit: str) -> None:
        super().__init__()
        text = unit_text(unit)
        self._unit = plain_label(text, self)
        self._unit.setObjectName("unit")
        self._unit.setProperty("role", "secondary")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._unit.setVisible(bool(text))
        self.setAccessibleDescription(text)

    @property
    def unit(self) -> str:
        """What it says."""
        return self._unit.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the unit at the right end, and what is typed off it."""
        super().resizeEvent(event)
        if self.unit:
            width = self._unit.sizeHint().width()
            self._unit.setGeometry(self.width() - width - _BESIDE, 0, width, self.height())
            self.setTextMargins(0, 0, width + _BESIDE, 0)


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
