"""``cascade liquidity``: tell how much each market can absorb, and what supply cap that allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from engine.base.faults import BadInput
from engine.reading.round_view import initial_view, stable_assets
from engine.scenario.schema.fields import Number, parameter
from engine.studies.accounts import account_of_legs, sum_by_account
from engine.studies.assumptions import of_scenario
from engine.studies.market_depth import MarketDepth
from engine.studies.outcome import Answer
from engine.studies.settings import Settings, Share, Weights
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade liquidity book.cascade
  cascade liquidity book.cascade --within 30% --market-value WETH=220e9 --volume WETH=12e9 --supply WETH=120e6
"""
_MOST_FACTOR: Final = 2.0
_LARGEST_OF_SUPPLY: Final = 0.5


class LiquiditySettings(Settings):
    """How far prices fall, and what is known of each asset beside the scenario."""

    within: Share = parameter(
        0.1, "Within", "What is liquidatable once all assets but the stable ones have fallen by this much is sold.",
        unit="share", ge=0, lt=1,
    )  # fmt: skip
    volume: Weights = parameter({}, "Volume", "By asset, USD traded a day.")
    market_value: Weights = parameter({}, "Market value", "By asset, the USD that all of it is worth.")
    supply: Weights = parameter({}, "Supply", "By asset, tokens in circulation.")
    drop_small: Share = parameter(
        0.5, "Small assets fall by", "The extreme drop of assets worth less than $2bn in all, or of unknown worth.",
        unit="share", gt=0, lt=1,
    )  # fmt: skip
    drop_middle: Share = parameter(
        0.35, "Middle assets fall by", "The extreme drop of assets worth $2bn to $20bn.", unit="share", gt=0, lt=1
    )
    drop_large: Share = parameter(
        0.15, "Large assets fall by", "The extreme drop of assets worth more, and of stable ones.", unit="share",
        gt=0, lt=1,
    )  # fmt: skip
    middle_from: Number = parameter(2e9, "Middle from", "Market value of middle assets.", unit="usd", gt=0)
    large_from: Number = parameter(20e9, "Large from", "Market value of large assets.", unit="usd", gt=0)


class Liquidity(Study[LiquiditySettings]):
    """Whether markets can absorb what would be sold.

    Of each asset that is collateral of some account, with the smallest bonus b of the markets that list it:

    - ``largest_sale_usd``, the largest sale whose average price is at most b below the price before it, as methodology
      pages of risk managers say; and ``largest_paying_sale_usd``, at most b / (1 + b) below, where what is seized for a
      dollar still earns a dollar. USD at the undisturbed price, on a market that has recovered.
    - ``liquidatable_usd``: the collateral in this asset that full closes of all accounts would take which are
      liquidatable once all assets but the stable ones have fallen by `within`, each debt times one plus the bonus (of
      each collateral by what it is worth of all), at the fallen prices; never more than there is.
      ``fall_if_sold`` is how far its sale takes the price from there, ``days_of_volume`` what it is of what is traded.
    - ``toxic_ltv``, 1 / ((1 + b) lambda): the loan-to-value above which a liquidation leaves an account worse, where
      lambda is the price before that sale over its average price (Warmuz, Chaudhary and Pinna 2022). Accounts above it,
      and their debt, of those whose collateral is mostly this asset.
    - ``cap_factor``: the supply cap that this allows over what is supplied now, min(2, largest sale / liquidatable at
      the extreme drop of this asset alone), and never more than half of the tokens in circulation, where that is known.

    What sales do not move has no largest sale and no fall; nothing liquidatable allows the factor 2.

    A known answer: on an exponential curve of depth D a sale of u has the average D / u (1 - exp(-u / D))
    (tests/engine/studies/test_liquidity.py).
    """

    name: ClassVar[str] = "liquidity"
    question: ClassVar[str] = "Can the market absorb it?"
    group: ClassVar[str] = "Who?"
    kind = LiquiditySettings

    def answer(self, scenario: Scenario, settings: LiquiditySettings, runs: Runs) -> Answer:  # noqa: ARG002 - no runs
        """Look at each asset that is collateral."""
        names = tuple(scenario.parameters.assets)
        for setting in ("volume", "market_value", "supply"):
            for name in getattr(settings, setting):
                if name not in names:
                    raise BadInput.at(setting, repr(name), "assets of the scenario: " + ", ".join(names))
        view = initial_view(scenario)
        stable = stable_assets(scenario)
        together = np.array([1.0 if name in stable else 1.0 - settings.within for name in names])
        held = _Held(view)
        seized = held.seized(together)
        rows: list[dict[str, Any]] = []
        notes: list[str] = []
        figures: dict[str, float | None] = {}
        for place, name in enumerate(names):
            if held.worth[place] <= 0.0:
                continue
            asset = scenario.parameters.assets[name]
            row = _of_asset(name, MarketDepth(asset), _bonus(scenario, name), float(seized[place]), settings.volume)
            row |= held.toxic(place, row["toxic_ltv"])
            drop = _drop(name, name in stable, settings)
            alone = np.ones(len(names))
            alone[place] = 1.0 - drop
            row |= _cap(row, float(held.seized(alone)[place]), drop, held.tokens[place], settings.supply.get(name))
            if name not in settings.market_value and name not in stable:
                notes.append(f"The market value of {name} is not given: its extreme drop is {drop:.0%}.")
            rows.append(row)
            for figure in ("largest_sale_usd", "largest_paying_sale_usd", "fall_if_sold", "days_of_volume",
                           "toxic_ltv", "cap_factor"):  # fmt: skip
                value = row[figure]
                figures[f"{figure}.{name}"] = value if math.isfinite(value) else None
        columns = {key: np.array([row[key] for row in rows], dtype=object if key == "asset" else np.float64)
                   for key in (rows[0] if rows else {})}  # fmt: skip
        said = (
            f"Liquidatable once all assets but the stable ones have fallen by {settings.within:.0%}; closed in full.",
            *of_scenario(scenario)[:-1],
        )
        return Answer(columns, figures, said, tuple(notes))


