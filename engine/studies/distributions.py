"""The figures of many runs: means, medians, value at risk, liquidations at risk, expected shortfall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.studies.quantiles import expected_shortfall, mean, quantile

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.studies.outcome import Columns

LOSSES: Final = ("total_loss_usd", "bad_debt_usd", "lender_loss_usd", "insolvent_debt_usd")
"""Of these there is a value at risk, and an expected shortfall."""
REPAID: Final = "repaid_usd"
"""Of this there are liquidations at risk."""
SHARES: Final = {"95": 0.95, "99": 0.99}


def distribution_figures(measures: Columns, seed: int) -> dict[str, float | None]:
    """Return the figures of runs by name, each with the ends of its 95 % interval as ``.low`` and ``.high``.

    ``MEASURE.mean`` and ``MEASURE.median`` of every measure, over the runs in which it exists;
    ``LOSS.var_95``, ``LOSS.es_95`` and those of 99; ``repaid_usd.lar_95`` and that of 99.

    Parameters
    ----------
    measures
        (P,) each, see `engine.studies.measures`.
    seed
        Of the resampling for intervals of expected shortfalls.
    """
    found: dict[str, float | None] = {}
    for name, column in measures.items():
        values = _known(column)
        if not len(values):
            found |= {f"{name}.mean": None, f"{name}.median": None}
            continue
        found |= mean(values).named(f"{name}.mean") | quantile(values, 0.5).named(f"{name}.median")
        kind = "var" if name in LOSSES else "lar" if name == REPAID else None
        for percent, share in SHARES.items() if kind is not None else ():
            found |= quantile(values, share).named(f"{name}.{kind}_{percent}")
            found |= expected_shortfall(values, share, seed).named(f"{name}.es_{percent}")
    return found


def too_few(figures: dict[str, float | None], paths: int) -> tuple[str, ...]:
    """Return what must be said where there are too few paths for an interval."""
    open_ended = any(
        value is None and name.endswith((".low", ".high")) and (".var_" in name or ".lar_" in name)
        for name, value in figures.items()
    )
    if not open_ended:
        return ()
    told = f"{paths:,} paths are too few for a 95 % interval of every quantile and expected shortfall"
    return (f"{told}: those ends are left out.",)


def convergence(name: str, values: Floats, share: float, steps: int = 20) -> Columns:
    """Return a quantile and its interval after more and more runs: ``paths``, ``NAME``, ``NAME.low``, ``NAME.high``."""
    counts = np.unique(np.linspace(len(values) / steps, len(values), steps).astype(np.int64))
    counts = counts[counts > 0]
    found = [quantile(values[:count], share) for count in counts.tolist()]
    return {
        "paths": counts,
        name: np.array([each.value for each in found]),
        f"{name}.low": np.array([np.nan if each.low is None else each.low for each in found]),
        f"{name}.high": np.array([np.nan if each.high is None else each.high for each in found]),
    }


def _known(column: Any) -> Floats:
    values = np.asarray(column, dtype=np.float64)
    return values[np.isfinite(values)]
