"""The examples side by side, in as many columns as there is room for; arrows go from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from cascade_gui.start_page.card import AROUND
from cascade_gui.start_page.example_card import ExampleCard, GalleryCard, OwnFileCard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from cascade_gui.theme import Tokens
    from engine.files.examples import Example
    from engine.reading.price_course import PriceCourse

_WIDTH: Final = 225
"""A card has at least about this width, in pixels, before there is another column."""
_MOST_COLUMNS: Final = 6
_PICTURE: Final = (64, 180)
"""The least and the greatest height of a picture."""
_ROW_GAP: Final = 12
_COLUMN_GAP: Final = 12


class Gallery(QScrollArea):
    """All examples, and a place for a file of one's own."""

    chosen = Signal(object)
    """The `Example` that is to be opened."""
    own_asked = Signal()
    """A loan book is to be imported."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_gallery")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._holder = QWidget(self)
        self._holder.setProperty("surface", "background")
        self.setWidget(self._holder)
        self._examples: dict[str, Example] = {}
        self.own = OwnFileCard(self._holder)
        self.own.clicked.connect(self.own_asked)
        self.cards: list[GalleryCard] = [self.own]
        self.own.installEventFilter(self)
        self._columns = 1

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        return self._columns

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Show these, before the place for a file of one's own."""
        shown: list[GalleryCard] = []
        for example in examples:
            card = ExampleCard(example.name, example.title, example.summary, self._holder)
            card.apply_theme(self.own.tokens)
            card.clicked.connect(self._choose)
            card.installEventFilter(self)
            self._examples[example.name] = example
            shown.append(card)
        self.cards = [*shown, self.own]
        self._arrange()

    def show_courses(self, courses: Mapping[str, PriceCourse]) -> None:
        """Draw the pictures."""
        for card in self.cards:
            if isinstance(card, ExampleCard) and card.name in courses:
                card.show_course(courses[card.name])

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        for card in self.cards:
            card.apply_theme(colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the card that a key leads to."""
        here = next((at for at, card in enumerate(self.cards) if card.hasFocus()), None)
        target = None if here is None else self._target(here, event.key())
        if target is None:
            super().keyPressEvent(event)
            return
        if 0 <= target < len(self.cards):
            self.cards[target].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the card with the keys into view."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, GalleryCard):
            self.ensureWidgetVisible(watched, 0, _ROW_GAP)
        return super().eventFilter(watched, event)

    def _target(self, here: int, key: int) -> int | None:
        if key == Qt.Key.Key_Home:
            return 0
        if key == Qt.Key.Key_End:
            return len(self.cards) - 1
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        step = steps.get(Qt.Key(key))
        return None if step is None else here + step

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, ExampleCard):
            self.chosen.emit(self._examples[card.name])

    def _arrange(self) -> None:
        count, room = len(self.cards), self.viewport().size()
        self._columns = _fitting_columns(room.width(), count)
        width = (room.width() - (self._columns - 1) * _COLUMN_GAP) // self._columns
        rows = [self.cards[at : at + self._columns] for at in range(0, count, self._columns)]
        texts = [max(card.text_height(width) for card in row) for row in rows]
        taken = sum(texts) + len(rows) * 2 * AROUND + (len(rows) - 1) * _ROW_GAP
        least, most = _PICTURE
        picture = min(max((room.height() - taken) // len(rows), least), most, width * 2 // 3)
        top = 0
        for row, text in zip(rows, texts, strict=True):
            height = picture + text + 2 * AROUND
            for at, card in enumerate(row):
                card.below = text
                card.setGeometry(at * (width + _COLUMN_GAP), top, width, height)
                card.show()
            top += height + _ROW_GAP
        self._holder.resize(room.width(), top - _ROW_GAP)
        self._holder.move(QPoint(0, -self.verticalScrollBar().value()))


def _fitting_columns(width: int, count: int) -> int:
    """Return how many columns fill the width; fewer where that leaves fewer places of the last row empty."""
    most = min(max(1, (width + _COLUMN_GAP) // (_WIDTH + _COLUMN_GAP)), _MOST_COLUMNS)
    return min(range((most + 1) // 2, most + 1), key=lambda columns: (-count % columns, -columns))
