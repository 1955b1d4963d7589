"""What the plots draw of a run, as arrays that grow with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.reading.ending import main_asset, worst_round
from engine.reading.measures import added_up, borrower_losses
from engine.reading.quiet import quiet_rounds
from engine.reading.repayments import repayments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.reading.recorded_run import RecordedRun

_PER_ASSET = ("undisturbed", "market", "oracle", "repaid_by_collateral_usd", "proceeds_usd")
_PER_ROUND = (
    "liquidations",
    "repaid_usd",
    "reproduction_number",
    "bad_debt_usd",
    "lender_loss_usd",
    "borrower_loss_usd",
    "liquidator_profit_usd",
    "reserve_usd",
)
_NOT_BY_MARKET = ("liquidator_profit_usd",)
"""Of several markets at once: what they take is sold together."""
_LOSSES = ("insolvent_debt_usd", "total_loss_usd", "bad_debt_in_loss_usd")
_OUTSIDE = "outside"
_ADDED_UP = ("repaid_usd", "bad_debt_usd", "lender_loss_usd", "borrower_loss_usd", "liquidator_profit_usd")
_SEEN = 0.004
"""What is nearer to its end than this share of the way it goes stands within a pixel or two of it."""
_LEAST_WAY = 1e-4
"""A way shorter than this share of the largest value is none: an axis is never drawn so closely."""
_WORKED_OUT = (*_LOSSES, _OUTSIDE)
"""Worked out behind the window: until they are known losses are NaN, prices from outside the undisturbed ones."""


class Series:
    """The rounds of a recording as arrays, index = number of the round.

    Attributes
    ----------
    assets
        The names of the K assets, in the order of the columns.
    market
        The market whose figures these are, None for those of all together. Prices and what was sold are of all in
        either case, and so is the reproduction number. A name that the run does not know is taken for None.
    changes
        How often something was taken in.
    """

    def __init__(self, recording: RecordedRun | None = None, market: str | None = None) -> None:
        self.assets: tuple[str, ...] = ()
        self.market = market_of(recording, market)
        self._at = None
        if recording is not None and self.market is not None:
            self._at = recording.book.market_names.index(self.market)
        self._recording = recording
        self.changes = 0
        self._count = 0
        self._known_losses = 0
        self._known_outside = 0
        self._settled = (0, 0)  # after how many rounds it was which round
        self._main = (0, 0)  # after how many rounds it was which asset
        self._worst = (0, 0, 0, 0.0)  # after how many rounds it was for which asset which round, and how far it moved
        self._quiet: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._columns: dict[str, NDArray[np.float64]] = {}
        if recording is not None:
            self.assets = tuple(str(name) for name in recording.book.asset_names)
            for name in (*_PER_ASSET, _OUTSIDE):
                self._columns[name] = np.zeros((64, len(self.assets)))
            for name in (*_PER_ROUND, *_LOSSES):
                self._columns[name] = np.zeros(64)
            self.update()

    def __len__(self) -> int:
        """Return the number of rounds, round 0 included."""
        return self._count

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return one column: [rounds, K] for what is given by asset, else [rounds].

        ``bad_debt_usd``, ``lender_loss_usd``, ``borrower_loss_usd``, ``liquidator_profit_usd``
        and ``proceeds_usd`` are of the round; see :meth:`total`. ``insolvent_debt_usd`` and
        ``total_loss_usd`` are levels, NaN in rounds for which they are not worked out yet.
        ``outside`` are the prices with nothing but what came from outside.
        """
        return self._columns[name][: self._count]

    @property
    def recording(self) -> RecordedRun | None:
        """The run whose rounds these are."""
        return self._recording

    @property
    def ended(self) -> bool:
        """Whether no rounds will follow."""
        return self._recording is not None and self._recording.ended is not None

    def total(self, name: str) -> NDArray[np.float64]:
        """Return a column added up from round 0 on."""
        return added_up(self[name])

    def update(self) -> bool:
        """Take in the rounds that were added and what was worked out of them; return whether there was anything."""
        if self._recording is None:
            return False
        rounds = self._recording.rounds
        count = len(rounds)
        if count == self._count:
            return self._take_worked_out(self._recording)
        self._reserve(count)
        new = rounds[self._count : count]
        for name, column in self._columns.items():
            if name in _WORKED_OUT:
                unknown = [step.undisturbed for step in new] if name == _OUTSIDE else np.nan
                column[self._count : count] = unknown
                continue
            if name == "borrower_loss_usd":
                column[self._count : count] = borrower_losses(new)
                continue
            values = np.array([_number(getattr(step, name)) for step in new], dtype=np.float64)
            if name in _PER_ROUND and values.ndim == 2:
                values = self._of_markets(values)
            column[self._count : count] = values
        if self._at is not None:
            self._take_of_market(self._recording, self._count, count - 1, self._at)
        self._count = count
        self._take_worked_out(self._recording)
        self.changes += 1
        return True

    @property
    def knows_losses(self) -> bool:
        """Whether the losses of every round are known."""
        return self._known_losses >= self._count

    def take_losses(self, number: int) -> None:
        """Work out the losses of one round, whatever others are known."""
        if self._recording is not None and number >= self._known_losses:
            self._take_losses_of(self._recording, number)

    def _take_losses_of(self, recording: RecordedRun, number: int) -> None:
        for name in _LOSSES:
            self._columns[name][number] = self._of_markets(getattr(recording.losses, name)(number))

    def main_asset(self) -> int:
        """Return the asset that the run is told by, see `engine.reading.ending.main_asset`."""
        if self._count == 0 or not self.assets:
            return 0
        if self._main[0] == self._count:
            return self._main[1]
        found = main_asset(self["market"], self["proceeds_usd"])
        self._main = (self._count, found)
        return found

    def worst(self, asset: int | None = None) -> tuple[int, float]:
        """Return the worst round for an asset and its move until then, see `engine.reading.ending.worst_round`.

        Parameters
        ----------
        asset
            Its index; None for the one that the run is told by.
        """
        asset = self.main_asset() if asset is None else asset
        if self._recording is None or not self._count:
            return 0, 0.0
        if self._worst[:2] != (self._count, asset):
            self._worst = (self._count, asset, *worst_round(self._recording, asset))
        return self._worst[2:]

    def quiet(self) -> NDArray[np.bool_]:
        """Return [rounds] whether each round is quiet, see `engine.reading.quiet.quiet_rounds`."""
        if self._recording is None:
            return np.zeros(0, dtype=np.bool_)
        if len(self._quiet) != self._count:
            self._quiet = quiet_rounds(self._recording)[: self._count]
        return self._quiet

    def settled(self) -> int:
        """Return the last round in which something moves so far that it can be seen; the last one while it runs."""
        last = max(0, self._count - 1)
        if not self.ended or not last:
            return last
        if self._settled[0] != self._count:
            columns = [self[name] for name in ("undisturbed", "market", "oracle")]
            columns += [self.total(name)[:, None] for name in _ADDED_UP]
            columns.append(self["reserve_usd"][:, None])
            far = [np.abs(column - column[-1]) > _SEEN * _way(column) for column in columns]
            moving = np.flatnonzero(np.concatenate(far, axis=1).any(axis=1))
            self._settled = (self._count, int(moving[-1]) + 1 if len(moving) else 0)
        return self._settled[1]

    def _take_worked_out(self, recording: RecordedRun) -> bool:
        known = min(recording.outside.known, self._count)
        for number in range(self._known_outside, known if recording.outside.sale.rounds else 0):
            self._columns[_OUTSIDE][number] = recording.outside.prices(number)
        self._known_outside = known
        first, known = self._known_losses, min(recording.losses.known, self._count)
        for number in range(first, known):
            self._take_losses_of(recording, number)
        if known == first:
            return False
        self._known_losses = known
        self.changes += 1
        return True

    def _of_markets(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the figure of the market, or of all together, of figures [..., M]."""
        chosen: NDArray[np.float64] = values.sum(axis=-1) if self._at is None else values[..., self._at]
        return chosen

    def _take_of_market(self, recording: RecordedRun, first: int, last: int, market: int) -> None:
        """Fill what rounds do not tell by market: from their liquidations, or NaN where those do not tell it either."""
        rows = repayments(recording, first, last)
        of_market = rows.market == market
        at = rows.round[of_market] - first
        count = last + 1 - first
        repaid = np.zeros((count, len(self.assets)))
        np.add.at(repaid, (at, rows.asset[of_market]), rows.repaid_usd[of_market])
        self._columns["repaid_by_collateral_usd"][first : last + 1] = repaid
        settlement = list(recording.scenario.parameters.markets.values())[market].rules.settlement
        lost = np.bincount(at, rows.lost_usd[of_market], count) if settlement.by_liquidators else np.nan
        self._columns["borrower_loss_usd"][first : last + 1] = lost
        for name in _NOT_BY_MARKET:
            self._columns[name][first : last + 1] = np.nan

    def _reserve(self, count: int) -> None:
        for name, column in self._columns.items():
            if count > len(column):
                larger = np.zeros((max(count, 2 * len(column)), *column.shape[1:]))
                larger[: self._count] = column[: self._count]
                self._columns[name] = larger


def market_of(recording: RecordedRun | None, market: str | None) -> str | None:
    """Return a market if the run has it beside others; None for all together."""
    names = () if recording is None else recording.book.market_names
    return market if market in names and len(names) > 1 else None


def _number(value: object) -> object:
    """Write a number that does not exist as NaN."""
    return np.nan if value is None else value


def _way(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [n] from the least to the largest value of the columns of [R, n]; without end for what stands still."""
    way = np.ptp(column, axis=0)
    return np.where(way > _LEAST_WAY * np.abs(column).max(axis=0), way, np.inf)
