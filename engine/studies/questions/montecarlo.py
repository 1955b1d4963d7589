"""``cascade montecarlo``: tell value at risk, liquidations at risk and expected shortfall over random price paths.

In two classes that are never put into one figure: a broad downturn, and pegged assets that leave their pegs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from engine.base.faults import BadInput
from engine.reading.round_view import initial_view
from engine.scenario.schema import GbmProcess
from engine.scenario.schema.fields import Number, Whole, parameter
from engine.scenario.schema.random_shock import YEAR_SECONDS
from engine.studies.assumptions import of_scenario
from engine.studies.distributions import convergence, distribution_figures, too_few
from engine.studies.first_passage import first_passage
from engine.studies.moves import Moves, moves_of
from engine.studies.outcome import Answer
from engine.studies.price_paths import USUAL_VOLATILITY, Draw, PricePaths, along_paths, rounds_of
from engine.studies.settings import Seconds, Settings, Spread, Spreads, Weights
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Made, Runs

EPILOG = """examples:
  cascade montecarlo book.cascade --paths 1000
  cascade montecarlo book.cascade --paths 5000 --horizon 7d --volatility WETH=0.9,WBTC=0.7 --fall 0:0
  cascade montecarlo book.cascade --depeg USDC=0.9:0.05 --accounts accounts.parquet --worst 5
