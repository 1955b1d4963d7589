"""Many runs of one scenario, each along a path of undisturbed prices of its own: what a Monte Carlo is made of.

Each run is the one that `engine.running.rounds.Rounds` makes along that path, without its recording. A path costs what
it touches, not what the book holds: the book is laid out by health once, and after each path only what it touched is
put back. Whole batches of paths run in one call of a kernel, so that threads do not wait for one another.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import kernels
from engine.book.book import Book
from engine.book.reuse import index_of
from engine.market.outside_sale import OutsideSale
from engine.recording.records import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED
from engine.running.courses import NOT_NOTED, Course
from engine.running.path_groups import Along, groups, in_parts
from engine.running.path_player import PathPlayer
from engine.running.path_room import PathRoom
from engine.running.variants import KnownTables, Tables, Variants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.running.variants import Variant
    from engine.scenario.scenario import Scenario

ENDED = (NO_MORE_LIQUIDATIONS, MAX_ROUNDS_REACHED, STOPPED)


@dataclass(frozen=True, slots=True)
class PathFigures:
    """What each of P paths came to: figures as in `engine.reading.measures`, each (P,) unless it says otherwise.

    The letters in shapes are those of `engine`.

    Parameters
    ----------
    rounds, ended
        The last round, and the place in `ENDED` of why it was the last; int64.
    liquidations, accounts_liquidated, liquidatable_left
        int64.
    repaid_usd, seized_usd, bad_debt_usd, lender_loss_usd, liquidatable_left_debt_usd, liquidator_profit_usd, \
