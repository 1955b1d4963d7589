"""What accounts of a book have and owe before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.market.oracles import first_prices

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario


def debt_usd(scenario: Scenario, book: Book) -> Floats:
    """Return (n,) what each account owes, USD at the first oracle prices."""
    prices = first_prices(scenario.parameters)
    accounts = np.repeat(np.arange(len(book)), np.diff(book.debt_start))
    worth = book.debt_amount * prices[book.debt_asset]
    owed: Floats = np.bincount(accounts, worth, minlength=len(book)).astype(np.float64)
    return owed