"""
BROAD: Final = "broad downturn"
BROKEN: Final = "broken correlation"


class MonteCarloSettings(Settings):
    """How many paths, how long, and how prices move on them."""

    paths: Whole = parameter(1_000, "Paths", "How many paths of each class.", unit="count", ge=1, le=10_000_000)
    horizon: Seconds = parameter(86_400.0, "Horizon", "How long prices move: 24h, 7d.", unit="seconds", gt=0)
    volatility: Weights = parameter(
        {}, "Volatility",
        "By asset, the standard deviation of the log return of a year; the scenario's random shock without it, or "
        "0.8 for every asset that is not stable.",
    )  # fmt: skip
    correlation: Number = parameter(
        0.8, "Correlation", "Of the returns of any two assets, where the scenario's own shock does not say it.",
        ge=-1, le=1,
    )  # fmt: skip
    fall: Spread = parameter(
        (0.2, 0.09), "Fall",
        "Broad downturn: mean and deviation of a fall of all assets but the stable ones, at a random time; 0:0: none.",
    )  # fmt: skip
    fall_within: Seconds = parameter(3_600.0, "Fall within", "How long that fall takes.", unit="seconds", gt=0)
    depeg: Spreads = parameter(
        {}, "Leaves its peg", "Broken correlation: by asset, mean and deviation of what is left of its price."
    )
    worst: Whole = parameter(
        0, "Worst paths", "How many of the worst paths of each class are saved as scenarios.", unit="count", ge=0
    )


class MonteCarlo(Study[MonteCarloSettings]):
    """Value at risk and its kin over random price paths.

    Rows have one path each: its class, its number and what it came to. Figures of the broad downturn have the plain
    names (``total_loss_usd.var_99``), those of the broken correlation begin with ``broken_correlation.``, and are there
    where an asset is named that leaves its peg.

    A run goes on after the horizon, at the prices of its end, until the cascade has come to rest.

    The table of accounts has each account's share of paths of the broad downturn in which it is liquidated and, where
    one asset decides and prices are a geometric Brownian motion without a common fall, the closed form of the first
    passage beside it, looked at once a round. What is above it, is what other accounts' liquidations do.

    Known answers: a price of 2,000 that may not fall to 1,600 within 30 days at 80 % a year does so with a probability
    of 0.36836, and looked at every hour of 0.3573 (tests/engine/studies/test_montecarlo.py).
    """

    name: ClassVar[str] = "montecarlo"
    question: ClassVar[str] = "What may be lost, and how sure are we?"
    kind = MonteCarloSettings
    tables: ClassVar = {
        "accounts": "each account and how likely it is liquidated",
        "convergence": "value at risk of total loss at 99 % after more and more paths",
    }

    def answer(self, scenario: Scenario, settings: MonteCarloSettings, runs: Runs) -> Answer:
        """Run the paths of both classes."""
        seconds = float(scenario.parameters.simulation.round_seconds)
        rounds = rounds_of(settings.horizon, scenario.parameters.simulation)
        if settings.horizon < seconds:
            raise BadInput.at("horizon", f"{settings.horizon:g} s", f"at least one round, {seconds:g} s")
        _check(scenario, settings)
        drawn = PricePaths(scenario, rounds, settings.volatility, settings.correlation)
        moved = along_paths(scenario, rounds)
        draws = _draws(drawn, settings)
        made = {name: runs.along(moved, settings.paths, prices=draw) for name, draw in draws.items()}

        rows = _rows(made)
        seed = int(scenario.parameters.simulation.seed)
        figures = distribution_figures(made[BROAD].measures, seed)
        notes = list(too_few(figures, len(made[BROAD])))
        if BROKEN in made:
            broken = distribution_figures(made[BROKEN].measures, seed)
            figures |= {f"broken_correlation.{name}": value for name, value in broken.items()}
        else:
            notes.append("No path of the class broken correlation: no asset was named that leaves its peg (depeg).")
        said = (*_said(settings, drawn, rounds, seconds), *of_scenario(scenario))
        tables = {
            "accounts": _accounts(moved, settings, drawn, made[BROAD], rounds, seconds),
            "convergence": convergence("total_loss_usd.var_99", made[BROAD].measures["total_loss_usd"], 0.99)
            if len(made[BROAD])
            else {},
        }
        kept = _worst(made, settings.worst)
        return Answer(rows, figures, said, tuple(notes), self.values_of(scenario, settings, rows), tables, kept)

    def values_of(self, scenario: Scenario, settings: MonteCarloSettings, rows: Columns) -> ValuesOf:
        """Return what tells the prices of a row's path, as a shock."""

        def values(row: int) -> dict[str, Any]:
            rounds = rounds_of(settings.horizon, scenario.parameters.simulation)
            drawn = PricePaths(scenario, rounds, settings.volatility, settings.correlation)
            prices = _draws(drawn, settings)[str(rows["class"][row])]([int(rows["path"][row])])[0]
            start = np.array([asset.price for asset in scenario.parameters.assets.values()])
            returns = {
                asset: (prices[:, place] / start[place] - 1.0).tolist()
                for place, asset in enumerate(drawn.names)
                if (prices[:, place] != start[place]).any()
            }
            most = along_paths(scenario, rounds).parameters.simulation.max_rounds
            return {"shock": {"kind": "path", "returns": returns}, "simulation.max_rounds": most}

        return values


def _draws(drawn: PricePaths, settings: MonteCarloSettings) -> dict[str, Draw]:
    """Return what draws the paths of each class that was asked for."""
    draws = {BROAD: drawn.broad(settings.fall, settings.fall_within)}
    if settings.depeg:
        draws[BROKEN] = drawn.broken(settings.depeg)
    return draws


def _check(scenario: Scenario, settings: MonteCarloSettings) -> None:
    for name, (mean, deviation) in settings.depeg.items():
        if name not in scenario.parameters.assets:
            raise BadInput.at("depeg", repr(name), "assets of the scenario: " + ", ".join(scenario.parameters.assets))
        if mean <= 0.0 or deviation < 0.0:
            raise BadInput.at("depeg", f"{name}={mean:g}:{deviation:g}", "a mean above 0 and a deviation of at least 0")
    mean, deviation = settings.fall
    if not (0.0 <= mean < 1.0 and deviation >= 0.0):
        raise BadInput.at("fall", f"{mean:g}:{deviation:g}", "a mean from 0 to below 1 and a deviation of at least 0")


