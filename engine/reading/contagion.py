"""Who pushed whom: how much of the fall at which a market's loans were liquidated the sales of each market made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.repayments import repayments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.base.types import Floats, Wholes
    from engine.reading.recorded_run import RecordedRun


@dataclass(frozen=True, slots=True)
class Pushed:
    """The falls at which the loans of each market were liquidated, up to some round (Method, section 9).

    The fall of an asset is that of its market price from round 0 to the start of the round of the liquidation, before
    that round's sales. A market's fall is the mean over its liquidations, weighted by USD repaid. It is the sum of the
    three parts, each in the same unit: a fraction of the price of round 0.

    Attributes
    ----------
    markets
        The names of the M markets.
    repaid_usd
        (M,) USD repaid.
    fall
        (M,) the mean fall; NaN, as are the parts, where nothing was repaid.
    outside
        (M,) the part from outside.
    by_market
        (M, M) the part from the sales of each market (second index): of what earlier sales have moved the asset by,
        the share that its part has in all that was taken until then, USD at the oracle prices of each round.
    rest
        (M,) what is left: moves of assets of which nothing had been taken, by sales of others (cross impact).
    """

    markets: tuple[str, ...]
    repaid_usd: Floats
    fall: Floats
    outside: Floats
    by_market: Floats
    rest: Floats

    @property
    def from_others(self) -> Floats:
        """(M,) the part from the sales of all other markets together."""
        others: Floats = self.by_market.sum(axis=1) - np.diagonal(self.by_market)
        return others

    @property
    def strongest(self) -> tuple[int, int] | None:
        """The market that another one pushed most, by points times USD repaid, and that other one; None for no such."""
        weight = np.nan_to_num(self.by_market) * self.repaid_usd[:, None]
        np.fill_diagonal(weight, 0.0)
        pushed, by = np.unravel_index(int(weight.argmax()), weight.shape)
        return (int(pushed), int(by)) if weight[pushed, by] > 0.0 else None


class Contagion:
    """The falls of every round of a recording, added up.

    The share of each market in a fall is linear in what was taken: it counts how much of all it was, not who came
    first. Of collateral that is sold later than it is taken, or not at all, what was taken counts.

    Parameters
    ----------
    recording
        A run; what is added to it later is not in this.
    """

    def __init__(self, recording: RecordedRun) -> None:
        self.markets = tuple(map(str, recording.book.market_names))
        rounds = recording.rounds[:]
        rows = repayments(recording, 1, len(rounds) - 1)
        self._active: Wholes = np.unique(rows.round)
        shape = (len(self._active), len(self.markets), len(recording.book.asset_names))
        place = (np.searchsorted(self._active, rows.round), rows.market, rows.asset)
        repaid, taken = np.zeros(shape), np.zeros(shape)
        np.add.at(repaid, place, rows.repaid_usd)
        np.add.at(taken, place, rows.repaid_usd + rows.lost_usd)
        until = np.cumsum(taken, axis=0) - taken
        total = until.sum(axis=1)
        share = np.divide(until, total[:, None, :], out=np.zeros(shape), where=total[:, None, :] > 0.0)
        first = rounds[0].market
        before = np.array([rounds[number].market_before for number in self._active]).reshape(-1, shape[2])
        alone = np.array([recording.outside.prices(int(number)) for number in self._active]).reshape(-1, shape[2])
        outside, feedback = 1.0 - alone / first, (alone - before) / first
        self._repaid = np.cumsum(repaid.sum(axis=2), axis=0)
        self._outside = np.cumsum(np.einsum("rmk,rk->rm", repaid, outside), axis=0)
        self._by_market = np.cumsum(np.einsum("rmk,rk,rsk->rms", repaid, feedback, share), axis=0)
        self._rest = np.cumsum(np.einsum("rmk,rk->rm", repaid, np.where(total > 0.0, 0.0, feedback)), axis=0)

    def pushed(self, number: int) -> Pushed:
        """Return the falls of all liquidations up to a round."""
        at = int(np.searchsorted(self._active, number, side="right")) - 1
        count = len(self.markets)
        if at < 0:
            none = np.full(count, np.nan)
            return Pushed(self.markets, np.zeros(count), none, none, np.full((count, count), np.nan), none)
        repaid = self._repaid[at]
        outside, rest = _mean(self._outside[at], repaid), _mean(self._rest[at], repaid)
        by_market = _mean(self._by_market[at], repaid[:, None])
        return Pushed(self.markets, repaid, outside + by_market.sum(axis=1) + rest, outside, by_market, rest)


def _mean(sums: Floats, weights: Floats) -> Floats:
    found: NDArray[np.float64] = np.divide(sums, weights, out=np.full_like(sums, np.nan), where=weights > 0.0)
    return found
