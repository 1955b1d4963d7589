"""Explanations of the engine in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.account.settled_sentences import settled
from cascade_gui.wording import numbers
from engine.reading.explanation.explanation import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.reading.explanation.explanation import (
        Call,
        Congested,
        Explanation,
        HistoryEntry,
        LiquidationPrice,
        RoundOutcome,
        Sized,
        Term,
    )
    from engine.reading.explanation.marked_prices import MarkedPrice


_NOT_YET = (
    Outcome.WAITING, Outcome.PAUSED, Outcome.LEFT_ALONE, Outcome.COUNT_USED_UP, Outcome.OVER_CAPACITY,
    Outcome.NOBODY_TO_TAKE,
)  # fmt: skip


_NEXT_TO_NOTHING = 1e-6
"""USD: what the first dollar loses less of is a market that the one before has sold down to where nothing is earned."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("account", text)


# ------------------------------------------------------------------ the account as a whole


def fate(explanation: Explanation) -> str:
    """Say what became of the account over the whole run: ``Liquidated in round 3, again in 4``."""
    times = list(dict.fromkeys(e.round for e in explanation.history if e.outcome is Outcome.LIQUIDATED))
    bad = [entry for entry in explanation.history if entry.bad_debt_usd > 0.0]
    bearing = [entry for entry in explanation.history if entry.outcome is Outcome.DELEVERAGED]
    if not times:
        text = _tr("Never liquidated")
    elif len(times) <= 3:
        text = _tr("Liquidated in round {0}").format(numbers.count(times[0]))
        if len(times) > 1:
            again = _tr(" and ").join(numbers.count(number) for number in times[1:])
            text = _tr("{0}, again in {1}").format(text, again)
    else:
        text = _tr("Liquidated in {0} rounds, {1} to {2}").format(
            numbers.count(len(times)), numbers.count(times[0]), numbers.count(times[-1])
        )
    if bearing:
        text = _tr("{0}; deleveraged in round {1}").format(text, numbers.count(bearing[0].round))
    if bad:
        text = _tr("{0}; bad debt in round {1}").format(text, numbers.count(bad[0].round))
    return text


# ------------------------------------------------------------------ the shown round


def why(explanation: Explanation) -> str:
    """Say in a sentence or two what happened in the round, and why."""
    happening = explanation.happening
    if happening.outcome is Outcome.LIQUIDATED:
        return f"{_because(explanation)} {' '.join(_done(call) for call in happening.calls)}".strip()
    if happening.outcome is Outcome.WRITTEN_OFF:
        return _tr("No collateral is left: {0} of debt was written off as bad debt.").format(
            numbers.money(happening.bad_debt_usd)
        )
    if happening.settled is not None:
        text = settled(happening.settled)
        # A borrower who took over debt of others may himself wait for his liquidation.
        return f"{text} {_reason(explanation)}" if happening.outcome in _NOT_YET else text
    reason = _reason(explanation)
    if not happening.calls:
        return reason
    return f"{_because(explanation)} {' '.join(_done(call) for call in happening.calls)} {reason}".strip()


def _because(explanation: Explanation) -> str:
    """Say why it could be liquidated; nothing where another round's health made it so."""
    health = explanation.happening.calls[0].health_before
    if not health < 1.0:
        return ""
    return _tr("Liquidated because its health, {0}, was below 1.").format(numbers.health(health))


def _done(call: Call) -> str:
    debt = call.debt_asset or _tr("all its debt")
    collateral = call.collateral_asset or _tr("all its collateral")
    text = _tr("Repaid {0} of {1} for {2} of {3}, a bonus of {4}. Health {5} → {6}.").format(
        numbers.money(call.repaid_usd),
        debt,
        numbers.money(call.seized_usd),
        collateral,
        numbers.percent(call.bonus),
        numbers.health(call.health_before),
        numbers.health(call.health_after),
    )
    if call.to_protocol_usd > 0:
        kept = _tr("The protocol keeps {0}.").format(numbers.money(call.to_protocol_usd))
        text = f"{text} {kept}"
    if call.is_slice and call.sized is not None and call.profit_usd is not None:
        text = f"{text} {_why_a_slice(call, call.sized, call.profit_usd)}"
    return text


