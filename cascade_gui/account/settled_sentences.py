"""What settlements other than by liquidators did to an account, in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers
from engine.settlement.happened import (
    Absorbed,
    Closed,
    Deleveraged,
    InAuction,
    NoRoom,
    Pooled,
    Spared,
    Taken,
    TookOver,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.settlement.happened import Closing, Place, Settled

_MOST_CLOSINGS = 3
"""More are told by their number."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("account", text)


def settled(facts: Settled) -> str:
    """Say what happened to the account in the round."""
    tellers: dict[type, Callable[..., str]] = {
        Absorbed: _absorbed,
        Taken: _taken,
        InAuction: _in_auction,
        NoRoom: _no_room,
        Pooled: _pooled,
        TookOver: _took_over,
        Closed: _closed,
        Deleveraged: _deleveraged,
        Spared: _spared,
    }
    return tellers[type(facts)](facts)


def _absorbed(facts: Absorbed) -> str:
    text = _tr("Absorbed: the protocol took {0} of collateral, paid {1} of debt and credited {2} less {3}.").format(
        numbers.money(facts.collateral_usd),
        numbers.money(facts.debt_usd),
        numbers.money(facts.collateral_usd),
        numbers.percent_short(facts.penalty),
    )
    if facts.shortfall_usd > 0:
        rest = _tr("The debt is {0} more than that: reserves pay it.").format(numbers.money(facts.shortfall_usd))
    else:
        rest = _tr("The owner got the rest, {0}.").format(numbers.money(facts.credited_usd))
    return f"{text} {rest}"


def _taken(facts: Taken) -> str:
    text = _tr(
        "Its auction, begun in round {0}, was taken: collateral worth {1} at the oracle's price for {2} of debt "
        "and {3} of penalty."
    ).format(
        numbers.count(facts.since),
        numbers.money(facts.collateral_usd),
        numbers.money(facts.repaid_usd),
        numbers.money(facts.penalty_usd),
    )
    if facts.left_usd > 0:
        rest = _tr("{0} of collateral went back to the owner.").format(numbers.money(facts.left_usd))
        text = f"{text} {rest}"
    return text


def _in_auction(facts: InAuction) -> str:
    began = _tr("In auction since round {0}").format(numbers.count(facts.since))
    if facts.price_since > facts.since:
        began = _tr("{0}, anew since round {1}").format(began, numbers.count(facts.price_since))
    text = _tr("{0}, to raise {1}: {2} is asked, and selling it on would earn {3}.").format(
        began,
        numbers.money(facts.tab_usd),
        numbers.money(facts.asked_usd),
        numbers.money(facts.proceeds_usd),
    )
    if facts.is_paused:
        rest = _tr("Its market is paused.")
    elif facts.pays:
        rest = _tr("It would have paid; others used up the round's limits before it.")
    else:
        rest = _tr("Less {0} of gas, nobody gains enough by it yet.").format(numbers.money(facts.gas_usd))
    return f"{text} {rest}"


def _no_room(facts: NoRoom) -> str:
    return _tr(
        "No auction could begin: it would have to raise {0}, others raise {1} already, and {2} is the most at once."
    ).format(numbers.money(facts.tab_usd), numbers.money(facts.running_usd), numbers.money(facts.hole_usd))


def _pooled(facts: Pooled) -> str:
    parts = []
    if facts.paid_usd > 0:
        text = _tr("The stability pool paid {0} of debt and took {1} of collateral.")
        parts.append(text.format(numbers.money(facts.paid_usd), numbers.money(facts.to_pool_usd)))
    if facts.passed_debt_usd > 0:
        text = _tr("{0} of debt and {1} of collateral went to the other borrowers.")
        parts.append(text.format(numbers.money(facts.passed_debt_usd), numbers.money(facts.passed_collateral_usd)))
    if facts.caller_usd > 0:
        parts.append(_tr("Whoever called it got {0}.").format(numbers.money(facts.caller_usd)))
    if facts.left_usd > 0:
        parts.append(_tr("{0} of collateral stays with the owner.").format(numbers.money(facts.left_usd)))
    if facts.stays_usd > 0:
        text = _tr("{0} of debt stays: nobody else is there to take it.")
        parts.append(text.format(numbers.money(facts.stays_usd)))
    return " ".join(parts)


