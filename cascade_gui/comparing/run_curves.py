"""What a run comes to over time, of today and of what it is compared with: prices and debt repaid."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.recorded_run import recorded_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
class ComparedCurves:
    """Runs beside each other, and the asset that tells them apart.

    Parameters
    ----------
    today, then
        Today's run, and those that it is compared with.
    asset
        Of which most was sold in all together.
    """

    today: RunCurves
    then: tuple[RunCurves, ...]
    asset: str


def curves_of(today: Scenario, then: Sequence[Scenario], stopped: Callable[[], bool]) -> ComparedCurves | None:
    """Run all; None where it was stopped on the way. For a background thread.

    Parameters
    ----------
    today, then
        What is run.
    stopped
        Asked between two rounds.
    """
    runs: list[RunCurves] = []
    for each in (today, *then):
        run = _run(each, stopped)
        if run is None:
            return None
        runs.append(run)
    sold = dict.fromkeys(runs[0].names, 0.0)
    for run in runs:
        for name, usd in zip(run.names, run.sold.tolist(), strict=True):
            if name in sold:
                sold[name] += usd
    shared = [name for name in sold if all(name in run.names for run in runs)]
    return ComparedCurves(runs[0], tuple(runs[1:]), max(shared, key=lambda name: sold[name])) if shared else None


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
