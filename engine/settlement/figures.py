"""The figures that settlements report of a round, beside those that every round has.

A kind declares its own as `FIGURES` in the module ``figures`` of its folder. Whatever keeps, adds up, writes or shows
them goes through these declarations, so that a figure is named nowhere else. Nothing here loads compiled code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from engine.settlement.kinds import kind_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.scenario.schema import Parameters

    SettlementFigures = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class SettlementFigure:
    """A figure by market of a round.

    Parameters
    ----------
    name
        In recordings, tables and results.
    label
        What people call it.
    unit
        ``usd``, or ``count`` for a number of things (whole).
    is_level
        Whether it is what there is at the end of the round, else what happened in the round, to be added up.
    is_in_summary
        Whether the summary of a run has it: the last level, or the sum of the rounds.
    is_later
        Whether recordings of earlier releases do without it: it is 0 there.
    """

    name: str
    label: str
    unit: Literal["usd", "count"] = "usd"
    is_level: bool = False
    is_in_summary: bool = True
    is_later: bool = False

    @property
    def dtype(self) -> type[np.int64 | np.float64]:
        """The type of its numbers."""
        return np.int64 if self.unit == "count" else np.float64


COMMON = (SettlementFigure("credited_usd", "credited to accounts"),)
"""What accounts got back of what was seized, at oracle prices: every kind may report it."""


@cache
def of_kind(kind: str) -> tuple[SettlementFigure, ...]:
    """Return the figures that only a kind of settlement reports."""
    own: tuple[SettlementFigure, ...] = import_module(f"engine.settlement.{kind}.figures").FIGURES
    return own


def of_kinds(some: Iterable[str]) -> tuple[SettlementFigure, ...]:
    """Return the figures of several kinds, those that all share first."""
    wanted = set(some)
    return (*COMMON, *(figure for kind in kind_names() if kind in wanted for figure in of_kind(kind)))


@cache
def every_figure() -> tuple[SettlementFigure, ...]:
    """Return the figures of all kinds."""
    return of_kinds(kind_names())


def of_scenario(parameters: Parameters) -> tuple[SettlementFigure, ...]:
    """Return the figures of the kinds that a scenario's markets are settled by."""
    return of_kinds(market.rules.settlement.kind for market in parameters.markets.values())


def label_of(name: str) -> str:
    """Return what people call a figure."""
    return next(figure.label for figure in every_figure() if figure.name == name)


def nothing(markets: int) -> dict[str, npt.NDArray[Any]]:
    """Return every figure (M,) of a round in which there is nothing to report."""
    return {figure.name: np.zeros(markets, figure.dtype) for figure in every_figure()}
