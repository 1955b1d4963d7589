"""What the liquidation map draws, computed in a background thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.reading.liquidatable import owed_without_collateral
from engine.reading.one_market import of_market
from engine.reading.round_view import liquidation_heat_map, liquidation_map_of_rises, round_view, stable_assets
from engine.scenario.schema import InstantShock, PathShock, SaleShock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView
    from engine.scenario.loans import LoanTable
    from engine.scenario.scenario import Scenario

DROPS: Final = np.concatenate([np.linspace(-1.0, -0.01, 100), np.linspace(0.0, 0.9, 91)])
"""Falls since round 0 at which the debt is added up; negative ones are rises."""

START: Final = 100
"""Where in `DROPS` the price of round 0 is."""

RISES: Final = (0.1, 0.2, 0.3, 0.5, 1.0)
"""How far up the map may reach."""

_MOST_OF_RISES = 0.9
"""The share of what rises liquidate that the map must reach."""

_WORTH_SHOWING = 0.01
"""Rises are shown where they liquidate at least this share of what falls do at most."""

LEVEL: Final = 2
"""How many steps of `DROPS` make a level of the heat map and of the bars."""

_MOST_COLUMNS = 60

_ROUNDING = 1e-9
"""What is left of a curve without bad debt and is less than this share of it is what rounding leaves."""

_ALIKE = 0.005
"""Moves that differ by no more than this share of the first price are told as one."""

_SEEN = 0.005
"""A level of the heat map that never holds more than this share of the most cannot be told from none."""


class MapMode(Enum):
    """What the map shows."""

    CUMULATIVE = "cumulative"
    LEVELS = "levels"
    ROUNDS = "rounds"


@dataclass(frozen=True, slots=True)
class MapCurve:
    """Debt that is liquidatable at each fall or rise, with the book as it was at the end of a round.

    Attributes
    ----------
    round
        The round.
    asset
        The asset that moves; None when everything that is not stable does.
    drops
        The part of `DROPS` that it is of, from a whole number of levels before `START`.
    cumulative
        USD at each of `drops`.
    risen
        USD that the rise to each of `drops` adds, of accounts that are short; falls add nothing.
    reach
        How far up it is worth showing, one of `RISES`; 0 where rises liquidate next to nothing. Told of round 0 only.
    market
        Whose debt it is, None for that of all markets.
    """

    round: int
    asset: str | None
    drops: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    risen: NDArray[np.float64]
    reach: float = 0.0
    market: str | None = None

    @property
    def edges(self) -> NDArray[np.float64]:
        """The falls between which the levels are."""
        return self.drops[::LEVEL]

    @property
    def levels(self) -> NDArray[np.float64]:
        """USD that becomes liquidatable within each level of `LEVEL` steps, away from the price of round 0.

        Levels of falls at which more debt recovers (of those who borrowed what falls) than is added are 0.
        """
        return _levels(self.cumulative, self.risen)

    def up_to(self, reach: float) -> MapCurve:
        """Return the part of it from a rise of `reach` on."""
        first = _first(reach)
        return replace(self, drops=DROPS[first:], cumulative=self.cumulative[first:], risen=self.risen[first:])


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The levels of a run's rounds side by side.

    Attributes
    ----------
    asset
        As in `MapCurve`.
    rounds
        The rounds of the columns, rising.
    cumulative
        [columns, drops] USD at each of `DROPS`.
    risen
        [columns, drops] USD that the rise to each of `DROPS` adds.
    market
        As in `MapCurve`.
    """

    asset: str | None
    rounds: NDArray[np.int64]
    cumulative: NDArray[np.float64]
    risen: NDArray[np.float64]
    market: str | None = None

    def each_round(self, count: int, reach: float) -> NDArray[np.float64]:
        """Return [count, levels] USD, from a rise of `reach` on: the nearest column for each round."""
        first = _first(reach)
        nearest = np.searchsorted((self.rounds[1:] + self.rounds[:-1]) / 2, np.arange(count))
        return _levels(self.cumulative[nearest, first:], self.risen[nearest, first:])


