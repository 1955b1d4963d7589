"""Two lines a round in plain words: what happened, and what it means. Made from the numbers of the round alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_marks.axis_drawing import price_move
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.stage.told_round import ToldRound

_NEWS: Final = 0.005
"""What moves the price by a smaller share of its first value is no news."""
_RECOVERY: Final = 0.05
"""A rise by a smaller share is none that is told: where depth recovers each round has one."""
_SMALL: Final = 0.002
"""A push of the price by a smaller share of it is none."""
_FARTHER: Final = 0.03
"""The farthest move is told at the end where it went so much beyond it."""
_ONE: Final = 0.5
"""One loan is told of when this share of what is sold is its."""
_AGAIN: Final = 3.0
"""A cascade starts again when so many times more is sold than in any of the rounds before."""
_MORE, _LESS = 1.15, 0.85


def _tr(text: str) -> str:
    return QCoreApplication.translate("StageCaptions", text)


def captions(told: ToldRound) -> tuple[str, str]:
    """Return the two lines of a round."""
    if told.number == 0:
        return _before_it_begins(told)
    if told.sold > 0.0:
        return _what_is_sold(told), _what_that_does(told)
    if told.ended and told.number == told.last:
        return _end(told)
    return _nothing_sold(told)


def _before_it_begins(told: ToldRound) -> tuple[str, str]:
    if told.positions:
        first = _tr("Every circle is a position. The bigger, the more is owed.")
        return first, _tr("When the price of {asset} reaches a circle, it is closed.").format(asset=told.asset)
    first = _tr("Every circle is a loan. The bigger, the more is owed.")
    return first, _tr("When the price of {asset} falls to a circle, what backs it is sold.").format(asset=told.asset)


def _what_is_sold(told: ToldRound) -> str:
    sold = numbers.money(told.sold, 2)
    if _is_news(told):
        return _moved(told).format(asset=told.asset, share=_share(told.news), usd=sold)
    if told.largest >= _ONE and told.sold >= _AGAIN * told.sold_before and told.number > 1:
        return _tr("It had almost stopped. Then the price reaches one big loan: {usd} is sold.").format(usd=sold)
    if told.accounts == 1:
        return _tr("Another {usd} is sold, all of one loan.").format(usd=sold)
    text = _tr("Another {usd} is sold, of {count} loans.")
    if told.positions:
        text = _tr("{count} positions of {usd} are closed.")
    return text.format(count=numbers.count(told.accounts), usd=sold)


def _is_news(told: ToldRound) -> bool:
    """Whether what came from outside is what a round is about; every round recovers a little where depth does."""
    return told.news <= -_NEWS or told.news >= (_NEWS if told.shorts else _RECOVERY)


def _moved(told: ToldRound) -> str:
    if told.news < 0.0:
        return _tr("Bad news: {asset} falls {share}, and {usd} is sold.")
    if told.shorts:
        return _tr("{asset} rises {share}, and positions of {usd} are closed.")
    return _tr("{asset} recovers {share}, and still {usd} is sold.")


def _what_that_does(told: ToldRound) -> str:
    push = price_move(abs(told.pushed))
    if told.bad_debt > 0.1 * told.sold:
        return _tr("It does not pay back what was owed: {usd} is lost.").format(usd=numbers.money(told.bad_debt, 2))
    if abs(told.pushed) < _SMALL * told.price:
        return _tr("The market takes it: the price hardly moves.")
    return _how_it_goes_on(told, push)


def _how_it_goes_on(told: ToldRound, push: str) -> str:
    if told.pushed > 0.0:
        return _tr("Buying that much pushes the price up another {usd}, towards the next ones.").format(usd=push)
    if told.number == 1 or _is_news(told):
        return _tr("Selling that much pushes the price down another {usd}.").format(usd=push)
    if told.sold > _MORE * told.sold_before:
        return _tr("The price falls another {usd}, to the next ones: it is growing.").format(usd=push)
    if told.sold < _LESS * told.sold_before:
        return _feedback(told, _tr("{share} of the fall is now made by the sales; less is sold than before."), push)
    return _feedback(told, _tr("{share} of the fall is now made by the sales, and they go on."), push)


def _feedback(told: ToldRound, text: str, push: str) -> str:
    """Tell which share of the fall the sales made, where that has a meaning."""
    if told.fall > 0.0 and 0.0 < told.outside < told.fall:
        return text.format(share=_share(1.0 - told.outside / told.fall))
    return _tr("The price falls another {usd}, towards the next ones.").format(usd=push)


def _nothing_sold(told: ToldRound) -> tuple[str, str]:
    first = _tr("Nothing is sold in this round.")
    if abs(told.news) >= _NEWS:
        first = _tr("{asset} falls {share}.") if told.news < 0.0 else _tr("{asset} rises {share}.")
        first = first.format(asset=told.asset, share=_share(told.news))
    if told.waiting:
        return first, _waiting(told)
    return first, _tr("The price reaches no loan.")


def _waiting(told: ToldRound) -> str:
    if told.waiting == 1:
        return _tr("One loan of {usd} is past its price, and nobody buys yet.").format(
            usd=numbers.money(told.waiting_usd, 2)
        )
    return _tr("{count} loans of {usd} are past their price, and nobody buys yet.").format(
        count=numbers.count(told.waiting), usd=numbers.money(told.waiting_usd, 2)
    )


def _end(told: ToldRound) -> tuple[str, str]:
    moved = _tr("It is over: {asset} has fallen {share}.")
    if told.fall < 0.0:
        moved = _tr("It is over: {asset} has risen {share}.")
    first = moved.format(asset=told.asset, share=_share(told.fall))
    if abs(told.farthest) - abs(told.fall) >= _FARTHER:
        first = first[:-1] + _tr(", at the farthest {share}.").format(share=_share(told.farthest))
    whole, news, sales = shares(told)
    if whole <= 0 or sales <= 0 or news < 0:
        return first, _tr("In all, {usd} was sold.").format(usd=numbers.money(told.sold_so_far, 2))
    text = _tr("{news} was the news, {sales} the sales: {usd} in all.")
    usd = numbers.money(told.sold_so_far, 2)
    return first, text.format(news=numbers.percent_short(news), sales=numbers.percent_short(sales), usd=usd)


def shares(told: ToldRound) -> tuple[float, float, float]:
    """Return the fall so far, what the news made of it and what the sales did: whole per cents that add up."""
    whole, news = round(100 * told.fall) / 100, round(100 * told.outside) / 100
    return whole, news, round(whole - news, 2)


def _share(share: float) -> str:
    whole = abs(round(100 * share))
    return numbers.percent_short(whole / 100) if whole >= 1 else numbers.percent(abs(share))
