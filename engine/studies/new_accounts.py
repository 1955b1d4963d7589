"""Who is liquidated in one run and not in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.studies.accounts import debt_usd

if TYPE_CHECKING:
    from engine.base.types import Wholes
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario


def largest_new(scenario: Scenario, book: Book, before: Wholes, beyond: Wholes) -> tuple[str, float]:
    """Return the account of largest debt that is liquidated beyond and not before, with its debt in USD.

    Parameters
    ----------
    scenario, book
        Of both runs.
    before, beyond
        (n,) how often each account was liquidated.

    Returns
    -------
    tuple
        The name and the debt; an empty name where there is no such account.
    """
    new = np.flatnonzero((beyond > 0) & (before == 0))
    if not len(new):
        return "", 0.0
    owed = debt_usd(scenario, book)
    largest = int(new[owed[new].argmax()])
    return str(book.account_names[largest]), float(owed[largest])