def _took_over(facts: TookOver) -> str:
    return _tr("It took over {0} of debt and {1} of collateral of borrowers who were liquidated.").format(
        numbers.money(facts.debt_usd), numbers.money(facts.collateral_usd)
    )


def _closed(facts: Closed) -> str:
    if facts.at_market_usd >= 0:
        return _tr("Closed at the market: {0} of equity was left.").format(numbers.money(facts.at_market_usd))
    parts = [_tr("Closed: at the market it lacks {0}.").format(numbers.money(-facts.at_market_usd))]
    if facts.deleveraged:
        text = _tr("{0} of its positions were closed against others ({1}) at its bankruptcy price.")
        parts.append(text.format(numbers.money(facts.deleveraged_usd), numbers.count(facts.deleveraged)))
    if facts.paid_for_usd > 0:
        text = (
            _tr("The insurance fund and gains of others paid {0}.")
            if facts.deleveraged
            else _tr("The insurance fund paid {0}.")
        )
        parts.append(text.format(numbers.money(facts.paid_for_usd)))
    if facts.unpaid_usd > 0:
        parts.append(_tr("{0} is left that nobody pays: bad debt.").format(numbers.money(facts.unpaid_usd)))
    return " ".join(parts)


def _deleveraged(facts: Deleveraged) -> str:
    shown = facts.closings[:_MOST_CLOSINGS]
    parts = [_closing(closing) for closing in shown]
    parts += dict.fromkeys(_stood(closing.place) for closing in shown)
    rest = len(facts.closings) - len(shown)
    if rest > 0:
        parts.append(_tr("So were {0} more parts.").format(numbers.count(rest)))
    if facts.gains_usd > 0:
        parts.append(_tr("{0} of its gains paid for losses of others.").format(numbers.money(facts.gains_usd)))
    return " ".join(parts)


def _closing(closing: Closing) -> str:
    text = (
        _tr("Deleveraged: {0} of its short were closed against {1} at {2}, where {1} has nothing left.")
        if closing.is_short
        else _tr("Deleveraged: {0} of its long were closed against {1} at {2}, where {1} has nothing left.")
    )
    return text.format(numbers.tokens(closing.tokens, closing.asset), closing.against, numbers.price(closing.price))


def _stood(place: Place) -> str:
    if place.ranking == "pro_rata":
        text = _tr("All {0} that had gained gave in proportion: {1} of {2} was its profit.")
        return text.format(
            numbers.count(place.count), numbers.money(place.profit_usd), numbers.money(place.all_profit_usd)
        )
    if place.ranking == "profit":
        text = _tr("It stood in place {0} of {1}, by its profit of {2}.")
        return text.format(numbers.count(place.place), numbers.count(place.count), numbers.money(place.profit_usd))
    text = _tr("It stood in place {0} of {1}: profit {2} ÷ deposit {3} × leverage {4} = {5}.")
    return text.format(
        numbers.count(place.place), numbers.count(place.count), numbers.money(place.profit_usd),
        numbers.money(place.margin_usd), numbers.fixed(place.leverage, 2), numbers.fixed(place.score, 2),
    )  # fmt: skip


def _spared(facts: Spared) -> str:
    text = (
        _tr("Its short in {0} could have been closed against bankrupt longs.")
        if facts.is_short
        else _tr("Its long in {0} could have been closed against bankrupt shorts.")
    )
    if facts.place.place <= facts.reached:
        rest = _tr("At their price nothing of it could be closed.")
    elif facts.reached == 1:
        rest = _tr("The first was enough.")
    else:
        rest = _tr("The first {0} were enough.").format(numbers.count(facts.reached))
    return f"{text.format(facts.asset)} {_stood(facts.place)} {rest}"
