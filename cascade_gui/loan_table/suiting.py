"""Which columns suit a book: those that say nothing in it, or nothing in its field, are hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascade_gui.loan_table.checks import has_categories, has_other_market
from cascade_gui.loan_table.columns import OF_LOANS, OF_POSITIONS

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import LoanStore
    from cascade_gui.loan_table.names import KnownNames


def brought_up(names: KnownNames, loans: LoanStore) -> list[str]:
    """Return the columns that edited rows bring up: one row with a category, or of a second market, is enough."""
    found = ["category"] if has_categories(loans) else []
    if len(names.markets) == 1 and has_other_market(loans, names.markets[0]):
        found.append("market")
    return found


def suited(names: KnownNames, loans: LoanStore) -> dict[str, bool]:
    """Return whether columns suit a book, for those that depend on it.

    Markets where there are two, or a row names another one than there is; categories where a row has one or a market
    has any; positions where a market is a margin engine; what only lenders read where one is none.
    """
    is_margin = bool(names.margin_engines)
    has_loans = len(names.margin_engines) < len(names.markets) or not is_margin
    return {
        "market": len(names.markets) != 1 or has_other_market(loans, names.markets[0]),
        "category": any(names.categories.values()) or has_categories(loans),
        **dict.fromkeys(OF_POSITIONS, is_margin),
        **dict.fromkeys(OF_LOANS, has_loans),
    }
