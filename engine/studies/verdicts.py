"""What a comparison says in sentences: whether it is better, by how much and how surely, and what it costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from engine.studies.quantiles import mean
from engine.studies.units import brief_usd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.studies.pairs import Pairs

    Figures = Mapping[str, float | None]

LESS_IS_BETTER: Final = (
    "total_loss_usd", "bad_debt_usd", "lender_loss_usd", "insolvent_debt_usd", "borrower_loss_usd",
    "liquidatable_left", "liquidatable_left_debt_usd", "fall", "amplification",
)  # fmt: skip
MORE_IS_WORSE: Final = ("critical_shock", "runaway_shock")
"""Returns: of a smaller fall, which is nearer, the return is larger."""
LIQUIDATED: Final = ("repaid_usd", "seized_usd", "liquidations", "accounts_liquidated")
"""More of these is no good or bad in itself: it is what a smaller loss may cost."""


def meaning(
    measure: str, difference: float | None, low: float | None = None, high: float | None = None, same: float = 0.0
) -> str:
    """Return what a difference of a measure means, in a word or two.

    Parameters
    ----------
    measure
        Its name; `critical_shock` and `runaway_shock` are returns.
    difference
        After less before; None where one of them does not exist.
    low, high
        The ends of its interval. An interval that holds 0 tells nothing; without one the difference counts.
    same
        Differences that are no larger are none.

    Examples
    --------
    >>> meaning("total_loss_usd", -5.0), meaning("repaid_usd", 5.0), meaning("total_loss_usd", 5.0, -1.0, 11.0)
    ('better', 'more liquidated', 'not told apart')
    """
    first = measure.partition(".")[0]
    if difference is None:
        return ""
    ends = (difference, difference if low is None else low, difference if high is None else high)
    if max(map(abs, ends)) <= same:
        return "the same"
    if low is not None and high is not None and low <= 0.0 <= high:
        return "not told apart"
    if first in LIQUIDATED:
        return "more liquidated" if difference > 0.0 else "less liquidated"
    if first in LESS_IS_BETTER or first in MORE_IS_WORSE:
        return "better" if difference < 0.0 else "worse"
    return "higher" if difference > 0.0 else "lower"


def over_paths(loss: Pairs, repaid: Pairs, figures: Figures, same: float) -> list[str]:
    """Return what paths say, the verdict first.

    Parameters
    ----------
    loss, repaid
        Total loss and debt repaid of the paths.
    figures
        Those of the same paths, with value at risk.
    same
        USD; total losses that differ by no more are the same.
    """
    count = len(loss)
    if not count:
        return []
    smaller, larger, alike = loss.shares(same)
    paths = "1 path" if count == 1 else f"{count:,} paths"
    if alike == 1.0:
        verdict = (
            f"Total loss is the same in {'the one path' if count == 1 else f'all {paths}'} (to {brief_usd(same)})."
        )
    else:
        less, more, rest = whole_percents((smaller, larger, alike))
        verdict = (
            f"Total loss is smaller in {less} of {paths}, larger in {more}, the same (to {brief_usd(same)}) in {rest}."
        )
    return [verdict, _mean_sentence(loss, repaid, same), *_value_at_risk(figures, same)]


def of_own_shock(figures: Figures) -> list[str]:
    """Return what the run of the scenario's own shock says, one before and one after."""
    loss, loss_then = figures.get("total_loss_usd.before"), figures.get("total_loss_usd.after")
    repaid, repaid_then = figures.get("repaid_usd.before"), figures.get("repaid_usd.after")
    if loss is None or loss_then is None or repaid is None or repaid_then is None:
        return []
    change = loss_then - loss
    run = "In one run of the scenario's own shock"
    if change == 0.0:
        verdict = f"{run} total loss is the same, {brief_usd(loss)}."
    else:
        part = f" ({_percent(abs(change) / loss)})" if loss > 0.0 else ""
        size = f"{brief_usd(abs(change))} {'smaller' if change < 0.0 else 'larger'}{part}"
        verdict = f"{run} total loss is {size}{_instead(loss, loss_then)}."
    if repaid_then == repaid:
        return [verdict, f"As much debt is repaid, {brief_usd(repaid)}."]
    more = "more" if repaid_then > repaid else "less"
    return [verdict, f"{brief_usd(abs(repaid_then - repaid))} {more} is liquidated{_instead(repaid, repaid_then)}."]


