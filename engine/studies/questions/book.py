"""``cascade book``: tell who is in a loan book, how near to liquidation, and how concentrated it is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from engine.reading.round_view import initial_view
from engine.scenario.schema.fields import Whole, parameter
from engine.studies.accounts import account_of_legs, groups_of, share_of_account, sum_by_account
from engine.studies.moves import moves_of
from engine.studies.outcome import Answer
from engine.studies.settings import Settings
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.base.types import Flags, Floats
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade book book.cascade --top 20
  cascade book book.cascade --accounts accounts.csv --csv distribution.csv
"""
HEALTH_EDGES: Final = (1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0)
LTV_EDGES: Final = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DISTANCE_EDGES: Final = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75)
SIZE_EDGES: Final = (100.0, 1e3, 1e4, 1e5, 1e6, 1e7)
_NEAR: Final = 0.1
_COUNTS: Final = 200
"""At so many numbers of accounts at most is told how much they owe."""


class BookSettings(Settings):
    """How many of the largest accounts are listed."""

    top: Whole = parameter(10, "Top", "How many of the accounts that owe most are listed.", unit="count", ge=1)


class BookStudy(Study[BookSettings]):
    """Who is in the book.

    Rows are distributions of debt (USD at the first oracle prices) and of the number of accounts with debt: by health
    factor, by loan-to-value, by distance to liquidation, by size of debt, by market, by category, by asset owed and by
    asset held. Of the last, an account's debt counts under each of its collaterals by what that is worth of all of
    them, so that all parts add up to the debt of the book; accounts are counted under each asset.

    The distance is how far all assets but the stable ones may fall together until health is 1: 1 - 1 / health where
    only such collateral is held against stable debt, and worked out account by account with what is owed of them;
    accounts that such a fall does not reach have none.

    Figures: ``top_1_share``, ``top_10_share``, ``top_100_share`` of all debt, the same with ``_near`` of the debt
    within 10 % of liquidation (``debt_near_usd``, of ``accounts_near``: a distance of at most that, liquidatable ones
    included); ``nakamoto``, the fewest accounts that owe more than half.

    A known answer: of the debts 50, 30, 15 and 5 the top one has half, and it takes two to owe more than half
    (tests/engine/studies/test_book.py).
    """

    name: ClassVar[str] = "book"
    question: ClassVar[str] = "Who are the large and risky positions?"
    group: ClassVar[str] = "Who?"
    kind = BookSettings
    tables: ClassVar = {
        "accounts": "the accounts that owe most, largest first",
        "concentration": "what share of all debt the largest accounts owe, by how many they are",
    }

    def answer(self, scenario: Scenario, settings: BookSettings, runs: Runs) -> Answer:  # noqa: ARG002 - no runs
        """Look at the book before the first round."""
        view = initial_view(scenario)
        owes = view.debt_usd > 0.0
        distance = moves_of(view).distance
        rows = _table(_distributions(view, distance, owes))
        near = owes & (distance <= _NEAR)
        figures: dict[str, float | None] = {
            "accounts": float(owes.sum()),
            "debt_usd": float(view.debt_usd.sum()),
            "collateral_usd": float(view.collateral_usd.sum()),
            "liquidatable_accounts": float((owes & (view.health < 1.0)).sum()),
            "liquidatable_debt_usd": float(view.debt_usd[owes & (view.health < 1.0)].sum()),
            "accounts_near": float(near.sum()),
            "debt_near_usd": float(view.debt_usd[near].sum()),
        }
        for suffix, part in (("", owes), ("_near", near)):
            figures |= {f"{name}{suffix}": value for name, value in concentration(view.debt_usd[part]).items()}
        said = ("At the first oracle prices, before the shock.",)
        tables = {
            "accounts": _largest(view, distance, settings.top), "concentration": _concentration(view.debt_usd[owes]),
        }  # fmt: skip
        return Answer(rows, figures, said, tables=tables)


def concentration(debts: Floats) -> dict[str, float | None]:
    """Return the shares of the largest debts, and the fewest debts that are more than half; None without debt.

    Examples
    --------
    >>> import numpy as np
    >>> concentration(np.array([5.0, 50.0, 15.0, 30.0]))
    {'top_1_share': 0.5, 'top_10_share': 1.0, 'top_100_share': 1.0, 'nakamoto': 2.0}
    """
    ordered = np.sort(debts)[::-1]
    whole = float(ordered.sum())
    if whole <= 0.0:
        return dict.fromkeys(("top_1_share", "top_10_share", "top_100_share", "nakamoto"))
    found: dict[str, float | None] = {f"top_{n}_share": float(ordered[:n].sum() / whole) for n in (1, 10, 100)}
    found["nakamoto"] = float(np.searchsorted(np.cumsum(ordered), whole / 2.0, side="right") + 1)
    return found


