"""The smallest sale from outside that starts a cascade, and what the seller earns or loses by where he buys back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.base.faults import BadInput
from engine.running.paths import Paths
from engine.studies.crossing import first_crossing
from engine.studies.gathering import joined
from engine.studies.market_depth import MarketDepth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.base.types import Flags, Floats
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns
    from engine.studies.runs import Runs

DEEPEST: Final = 0.9
"""The largest sale that is tried moves the price so far by itself."""
TODAY: Final = "today's price, it recovers in full"
BREAK_EVEN: Final = "the break-even"
ALONE: Final = "where his sale alone leaves it"
HALF_WAY: Final = "half of the way down"
LAST: Final = "where it ends"
GIVEN: Final = "a price that was asked for"


class Attack:
    """Somebody who sells an asset to start a cascade.

    Parameters
    ----------
    scenario
        Without the sale.
    asset
        What he sells.
    short_usd
        What he is short, USD at today's price, closed at the last price.
    buy_back
        Prices at which he buys back, USD, that are told beside those that always are.
    """

    def __init__(self, scenario: Scenario, asset: str, short_usd: float, buy_back: Sequence[float]) -> None:
        for price in buy_back:
            if not price >= 0.0:
                raise BadInput.at("buy_back", f"{price:g}", "prices of at least 0")
        self._scenario, self._asset = scenario, asset
        self._short_usd, self._buy_back = short_usd, buy_back

    def smallest(
        self, runs: Runs, holds: Callable[[Columns], Flags], steps: int, width: float, notes: list[str]
    ) -> tuple[float | None, Columns]:
        """Return the smallest sale that is enough, USD at today's price, None without one, and all that were tried.

        Why there is none is noted.

        Parameters
        ----------
        runs
            Makes the runs.
        holds
            Tells from measures of runs, (P,) each, whether the sale of each is enough.
        steps
            So many sales are tried first, which move the price evenly further.
        width
            How narrow the bracket is made, as a share of the largest that is tried.
        notes
            Where it is said why there is none.

        Returns
        -------
        tuple
            The sale, and a row for each of the `steps` sales, for the smallest one and for the largest below it that
            was tried, by size: where the price ends (``last_price``, USD), where the sale alone leaves it
            (``alone_price``), and whether it starts the cascade (``starts_it``): it is enough, or it is larger than
            the smallest and the price ends no higher than after that (what falls by more than half by itself has no
            room to be doubled). No rows where no sale moves the price.
        """
        depth = MarketDepth(self._scenario.parameters.assets[self._asset])
        if depth.is_infinite:
            notes.append(f"No sale moves the price of {self._asset}.")
            return None, {}
        sizes = np.array([depth.sale_to(1.0 - DEEPEST * place / steps) for place in range(1, steps + 1)])
        sold, path = self._sold(float(sizes[0])), self._path

        tried: list[Columns] = []

        def enough(usd: Floats) -> Flags:
            measures = runs.all_along(sold, len(usd), values={path: usd.tolist()}).measures
            held = holds(measures)
            tried.append(self._rows(usd, measures, held))
            return held

        first = first_crossing(sizes, enough(sizes), enough, width * float(sizes[-1]))
        if first is None:
            notes.append(f"No sale that moves {self._asset} by up to {DEEPEST:.0%} by itself starts it.")
            return None, tried[0]
        every = joined(tried)
        # Of the sales inside the bracket only its two ends are told: the others lie too close to be told apart.
        shown = np.flatnonzero(np.isin(every["sale_usd"], [*sizes.tolist(), first.before, first.at]))
        shown = shown[np.argsort(every["sale_usd"][shown])]
        rows = {name: column[shown] for name, column in every.items()}
        place = int(np.searchsorted(rows["sale_usd"], first.at))
        beyond = np.arange(len(shown)) >= place
        rows["starts_it"] = rows["starts_it"] | (beyond & (rows["last_price"] <= rows["last_price"][place]))
        return first.at, rows

    def account(self, usd: float) -> tuple[dict[str, float | None], Columns]:
        """Return what a sale comes to for the seller: figures, and a row for each price at which he may buy back."""
        figures = Paths(self._sold(usd)).run()
        calm = Paths(self._scenario.with_values({"shock": {"kind": "instant", "returns": {}}})).run()
        place = list(self._scenario.parameters.assets).index(self._asset)
        start = float(self._scenario.parameters.assets[self._asset].price)
        last, alone = float(figures.market[0, place]), float(figures.outside[0, place])
        sold_for = float(figures.seed_proceeds_usd[0])
        bonuses = float(figures.borrower_loss_usd[0] - calm.borrower_loss_usd[0])
        short = self._short_usd * (1.0 - last / start)
        tokens = usd / start
        gained = sold_for + bonuses + short
        rows = [
            (start, TODAY), (alone, ALONE), ((start + last) / 2.0, HALF_WAY), (last, LAST),
            *((price, GIVEN) for price in self._buy_back),
        ]  # fmt: skip
        if gained > 0.0:
            rows.append((gained / tokens, BREAK_EVEN))
        rows.sort(key=lambda row: -row[0])
        words = np.array([word for _, word in rows], dtype=object)
        prices = np.array([price for price, _ in rows])
        comes_to = np.where(words == BREAK_EVEN, 0.0, gained - tokens * prices)
        found: dict[str, float | None] = {
            "attack_cost_usd": usd - sold_for, "attack_profit_usd": gained - usd,
            "attack_bonuses_usd": bonuses, "attack_short_usd": short,
            "attack_break_even_price": _above_zero(gained / tokens),
            "attack_break_even_price.without_bonuses": _above_zero((sold_for + short) / tokens),
        }  # fmt: skip
        each = np.ones(len(prices))
        return found, {
            "buys_back_at": words, "buy_back_price": prices, "comes_to_usd": comes_to, "pays": comes_to > 0.0,
            "sold_for_usd": sold_for * each, "bought_for_usd": tokens * prices, "bonuses_usd": bonuses * each,
            "short_usd": short * each,
        }  # fmt: skip

    def _rows(self, usd: Floats, measures: Columns, held: Flags) -> Columns:
        """Return the rows of some sales."""
        start = float(self._scenario.parameters.assets[self._asset].price)
        fall, amplification = measures[f"fall.{self._asset}"], measures[f"amplification.{self._asset}"]
        # Amplification is the whole fall over that of the sale alone; there is none where the market has recovered.
        alone = np.zeros(len(usd))
        np.divide(fall, amplification, out=alone, where=np.isfinite(amplification) & (amplification != 0.0))
        return {
            "sale_usd": usd, "sale_tokens": usd / start, "last_price": start * (1.0 - fall),
            "alone_price": start * (1.0 - alone), "amplification": amplification,
            "total_loss_usd": measures["total_loss_usd"], "repaid_usd": measures["repaid_usd"], "starts_it": held,
        }  # fmt: skip

    @property
    def _path(self) -> str:
        return f"shock.usd.{self._asset}"

    def _sold(self, usd: float) -> Scenario:
        return self._scenario.with_values({"shock": {"kind": "sale", "usd": {self._asset: usd}}})


def _above_zero(price: float) -> float | None:
    """Return a price, None where there is none above 0 at which it pays."""
    return price if price > 0.0 else None
