"""The filter language: ``health < 1.1 and collateral = WETH``.

text -> tokens -> conditions -> one mask over all rows.
"""

from __future__ import annotations

from cascade_gui.loan_table.filter.conditions import Condition
from cascade_gui.loan_table.filter.language import parse_filter
from cascade_gui.loan_table.filter.tokens import FilterError

__all__ = ["Condition", "FilterError", "parse_filter"]