def of_critical_shock(asset: str, figures: Figures) -> list[str]:
    """Return what falls of an asset double themselves, before and after."""
    before, after = figures.get("critical_shock.before"), figures.get("critical_shock.after")
    if before is None and after is None:
        return [f"No fall of {asset} down to 90 % doubles itself, neither before nor after."]
    if after is None:
        was = _percent(-(before or 0.0), 1)
        return [f"No fall of {asset} down to 90 % doubles itself any more, before one of {was} did."]
    if before is None:
        return [f"A fall of {asset} of {_percent(-after, 1)} doubles itself, before none did."]
    return [
        f"A fall of {asset} of {_percent(-after, 1)} instead of {_percent(-before, 1)} doubles itself (one run each)."
    ]


def _mean_sentence(loss: Pairs, repaid: Pairs, same: float) -> str:
    change = mean(loss.differences)
    before = float(loss.before.mean())
    by = f"{_signed(change.value)}"
    if change.low is not None and change.high is not None:
        by += f" [{_signed(change.low)}, {_signed(change.high)}]"
    said = f"Mean difference {by}"
    if change.value == 0.0 and change.low == change.high:
        said = "No path differs"
    elif change.low is None or change.high is None:
        said += ", of a single path"
    elif change.low <= 0.0 <= change.high:
        said += ": so many paths do not tell whether it is less or more"
    elif max(abs(change.low), abs(change.high)) <= same:
        said += ", which counts as the same"
    elif before > 0.0:
        said += f", {_percent(abs(change.value) / before)} {'less' if change.value < 0.0 else 'more'}"
    cost = mean(repaid.differences)
    if cost.low is None or cost.high is None or cost.low <= 0.0 <= cost.high:
        shares = repaid.shares(same)
        less, more, _ = whole_percents(shares)
        told = f" More is liquidated in {more} of them, less in {less}." if any(shares[:2]) else ""
        return f"{said}.{told}"
    word = "But" if (cost.value > 0.0) == (change.value < 0.0) else "And"
    return f"{said}. {word} {brief_usd(abs(cost.value))} {'more' if cost.value > 0.0 else 'less'} is liquidated."


def _value_at_risk(figures: Figures, same: float) -> list[str]:
    """Return what value at risk says, at the highest percentile that has intervals."""
    for percent in ("99", "95"):
        before, after = (_interval(figures, f"total_loss_usd.var_{percent}.{when}") for when in ("before", "after"))
        if before is None or after is None:
            continue
        if abs(after[0] - before[0]) <= same:
            return [f"VaR {percent} stays {_with_interval(after)}."]
        apart = after[2] < before[1] or before[2] < after[1]
        surely = "the intervals do not overlap" if apart else "the intervals overlap, so that is less sure"
        return [f"VaR {percent} is {_with_interval(after)} instead of {_with_interval(before)}: {surely}."]
    return []


def _with_interval(estimate: tuple[float, float, float]) -> str:
    value, low, high = (brief_usd(each) for each in estimate)
    return f"{value} [{low}, {high}]"


def _interval(figures: Figures, name: str) -> tuple[float, float, float] | None:
    value, low, high = (figures.get(each) for each in (name, f"{name}.low", f"{name}.high"))
    return None if value is None or low is None or high is None else (value, low, high)


def _instead(before: float, after: float) -> str:
    """Return both values, where three digits tell them apart."""
    texts = brief_usd(after), brief_usd(before)
    return f", of {texts[0]}" if texts[0] == texts[1] else f": {texts[0]} instead of {texts[1]}"


def _signed(usd: float) -> str:
    return f"+{brief_usd(usd)}" if usd > 0.0 else brief_usd(usd)


def whole_percents(shares: Sequence[float]) -> list[str]:
    """Return shares that add up to all, so that what is written does too: the largest rests are rounded up.

    Wherever the same shares are told, they are given in the same order: of equal rests the first is rounded up.

    Parameters
    ----------
    shares
        From 0 to 1 each, 1 together: of paths in which a figure is lower, higher and the same.

    Examples
    --------
    >>> whole_percents((46 / 60, 1 / 60, 13 / 60))
    ['77 %', '1 %', '22 %']
    >>> whole_percents((46 / 60, 1.3 / 60, 12.7 / 60))
    ['77 %', '2 %', '21 %']
    """
    texts = [_percent(share) for share in shares]
    whole = [math.floor(100.0 * share) for share in shares]
    if any("than" in text for text in texts):
        return texts
    order = sorted(range(len(shares)), key=lambda place: whole[place] - 100.0 * shares[place])
    for place in order[: 100 - sum(whole)]:
        whole[place] += 1
    return [f"{each} %" for each in whole]


def _percent(share: float, digits: int = 0) -> str:
    """Return a share; one that is neither none nor all is not rounded to either."""
    text = f"{100.0 * share:.{digits}f}"
    if text == "0" and share > 0.0:
        text = "less than 1"
    elif text == "100" and share < 1.0:
        text = "more than 99"
    return f"{text} %"
