"""``cascade threshold``: tell what a change of a liquidation threshold or bonus does at once, and to losses.

Who becomes liquidatable, how much, how low the threshold may go, and what is lost before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from engine.base.faults import BadInput
from engine.book.book import Book
from engine.reading.round_view import Status, initial_view
from engine.scenario.schema.fields import Whole, parameter
from engine.studies.accounts import account_of_legs, groups_of, share_of_account, sum_by_account
from engine.studies.affected_accounts import LIQUIDATABLE, account_table
from engine.studies.affected_accounts import NEAR as NEARLY
from engine.studies.assumptions import of_scenario
from engine.studies.counted_in_rounds import of_rounds
from engine.studies.outcome import Answer
from engine.studies.price_paths import PricePaths, along_paths, rounds_of
from engine.studies.quantiles import quantile
from engine.studies.settings import Seconds, Settings, Share, seconds_text
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Flags, Floats
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade threshold book.cascade --market compound --asset WETH --to 80% --accounts accounts.csv
  cascade threshold book.cascade --asset WETH --solve 100000
  cascade threshold book.cascade --asset WETH --bonus-to 5% --paths 1000
"""
NEAR: Final = 0.05
_STEPS: Final = 1_000
_FALL: Final = (0.2, 0.09)
_FALL_WITHIN: Final = 3_600.0
_USUAL_CORRELATION: Final = 0.8


class ThresholdSettings(Settings):
    """What is changed, and what is looked at."""

    market: str | None = parameter(None, "Market", "Whose parameter is changed; needed where there are several.")
    asset: str | None = parameter(None, "Asset", "The collateral whose threshold or bonus is changed.")
    category: str | None = parameter(None, "Category", "The efficiency mode whose terms are changed instead.")
    to: Share | None = parameter(None, "Threshold", "The proposed liquidation threshold: 0.8 or 80%.", unit="share")
    bonus_to: Share | None = parameter(None, "Bonus", "The proposed liquidation bonus: 0.05 or 5%.", unit="share")
    solve: float | None = parameter(
        None, "At most", "Look for the lowest threshold that makes at most so much debt newly liquidatable.",
        unit="usd", ge=0,
    )  # fmt: skip
    dust: float | None = parameter(
        None, "Dust", "Accounts that owe less are counted apart; what liquidators come for at least, or their gas.",
        unit="usd", ge=0,
    )  # fmt: skip
    paths: Whole = parameter(
        200, "Paths", "Random paths of a broad downturn for the value at risk; 0 for none.", unit="count", ge=0,
        le=1_000_000,
    )  # fmt: skip
    horizon: Seconds = parameter(3_600.0, "Horizon", "How long prices move on them: 1h.", unit="seconds", gt=0)


