"""Rules of the method that came later, and which of them the engine follows by now.

Both engines must agree on every scenario that the random tests draw. So a rule that only this engine knows yet is kept
out of those scenarios; where it reads an old rule in a new way, the old way is kept until the engine reads it so too.
Whoever teaches the engine a rule adds its name to `OF_THE_ENGINE`; that switches on its random scenarios, its tests by
hand for both engines, and the new reading here.
"""

from __future__ import annotations

OF_THE_ENGINE: frozenset[str] = frozenset(
    {
        "adl_ranking",
        "bonus_of_each_leg",
        "cap",
        "congestion",
        "dust_is_not_repaid",
        "losses",
        "min_debt",
        "sale",
        "sizing",
    }
)

NEW = frozenset(
    {
        "adl_ranking",
        "cap",
        "categories",
        "congestion",
        "losses",  # insolvent_debt_usd and total_loss_usd in the summary
        "min_debt",
        "sale",
        "sizing",
    }
)
"""Rules with parameters or figures of their own."""

READINGS = frozenset(
    {
        "bonus_of_each_leg",  # proportional legs: the mean of each collateral's own bonus, whatever the incentive
        "dust_is_not_repaid",  # min_leftover_usd: nobody is liquidated for an R up to dust_usd
    }
)
"""Old rules, read in a new way."""


def engine_has(rule: str) -> bool:
    """Whether the engine follows a rule."""
    if rule not in NEW | READINGS:
        raise ValueError(f"unknown rule {rule}")
    return rule in OF_THE_ENGINE