def _why_a_slice(call: Call, sized: Sized, profit: float) -> str:
    """Say who chose how much was repaid and why no more, with what it earned and what repaying all would have."""
    text = _tr("The liquidator repaid {0}, the amount that earned most ({1}): selling more lowers the price.")
    if call.repaid_usd >= call.capacity_left_usd:
        text = _tr("The liquidator repaid {0}, all the capacity left in the round, and earned {1}.")
    elif sized.sizing == "largest":
        text = _tr("The liquidator repaid {0}, the largest amount that earned enough ({1}).")
    return f"{text.format(numbers.money(call.repaid_usd), numbers.money(profit))} {_repaying_all(sized)}"


def _repaying_all(sized: Sized) -> str:
    """Say what repaying all that the rules allow would have come to."""
    text = _tr("Repaying all that the rules allow, {0}, would have earned {1}.")
    if sized.whole_profit_usd < 0.0:
        text = _tr("Repaying all that the rules allow, {0}, would have lost {1}.")
    return text.format(numbers.money(sized.whole_usd), numbers.money(abs(sized.whole_profit_usd)))


def _reason(explanation: Explanation) -> str:
    happening = explanation.happening
    health = numbers.health(explanation.before.health)
    simple = {
        Outcome.START: _tr("Nothing happens before round 1."),
        Outcome.NO_DEBT: _tr("It has no debt."),
        Outcome.HEALTHY: _tr("Not liquidated: its health of {0} does not allow it.").format(health),
        Outcome.PAUSED: _tr("Not liquidated: its market is paused in this round."),
        Outcome.COUNT_USED_UP: _tr("Not liquidated: the round's number of liquidations was used up before its turn."),
        Outcome.LEFTOVER_TOO_SMALL: _tr("Not liquidated: any liquidation would leave less than its market allows."),
        Outcome.NOBODY_TO_TAKE: _tr("Not liquidated: the pool is empty and there is no other borrower."),
        Outcome.NOTHING_TO_REPAY: _tr("Not liquidated: the rules allow nothing to be repaid."),
        Outcome.BAD_DEBT_STAYS: _tr("No collateral is left; its debt stays as bad debt."),
    }
    if happening.outcome in simple:
        return simple[happening.outcome]
    if happening.outcome is Outcome.LEFT_ALONE:
        return _tr("Not liquidated: it owes {0}, less than the {1} that liquidators come for.").format(
            numbers.money(explanation.before.debt_usd), numbers.money(happening.min_debt_usd or 0.0)
        )
    if happening.outcome is Outcome.WAITING:
        text = _tr("Not liquidated yet: liquidatable for {0} of the {1} rounds that liquidators take to come.").format(
            numbers.count(happening.waited_rounds), numbers.count(happening.latency_rounds)
        )
        return f"{text} {_slower(happening.congested)}".strip()
    return f"{_refusal(happening)} {_dearer(happening)}".strip()


def _slower(congested: Congested | None) -> str:
    """Say that congestion makes liquidators slower; nothing where it does not."""
    if congested is None or congested.latency_rounds == congested.usual_latency_rounds:
        return ""
    return _tr("The usual {0} became {1}: {2} accounts were liquidatable the round before.").format(
        numbers.count(congested.usual_latency_rounds),
        numbers.count(congested.latency_rounds),
        numbers.count(congested.accounts),
    )


def _dearer(happening: RoundOutcome) -> str:
    """Say that congestion made gas dearer where that may be why nobody came; nothing where it did not."""
    congested = happening.congested
    if happening.outcome is not Outcome.UNPROFITABLE or congested is None:
        return ""
    if congested.gas_usd == congested.usual_gas_usd:
        return ""
    return _tr("Gas was {0} instead of the usual {1}: {2} accounts were liquidatable the round before.").format(
        numbers.money(congested.gas_usd), numbers.money(congested.usual_gas_usd), numbers.count(congested.accounts)
    )


def _refusal(happening: RoundOutcome) -> str:
    call = happening.refused
    if call is None:
        return _tr("Not liquidated: {0}.").format(happening.outcome.value)
    if happening.outcome is Outcome.OVER_CAPACITY:
        return _tr("Not liquidated: repaying {0} did not fit into the {1} left of the round's capacity.").format(
            numbers.money(call.repaid_usd), numbers.money(call.capacity_left_usd)
        )
    profit = call.profit_usd
    if profit is None:
        return _tr("Not liquidated: {0}.").format(happening.outcome.value)
    asked = happening.min_profit_usd or 0.0
    if call.sized is not None:
        return _no_size(call, call.sized, profit, asked)
    return _tr(
        "Not liquidated: selling what is taken would earn {0}, less {1} repaid and {2} gas: "
        "{3}, and at least {4} is asked."
    ).format(
        numbers.money(call.proceeds_usd or 0.0),
        numbers.money(call.repaid_at_market_usd or 0.0),
        numbers.money(call.gas_usd),
        _profit_or_loss(profit),
        numbers.money(asked),
    )


