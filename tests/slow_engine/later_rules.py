"""Rules of the method that came later, and which of them the engine follows by now.

Both engines must agree on every scenario that the random tests draw. So a rule that only this engine knows yet is kept
out of those scenarios. Whoever teaches the engine a rule adds its name to `OF_THE_ENGINE`; that switches on its random
scenarios and its tests by hand for both engines.
"""

from __future__ import annotations

OF_THE_ENGINE: frozenset[str] = frozenset(
    {"adl_ranking", "cap", "categories", "congestion", "losses", "min_debt", "sale", "sizing"}
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
"""Each has parameters or figures of its own."""


def engine_has(rule: str) -> bool:
    """Whether the engine follows a rule."""
    if rule not in NEW:
        raise ValueError(f"unknown rule {rule}")
    return rule in OF_THE_ENGINE
