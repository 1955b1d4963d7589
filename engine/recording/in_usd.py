"""What events took from accounts and what they repaid for them, in USD."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints, Wholes
    from engine.book.book import Book


def seized_and_repaid_usd(
    book: Book,
    collateral_leg: Ints,
    seized: Floats,
    debt_leg: Ints,
    repaid: Floats,
    oracle: Floats,
    number: Ints | Wholes | int,
) -> tuple[Floats, Floats]:
    """Return what each of n events seized and what it repaid, (n,) USD at the oracle prices of its round.

    Their difference is what the event took from its account: a bonus or a penalty, and of a deleveraged account what it
    lost against the price of the round.

    Parameters
    ----------
    book
        Whose events these are.
    collateral_leg, debt_leg
        (n,) indices into the book's legs.
    seized, repaid
        (n,) tokens.
    oracle
        (R, K) oracle prices of some rounds, USD.
    number
        (n,) which of them is that of each event, or that of all.

    Examples
    --------
    >>> events, step = recording.events, recording.rounds[1]
    >>> seized, repaid = seized_and_repaid_usd(
    ...     recording.book, events.collateral_leg, events.seized, events.debt_leg, events.repaid,
    ...     step.oracle[np.newaxis], 0)
    >>> (seized - repaid).round(2).tolist()
    [3250.0]
    """
    of_collateral, of_debt = book.collateral_asset[collateral_leg], book.debt_asset[debt_leg]
    return seized * oracle[number, of_collateral], repaid * oracle[number, of_debt]
