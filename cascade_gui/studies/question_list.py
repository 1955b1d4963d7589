"""The questions that can be asked, in groups, of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from cascade_gui.theme import SIZES, font
from cascade_gui.theme.plain_text import plain_tip
from engine.studies.study import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.studies.study import Study

_QUESTION: Final = 25
_HEADING: Final = 28
_FIRST_HEADING: Final = 22
"""Heights in pixels; what stands first needs no room above it."""
_NAME: Final = Qt.ItemDataRole.UserRole


class QuestionList(QListWidget):
    """The questions of studies under the headings of their groups, as high as they all are.

    Parameters
    ----------
    studies
        What can be asked.
    """

    chosen = Signal(str)
    """The name of the study whose question was chosen."""

    def __init__(self, studies: Sequence[Study[Any]]) -> None:
        super().__init__()
        self.setObjectName("study_questions")
        self.setProperty("kind", "questions")
        self.setAccessibleName(self.tr("Questions"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._places: dict[str, int] = {}
        for group in (*GROUPS, *sorted({study.group for study in studies} - set(GROUPS))):
            asked = [study for study in studies if study.group == group]
            if asked:
                self._add_heading(group or self.tr("More"))
            for study in asked:
                item = QListWidgetItem(study.question, self)
                item.setData(_NAME, study.name)
                item.setToolTip(plain_tip(study.question))
                item.setSizeHint(QSize(0, _QUESTION))
                self._places[study.name] = self.row(item)
        self.setFixedHeight(sum(self.item(row).sizeHint().height() for row in range(self.count())) + 2)
        self.currentItemChanged.connect(self._tell)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text.upper(), self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(font(SIZES.section, QFont.Weight.DemiBold, spacing=0.6))
        item.setTextAlignment(Qt.AlignmentFlag.AlignBottom)
        item.setSizeHint(QSize(0, _HEADING if self.count() > 1 else _FIRST_HEADING))

    @property
    def name(self) -> str:
        """The name of the study whose question is chosen."""
        return str(self.item(self.currentRow()).data(_NAME))

    def choose(self, name: str) -> None:
        """Choose the question of a study."""
        self.setCurrentRow(self._places[name])

    def first(self) -> str:
        """Return the name of the study whose question stands first."""
        return min(self._places, key=self._places.__getitem__)

    def questions(self) -> tuple[str, ...]:
        """Return the questions from top to bottom, without the headings."""
        return tuple(self.item(row).text() for row in sorted(self._places.values()))

    def _tell(self, item: QListWidgetItem | None, _: object) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(_NAME)))
