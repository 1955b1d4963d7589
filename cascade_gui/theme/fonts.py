"""Inter, bundled; the system's font where it cannot be loaded. Figures are tabular everywhere."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from cascade_gui.theme.tokens import SIZES
from engine.base.resource_files import resource_path

_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


@cache
def family() -> str:
    """Load the bundled font once and return its family; the system's family if it cannot be read."""
    families: set[str] = set()
    for name in _FILES:
        number = QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))
        if number >= 0:
            families.update(QFontDatabase.applicationFontFamilies(number))
    if "Inter" in families:
        return "Inter"
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def font(pixels: float = SIZES.text, weight: QFont.Weight = QFont.Weight.Normal, spacing: float = 0.0) -> QFont:
    """Return the window's font with digits of one width.

    Parameters
    ----------
    pixels
        Height in device-independent pixels.
    weight
        Normal, Medium and DemiBold are bundled.
    spacing
        Extra space between letters in pixels, for section heads.
    """
    result = QFont(family())
    result.setPixelSize(max(1, round(pixels)))
    result.setWeight(weight)
    result.setFeature(QFont.Tag("tnum"), 1)
    if spacing:
        result.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return result
