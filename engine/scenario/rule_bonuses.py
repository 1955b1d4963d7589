"""Bonuses that a market's rules make, in place of the one that its collateral lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.scenario.schema.markets import HealthDiscountIncentive, LltvIncentive

if TYPE_CHECKING:
    from engine.scenario.schema.markets import Rules


@dataclass(frozen=True, slots=True)
class RuleBonus:
    """What the rules pay whoever liquidates, whatever bonus is listed.

    Parameters
    ----------
    value
        The bonus, a fraction; None where there is no single one, as it goes by health, or the threshold is not known.
    by
        What it follows from, in words.
    """

    value: float | None
    by: str


def rule_bonus(rules: Rules, threshold: float | None) -> RuleBonus | None:
    """Return the bonus that a market's rules make for a collateral; None where the listed one counts.

    Parameters
    ----------
    rules
        The market's.
    threshold
        The collateral's liquidation threshold, a fraction; None where it is not known.

    Notes
    -----
    Of Morpho Blue, with threshold t and cursor c: 1 / (1 - c (1 - t)) - 1, at most the largest bonus (Method,
    section 7).
    """
    incentive = rules.incentive
    if rules.settlement.kind != "liquidator":
        return None
    if isinstance(incentive, LltvIncentive):
        if threshold is None:
            return RuleBonus(None, "the threshold")
        formula = 1 / (1 - incentive.cursor * (1 - threshold)) - 1
        return RuleBonus(min(incentive.max, formula), "the threshold")
    return RuleBonus(None, "health") if isinstance(incentive, HealthDiscountIncentive) else None