def used(levels: NDArray[np.float64], reach: float) -> tuple[float, float]:
    """Return from which rise (negative) to which fall a heat map has debt to show, the whole map where it has none.

    Parameters
    ----------
    levels
        [count, levels] USD, as `HeatMap.each_round` returns them.
    reach
        How far up they go.
    """
    edges = DROPS[_first(reach) :: LEVEL]
    most = levels.max(axis=0)
    held = np.flatnonzero(most > _SEEN * most.max())
    if not len(held):
        return float(edges[0]), float(edges[-1])
    return float(edges[held[0]]), float(edges[held[-1] + 1])


def held_between(heat: HeatMap | None, series: Series, moving: int, reach: float) -> tuple[float, float]:
    """Return the changes of price between which a heat map has debt, or the price of what moves has been."""
    if heat is None:
        return -float(DROPS[-1]), reach
    high, low = used(heat.each_round(len(series), reach), reach)
    moves = series["oracle"][:, moving] / series["market"][0, moving] - 1
    step = 2 * float(DROPS[-1] - DROPS[-1 - LEVEL])
    low, high = min(-low, float(moves.min())) - step, max(-high, float(moves.max())) + step
    return max(low, -float(DROPS[-1])), min(high, max(reach, float(moves.max()) + step))


def curve(view: RoundView, first_prices: NDArray[np.float64], asset: str | None, market: str | None = None) -> MapCurve:
    """Return the curve of a round's book, or of the part of it in one market.

    Parameters
    ----------
    view
        Of the round.
    first_prices
        [K] oracle prices of round 0, from which falls are counted.
    asset
        What moves; the prices of all else are the round's.
    market
        Whose debt is counted, None for that of all markets.
    """
    view = of_market(view, market)
    stable = stable_assets(view.scenario)
    falls = np.array([n == asset if asset else n not in stable for n in view.book.asset_names])
    at_first = replace(view, prices=np.where(falls, first_prices, view.prices))
    cumulative, risen = liquidation_map_of_rises(at_first, asset, DROPS)
    cumulative = _without(cumulative, owed_without_collateral(view) * at_first.prices, falls)
    reach = _reach(cumulative, risen) if view.round == 0 else 0.0
    return MapCurve(view.round, asset, DROPS, cumulative, risen, reach, market)


