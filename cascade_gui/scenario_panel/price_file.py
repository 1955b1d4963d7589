"""Reads a price path from a table, and asks which of its columns are which asset where that is not certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cascade_gui.theme.plain_text import plain_label
from cascade_gui.working.layouts import empty
from engine.importing.asking import Notes
from engine.importing.choices import ImportChoices
from engine.importing.price_paths import read_price_path
from engine.importing.read_source import read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.importing.asking import Question
    from engine.importing.source import Source
    from engine.scenario.schema import Parameters


class PriceFile(QWidget):
    """What is asked about a table of prices, and what was done with it. Hidden while there is nothing to say."""

    answered = Signal()
    """An answer was given: `returns` may know more now."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._source: Source | None = None
        self._choices = ImportChoices()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self.hide()

    @property
    def has_words(self) -> bool:
        """Whether something is said or asked."""
        return self._box.count() > 0

    def open(self, file: Path) -> None:
        """Take another file; nothing is answered yet.

        Raises
        ------
        BadInput
            If it cannot be read as a table.
        """
        self._source, self._choices = None, ImportChoices()
        self._show([], [])
        self._source = read_source(file, with_flaws=True)

    def returns(self, parameters: Parameters) -> dict[str, list[float]]:
        """Return the prices as returns to the first row; empty while something is asked, which is shown.

        Raises
        ------
        BadInput
            If no column is an asset, or a cell is not a price above 0.
        """
        if self._source is None:
            return {}
        notes = Notes()
        prices = {name: float(asset.price) for name, asset in parameters.assets.items()}
        try:
            found = read_price_path(self._source, prices, self._choices, notes)
        finally:
            self._show(notes.said, notes.questions)
        return {} if notes.questions else found

    def _show(self, said: list[str], questions: list[Question]) -> None:
        empty(self._box)
        for question in questions:
            self._add_label(question.text, "warning")
            for answer in question.answers:
                button = QPushButton(answer.label)
                button.clicked.connect(lambda _=False, change=dict(answer.change): self._take(change))
                self._box.addWidget(button)
        for line in () if questions else said:
            self._add_label(line, "secondary")
        self.setVisible(self.has_words)

    def _add_label(self, text: str, role: str) -> None:
        label = plain_label(text)
        label.setWordWrap(True)
        label.setProperty("role", role)
        self._box.addWidget(label)

    def _take(self, change: dict[str, object]) -> None:
        self._choices = self._choices.changed(**change)
        self.answered.emit()


def round_returns(path: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Turn returns to the price before round 1 into the return of each round."""
    returns = {}
    for name, column in path.items():
        prices = np.concatenate([[1.0], 1.0 + np.array(column)])
        returns[name] = (prices[1:] / prices[:-1] - 1).tolist()
    return returns