borrower_loss_usd
        USD.
    max_reproduction_number
        NaN where it was never defined.
    insolvent_debt_usd, total_loss_usd
        USD, at market prices at the end.
    seed_proceeds_usd
        What was earned by selling from outside, USD.
    undisturbed, outside, market
        (P, K) prices at the end, USD; the second with nothing but what came from outside, a sale included.
    times_liquidated
        (n,) int64: in how many of the paths each account of the book was liquidated.
    course
        (P, S, A) market prices along the paths, USD, where they were asked for; S is 0 without. NaN after a stop.

    Examples
    --------
    >>> from engine.running.paths import ENDED
    >>> figures = engine.Paths(scenario).run(values={"shock.returns.WETH": [-0.1, -0.2]})
    >>> figures.liquidations.tolist(), figures.times_liquidated.tolist(), ENDED[figures.ended[1]]
    ([0, 1], [1, 0], 'no more liquidations')
    """

    rounds: Wholes
    ended: Wholes
    liquidations: Wholes
    accounts_liquidated: Wholes
    repaid_usd: Floats
    seized_usd: Floats
    bad_debt_usd: Floats
    lender_loss_usd: Floats
    liquidatable_left: Wholes
    liquidatable_left_debt_usd: Floats
    liquidator_profit_usd: Floats
    borrower_loss_usd: Floats
    max_reproduction_number: Floats
    insolvent_debt_usd: Floats
    total_loss_usd: Floats
    seed_proceeds_usd: Floats
    undisturbed: Floats
    outside: Floats
    market: Floats
    times_liquidated: Wholes
    course: Floats


class Paths:
    """Runs one scenario along many paths, of prices and of parameters.

    It may be used by several threads at once.

    Parameters
    ----------
    scenario
        What to run.

    Attributes
    ----------
    index
        The book laid out by health, as it is kept with the loans.

    Examples
    --------
    The shock of the scenario under three gas prices:

    >>> import engine
    >>> from engine.files.examples import find_example
    >>> paths = engine.Paths(find_example("contained").load())
    >>> figures = paths.run(values={"liquidators.gas_usd": [0.0, 10.0, 20.0]})
    >>> earned = figures.liquidator_profit_usd
    >>> bool(abs((earned[0] - earned[1]) - 10.0 * figures.liquidations[0]) < 1e-6)
    True

    Two falls of one asset, each seen through two depths of its market:

    >>> import numpy as np
    >>> assets = paths.scenario.parameters.assets
    >>> prices = np.tile([asset.price for asset in assets.values()], (4, 1, 1))
    >>> prices[:, :, list(assets).index("WETH")] *= np.array([0.9, 0.8, 0.9, 0.8])[:, None]
    >>> depth = {"assets.WETH.liquidity.depth_multiplier": [1.0, 1.0, 0.5, 0.5]}
    >>> paths.run(prices, values=depth).market.shape == (4, len(assets))
    True
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.index = index_of(scenario, for_many=True)
        self._variants = Variants(scenario)
        self._known = KnownTables()
        self._tables = Tables.of(scenario.parameters, self.index.book, self._known)

    def run(
        self, prices: Floats | None = None, threads: int = 1, stop: npt.NDArray[np.uint8] | None = None,
        outside: OutsideSale | None = None, *, values: Mapping[str, Sequence[Any] | npt.NDArray[Any]] | None = None,
        course: Course | None = None,
    ) -> PathFigures:  # fmt: skip
        """Run along each path.

        A kernel runs whole paths. Where others than liquidators settle a market, it stops for each round in which they
        have something to do. The figures do not depend on the number of threads.

        Parameters
        ----------
        prices
            (P, R, K) undisturbed prices of rounds 1 to R in USD, above 0; the last row holds on. P and R at least 1.
            Without them each path follows the shock of the scenario, or of what ``values`` make of it: another size,
            another kind, another ``simulation.seed`` of a random one.
        threads
            At least 1.
        stop
            (1,) uint8: when another thread sets it, no further round is begun; the paths that are not through count as
            stopped, with what they came to so far.
        outside
            What is sold from outside in place of what the shock sells; tokens (K,) along every path, or (P, K) along
            each.
        values
            By the path of a parameter (``"markets.aave.rules.close.close_factor"``), its P values, one along each path
            of prices: any parameter of the scenario, in the units and with the keys of scenario files. What paths
            have in common is worked out once.
        course
            Which market prices are noted along paths of given prices; none without.

        Returns
        -------
        PathFigures
            Arrays of P figures. Without prices and values P is 1.

        Raises
        ------
        ValueError
            If the prices or the tokens have another shape, or prices that are not finite and above 0, or tokens that
            are not finite or below 0, or a course is asked for without prices.
        BadInput
            If a parameter does not exist, its values are not P or one of them is not allowed.

        Examples
        --------
        WETH at three prices from round 1 on, one path each:

        >>> prices = np.array([[[1.0, 1800.0]], [[1.0, 1600.0]], [[1.0, 500.0]]])
        >>> figures = engine.Paths(scenario).run(prices)
        >>> figures.liquidations.tolist()
        [0, 1, 4]
        """
        assets = len(self.index.book.asset_names)
        given = None if prices is None else _checked(prices, assets)
        each = self._variants.along(values, None if given is None else len(given))
        count = sum(len(variant.places) for variant in each)
        if course is not None and given is None:
            message = "a course is noted along given prices only"
            raise ValueError(message)
        noted = NOT_NOTED if course is None else course
        points = 0 if course is None or given is None else len(course.noted(given.shape[1]))
        figures = _Figures.of(count, assets, (points, len(noted.assets)))
        along = Along(given, None if outside is None else _checked_sale(outside, count, assets), noted)
        flag = np.zeros(1, dtype=np.uint8) if stop is None else stop
        parts = in_parts(each)
        shares = [parts[place::threads] for place in range(threads)]
        if threads == 1:
            times = [self._play(shares[0], along, figures, flag)]
        else:
            with ThreadPoolExecutor(threads) as pool:
                work = [pool.submit(self._play, share, along, figures, flag) for share in shares]
                times = [done.result() for done in work]
        return figures.named(np.sum(times, axis=0))

    def _play(self, parts: Sequence[Variant], along: Along, figures: _Figures, stop: npt.NDArray[np.uint8]) -> Wholes:
        """Run some paths; return how often each account was liquidated."""
        times = np.zeros(len(self.index.book), dtype=np.int64)
        room = PathRoom(self.index)
        tables, index = self._tables, self.index
        for group in groups(parts, along):
            if stop[0]:
                break
            parameters = group.scenario.parameters
            book = index.book if tables.has_terms_of(parameters) else Book.from_scenario(group.scenario)
            tables = Tables.of(parameters, book, self._known)
            index = index.under(group.scenario, book, tables.basis)
            counted = times if group.alike == 1 else np.zeros_like(times)
            player = PathPlayer(tables, index, room.work(parameters, tables.look_back), counted, stop)
            for call in group.calls(along):
                some = figures.room_for(len(call.places))
                player.play(call.prices, call.sale, *some.arrays, along.course)
                figures.put(group.places if group.alike > 1 else call.places, some)
            if group.alike > 1:
                times += group.alike * counted
            player.close()
        in_book = np.empty_like(times)
        in_book[index.places.account] = times
        return in_book


