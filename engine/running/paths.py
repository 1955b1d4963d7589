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
from engine.book.health_index import HealthIndex
from engine.kernels.playing import run_paths_nb
from engine.market.curves import compile_curves
from engine.market.oracles import STILL, compile_oracles, first_prices, look_back
from engine.market.outside_sale import OutsideSale
from engine.market.pauses import compile_safety
from engine.market.rules import compile_policy, compile_rules
from engine.market.sales import compile_selling
from engine.market.shocks import GivenPrices
from engine.reading.recorded_run import recorded_rounds
from engine.recording.records import BAD_DEBT_TYPES, BRIEF_TYPES, MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED
from engine.running.bounds import compile_bounds

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.scenario.scenario import Scenario


ENDED = (NO_MORE_LIQUIDATIONS, MAX_ROUNDS_REACHED, STOPPED)
_BY_ASSET = (
    "undisturbed", "outstanding", "prices", "cross", "oracle", "oracle_before", "permanent", "temporary",
    "alone_permanent", "alone_temporary", "running_usd", "sold", "bought", "proceeds", "cost",
)  # fmt: skip
_EVENT_ROOM = 1024  # rows that are written over, so that they stay in the processor's cache
_MOST_ROUNDS = 1_000_000  # room for the prices of so many rounds is asked for at once; longer runs are made one by one
_PATHS_AT_ONCE = 64  # in one call of the kernel: enough that calls cost nothing, few enough to share out evenly


