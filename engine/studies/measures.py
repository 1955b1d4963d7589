"""What each run of a study came to, by the names of a run's summary (Interfaces, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.base.types import Floats
    from engine.running.paths import PathFigures
    from engine.studies.outcome import Columns

LEAST_OUTSIDE_MOVE = 1e-6
"""An asset that moves by no more than this from outside has no amplification (Method, section 9)."""

_BY_NAME = (
    "rounds", "liquidations", "accounts_liquidated", "repaid_usd", "seized_usd", "bad_debt_usd", "lender_loss_usd",
    "liquidatable_left", "liquidatable_left_debt_usd", "insolvent_debt_usd", "total_loss_usd",
    "liquidator_profit_usd", "borrower_loss_usd", "max_reproduction_number",
)  # fmt: skip


def measures_of(figures: PathFigures, assets: tuple[str, ...], start: Floats) -> Columns:
    """Return the figures of P runs, each (P,), by name.

    Parameters
    ----------
    figures
        Of the runs.
    assets
        Their names.
    start
        (K,) prices before round 1, or (P, K) where they differ, USD.

    Returns
    -------
    dict
        The figures of a summary; ``amplification.ASSET``, the whole fall over the part that came from outside, NaN
        where that part is no larger than 1e-6 (Method, section 9); and ``fall.ASSET``, the whole fall, a share of the
        price before round 1, below 0 for a rise.
    """
    found: Columns = {name: getattr(figures, name) for name in _BY_NAME}
    fall = 1.0 - figures.market / start
    outside = 1.0 - figures.outside / start
    moved = np.abs(outside) > LEAST_OUTSIDE_MOVE
    amplification = np.full_like(fall, np.nan)
    np.divide(fall, outside, out=amplification, where=moved)
    for place, name in enumerate(assets):
        found[f"fall.{name}"] = fall[:, place]
        found[f"amplification.{name}"] = amplification[:, place]
    return found


def measure_names(assets: Iterable[str]) -> tuple[str, ...]:
    """Return the names of all measures.

    Examples
    --------
    >>> measure_names(["WETH"])[-2:]
    ('fall.WETH', 'amplification.WETH')
    """
    return (*_BY_NAME, *(f"{kind}.{name}" for name in assets for kind in ("fall", "amplification")))


def check_measures(wanted: Iterable[str], assets: Iterable[str]) -> tuple[str, ...]:
    """Return the names of measures that were asked for.

    Raises
    ------
    BadInput
        If one does not exist.
    """
    known = measure_names(assets)
    wanted = tuple(wanted)
    for name in wanted:
        if name not in known:
            raise BadInput.at("measure", repr(name), "one of " + ", ".join(known))
    return wanted