@dataclass(frozen=True, slots=True)
class _Figures:
    """Figures of P paths as they are found: (P, FIGURES), prices at the end, (3, P, K), and on the way, (P, S, A)."""

    found: Floats
    ends: Floats
    course: Floats

    @classmethod
    def of(cls, paths: int, assets: int, course: tuple[int, int]) -> _Figures:
        """Return the figures of paths of which none is through."""
        found = np.zeros((paths, kernels.FIGURES))
        found[:, kernels.FIGURE_ENDED] = kernels.ENDED_STOPPED
        found[:, kernels.FIGURE_MAX_REPRODUCTION] = np.nan
        return cls(found, np.zeros((3, paths, assets)), np.full((paths, *course), np.nan))

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """What is filled."""
        return self.found, self.ends, self.course

    def room_for(self, paths: int) -> _Figures:
        """Return room for so many paths' figures and prices, of which none is through."""
        return _Figures.of(paths, self.ends.shape[2], (self.course.shape[1], self.course.shape[2]))

    def put(self, places: npt.NDArray[np.int64], some: _Figures) -> None:
        """Take over what some paths came to."""
        self.found[places] = some.found
        self.ends[:, places] = some.ends
        self.course[places] = some.course

    def named(self, times: Wholes) -> PathFigures:
        """Return the figures by their names; ``times`` (n,) is how often each account was liquidated."""
        whole = {"rounds", "ended", "liquidations", "accounts_liquidated", "liquidatable_left"}
        named: dict[str, Any] = {
            name: self.found[:, place].astype(np.int64) if name in whole else self.found[:, place].copy()
            for place, name in enumerate(PathFigures.__dataclass_fields__)
            if place < kernels.FIGURES
        }
        return PathFigures(
            **named, undisturbed=self.ends[0], outside=self.ends[1], market=self.ends[2], times_liquidated=times,
            course=self.course,
        )  # fmt: skip


def _checked(prices: Floats, assets: int) -> Floats:
    paths = np.ascontiguousarray(prices, dtype=np.float64)
    if paths.ndim != 3 or paths.shape[2] != assets or 0 in paths.shape:
        message = f"paths of shape {paths.shape} where (paths, rounds, {assets}) is needed"
        raise ValueError(message)
    if not (np.isfinite(paths).all() and (paths > 0.0).all()):
        message = "an undisturbed price that is not finite and above 0"
        raise ValueError(message)
    return paths


def _checked_sale(sale: OutsideSale, paths: int, assets: int) -> OutsideSale:
    """Return what is sold along each path, tokens (P, K)."""
    tokens = np.asarray(sale.tokens, dtype=np.float64)
    each = (paths, assets)
    if tokens.shape not in (each[1:], each):
        message = f"tokens of shape {tokens.shape} where {each[1:]} or {each} is needed"
        raise ValueError(message)
    if not (np.isfinite(tokens).all() and (tokens >= 0.0).all()):
        message = "tokens sold from outside that are not finite and at least 0"
        raise ValueError(message)
    return OutsideSale(np.array(np.broadcast_to(tokens, each)), sale.rounds)
