"""The figures of an answer, large, with their intervals; below them, always in sight, what decides the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cascade_gui.studies.columns_model import written
from cascade_gui.studies.drawing.picture import Large, Picture, Section
from cascade_gui.studies.figure_words import in_words, spoken_figure
from cascade_gui.studies.snug_scroll import SnugScroll
from cascade_gui.theme import SIZES
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.wording import numbers
from cascade_gui.wording.long_words import breakable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario.schema import Parameters
    from engine.studies.outcome import StudyResult

_FIRST: Final = 8
"""So many figures are shown of a study that has no picture."""
_ENDS: Final = (".low", ".high", ".before", ".after", ".difference")
_DECIDES_LEAST: Final = 150
"""Pixels that what decides the answer has at least."""


class FiguresPanel(QWidget):
    """What an answer comes to, and what it rests on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("study_result")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._said: list[str] = []
        self._figures = SnugScroll()
        title = plain_label(self.tr("What decides this answer").upper())
        title.setProperty("role", "section")
        self._decides = SnugScroll()
        self._decides.setMinimumHeight(_DECIDES_LEAST)
        self._rest = QWidget()
        column = QVBoxLayout(self._rest)
        column.setContentsMargins(SIZES.padding, 12, SIZES.padding, SIZES.padding)
        column.setSpacing(8)
        column.addWidget(_hairline())
        column.addSpacing(4)
        column.addWidget(title)
        column.addWidget(self._decides)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._figures, 3)
        whole.addWidget(self._rest, 1)
        self.show_result(None, Picture(), ())

    def show_result(self, result: StudyResult | None, picture: Picture, said_first: Sequence[str]) -> None:
        """Show the figures of a result and what it rests on; nothing for None.

        Parameters
        ----------
        result
            What was found.
        picture
            What of it is written large.
        said_first
            What must be said before its own notes.
        """
        sections = QWidget()
        column = QVBoxLayout(sections)
        column.setContentsMargins(SIZES.padding, 8, SIZES.padding, 8)
        column.setSpacing(4)
        said = QWidget()
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        self._said = []
        if result is not None:
            shown = picture.sections or (Section(self.tr("The answer"), _first(result)),)
            for section in shown:
                self._add_section(column, section, result)
            for role, texts in (
                ("warning", said_first), ("warning", result.answer.notes), ("secondary", result.answer.assumptions),
            ):  # fmt: skip
                for text in texts:
                    words = in_words(text, result.scenario.parameters)
                    self._said.append(words)
                    lines.addWidget(_line(words, role))
        column.addStretch(1)
        lines.addStretch(1)
        self._rest.setVisible(result is not None)
        self._figures.setWidget(sections)
        self._decides.setWidget(said)

    def said(self) -> str:
        """Return what decides the answer, as it is shown."""
        return "\n".join(self._said)

    def shown(self) -> dict[str, str]:
        """Return the texts of the large figures by their technical names."""
        widget = self._figures.widget()
        labels = [] if widget is None else widget.findChildren(QLabel)
        return {label.objectName(): label.text() for label in labels if label.objectName()}

    def _add_section(self, column: QVBoxLayout, section: Section, result: StudyResult) -> None:
        had = [each for each in section.figures if _is_there(each.name, result)]
        if not had:
            return
        if column.count():
            column.addSpacing(8)
            column.addWidget(_hairline())
            column.addSpacing(8)
        title = plain_label(section.title.upper())
        title.setProperty("role", "section")
        column.addWidget(title)
        for each in had:
            column.addSpacing(6)
            self._add_figure(column, each, result)

    def _add_figure(self, column: QVBoxLayout, figure: Large, result: StudyResult) -> None:
        figures, parameters = result.figures, result.scenario.parameters
        label = plain_label(figure.label or spoken_figure(figure.name, parameters))
        label.setProperty("role", "secondary")
        label.setWordWrap(True)
        label.setToolTip(plain_tip(figure.name))
        column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        name = figure.name
        if name not in figures:
            name = f"{figure.name}.after"
            before = plain_label(f"{written(name, figures[f'{figure.name}.before'], parameters)}  →")
            before.setProperty("role", "before")
            row.addWidget(before)
        value = plain_label(written(name, figures[name], parameters))
        value.setObjectName(name)
        value.setProperty("role", "figure")
        value.setProperty("tone", figure.tone if figures[name] is not None else "")
        value.setToolTip(plain_tip(_tip(name, figures[name])))
        row.addWidget(value)
        row.addStretch(1)
        column.addLayout(row)
        interval = interval_text(name, figures, parameters)
        if interval:
            if name != figure.name:
                was = interval_text(f"{figure.name}.before", figures, parameters)
                interval = f"{was} → {interval}" if was else interval
            shown = _line(interval, "secondary")
            shown.setToolTip(self.tr("95 % interval"))
            if name == figure.name and not figure.note:
                row.addWidget(shown)
            else:
                column.addWidget(shown)
        if figure.note:
            column.addWidget(_line(figure.note, "secondary"))


def interval_text(name: str, figures: dict[str, float | None], parameters: Parameters) -> str:
    """Return the interval of a figure in square brackets, an end that does not exist as a dash; empty without one."""
    if f"{name}.low" not in figures:
        return ""
    low, high = (figures[f"{name}.{end}"] for end in ("low", "high"))
    if low is None and high is None:
        return QCoreApplication.translate("FiguresPanel", "no interval")
    return f"[{written(name, low, parameters)}, {written(name, high, parameters)}]"


def _is_there(name: str, result: StudyResult) -> bool:
    return name in result.figures or f"{name}.after" in result.figures


def _first(result: StudyResult) -> tuple[Large, ...]:
    """Return the first figures of an answer; those of before and after, and with an interval, count as one."""
    names: dict[str, None] = {}
    for name in result.figures:
        for end in _ENDS:
            if name.endswith(end):
                name = name.removesuffix(end)  # noqa: PLW2901 - without its end it is the name of the figure
        if _is_there(name, result):
            names[name] = None
    return tuple(Large(name) for name in list(names)[:_FIRST])


def _tip(name: str, value: float | None) -> str:
    return name if value is None else f"{name}\n{numbers.full(float(value))}"


def _line(text: str, role: str) -> QLabel:
    label = plain_label(breakable(text))
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _hairline() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    return line