def _profit_or_loss(usd: float) -> str:
    return (_tr("a profit of {0}") if usd >= 0 else _tr("a loss of {0}")).format(numbers.money(abs(usd)))


def _no_size(call: Call, sized: Sized, profit: float, asked: float) -> str:
    """Say why nobody came where liquidators choose how much they repay."""
    if call.repaid_usd <= 0.0:
        return _nothing_pays(sized)
    if profit >= asked:
        return _tr("Not liquidated: what would pay is no more than dust.")
    text = _tr(
        "Not liquidated: at best, repaying {0} of the {1} allowed, selling what is taken would earn {2}, less {3} "
        "repaid and {4} gas: {5}, and at least {6} is asked."
    ).format(
        numbers.money(call.repaid_usd),
        numbers.money(sized.whole_usd),
        numbers.money(call.proceeds_usd or 0.0),
        numbers.money(call.repaid_at_market_usd or 0.0),
        numbers.money(call.gas_usd),
        _profit_or_loss(profit),
        numbers.money(asked),
    )
    text = f"{text} {_repaying_all(sized)}"
    if call.capacity_left_usd < sized.whole_usd:
        left = _tr("No more than {0} was left of the round's capacity.").format(numbers.money(call.capacity_left_usd))
        text = f"{text} {left}"
    return text


def _nothing_pays(sized: Sized) -> str:
    """Say that not even the first dollar repaid would earn anything, and whose sales are in its way."""
    first = _tr("even the first dollar repaid would earn nothing")
    if sized.first_profit < -_NEXT_TO_NOTHING:
        first = _tr("even the first dollar repaid would lose {0}").format(numbers.money(-sized.first_profit))
    if sized.before == 0:
        return _tr("Not liquidated: it does not pay at any size, {0}.").format(first)
    return _tr(
        "Not liquidated: after the round's liquidations before it ({0}) it does not pay at any size, {1}."
    ).format(numbers.count(sized.before), first)


def dangers(explanation: Explanation) -> list[str]:
    """Say what a liquidation at the end of the round would make worse."""
    result = []
    if explanation.is_toxic and explanation.toxic_below is not None:
        text = _tr("A liquidation would lower its health, which is below threshold × (1 + bonus) = {0}.")
        result.append(text.format(numbers.fixed(explanation.toxic_below, 3)))
    if explanation.full_close_leaves_bad_debt and explanation.after.collateral_usd > 0.0:
        result.append(_tr("Its collateral does not cover its debt and the bonus: closing it leaves bad debt."))
    return result


# ------------------------------------------------------------------ the working


def collateral_term(term: Term) -> str:
    """Write one term of the backing: ``4,311.2 WETH × 762.1 × 0.825``."""
    amount = numbers.significant(term.amount, 7)
    threshold = _threshold(term.threshold if term.threshold is not None else 1.0)
    return f"{amount} {term.asset} × {_price(term.price)} × {threshold}"


def category_thresholds(collateral: Sequence[Term]) -> list[str]:
    """Say which thresholds are those of a category of the market, a sentence a category."""
    assets: dict[str, list[str]] = {}
    for term in collateral:
        if term.category is not None:
            assets.setdefault(term.category, []).append(term.asset)
    text = _tr("The threshold of {0} is that of category {1}.")
    return [text.format(", ".join(names), category) for category, names in assets.items()]


def debt_term(term: Term) -> str:
    """Write one term of the debt: ``2,906,440 USDC``, with its price where that is not 1."""
    amount = f"{numbers.significant(term.amount, 7)} {term.asset}"
    return amount if term.price == 1.0 else f"{amount} × {_price(term.price)}"


