"""What is shown of an answer: charts, one sentence, figures that are written large, names of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cascade_gui.studies.drawing.chart import Chart
    from engine.studies.outcome import Columns


@dataclass(frozen=True, slots=True)
class Large:
    """A figure that is written large.

    Parameters
    ----------
    name
        Of the figure; where it has one ``.before`` and one ``.after``, both are shown. Its interval is ``.low`` and
        ``.high``.
    label
        What it is called; made of its name where it is empty.
    note
        A few words below it.
    tone
        ``loss``, ``good`` or ``warning``; empty for neither.
    """

    name: str
    label: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Figures under one heading.

    Parameters
    ----------
    title
        What they have in common.
    figures
        Those that the result has are shown.
    """

    title: str
    figures: tuple[Large, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One run among others: what happened on it, its figure, and how it is played.

    Parameters
    ----------
    chart
        Small, without a title; a click on it plays the run.
    figure, note
        The figure that is written large, and a few words below it.
    tip
        What stands at the mouse over the figure.
    row
        Of the run.
    name
        What the run is called.
    """

    chart: Chart
    figure: str
    note: str
    tip: str
    row: int
    name: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Runs side by side, in place of the table that lists them."""

    title: str
    subtitle: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown of an answer.

    Parameters
    ----------
    charts
        In rows, from top to bottom.
    sentence
        The answer in one sentence, empty where none can be said.
    sections
        The figures that are written large; the first few of the answer without any.
    tables
        What its tables are called.
    cards
        By the names of tables, what is shown in their places.
    hidden
        Tables that are only drawn: too long to be read.
    lists
        Tables that are put together of the answer's, by names of their own.
    """

    charts: tuple[tuple[Chart, ...], ...] = ()
    sentence: str = ""
    sections: tuple[Section, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, Cards] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    lists: Mapping[str, Columns] = field(default_factory=dict)
