"""What came from outside (Method, sections 4 and 9): prices without liquidations, and what an outside sale earned."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from engine.market.sales import compile_selling

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.kernels import Curves, Selling
    from engine.market.outside_sale import OutsideSale
    from engine.recording.recording import Recording
    from engine.recording.records import Round

NOTHING_FROM_OUTSIDE = 1e-6
"""A move from outside of no more than this share of the first price has no amplification."""


class FromOutside:
    """The prices with nothing but what came from outside, and what was sold there, of a recorded run.

    Without a sale from outside these prices are the undisturbed ones. It may be used by several threads.

    Parameters
    ----------
    recording
        May still be growing.
    found
        What was sold and what was worked out before, which the recording keeps.
    """

    def __init__(self, recording: Recording, found: FoundOutside) -> None:
        self._recording = recording
        self._found = found

    @property
    def sale(self) -> OutsideSale:
        """What was sold."""
        return self._found.sale

    @property
    def known(self) -> int:
        """How many rounds, from round 0 on, are worked out already: asking for their prices costs nothing."""
        return len(self._found.prices) if self.sale.rounds else len(self._recording.rounds)

    def work_out(self) -> None:
        """Work out all rounds that there are, for a thread that nobody waits for."""
        self.prices()

    def prices(self, number: int = -1) -> Floats:
        """Return o, the prices with nothing but what came from outside, at the end of a round.

        Parameters
        ----------
        number
            The round, 0 before the first; negative numbers count from the last.

        Returns
        -------
        numpy.ndarray
            (K,) USD, read-only.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        step = self._recording.rounds[number]
        if not self.sale.rounds:
            return step.undisturbed
        found = self._found
        if step.number < len(found.prices):  # also while another thread works out more
            return found.prices[step.number]
        with found.lock:
            while len(found.prices) <= step.number:
                found.prices.append(self._next(self._recording.rounds[len(found.prices)]))
            return found.prices[step.number]

    def amplification(self, number: int = -1) -> dict[str, float | None]:
        """Return each asset's whole fall over the part of it from outside, at the end of a round.

        1 means no feedback. None for an asset that next to nothing from outside has moved: it has none.

        Parameters
        ----------
        number
            As in `prices`.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        first, market = self._recording.rounds[0].undisturbed, self._recording.rounds[number].market
        outside = self.prices(number)
        return {
            name: amplification(float(market[k] / first[k]), float(outside[k] / first[k]))
            for k, name in enumerate(self._recording.book.asset_names)
        }

    def proceeds_usd(self) -> Floats:
        """Return (K,) what the sale from outside has earned so far, each part at the start of its round."""
        from engine import kernels

        total = np.zeros_like(self.sale.tokens)
        room = np.empty((4, len(total)))
        for step in self._recording.rounds[1 : self.sale.rounds + 1]:
            undisturbed, before = np.array(step.undisturbed), step.outstanding - self.sale.tokens
            market, cross, proceeds, cost = room
            kernels.market_prices_nb(self._curves, undisturbed, before, market, cross)
            kernels.trade_nb(
                self._curves, undisturbed, before, cross, market, self.sale.tokens, np.zeros_like(total), proceeds,
                cost,
            )  # fmt: skip
            total += proceeds
        return total

    def figures(self) -> dict[str, float | dict[str, float]]:
        """Return what the sale earned in all and a token, for the summary; nothing where nobody sells from outside."""
        if not self.sale.rounds:
            return {}
        earned, tokens = self.proceeds_usd(), self.sale.upto(self._recording.rounds[-1].number)
        average = {
            name: float(earned[k] / tokens[k])
            for k, name in enumerate(self._recording.book.asset_names)
            if tokens[k] > 0.0
        }
        return {"seed_proceeds_usd": float(earned.sum()), "seed_average_price": average}

    @cached_property
    def _curves(self) -> Curves:
        from engine.market.curves import compile_curves

        return compile_curves(self._recording.scenario.parameters)

    @cached_property
    def _selling(self) -> Selling:
        return compile_selling(self._recording.scenario.parameters)

    def _next(self, step: Round) -> Floats:
        """Sell what is sold from outside at the start of a round, and nothing else."""
        from engine import kernels

        share, tokens = self._selling["share"], self.sale.at(step.number)
        found = self._found
        found.permanent = found.permanent + share * tokens
        found.temporary = found.temporary * self._selling["decay"] + (1.0 - share) * tokens
        prices, cross = np.empty((2, len(tokens)))
        outstanding = found.permanent + found.temporary
        kernels.market_prices_nb(self._curves, np.array(step.undisturbed), outstanding, prices, cross)
        prices.setflags(write=False)
        return prices


class FoundOutside:
    """What was sold from outside and what was worked out of it. It does not hold the recording, whose part it is.

    Parameters
    ----------
    sale
        What was sold.
    """

    __slots__ = ("lock", "permanent", "prices", "sale", "temporary")

    def __init__(self, sale: OutsideSale) -> None:
        self.sale = sale
        self.lock = Lock()
        self.prices: list[Floats] = []
        self.permanent = np.zeros_like(sale.tokens)
        self.temporary = np.zeros_like(sale.tokens)


def amplification(whole: float, outside: float) -> float | None:
    """Return the whole fall over the part of it from outside; None where next to nothing came from outside.

    Parameters
    ----------
    whole, outside
        The market price, and the price with nothing but what came from outside, as shares of the first price.

    Examples
    --------
    >>> amplification(0.5, 0.75)
    2.0
    >>> amplification(0.4, 1.0) is None
    True
    """
    return (1.0 - whole) / (1.0 - outside) if abs(1.0 - outside) > NOTHING_FROM_OUTSIDE else None