@dataclass(frozen=True, slots=True)
class PathFigures:
    """What each of P paths came to: figures as in `engine.reading.measures`, each (P,) unless it says otherwise.

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


class Paths:
    """Runs one scenario along many paths.

    It may be used by several threads at once.

    Parameters
    ----------
    scenario
        What to run. Prices do not follow its shock; what a `sale` sells is sold along every path.
    index
        The book laid out by health at the scenario's first prices, if it was made before.

    Attributes
    ----------
    index
        The index that is used.

    Raises
    ------
    ValueError
        If the index was made for other first prices or another dust.
    """

    def __init__(self, scenario: Scenario, index: HealthIndex | None = None) -> None:
        self._scenario = scenario
        parameters = scenario.parameters
        self._first = first_prices(parameters)
        self._dust = float(parameters.simulation.dust_usd)
        self.index = HealthIndex.of(scenario, Book.from_scenario(scenario)) if index is None else index
        if not self.index.fits(self._first, self._dust):
            message = "the index was made for other first prices or another dust"
            raise ValueError(message)
        self._most_threshold = float(self.index.legs.collateral_threshold.max(initial=1.0))
        self._is_plain = all(market.rules.settlement.by_liquidators for market in parameters.markets.values())
        self._is_long = parameters.simulation.max_rounds > _MOST_ROUNDS

    def run(
        self, undisturbed: Floats, threads: int = 1, stop: npt.NDArray[np.uint8] | None = None,
        outside: OutsideSale | None = None,
    ) -> PathFigures:  # fmt: skip
        """Run along each path.

        Where nothing limits liquidators in a round and they settle everything, kernels run whole paths; in other
        scenarios, and where more than a million rounds are allowed, a path takes as long as a run does. The figures do
        not depend on the number of threads.

        Parameters
        ----------
        undisturbed
            (P, R, K) undisturbed prices of rounds 1 to R in USD, above 0; the last row holds on. P and R at least 1.
        threads
            At least 1.
        stop
            (1,) uint8: when another thread sets it, no further round is begun; the paths that are not through count as
            stopped, with what they came to so far.
        outside
            What is sold from outside in place of what the scenario's shock sells; tokens (K,) along every path, or
            (P, K) along each.

        Raises
        ------
        ValueError
            If the paths or the tokens have another shape, or prices that are not finite and above 0, or tokens that
            are not finite or below 0.
        """
        paths = np.ascontiguousarray(undisturbed, dtype=np.float64)
        if paths.ndim != 3 or paths.shape[2] != len(self._first) or 0 in paths.shape:
            message = f"paths of shape {paths.shape} where (paths, rounds, {len(self._first)}) is needed"
            raise ValueError(message)
        if not (np.isfinite(paths).all() and (paths > 0.0).all()):
            message = "an undisturbed price that is not finite and above 0"
            raise ValueError(message)
        sale = self._sales(paths, outside)
        flag = np.zeros(1, dtype=np.uint8) if stop is None else stop
        count, assets = len(paths), paths.shape[2]
        figures = np.zeros((count, kernels.FIGURES))
        figures[:, kernels.FIGURE_ENDED] = kernels.ENDED_STOPPED
        figures[:, kernels.FIGURE_MAX_REPRODUCTION] = np.nan
        ends = np.zeros((3, count, assets))
        play = self._play if self._is_plain and not self._is_long else self._play_slowly
        parts = [slice(first, first + _PATHS_AT_ONCE) for first in range(0, count, _PATHS_AT_ONCE)]
        shares = [parts[place::threads] for place in range(threads)]
        if threads == 1:
            times = [play(paths, sale, shares[0], figures, ends, flag)]
        else:
            with ThreadPoolExecutor(threads) as pool:
                work = [pool.submit(play, paths, sale, share, figures, ends, flag) for share in shares]
                times = [each.result() for each in work]
        whole = {"rounds", "ended", "liquidations", "accounts_liquidated", "liquidatable_left"}
        named: dict[str, Any] = {
            name: figures[:, place].astype(np.int64) if name in whole else figures[:, place].copy()
            for place, name in enumerate(PathFigures.__dataclass_fields__)
            if place < kernels.FIGURES
        }
        return PathFigures(
            **named, undisturbed=ends[0], outside=ends[1], market=ends[2], times_liquidated=np.sum(times, axis=0)
        )

    def _sales(self, paths: Floats, outside: OutsideSale | None) -> OutsideSale:
        """Return what is sold along each path, tokens (P, K)."""
        sale = OutsideSale.of(self._scenario.parameters) if outside is None else outside
        tokens = np.asarray(sale.tokens, dtype=np.float64)
        each = (len(paths), paths.shape[2])
        if tokens.shape not in (each[1:], each):
            message = f"tokens of shape {tokens.shape} where {each[1:]} or {each} is needed"
            raise ValueError(message)
        if not (np.isfinite(tokens).all() and (tokens >= 0.0).all()):
            message = "tokens sold from outside that are not finite and at least 0"
            raise ValueError(message)
        return OutsideSale(np.array(np.broadcast_to(tokens, each)), sale.rounds)

    def _play(
        self,
        paths: Floats,
        sale: OutsideSale,
        parts: list[slice],
        figures: Floats,
        ends: Floats,
        stop: npt.NDArray[np.uint8],
    ) -> Wholes:
        """Run parts of the paths by kernels; return how often each account was liquidated."""
        parameters, index = self._scenario.parameters, self.index
        oracles = compile_oracles(parameters)
        workspace = index.borrow(self._first, self._dust)
        times = np.zeros(len(index.book), dtype=np.int64)
        work = self._work()
        start = np.array([asset.price for asset in parameters.assets.values()], dtype=np.float64)
        for some in parts:
            run_paths_nb(
                index.legs, index.places, compile_rules(parameters), compile_bounds(parameters, index.book),
                compile_curves(parameters), oracles,
                compile_policy(parameters), compile_selling(parameters), compile_safety(parameters), self._first,
                start, int(parameters.liquidators.latency_rounds), int(parameters.simulation.max_rounds),
                look_back(oracles), STILL, self._dust, self._most_threshold, index.fresh, index.left,
                workspace.space, work, paths[some], sale.tokens[some], sale.rounds, figures[some], ends[0, some],
                ends[1, some], ends[2, some], times, stop,
            )  # fmt: skip
        index.give_back(workspace)
        return times

    def _work(self) -> kernels.Work:
        """Return room for the paths of one thread."""
        parameters, book = self._scenario.parameters, self.index.book
        assets, markets, accounts = len(self._first), len(book.market_names), len(book)
        most = int(parameters.simulation.max_rounds)
        room = _EVENT_ROOM + assets * assets
        columns: list[Any] = [np.empty(0 if kind is None else room, dtype=kind) for kind in BRIEF_TYPES]
        return kernels.Work(
            **{name: np.empty(assets) for name in _BY_ASSET},
            last_update=np.zeros(assets, dtype=np.int64),
            history=np.empty((most + 1, assets)),
            after=np.empty((most + 1, assets)),
            due_sales=np.zeros((min(int(parameters.liquidators.sell_over_rounds), most + 1), assets)),
            reserve_usd=np.zeros(markets),
            paused_until=np.zeros(markets, dtype=np.int64),
            bad_usd=np.zeros((markets, 2)),
            levels=np.zeros(2),
            limits=np.full(2, np.inf),
            no_limits=np.full(2, np.inf),
            waiting_debt=np.zeros((1, 2)),
            order=np.empty(accounts, dtype=np.int32),
            emptied=np.empty(accounts, dtype=np.int32),
            none=np.empty(0, dtype=np.int32),
            notes=np.empty((0, kernels.NOTE_COLUMNS)),
            earned=np.zeros(markets),
            queue=kernels.Queue(
                np.empty(accounts), np.empty(accounts, dtype=np.int32), np.empty(accounts, dtype=np.int32)
            ),
            events=kernels.EventColumns(*columns),
            bad_debts=kernels.BadDebtColumns(*(np.empty(assets, dtype=kind) for kind in BAD_DEBT_TYPES)),
            flows=kernels.empty_flows(assets, markets),
            left=kernels.empty_left(assets, markets),
            progress=np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64),
        )

    def _play_slowly(
        self,
        paths: Floats,
        sale: OutsideSale,
        parts: list[slice],
        figures: Floats,
        ends: Floats,
        stop: npt.NDArray[np.uint8],
    ) -> Wholes:
        """Run parts of the paths one run at a time; return how often each account was liquidated."""
        index = self.index
        start = np.array([asset.price for asset in self._scenario.parameters.assets.values()], dtype=np.float64)
        times = np.zeros(len(index.book), dtype=np.int64)
        for place in (place for some in parts for place in range(len(paths))[some]):
            given = GivenPrices(start, paths[place])
            sold = OutsideSale(sale.tokens[place], sale.rounds)
            steps = recorded_rounds(self._scenario, index=index, undisturbed=given, outside=sold)
            for _ in steps:
                if stop[0]:
                    steps.close()
            recording = steps.recording
            found = recording.summary()
            found.setdefault("seed_proceeds_usd", 0.0)
            found["ended"] = ENDED.index(found["ended"])
            found["max_reproduction_number"] = np.nan if (most := found["max_reproduction_number"]) is None else most
            names = list(PathFigures.__dataclass_fields__)[: kernels.FIGURES]
            figures[place] = [found[name] for name in names]
            last = recording.rounds[-1]
            ends[:, place] = last.undisturbed, recording.outside.prices(last.number), last.market
            times[np.unique(recording.liquidated_accounts())] += 1
            steps.give_back()
            if stop[0]:
                break
        return times
