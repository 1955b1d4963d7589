"""The start page: what one brings oneself at the left, the examples beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cascade_gui.document.recovery import LeftBehind, RecoveryFolder, look_at
from cascade_gui.start_page.gallery import Gallery
from cascade_gui.start_page.side_panel import SidePanel
from cascade_gui.start_page.talks_row import TalksRow
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.working.background import Background

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PySide6.QtGui import QAction, QResizeEvent

    from cascade_gui.start_page.kept_courses import KeptCourses
    from cascade_gui.theme import Tokens
    from engine.reading.price_course import PriceCourse

_WIDE: Final = 1500
"""From this width on the left side is as wide as in the design."""
_SIDE: Final = (312, 364)
_MOST_FILES: Final = 6
"""The menu has the others."""
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read behind the window for one showing of the page."""

    left: tuple[LeftBehind, ...]
    courses: dict[Path, PriceCourse | None]
    examples: dict[str, PriceCourse]


class StartPage(QFrame):
    """``start_page``.

    Parameters
    ----------
    actions
        By name, what its buttons do.
    recovery
        Where work is that was not saved.
    courses
        Where the courses of the user's own files are kept.
    """

    example_chosen = Signal(object)
    """The `Example` that is to be opened."""
    file_chosen = Signal(object)
    """The path of a file that is to be opened."""
    import_asked = Signal()
    recover_asked = Signal(object)
    saved_asked = Signal(object)
    """The `LeftBehind` that is to be recovered, or whose file is to be opened as it was saved."""
    pasted = Signal(str)
    """A table that was pasted, to be imported."""
    left = Signal()
    """Esc: whoever came from a scenario goes back to it."""
    drawn = Signal()
    """All pictures are there."""

    def __init__(
        self, actions: Mapping[str, QAction], recovery: RecoveryFolder, courses: KeptCourses, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setProperty("surface", "background")
        self.setAccessibleName(self.tr("Start page"))
        self._recovery, self._courses = recovery, courses
        self._files: list[Path] = []
        self._has_examples = False
        self._background = Background("start page", self, libraries=())
        self.side = SidePanel(actions, self)
        self.gallery = Gallery(self)
        self.talks = TalksRow(self)
        self._legend = plain_label(
            self.tr(
                "blue: the market, dashed: without liquidations, between them: the feedback; amber: the oracle, where"
                " it is late"
            )
        )
        self._legend.setProperty("role", "secondary")
        self._legend.setWordWrap(True)
        heading = plain_label(self.tr("Examples"))
        heading.setProperty("role", "heading")
        self._head = QHBoxLayout()
        self._head.setContentsMargins(8, 0, 0, 0)
        self._head.setSpacing(16)
        self._head.addWidget(heading, 0, Qt.AlignmentFlag.AlignBottom)
        self._head.addWidget(self._legend, 1, Qt.AlignmentFlag.AlignBottom)
        self._middle = QVBoxLayout()
        self._middle.setSpacing(12)
        about_talks = plain_label(self.tr("Two talks, ready to play"))
        about_talks.setProperty("role", "heading")
        about_talks.setContentsMargins(8, 0, 0, 0)
        self._middle.addWidget(about_talks)
        self._middle.addWidget(self.talks)
        self._middle.addLayout(self._head)
        self._middle.addWidget(self.gallery, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(self._middle, 1)
        self.gallery.chosen.connect(self.example_chosen)
        self.talks.chosen.connect(self.example_chosen)
        self.gallery.own_asked.connect(self.import_asked)
        self.side.file_chosen.connect(self.file_chosen)
        self.side.recover_asked.connect(self.recover_asked)
        self.side.saved_asked.connect(self.saved_asked)
        # An event loop turn after the page is on the screen.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._read)

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        return self._later.isActive() or self._background.busy

    def note_shown(self, files: list[Path]) -> None:
        """Show these files, the newest first, and look what was not saved; pictures come a little later."""
        self._files = files[:_MOST_FILES]
        if not self._has_examples:
            from engine.files.examples import examples
            from engine.files.talks import talks

            self._has_examples = True
            self.gallery.set_examples(examples())
            self.talks.set_talks(talks())
        self.side.set_files(_with_times(self._files))
        self.side.set_unsaved(())
        self._order()
        self._later.start()
        first = self.side.rows[0] if self.side.rows else self.side.main
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self.side.apply_theme(colours)
        self.gallery.apply_theme(colours)
        self.talks.apply_theme(colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the left side its width, and the air that there is room for."""
        super().resizeEvent(event)
        is_wide = event.size().width() >= _WIDE
        self.side.setFixedWidth(_SIDE[is_wide])
        edge = 40 if is_wide else 20
        self._middle.setContentsMargins(edge, 24 if is_wide else 16, edge // 2, 8)

    def event(self, event: QEvent) -> bool:
        """Keep plain keys here, for those of playback would move rounds that nobody sees, and what is pasted."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
            is_window_key = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35 or event.key() == Qt.Key.Key_Question
            is_taken = plain and not is_window_key
            if is_taken or event.matches(QKeySequence.StandardKey.Paste):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the keys with Enter too; import what is pasted; leave with Esc."""
        focus = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if text.strip():
                self.pasted.emit(text)
        elif event.key() in _ENTER and isinstance(focus, QAbstractButton) and self.isAncestorOf(focus):
            focus.click()
        else:
            super().keyPressEvent(event)

    def shut_down(self) -> None:
        """Wait for what is being read."""
        self._later.stop()
        self._background.shut_down()

    def _order(self) -> None:
        """Let Tab go down the left side and then to the examples, whatever came last."""
        for before, after in pairwise((*self.side.in_order(), *self.talks.cards, *self.gallery.cards)):
            QWidget.setTabOrder(before, after)

    def _read(self) -> None:
        files, folder, courses = tuple(self._files), self._recovery, self._courses
        left = folder.left_behind()  # locks belong to the window's thread

        def read() -> _Found:
            from engine.files import examples

            return _Found(
                tuple(each for each in map(look_at, left) if each is not None),
                {path: courses.read(path) for path in files if courses.knows(path)},
                examples.courses(),
            )

        self._background.do(read, self._show, key="page")

    def _show(self, found: _Found) -> None:
        self.side.set_unsaved(found.left)
        self._order()
        self.side.show_courses(found.courses)
        self.gallery.show_courses(found.examples)
        self.talks.show_courses(found.examples)
        self.drawn.emit()


def _with_times(files: list[Path]) -> list[tuple[Path, float]]:
    """Return the files that are there with when each was written last."""
    found = []
    for path in files:
        try:
            found.append((path, path.stat().st_mtime))
        except OSError:
            continue  # gone since the list was made
    return found
