"""What is shown of an answer: charts, one sentence, figures that are written large, names of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cascade_gui.studies.drawing.chart import Chart


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
    """

    charts: tuple[tuple[Chart, ...], ...] = ()
    sentence: str = ""
    sections: tuple[Section, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
