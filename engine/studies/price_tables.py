"""What a study over random paths tells of prices on the way: fans of each class, and its worst paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.running.courses import Course
from engine.running.variants import start_prices
from engine.studies.kept_courses import FIRST, POINTS, fan
from engine.studies.path_settings import BROAD, BROKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.reading.round_view import RoundView
    from engine.studies.gathering import Made
    from engine.studies.outcome import Columns
    from engine.studies.path_settings import DrawnPaths

MOST_ASSETS: Final = 3
"""Prices of so many assets that move are told, of those of which most is held as collateral."""
SHOWN_PATHS: Final = 10
"""Prices along so many of the first paths of each class are told, beside those along its worst paths."""
WORST_TABLES: Final = {BROAD: "worst_broad", BROKEN: "worst_broken"}
"""The tables of worst paths by class."""
_MOST_NAMED: Final = 5
_FIGURES: Final = (
    "total_loss_usd", "bad_debt_usd", "repaid_usd", "liquidations", "liquidatable_left_debt_usd", "rounds",
)  # fmt: skip


class PriceTables:
    """Makes tables of prices along paths.

    Parameters
    ----------
    view
        Of the scenario before it has run.
    paths
        Along which it is run.

    Attributes
    ----------
    course
        Whose prices are noted, and how often: of the assets that move those of which most is held, the one that most
        is held of first, then those that leave their pegs.
    """

    def __init__(self, view: RoundView, paths: DrawnPaths) -> None:
        self._paths = paths
        parameters = view.scenario.parameters
        names = tuple(parameters.assets)
        book = view.book
        worth = view.state.collateral_amount * view.prices[book.collateral_asset]
        held = np.bincount(book.collateral_asset, worth, minlength=len(names))
        moving = sorted((names.index(name) for name in paths.drawn.moving), key=lambda place: -held[place])
        pegs = [names.index(name) for name in paths.pegs]
        self._assets = tuple(dict.fromkeys((*moving[:MOST_ASSETS], *pegs)))
        self._names = [names[place] for place in self._assets]
        in_book = {*np.flatnonzero(held).tolist(), *np.unique(book.debt_asset).tolist()}
        self._untold = [names[place] for place in moving if place in in_book and place not in self._assets]
        self.course = Course(self._assets, POINTS)
        self._rounds = self.course.noted(paths.rounds)
        self._seconds = float(parameters.simulation.round_seconds)
        self._start = start_prices(parameters)[list(self._assets)]

    def tables(self, made: Mapping[str, Made]) -> dict[str, Columns]:
        """Return the tables by name.

        Returns
        -------
        dict
            ``fan``: by class, asset and noted round the quantiles of market prices over the first 4,000 paths;
            ``prices``: market and undisturbed prices along the worst and the first paths of each class;
            ``worst_broad`` and ``worst_broken``: the five worst paths of a class with the numbers of their rows.
        """
        fans: list[Columns] = []
        prices: list[Columns] = []
        found: dict[str, Columns] = {"fan": {}, "prices": {}, **{table: {} for table in WORST_TABLES.values()}}
        before = 0
        for name, each in made.items():
            if len(each):
                fans += self._fans(name, each)
                rows = before + np.searchsorted(each.places, each.courses.worst_places)
                found[WORST_TABLES[name]] = self._worst(name, each, rows)
                prices += self._prices(name, each, before)
            before += len(each)
        for table, parts in (("fan", fans), ("prices", prices)):
            if parts:
                found[table] = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
        return found

    def notes(self, made: Mapping[str, Made]) -> tuple[str, ...]:
        """Say where fans are of fewer paths than figures are, and of fewer assets than move."""
        said = []
        if any(len(each) > FIRST for each in made.values()):
            said.append(f"The fans of prices are those of the first {FIRST:,} paths of a class.")
        if self._untold:
            told, others = ", ".join(self._names), ", ".join(self._untold[:_MOST_NAMED])
            more = len(self._untold) - _MOST_NAMED
            others += f" and {more} more" if more > 0 else ""
            said.append(f"Prices on the way are told of {told}. Of {others} less is held: they move, and are not told.")
        return tuple(said)

    def _fans(self, name: str, made: Made) -> list[Columns]:
        return [
            {
                **self._when(name, asset),
                "paths": np.full(len(self._rounds) + 1, len(made.courses.first)),
                **fan(made.courses.first[:, :, place], self._start[place]),
            }
            for place, asset in enumerate(self._names)
        ]

    def _when(self, name: str, asset: str) -> Columns:
        rounds = np.concatenate([[0], self._rounds])
        return {
            "class": _all(name, len(rounds)), "asset": _all(asset, len(rounds)), "round": rounds,
            "hours": rounds * self._seconds / 3_600.0,
        }  # fmt: skip

    def _worst(self, name: str, made: Made, rows: Any) -> Columns:
        own = np.searchsorted(made.places, made.courses.worst_places)
        falls = {f"fall.{asset}": made.measures[f"fall.{asset}"][own] for asset in self._names}
        return {
            "class": _all(name, len(own)), "path": made.courses.worst_places,
            **{figure: made.measures[figure][own] for figure in _FIGURES}, **falls, "row": rows,
        }  # fmt: skip

    def _prices(self, name: str, made: Made, before: int) -> list[Columns]:
        kept = made.courses
        first = made.places[:SHOWN_PATHS]
        places = np.concatenate([kept.worst_places, first])
        market = np.concatenate([kept.worst, kept.first[: len(first)]])
        worst = np.concatenate([np.arange(len(kept.worst_places)) + 1, np.zeros(len(first), dtype=np.int64)])
        drawn = self._paths.draws[name](places.tolist())[:, self._rounds - 1][:, :, list(self._assets)]
        rows = before + np.searchsorted(made.places, places)
        return [
            {
                **self._when(name, asset),
                "path": np.full(len(self._rounds) + 1, places[path]),
                "row": np.full(len(self._rounds) + 1, rows[path]),
                "worst": np.full(len(self._rounds) + 1, worst[path]),
                "market_price": self._from_start(market[path, :, place], place),
                "undisturbed_price": self._from_start(drawn[path, :, place], place),
            }
            for path in range(len(places))
            for place, asset in enumerate(self._names)
        ]

    def _from_start(self, prices: Floats, place: int) -> Floats:
        return np.concatenate([[self._start[place]], prices])


def _all(text: str, count: int) -> Any:
    return np.full(count, text, dtype=object)
