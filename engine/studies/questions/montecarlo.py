"""``cascade montecarlo``: tell value at risk, liquidations at risk and expected shortfall over random price paths.

In two classes that are never put into one figure: a broad downturn, and pegged assets that leave their pegs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.reading.round_view import initial_view
from engine.scenario.schema import GbmProcess
from engine.scenario.schema.fields import Whole, parameter
from engine.scenario.schema.random_shock import YEAR_SECONDS
from engine.studies.assumptions import of_scenario
from engine.studies.distributions import convergence, distribution_figures, too_few
from engine.studies.first_passage import first_passage
from engine.studies.kept_courses import worst_first
from engine.studies.moves import Moves, moves_of
from engine.studies.outcome import Answer
from engine.studies.path_settings import BROAD, BROKEN, DrawnPaths, PathSettings
from engine.studies.price_tables import PriceTables
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Wholes
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario
    from engine.studies.gathering import Made
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade montecarlo book.cascade --paths 1000
  cascade montecarlo book.cascade --paths 5000 --horizon 7d --volatility WETH=0.9,WBTC=0.7 --fall 0:0
  cascade montecarlo book.cascade --depeg USDC=0.9:0.05 --accounts accounts.parquet --worst 5
"""


class MonteCarloSettings(PathSettings):
    """How many paths, how long, and how prices move on them."""

    worst: Whole = parameter(
        0, "Worst paths", "How many of the worst paths of each class are saved as scenarios.", unit="count", ge=0
    )


class MonteCarlo(Study[MonteCarloSettings]):
    """Value at risk and its kin over random price paths.

    Rows have one path each: its class, its number and what it came to. Figures of the broad downturn have the plain
    names (``total_loss_usd.var_99``), those of the broken correlation begin with ``broken_correlation.``, and are there
    where an asset is named that leaves its peg.

    A run goes on after the horizon, at the prices of its end, until the cascade has come to rest.

    The fan has, for the assets that move and are held most and for those that leave their pegs, quantiles of the market
    price over paths, at 96 rounds at most up to the horizon. The five worst paths of each class are those that lose
    most, and of those that lose the same those that repay most; each is a row that can be opened.

    The table of accounts has each account's share of paths of the broad downturn in which it is liquidated and, where
    one asset decides and prices are a geometric Brownian motion without a common fall, the closed form of the first
    passage beside it, looked at once a round. What is above it, is what other accounts' liquidations do.

    Known answers: a price of 2,000 that may not fall to 1,600 within 30 days at 80 % a year does so with a probability
    of 0.36836, and looked at every hour of 0.3573 (tests/engine/studies/test_montecarlo.py).
    """

    name: ClassVar[str] = "montecarlo"
    question: ClassVar[str] = "What are VaR and LaR?"
    group: ClassVar[str] = "How bad?"
    kind = MonteCarloSettings
    unprinted: ClassVar = frozenset({"fan", "prices"})
    opens: ClassVar = {"worst_broad": "row", "worst_broken": "row"}
    tables: ClassVar = {
        "accounts": "each account and how likely it is liquidated",
        "convergence": "value at risk of total loss at 99 % after more and more paths",
        "worst_broad": "the five worst paths of the broad downturn",
        "worst_broken": "the five worst paths of the broken correlation",
        "fan": "quantiles of market prices over the paths of each class, round by round",
        "prices": "market and undisturbed prices along the worst and the first paths of each class",
    }

    def answer(self, scenario: Scenario, settings: MonteCarloSettings, runs: Runs) -> Answer:
        """Run the paths of both classes."""
        paths = DrawnPaths(scenario, settings)
        moved = paths.moved(scenario)
        view = initial_view(moved)
        prices = PriceTables(view, paths)
        runs.expect(len(paths.draws) * settings.paths)
        made = {
            name: runs.along(moved, settings.paths, prices=draw, rows_of=partial(_rows_of, name), course=prices.course)
            for name, draw in paths.draws.items()
        }
        rows = runs.rows
        seed = int(scenario.parameters.simulation.seed)
        figures = distribution_figures(made[BROAD].measures, seed)
        notes = list(too_few(figures, len(made[BROAD])))
        if BROKEN in made:
            broken = distribution_figures(made[BROKEN].measures, seed)
            figures |= {f"broken_correlation.{name}": value for name, value in broken.items()}
        else:
            notes.append("No path of the class broken correlation: no asset was named that leaves its peg (depeg).")
        said = (*paths.said(), *of_scenario(scenario))
        tables = {
            **prices.tables(made),
            "accounts": _accounts(view, settings, paths, made[BROAD]),
            "convergence": convergence("total_loss_usd.var_99", made[BROAD].measures["total_loss_usd"], 0.99)
            if len(made[BROAD])
            else {},
        }
        notes += prices.notes(made)
        kept = _worst(made, settings.worst)
        return Answer(rows, figures, said, tuple(notes), self.values_of(scenario, settings, rows), tables, kept)

    def values_of(self, scenario: Scenario, settings: MonteCarloSettings, rows: Columns) -> ValuesOf:
        """Return what tells the prices of a row's path, as a shock."""
        return lambda row: DrawnPaths(scenario, settings).values_of(str(rows["class"][row]), int(rows["path"][row]))


def _rows_of(name: str, places: Wholes, measures: Columns) -> Columns:
    """Return the rows of paths of a class."""
    return {"class": np.full(len(places), name, dtype=object), "path": places, **measures}


def _worst(made: Mapping[str, Made], most: int) -> dict[str, int]:
    """Return the rows of the paths of each class that lose most, the worst first, by a name for each."""
    found: dict[str, int] = {}
    before = 0
    for name, each in made.items():
        if len(each) and most:
            order = worst_first(each.measures["total_loss_usd"], each.measures["repaid_usd"])[:most]
            for place, row in enumerate(order.tolist(), 1):
                found[f"{name.replace(' ', '-')}-worst-{place}"] = before + row
        before += len(each)
    return found


def _accounts(view: RoundView, settings: MonteCarloSettings, paths: DrawnPaths, made: Made) -> Columns:
    """Return each account with debt: how likely it is liquidated, by paths and by the closed form."""
    chosen = np.flatnonzero(view.debt_usd > 0.0)
    probability = made.times_liquidated[chosen] / len(made) if len(made) else np.full(len(chosen), np.nan)
    closed = np.full(len(view.book), np.nan)
    process = paths.drawn.shock.process
    seconds = float(view.scenario.parameters.simulation.round_seconds)
    if settings.fall == (0.0, 0.0) and isinstance(process, GbmProcess):
        moves = moves_of(view)
        for place, name in enumerate(paths.drawn.names):
            sigma = float(process.volatility.get(name, 0.0))
            one = moves.falls_with(place)
            if sigma > 0.0 and one.any():
                closed[one] = first_passage(
                    _levels(moves, one), sigma, paths.rounds * seconds / YEAR_SECONDS,
                    float(process.drift.get(name, 0.0)), paths.rounds,
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
