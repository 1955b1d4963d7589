"""Thresholds and bonuses are read as people write them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from cascade_gui.wording import numbers

ENGLISH = QLocale("en_US")


@pytest.mark.parametrize(
    ("text", "term", "value"),
    [
        ("0.8", "liquidation_threshold", 0.8),
        ("80", "liquidation_threshold", 0.8),
        ("80 %", "liquidation_threshold", 0.8),
        ("0.8 %", "liquidation_threshold", 0.008),
        ("1", "max_ltv", 1.0),
        ("1.2", "liquidation_threshold", 1.2),
        ("2", "max_ltv", 0.02),
        ("0.05", "liquidation_bonus", 0.05),
        ("5", "liquidation_bonus", 0.05),
        ("0.05 %", "liquidation_bonus", 0.0005),
        ("0.5", "liquidation_bonus", 0.005),
        ("0", "liquidation_bonus", 0.0),
        ("0.5", "close_factor", 0.005),
    ],
)
def test_that_a_share_is_what_people_mean_by_it(text, term, value):
    assert numbers.parse_risk_share(text, term, ENGLISH) == value


def test_that_what_is_no_number_is_refused_as_everywhere():
    with pytest.raises(ValueError, match=r"\w"):
        numbers.parse_risk_share("much", "liquidation_threshold", ENGLISH)