class Threshold(Study[ThresholdSettings]):
    """What a change of a risk parameter does.

    *At once*, at the first oracle prices: an account is newly liquidatable where its health is below 1 with the
    proposed threshold and is not today. Accounts that owe less than `dust` are counted apart
    (``dust_accounts``, ``dust_debt_usd``) and are in no other figure. Accounts *within 5 %* are healthy with the
    proposal and would not be if all their collateral fell by 5 %. Rows have one line each asset, market and category
    of the newly liquidatable; of an account with several collaterals debt counts under each by what that is worth.

    The *curve* is the debt newly liquidatable against the threshold: with the collateral C that the change is about
    and the rest R counted at its own thresholds, an account that owes D is liquidatable below the threshold
    (D - R) / C. So the threshold for a given debt is solved exactly: ``solved_threshold`` is the lowest at which the
    debt newly liquidatable is at most that of ``solve``.

    *To losses*: total loss and debt repaid of the scenario's own shock before and after, and value at risk of total
    loss over the same random paths of a broad downturn (see `engine.studies.questions.montecarlo`), of which each
    path is run with both.

    A known answer: three accounts with 10 tokens at 2,000 that owe 8,000, 12,000 and 15,000 are liquidatable below
    0.4, 0.6 and 0.75 (tests/engine/studies/test_threshold.py).
    """

    name: ClassVar[str] = "threshold"
    question: ClassVar[str] = "What if a liquidation threshold changes?"
    group: ClassVar[str] = "Who?"
    kind = ThresholdSettings
    tables: ClassVar = {
        "accounts": "the accounts that become liquidatable, largest debt first",
        "within_5_percent": "the accounts that would be if all they hold fell by 5 %, largest debt first",
        "curve": "the debt newly liquidatable against the threshold",
    }

    not_at_once: ClassVar[str] = "value at risk"

    def at_once(self, settings: ThresholdSettings) -> ThresholdSettings:
        """Leave the random paths out."""
        return settings.model_copy(update={"paths": 0})

    def answer(self, scenario: Scenario, settings: ThresholdSettings, runs: Runs) -> Answer:
        """Look at the book with both, solve, and run both."""
        change = _Change.of(scenario, settings)
        dust = _dust(scenario, settings)
        view = initial_view(scenario)
        critical = _critical(view, change, scenario)
        today = change.today(scenario)
        figures: dict[str, float | None] = {"threshold.before": today}
        to = settings.to
        if settings.solve is not None:
            solved = _solve(view, critical, dust, settings.solve, change)
            figures["solved_threshold"] = solved
            to = solved if to is None else to
        proposed = scenario.with_values(change.values(to, settings.bonus_to))
        after = initial_view(proposed)
        figures["threshold.after"] = change.today(proposed)
        newly = _newly(view, after)
        small = view.debt_usd < dust
        near = (view.debt_usd >= max(dust, 0.0)) & (view.debt_usd > 0.0)
        near &= (after.health >= 1.0) & (after.health * (1.0 - NEAR) < 1.0)
        counted = newly & ~small
        figures |= {
            "newly_liquidatable_accounts": float(counted.sum()),
            "newly_liquidatable_debt_usd": float(view.debt_usd[counted].sum()),
            "newly_liquidatable_collateral_usd": float(view.collateral_usd[counted].sum()),
            "within_5_percent_accounts": float(near.sum()),
            "within_5_percent_debt_usd": float(view.debt_usd[near].sum()),
            "dust_accounts": float((newly & small).sum()),
            "dust_debt_usd": float(view.debt_usd[newly & small].sum()),
        }
        said = [*change.said(to, settings.bonus_to), f"Accounts that owe less than ${dust:,g} are counted apart."]
        notes = list(_own_rows(view, change))
        figures |= _losses(scenario, proposed, runs)
        if settings.paths and not runs.stopped:
            figures |= _at_risk(scenario, proposed, settings, runs, said)
        said += of_scenario(scenario)
        tables = {
            "accounts": account_table(view, after, newly, small, LIQUIDATABLE),
            "within_5_percent": account_table(view, after, near, small, NEARLY),
            "curve": _curve(view, critical, dust, today),
        }
        return Answer(
            _rows(view, counted, near), figures, tuple(said), tuple(notes), tables=tables,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """Which parameter is changed.

    Parameters
    ----------
    path
        Of the collateral's or the category's section.
    market, asset, category
        Their names; no asset where a category is changed.
    """

    path: str
    market: str
    asset: str | None
    category: str | None

    @classmethod
    def of(cls, scenario: Scenario, settings: ThresholdSettings) -> _Change:
        """Return what settings change of a scenario.

        Raises
        ------
        BadInput
            If they do not say which parameter, or it does not exist.
        """
        markets = scenario.parameters.markets
        market = settings.market
        if market is None:
            if len(markets) != 1:
                raise BadInput.at("market", "missing, and there are several", "one of " + ", ".join(markets))
            market = next(iter(markets))
        if market not in markets:
            raise BadInput.at("market", repr(market), "one of " + ", ".join(markets))
        if settings.to is None and settings.bonus_to is None and settings.solve is None:
            raise BadInput.at("to", "missing", "a threshold; or a bonus (bonus_to), or a debt to solve for (solve)")
        given = markets[market]
        if settings.category is not None:
            if settings.category not in given.categories:
                known = ", ".join(given.categories) or "none in this market"
                raise BadInput.at("category", repr(settings.category), f"one of {known}")
            path = f"markets.{market}.categories.{settings.category}"
        elif settings.asset is None:
            raise BadInput.at("asset", "missing", "one of " + ", ".join(given.collateral))
        elif settings.asset not in given.collateral:
            raise BadInput.at("asset", repr(settings.asset), "one of " + ", ".join(given.collateral))
        else:
            path = f"markets.{market}.collateral.{settings.asset}"
        return cls(path, market, None if settings.category else settings.asset, settings.category)

    def values(self, threshold: float | None, bonus: float | None) -> Mapping[str, float]:
        """Return the parameters of a proposal."""
        given = {"liquidation_threshold": threshold, "liquidation_bonus": bonus}
        return {f"{self.path}.{name}": value for name, value in given.items() if value is not None}

    def today(self, scenario: Scenario) -> float | None:
        """Return the threshold that a scenario has; None where a category takes the market's."""
        market = scenario.parameters.markets[self.market]
        section: Any = market.categories[self.category] if self.category else market.collateral[str(self.asset)]
        found = section.liquidation_threshold
        return None if found is None else float(found)

    def legs(self, scenario: Scenario) -> Flags:
        """Return which collateral legs of the book the threshold is of: those that move with it."""
        moved = [
            Book.from_scenario(scenario.with_values(self.values(each, None))).collateral_threshold
            for each in (0.25, 0.75)
        ]
        found: Flags = moved[0] != moved[1]
        return found

    def said(self, to: float | None, bonus: float | None) -> tuple[str, ...]:
        """Say what is changed."""
        what = f"category {self.category}" if self.category else str(self.asset)
        parts = [
            f"threshold {100 * to:.6g} %" if to is not None else "",
            f"bonus {100 * bonus:.6g} %" if bonus is not None else "",
        ]
        return (f"Proposed for {what} in {self.market}: {', '.join(part for part in parts if part)}.",)


def _dust(scenario: Scenario, settings: ThresholdSettings) -> float:
    liquidators = scenario.parameters.liquidators
    if settings.dust is not None:
        return float(settings.dust)
    return float(liquidators.gas_usd if liquidators.min_debt_usd is None else liquidators.min_debt_usd)


def _critical(view: RoundView, change: _Change, scenario: Scenario) -> Floats:
    """Return (n,) below which threshold each account is liquidatable; NaN where it has none of the collateral."""
    book = view.book
    worth = view.state.collateral_amount * view.prices[book.collateral_asset]
    moved = change.legs(scenario)
    held = sum_by_account(book.collateral_start, np.where(moved, worth, 0.0))
    rest = sum_by_account(book.collateral_start, np.where(moved, 0.0, worth * book.collateral_threshold))
    found = np.full(len(book), np.nan)
    np.divide(view.debt_usd - rest, held, out=found, where=(held > 0.0) & (view.debt_usd > 0.0))
    return found


def _healthy_debts(view: RoundView, critical: Floats, counted: Flags) -> tuple[Floats, Floats]:
    """Return thresholds below which accounts that are healthy today become liquidatable, falling, and their debts."""
    chosen = np.isfinite(critical) & (critical > 0.0) & (view.health >= 1.0) & counted
    order = np.flatnonzero(chosen)
    order = order[np.argsort(-critical[order], kind="stable")]
    return critical[order], view.debt_usd[order]


def _newly(view: RoundView, after: RoundView) -> Flags:
    """Return (n,) who is healthy today and can be liquidated with the proposal."""
    found: Flags = (view.status == Status.HEALTHY) & (after.status == Status.LIQUIDATABLE)
    return found


def _solve(view: RoundView, critical: Floats, dust: float, most: float, change: _Change) -> float:
    """Return the lowest threshold that makes at most so much debt newly liquidatable."""
    scenario = view.scenario
    today = change.today(scenario)
    levels, debts = _healthy_debts(view, critical, view.debt_usd >= dust)
    # At a level itself the account's health is 1, and it is not liquidatable.
    beyond = np.flatnonzero(np.cumsum(debts) > most)
    if not len(beyond):
        return 0.0
    found = float(levels[beyond[0]])
    if today is not None and found >= today:
        return today
    # Health at the level itself is 1 but for rounding, which may take it below.
    large = view.debt_usd >= dust
    for step in 2.0 ** np.arange(-53, -30):
        after = initial_view(scenario.with_values(change.values(found, None)))
        if view.debt_usd[_newly(view, after) & large].sum() <= most:
            break
        found *= 1.0 + float(step)
    return found


def _curve(view: RoundView, critical: Floats, dust: float, today: float | None) -> Columns:
    """Return the debt newly liquidatable at evenly spaced thresholds up to today's."""
    levels, debts = _healthy_debts(view, critical, view.debt_usd >= dust)
    small_levels, small_debts = _healthy_debts(view, critical, view.debt_usd < dust)
    top = today if today is not None else float(levels[0]) if len(levels) else 1.0
    thresholds = top * np.arange(_STEPS + 1) / _STEPS
    owed, small = (np.concatenate([[0.0], np.cumsum(each)]) for each in (debts, small_debts))
    count = np.searchsorted(-levels, -thresholds, side="left")  # those whose level is above
    small_count = np.searchsorted(-small_levels, -thresholds, side="left")
    return {
        "threshold": thresholds, "newly_liquidatable_debt_usd": owed[count], "newly_liquidatable_accounts": count,
        "dust_debt_usd": small[small_count],
    }  # fmt: skip


def _own_rows(view: RoundView, change: _Change) -> tuple[str, ...]:
    """Say how many loans have a threshold of their own, which the change does not touch."""
    if change.asset is None:
        return ()
    loans = view.scenario.loans
    own = ~np.isnan(loans.liquidation_threshold)
    names = loans.collateral_asset.names
    of_asset = loans.collateral_asset.codes == (names.index(change.asset) if change.asset in names else -2)
    count = int((own & of_asset).sum())
    return (f"{count:,} loans have a threshold of their own, which the change does not touch.",) if count else ()


def _losses(scenario: Scenario, proposed: Scenario, runs: Runs) -> dict[str, float | None]:
    """Return total loss and debt repaid of the scenario's own shock, before and after."""
    each = [runs.along(given, 1).measures for given in (scenario, proposed)]
    found: dict[str, float | None] = {}
    if all(each):
        for name in ("total_loss_usd", "repaid_usd", "accounts_liquidated"):
            before, after = float(each[0][name][0]), float(each[1][name][0])
            found |= {f"{name}.before": before, f"{name}.after": after, f"{name}.difference": after - before}
    return found


def _at_risk(
    scenario: Scenario, proposed: Scenario, settings: ThresholdSettings, runs: Runs, said: list[str]
) -> dict[str, float | None]:
    """Return value at risk of total loss before and after, over the same paths; say what they are."""
    simulation = scenario.parameters.simulation
    rounds = rounds_of(settings.horizon, simulation)
    drawn = PricePaths(scenario, rounds, {}, _USUAL_CORRELATION)
    draw = drawn.broad(_FALL, _FALL_WITHIN)
    runs.expect(2 * settings.paths)
    made = [runs.along(along_paths(given, rounds), settings.paths, prices=draw) for given in (scenario, proposed)]
    both = np.intersect1d(made[0].places, made[1].places)
    if not len(both):
        return {}
    found: dict[str, float | None] = {}
    losses = [each.measures["total_loss_usd"][np.isin(each.places, both)] for each in made]
    for percent, share in (("95", 0.95), ("99", 0.99)):
        name = f"total_loss_usd.var_{percent}"
        before, after = (quantile(each, share) for each in losses)
        found |= before.named(f"{name}.before") | after.named(f"{name}.after")
        found[f"{name}.difference"] = after.value - before.value
    said.append(
        f"Value at risk over {len(both):,} paths of a broad downturn, {seconds_text(settings.horizon)}, drawn as for "
        f"the study of value at risk, with a fall of {_FALL[0]:.0%} ± {_FALL[1]:.0%} within "
        f"{seconds_text(_FALL_WITHIN)}."
    )
    said += of_rounds(scenario, rounds, settings.horizon)
    return found


def _rows(view: RoundView, newly: Flags, near: Flags) -> Columns:
    """Return the newly liquidatable and those within 5 %, by asset, market and category."""
    book = view.book
    accounts = account_of_legs(book.collateral_start)
    worth = view.state.collateral_amount * view.prices[book.collateral_asset]
    share = share_of_account(book.collateral_start, worth)
    found: list[tuple[str, str, int, float, float, int]] = []
    for place, name in enumerate(book.asset_names):
        of = (book.collateral_asset == place) & (worth > 0.0)
        chosen, close = of & newly[accounts], of & near[accounts]
        debt = float((view.debt_usd[accounts] * share)[chosen].sum())
        found.append(("asset", name, int(chosen.sum()), debt, float(worth[chosen].sum()), int(close.sum())))
    for by, names, codes in groups_of(view):
        for place, name in enumerate(names):
            chosen, close = newly & (codes == place), near & (codes == place)
            sums = float(view.debt_usd[chosen].sum()), float(view.collateral_usd[chosen].sum())
            found.append((by, name, int(chosen.sum()), *sums, int(close.sum())))
    found = [each for each in found if each[2] or each[5]]
    return {
        "by": np.array([each[0] for each in found], dtype=object),
        "name": np.array([each[1] for each in found], dtype=object),
        "newly_liquidatable_accounts": np.array([each[2] for each in found], dtype=np.int64),
        "newly_liquidatable_debt_usd": np.array([each[3] for each in found]),
        "newly_liquidatable_collateral_usd": np.array([each[4] for each in found]),
        "within_5_percent_accounts": np.array([each[5] for each in found], dtype=np.int64),
    }


STUDY = Threshold()
