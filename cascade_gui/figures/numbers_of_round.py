"""The six numbers that say how far a cascade has got, computed from a run's rounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.reading.from_outside import amplification

if TYPE_CHECKING:
    from cascade_gui.plots.series import Series


@dataclass(frozen=True, slots=True)
class RoundNumbers:
    """What is known at the end of one round (Method, section 9).

    Attributes
    ----------
    asset
        The name of the asset whose fall is told.
    fall, outside
        How far its market price, and its price with nothing but what came from outside, have fallen
        since round 0; fractions, negative for a rise.
    liquidations, liquidations_now
        Liquidations so far and in this round.
    repaid_usd, lender_loss_usd
        Debt repaid so far, and what lenders have lost so far, gains of reserves below zero set off.
    insolvent_debt_usd, total_loss_usd, bad_debt_usd
        What accounts owe beyond all they have at market prices, that plus the bad debt written off so far, and the part
        of this sum that is bad debt (`engine.reading.losses.Losses.bad_debt_in_loss_usd`); None while they are worked
        out.
    amplification
        The whole fall over the part that came from outside; None where next to nothing did.
    reproduction_number
        Of this round; None where there is none.
    """

    asset: str
    fall: float
    outside: float
    liquidations: int
    liquidations_now: int
    repaid_usd: float
    repaid_now_usd: float
    bad_debt_usd: float | None
    lender_loss_usd: float
    insolvent_debt_usd: float | None
    total_loss_usd: float | None
    amplification: float | None
    reproduction_number: float | None

    @property
    def feedback(self) -> float:
        """How much of the fall liquidations made, as a fraction of the first price."""
        return self.fall - self.outside


def numbers_of_round(series: Series, number: int, asset: int) -> RoundNumbers:
    """Return the figures of round `number` for the asset with this index."""
    stop = number + 1
    first = float(series["market"][0, asset])
    whole, alone = (float(series[name][number, asset]) / first for name in ("market", "outside"))
    rate = float(series["reproduction_number"][number])
    return RoundNumbers(
        asset=series.assets[asset],
        fall=1 - whole,
        outside=1 - alone,
        liquidations=int(series["liquidations"][:stop].sum()),
        liquidations_now=int(series["liquidations"][number]),
        repaid_usd=float(series["repaid_usd"][:stop].sum()),
        repaid_now_usd=float(series["repaid_usd"][number]),
        bad_debt_usd=_known(series["bad_debt_in_loss_usd"][number]),
        lender_loss_usd=float(series.total("lender_loss_usd")[number]),
        insolvent_debt_usd=_known(series["insolvent_debt_usd"][number]),
        total_loss_usd=_known(series["total_loss_usd"][number]),
        amplification=amplification(whole, alone),
        reproduction_number=_known(rate),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
