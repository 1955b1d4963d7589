"""What a run comes to over time, of today and of what it is compared with: prices and debt repaid."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.recorded_run import recorded_rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RunCurves:
    """One run, round by round; row 0 is before the first round.

    Parameters
    ----------
    names
        Of the K assets.
    seconds
        How long a round lasts.
    market, undisturbed
        (R + 1, K) prices, USD.
    repaid
        (R + 1,) debt repaid so far, USD.
    sold
        (K,) what sales of each asset earned in all, USD.
    """

    names: tuple[str, ...]
    seconds: float
    market: Floats
    undisturbed: Floats
    repaid: Floats
    sold: Floats


@dataclass(frozen=True, slots=True)
class BothCurves:
    """Two runs, and the asset that tells them apart.

    Parameters
    ----------
    today, then
        The runs.
    asset
        Of which most was sold in both together.
    """

    today: RunCurves
    then: RunCurves
    asset: str


def both_curves(today: Scenario, then: Scenario, stopped: Callable[[], bool]) -> BothCurves | None:
    """Run both; None where it was stopped on the way. For a background thread.

    Parameters
    ----------
    today, then
        What is run.
    stopped
        Asked between two rounds.
    """
    runs = [_run(each, stopped) for each in (today, then)]
    if runs[0] is None or runs[1] is None:
        return None
    sold = dict.fromkeys(runs[0].names, 0.0)
    for each in (runs[0], runs[1]):
        for name, usd in zip(each.names, each.sold.tolist(), strict=True):
            if name in sold:
                sold[name] += usd
    shared = [name for name in sold if name in runs[1].names]
    return BothCurves(runs[0], runs[1], max(shared, key=lambda name: sold[name])) if shared else None


def _run(scenario: Scenario, stopped: Callable[[], bool]) -> RunCurves | None:
    sold = np.zeros(len(scenario.parameters.assets))
    with closing(recorded_rounds(scenario)) as steps:
        first = steps.recording.rounds[0]
        market, undisturbed, repaid = [first.market], [first.undisturbed], [0.0]
        for step in steps:
            if stopped():
                return None
            market.append(step.market)
            undisturbed.append(step.undisturbed)
            repaid.append(float(step.repaid_usd.sum()))
            sold = sold + step.proceeds_usd
    return RunCurves(
        tuple(scenario.parameters.assets), float(scenario.parameters.simulation.round_seconds), np.array(market),
        np.array(undisturbed), np.cumsum(repaid), sold,
    )  # fmt: skip