def _without(
    cumulative: NDArray[np.float64], bad_usd: NDArray[np.float64], falls: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return a curve without the debt that no collateral is left for, [K] USD: that is not liquidatable, it is bad."""
    if not bad_usd.any():
        return cumulative
    bad = bad_usd[~falls].sum() + bad_usd[falls].sum() * (1.0 - DROPS)
    left = cumulative - bad
    return np.where(left > _ROUNDING * bad, left, 0.0)


def shocked_asset(scenario: Scenario) -> str | None:
    """Return the asset that the shock moves most, or that is sold most; None where it names none.

    Along a path of prices all assets move, a little one often furthest: there it is the one whose move changes most of
    what is held and owed.
    """
    shock = scenario.parameters.shock
    if isinstance(shock, InstantShock):
        sizes = {name: abs(share) for name, share in shock.returns.items()}
    elif isinstance(shock, PathShock):
        moves = {name: max(map(abs, shares), default=0.0) for name, shares in shock.returns.items()}
        worth = _worth(scenario)
        sizes = {name: move * worth.get(name, 0.0) for name, move in moves.items()}
        sizes = sizes if any(sizes.values()) else moves
    elif isinstance(shock, SaleShock):
        sizes = dict(shock.usd)
    else:
        sizes = {}
    found = max(sizes, key=lambda name: sizes[name], default=None)
    return found if found is not None and sizes[found] > 0 else None


def _worth(scenario: Scenario) -> dict[str, float]:
    """Return USD of each asset that is held or owed, at the prices that a scenario starts with."""
    loans, assets = scenario.loans, scenario.parameters.assets
    tokens = loans.kept.get(_tokens, lambda: _tokens(loans))
    return {name: amount * assets[name].price for name, amount in tokens.items() if name in assets}


def _tokens(loans: LoanTable) -> dict[str, float]:
    """Return how many tokens of each asset some loans hold and owe; kept with them, as a run begins with it."""
    found: dict[str, float] = {}
    for column, amounts in (
        (loans.collateral_asset, loans.collateral_amount), (loans.debt_asset, loans.debt_amount),
    ):  # fmt: skip
        given = column.codes >= 0
        sums = np.bincount(column.codes[given], np.nan_to_num(amounts[given]), len(column.names))
        for name, amount in zip(column.names, sums.tolist(), strict=True):
            found[name] = found.get(name, 0.0) + amount
    return found


def first_curve(recording: RecordedRun, asset: str | None, market: str | None = None) -> MapCurve:
    """Return the curve of the book before the first round."""
    return curve(round_view(recording, 0), recording.rounds[0].oracle, asset, market)


def heat_map(recording: RecordedRun, count: int, asset: str | None, market: str | None = None) -> HeatMap:
    """Return the levels of the first `count` rounds, of at most 60 of them evenly spread."""
    columns = min(count, _MOST_COLUMNS)
    rounds = np.unique(np.linspace(0, count - 1, columns).round().astype(np.int64))
    levels = liquidation_heat_map(recording, rounds.tolist(), asset, DROPS, market=market)
    return HeatMap(asset, rounds, *levels, market)


def fallen(series: Series, number: int, asset: int) -> float:
    """Return how far an asset's oracle price has fallen from round 0 to a round, a fraction; negative after a rise."""
    return 1 - float(series["oracle"][number, asset] / series["market"][0, asset])


def fallen_together(series: Series, number: int) -> bool:
    """Whether all assets that are not stable have moved alike until a round, so that one number tells of them all."""
    if series.recording is None:
        return False
    stable = stable_assets(series.recording.scenario)
    moving = [at for at, name in enumerate(series.assets) if name not in stable]
    moves = series["oracle"][number, moving] / series["market"][0, moving]
    return bool(moving) and float(moves.max() - moves.min()) <= _ALIKE


def fallen_before(before: Series | None, now: Series, asset: int, number: int) -> float | None:
    """Return how far an asset had fallen in the run before: beside the end at its end, else in the same round.

    None where there was no run of these assets.
    """
    if before is None or before.assets != now.assets:
        return None
    is_end = now.ended and number == len(now) - 1
    return fallen(before, len(before) - 1 if is_end else min(number, len(before) - 1), asset)


def reach_for(rise: float) -> float:
    """Return the least of `RISES` that holds a rise; the largest if none does."""
    return next((reach for reach in RISES if rise <= reach), RISES[-1])


def _reach(cumulative: NDArray[np.float64], risen: NDArray[np.float64]) -> float:
    """Return how far up a map is worth showing, given both at all of `DROPS`."""
    by_rise = np.cumsum(risen[:START][::-1])
    total = float(by_rise[-1])
    if total == 0.0 or total < _WORTH_SHOWING * float(cumulative[START:].max()):
        return 0.0
    steps = 1 + int(np.argmax(by_rise >= _MOST_OF_RISES * total))
    return reach_for(round(-float(DROPS[START - steps]), 2))


def _first(reach: float) -> int:
    return START - round(reach * 100)


def _levels(cumulative: NDArray[np.float64], risen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the levels of curves that end with `DROPS`."""
    up = cumulative.shape[-1] - len(DROPS) + START
    rises = risen[..., :up].reshape(*risen.shape[:-1], up // LEVEL, LEVEL).sum(axis=-1)
    falls = np.maximum(np.diff(cumulative[..., up::LEVEL], axis=-1), 0.0)
    return np.concatenate([rises, falls], axis=-1)
