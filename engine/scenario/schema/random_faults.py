"""What can be wrong between the parts of a random shock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.faults import Fault
from engine.scenario.schema.correlation import correlation_matrix, smallest_eigenvalue
from engine.scenario.schema.random_shock import YEAR_SECONDS, BootstrapProcess, HestonProcess, RandomShock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.scenario.schema.simulation import Simulation


def random_places(shock: RandomShock) -> list[tuple[str, str]]:
    """Return where the shock names assets, and the names."""
    process = shock.process
    if isinstance(process, BootstrapProcess):
        tables: dict[str, Mapping[str, object]] = {"history": process.history}
    else:
        tables = {"volatility": process.volatility, "drift": process.drift}
    places = [(f"shock.process.{key}.{name}", name) for key, table in tables.items() for name in table]
    for index, pair in enumerate(shock.correlation):
        places += [(f"shock.correlation.{index}.a", pair.a), (f"shock.correlation.{index}.b", pair.b)]
    return places


def random_faults(shock: RandomShock, assets: Mapping[str, object], simulation: Simulation) -> Iterator[Fault]:
    """Yield what is wrong with a random shock, but for names of assets that do not exist.

    Parameters
    ----------
    shock
        The shock.
    assets
        The scenario's assets by name.
    simulation
        How long a round lasts.
    """
    process = shock.process
    if isinstance(process, BootstrapProcess):
        yield from _history_faults(process)
        if shock.correlation:
            yield Fault("shock.correlation", "given beside a history", "none: the history has its own")
        return
    yield from _step_faults(process, simulation)
    pairs = list(_pair_faults(shock, assets))
    yield from pairs
    named = {name for pair in shock.correlation for name in (pair.a, pair.b)}
    if pairs or not named.issubset(assets):
        return
    names = shock.moving
    smallest, involved = smallest_eigenvalue(correlation_matrix(names, shock.correlation))
    if smallest < 0:
        which = ", ".join(names[index] for index in involved)
        yield Fault(
            "shock.correlation",
            f"the matrix of {which} is not positive semidefinite (smallest eigenvalue {smallest:.4g})",
            "correlations that do not contradict each other",
        )


def _history_faults(process: BootstrapProcess) -> Iterator[Fault]:
    lengths = {len(returns) for returns in process.history.values()}
    if len(lengths) != 1 or 0 in lengths:
        yield Fault(
            "shock.process.history",
            f"columns of {sorted(lengths)} rounds" if lengths else "no asset",
            "one return a round, equally many for each asset",
        )
    elif process.block_rounds > max(lengths):
        yield Fault(
            "shock.process.block_rounds",
            f"{process.block_rounds} rounds",
            f"at most the {max(lengths)} rounds of the history",
        )


def _step_faults(process: object, simulation: Simulation) -> Iterator[Fault]:
    """Find steps that are too long for the process."""
    if simulation.round_seconds > YEAR_SECONDS:
        yield Fault(
            "simulation.round_seconds",
            f"{simulation.round_seconds:g} s",
            f"at most {YEAR_SECONDS} s, a year, with a random shock",
        )
    elif isinstance(process, HestonProcess):
        fastest = YEAR_SECONDS / simulation.round_seconds
        if process.mean_reversion > fastest:
            yield Fault(
                "shock.process.mean_reversion",
                f"{process.mean_reversion:g} a year overshoots in one round",
                f"at most {fastest:g} for rounds of {simulation.round_seconds:g} s",
            )


def _pair_faults(shock: RandomShock, assets: Mapping[str, object]) -> Iterator[Fault]:
    seen: set[frozenset[str]] = set()
    for index, pair in enumerate(shock.correlation):
        where = f"shock.correlation.{index}"
        key = frozenset((pair.a, pair.b))
        if pair.a == pair.b:
            yield Fault(where, f"{pair.a} with itself", "two assets (with itself it is 1)")
        elif key in seen:
            yield Fault(where, f"{pair.a} and {pair.b} are given twice", "each pair once")
        seen.add(key)
        for side, name in (("a", pair.a), ("b", pair.b)):
            if name in assets and name not in shock.moving:
                yield Fault(f"{where}.{side}", f"{name} does not move", "an asset that has a volatility")