def _concentration(debts: Floats) -> Columns:
    """Return what share of all debt the largest 1, 2, ... accounts owe; of many at counts ever further apart."""
    count = len(debts)
    counts = np.unique(np.geomspace(1.0, max(count, 1), min(count, _COUNTS)).round().astype(np.int64))
    owed = np.cumsum(np.sort(debts)[::-1])
    return {"accounts": counts, "share": owed[counts - 1] / owed[-1] if count else np.zeros(0)}


Group = tuple[str, str, float, float]


def _distributions(view: RoundView, distance: Floats, owes: Flags) -> Iterator[Group]:
    """Yield what is looked at, the part, its debt in USD and its accounts."""
    debt = view.debt_usd
    for by, values, edges in (
        ("health", view.health, HEALTH_EDGES),
        ("loan-to-value", view.ltv, LTV_EDGES),
        ("distance", distance, DISTANCE_EDGES),
        ("size", debt, SIZE_EDGES),
    ):
        place = np.searchsorted(np.array(edges), values, side="right")
        known = owes & (values < np.inf)
        for part, label in enumerate(_labels(edges)):
            chosen = known & (place == part)
            yield by, label, float(debt[chosen].sum()), float(chosen.sum())
        if (owes & ~known).any():
            label = "never" if by == "distance" else "no collateral"
            yield by, label, float(debt[owes & ~known].sum()), float((owes & ~known).sum())
    for by, names, codes in groups_of(view):
        yield from _by_name(by, names, codes, debt, owes)
    yield from _by_asset("debt asset", view, view.book.debt_start, view.book.debt_asset,
                         view.state.debt_amount)  # fmt: skip
    yield from _by_asset("collateral asset", view, view.book.collateral_start, view.book.collateral_asset,
                         view.state.collateral_amount)  # fmt: skip


def _by_name(by: str, names: tuple[str, ...], codes: Any, debt: Floats, owes: Flags) -> Iterator[Group]:
    for place, name in enumerate(names):
        chosen = owes & (codes == place)
        if chosen.any():
            yield by, name, float(debt[chosen].sum()), float(chosen.sum())


def _by_asset(by: str, view: RoundView, start: Any, asset: Any, amount: Floats) -> Iterator[Group]:
    """Yield each asset with the debt of the accounts that have it, by what it is worth of all that they have."""
    accounts, worth = account_of_legs(start), amount * view.prices[asset]
    share = share_of_account(start, worth)
    debt = view.debt_usd[accounts] * share
    bare = (view.debt_usd > 0.0) & (sum_by_account(start, worth) <= 0.0)
    for place, name in enumerate(view.book.asset_names):
        chosen = (asset == place) & (share > 0.0) & (view.debt_usd[accounts] > 0.0)
        if chosen.any():
            yield by, name, float(debt[chosen].sum()), float(chosen.sum())
    if bare.any():
        yield by, "none", float(view.debt_usd[bare].sum()), float(bare.sum())


def _labels(edges: tuple[float, ...]) -> list[str]:
    inner = [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    return [f"below {edges[0]:g}", *inner, f"{edges[-1]:g} and more"]


def _table(groups: Iterator[Group]) -> Columns:
    found = list(groups)
    return {
        "by": np.array([each[0] for each in found], dtype=object),
        "part": np.array([each[1] for each in found], dtype=object),
        "debt_usd": np.array([each[2] for each in found]),
        "accounts": np.array([each[3] for each in found], dtype=np.int64),
    }


def _largest(view: RoundView, distance: Floats, top: int) -> Columns:
    order = np.argsort(-view.debt_usd, kind="stable")[:top]
    order = order[view.debt_usd[order] > 0.0]
    whole = float(view.debt_usd.sum())
    return {
        "account": view.book.account_names[order],
        "market": np.array(view.book.market_names, dtype=object)[view.book.market[order]],
        "collateral_usd": view.collateral_usd[order],
        "debt_usd": view.debt_usd[order],
        "share": view.debt_usd[order] / whole if whole else view.debt_usd[order],
        "health": view.health[order],
        "loan_to_value": view.ltv[order],
        "distance": np.where(np.isfinite(distance[order]), distance[order], np.nan),
    }


STUDY = BookStudy()