def marked_price(marked: MarkedPrice) -> str:
    """Write the working of a price that is another asset's times a ratio: ``wstETH at 1.1939 × WETH 2,000``.

    It says what the ratio would be without its cap, and what a brake keeps from following.
    """
    used = numbers.full(float(f"{marked.used_ratio:.8g}"))
    text = _tr("{0} at {1} × {2} {3}").format(marked.asset, used, marked.base, _price(marked.base_price))
    if marked.is_capped:
        text = _tr("{0}, capped: its ratio is {1}").format(text, numbers.full(float(f"{marked.ratio:.8g}")))
    if marked.is_held_back:
        text = _tr("{0}, held back by its brake").format(text)
    return _tr("{0}; the market says {1}").format(text, _price(marked.market))


def liquidation_ratio(marked: MarkedPrice, price: LiquidationPrice) -> str:
    """Say at which ratio the health is 1, the price of the base held; empty where there is no such price."""
    if price.price is None:
        return ""
    ratio = numbers.full(float(f"{marked.ratio_at(price.price):.6g}"))
    return _tr("a ratio of {0} to {1}").format(ratio, marked.base)


def price_working(price: LiquidationPrice) -> str:
    """Write the formula of a liquidation price with its numbers: ``2,906,440 ÷ (4,311.2 × 0.825)``."""
    if price.is_short:
        over = numbers.significant(price.other_backing_usd, 7)
        if price.other_debt_usd > 0:
            over = f"({over} − {numbers.significant(price.other_debt_usd, 7)})"
        owed = numbers.significant(price.owed_amount, 7)
        if price.amount > 0:
            owed = f"({owed} − {numbers.significant(price.amount, 7)} × {_threshold(price.threshold)})"
        return f"{over} ÷ {owed}"
    over = numbers.significant(price.other_debt_usd, 7)
    if price.other_backing_usd > 0:
        over = f"({over} − {numbers.significant(price.other_backing_usd, 7)})"
    under = f"{numbers.significant(price.amount, 7)} × {_threshold(price.threshold)}"
    if price.owed_amount > 0:
        under = f"{under} − {numbers.significant(price.owed_amount, 7)}"
    return f"{over} ÷ ({under})"


def distance(price: LiquidationPrice) -> str:
    """Say how far the price is from there, as a share of what it is now, as in the loan table."""
    now, away = _price(price.price_now), price.distance
    if away is None:
        return without_price([price.asset])
    if away < 0:
        text = _tr("now {0}, past it: a rise of {1} leads back")
        if price.is_short:
            text = _tr("now {0}, past it: a fall of {1} leads back")
        return text.format(now, numbers.percent(-away))
    text = _tr("now {0}, a rise of {1} away") if price.is_short else _tr("now {0}, a fall of {1} away")
    return text.format(now, numbers.percent(away))


def by_position(price: LiquidationPrice) -> str:
    """Say what the price is where each short is asked for its margin on its own value; empty where it is the same."""
    if price.by_position is None:
        return ""
    text = _tr(
        "a short's maintenance margin is taken off the cash held; asked of each position's value, as venues do, it is "
        "{0}"
    )
    return text.format(numbers.price(price.by_position, 5))


def without_price(assets: list[str]) -> str:
    """Say that no price of these assets, each alone, makes the health 1."""
    names = assets[0]
    if len(assets) > 1:
        names = _tr("{0} or {1} alone").format(", ".join(assets[:-1]), assets[-1])
    return _tr("No price of {0} makes its health 1.").format(names)


def _price(value: float) -> str:
    return numbers.price(value, 5)


# ------------------------------------------------------------------ the history


def entry(happened: HistoryEntry) -> tuple[str, ...]:
    """Write a line of the history: repaid, taken and health after; bad debt is one text."""
    if happened.outcome is Outcome.WRITTEN_OFF:
        return (_tr("{0} written off").format(numbers.money(happened.bad_debt_usd)),)
    if happened.outcome is Outcome.BAD_DEBT_STAYS:
        return (_tr("bad debt of {0}").format(numbers.money(happened.bad_debt_usd)),)
    health = numbers.NOTHING
    if happened.health_before is not None and happened.health_after is not None:
        health = _tr("{0} → {1}").format(
            numbers.health(happened.health_before, 2), numbers.health(happened.health_after, 2)
        )
    return numbers.money(happened.repaid_usd), numbers.money(happened.seized_usd), health


def _threshold(value: float) -> str:
    """Write a threshold to at most six digits: 0.825, 0.666667."""
    return numbers.full(float(f"{value:.6g}"))