class _Held:
    """What accounts hold, and what liquidations would take of it.

    Parameters
    ----------
    view
        Of the book before the first round.

    Attributes
    ----------
    tokens, worth
        (K,) held as collateral, in tokens and in USD.
    """

    def __init__(self, view: RoundView) -> None:
        self._view, self._book = view, view.book
        book, amounts = view.book, view.state.collateral_amount
        self.tokens = np.bincount(book.collateral_asset, amounts, minlength=len(book.asset_names))
        self.worth = self.tokens * view.prices

    def seized(self, scales: Floats) -> Floats:
        """Return (K,) USD that full closes of all who are liquidatable at scaled prices would take."""
        view, book = self._view, self._book
        start, prices = book.collateral_start, view.prices * scales
        worth = view.state.collateral_amount * prices[book.collateral_asset]
        whole = sum_by_account(start, worth)
        counted = sum_by_account(start, worth * book.collateral_threshold)
        with_bonus = sum_by_account(start, worth * (1.0 + book.collateral_bonus))
        owed = sum_by_account(book.debt_start, view.state.debt_amount * prices[book.debt_asset])
        share = np.zeros(len(book))
        # D (1 + b) of C, the bonus that of the account's collateral on average; no more than all of it.
        np.divide(owed * with_bonus, whole * whole, out=share, where=(whole > 0.0) & (counted < owed))
        taken = worth * np.minimum(share, 1.0)[account_of_legs(start)]
        return np.bincount(book.collateral_asset, taken, minlength=len(prices)).astype(np.float64)

    def toxic(self, place: int, limit: float) -> dict[str, float]:
        """Return the accounts above a loan-to-value whose collateral is mostly one asset, and their debt."""
        view, book = self._view, self._book
        worth = view.state.collateral_amount * view.prices[book.collateral_asset]
        of = sum_by_account(book.collateral_start, np.where(book.collateral_asset == place, worth, 0.0))
        chosen = (2.0 * of > view.collateral_usd) & (view.debt_usd > 0.0) & (view.ltv > limit)
        return {"toxic_accounts": float(chosen.sum()), "toxic_debt_usd": float(view.debt_usd[chosen].sum())}


def _bonus(scenario: Scenario, name: str) -> float:
    """Return the smallest bonus of the markets that list an asset; 0 where only loans themselves give one."""
    markets = scenario.parameters.markets.values()
    return min((float(m.collateral[name].liquidation_bonus) for m in markets if name in m.collateral), default=0.0)


def _of_asset(
    name: str, depth: MarketDepth, bonus: float, liquidatable: float, volume: Mapping[str, float]
) -> dict[str, Any]:
    average = depth.average_factor(liquidatable)
    return {
        "asset": name,
        "bonus": bonus,
        "largest_sale_usd": depth.largest_sale(bonus),
        "largest_paying_sale_usd": depth.largest_sale(bonus / (1.0 + bonus)),
        "liquidatable_usd": liquidatable,
        "fall_if_sold": 1.0 - depth.price_factor(liquidatable),
        "days_of_volume": liquidatable / volume[name] if volume.get(name) else math.nan,
        "toxic_ltv": average / (1.0 + bonus),
    }


def _drop(name: str, stable: bool, settings: LiquiditySettings) -> float:
    value = settings.market_value.get(name, 0.0)
    if stable or value > settings.large_from:
        return float(settings.drop_large)
    return float(settings.drop_middle if value >= settings.middle_from else settings.drop_small)


def _cap(row: dict[str, Any], liquidatable: float, drop: float, held: float, supply: float | None) -> dict[str, float]:
    """Return the cap factor and what it comes from; NaN tokens where nothing is known of the supply."""
    factor = min(_MOST_FACTOR, row["largest_sale_usd"] / liquidatable) if liquidatable > 0.0 else _MOST_FACTOR
    if supply is not None:
        factor = min(factor, _LARGEST_OF_SUPPLY * supply / held)
    return {
        "extreme_drop": drop, "liquidatable_at_drop_usd": liquidatable, "cap_factor": factor,
        "cap_tokens": factor * held,
    }  # fmt: skip


STUDY = Liquidity()