def _rows(made: Mapping[str, Made]) -> Columns:
    parts = {name: each for name, each in made.items() if len(each)}
    if not parts:
        return {}
    first = next(iter(parts.values()))
    rows: Columns = {
        "class": np.concatenate([np.full(len(each), name, dtype=object) for name, each in parts.items()]),
        "path": np.concatenate([each.places for each in parts.values()]),
    }
    return rows | {name: np.concatenate([each.measures[name] for each in parts.values()]) for name in first.measures}


def _worst(made: Mapping[str, Made], most: int) -> dict[str, int]:
    """Return the rows of the paths of each class that lose most, the worst first, by a name for each."""
    found: dict[str, int] = {}
    before = 0
    for name, each in made.items():
        if len(each) and most:
            order = np.argsort(-each.measures["total_loss_usd"], kind="stable")[:most]
            for place, row in enumerate(order.tolist(), 1):
                found[f"{name.replace(' ', '-')}-worst-{place}"] = before + row
        before += len(each)
    return found


def _said(settings: MonteCarloSettings, drawn: PricePaths, rounds: int, seconds: float) -> tuple[str, ...]:
    if drawn.is_own:
        moves = "as the scenario's own random shock"
    elif drawn.is_assumed:
        moves = (
            f"as geometric Brownian motions of {USUAL_VOLATILITY:.0%} a year for every asset that is not stable "
            f"(an assumption), any two with a correlation of {settings.correlation:g}"
        )
    else:
        each = ", ".join(f"{name} {sigma:.0%}" for name, sigma in settings.volatility.items())
        moves = f"as geometric Brownian motions of {each} a year, correlation {settings.correlation:g}"
    said = [f"{settings.paths:,} paths a class; prices move for {rounds:,} rounds of {seconds:g} s, {moves}."]
    mean, deviation = settings.fall
    if settings.fall != (0.0, 0.0):
        said.append(
            f"Broad downturn: once, at a random time, all assets that are not stable fall by {mean:.0%} ± "
            f"{deviation:.0%} within {settings.fall_within:g} s (lognormal)."
        )
    said += [
        f"Broken correlation: {name} goes to {left:.0%} ± {spread:.0%} of its price in one round, at a random time."
        for name, (left, spread) in settings.depeg.items()
    ]
    return tuple(said)


def _accounts(
    scenario: Scenario, settings: MonteCarloSettings, drawn: PricePaths, made: Made, rounds: int, seconds: float
) -> Columns:
    """Return each account with debt: how likely it is liquidated, by paths and by the closed form."""
    view = initial_view(scenario)
    chosen = np.flatnonzero(view.debt_usd > 0.0)
    probability = made.times_liquidated[chosen] / len(made) if len(made) else np.full(len(chosen), np.nan)
    closed = np.full(len(view.book), np.nan)
    process = drawn.shock.process
    if settings.fall == (0.0, 0.0) and isinstance(process, GbmProcess):
        moves = moves_of(view)
        for place, name in enumerate(drawn.names):
            sigma = float(process.volatility.get(name, 0.0))
            one = moves.falls_with(place)
            if sigma > 0.0 and one.any():
                closed[one] = first_passage(
                    _levels(moves, one), sigma, rounds * seconds / YEAR_SECONDS,
                    float(process.drift.get(name, 0.0)), rounds,
                )  # fmt: skip
    return {
        "account": view.book.account_names[chosen],
        "market": np.array(view.book.market_names, dtype=object)[view.book.market[chosen]],
        "debt_usd": view.debt_usd[chosen],
        "health": view.health[chosen],
        "liquidation_probability": probability,
        "closed_form": closed[chosen],
    }


def _levels(moves: Moves, chosen: Any) -> Floats:
    """Return at what share of its price the asset that decides takes the health of accounts to 1."""
    levels: Floats = 1.0 - moves.distance[chosen]
    return levels


STUDY = MonteCarlo()
