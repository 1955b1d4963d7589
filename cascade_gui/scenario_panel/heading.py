"""The heading of a section: spaced capitals that fold the section away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from cascade_gui.theme import SIZES, font, icon
from cascade_gui.theme.plain_text import no_mnemonic, plain_tip
from cascade_gui.theme.steady_labels import PARTED, FillingLabel

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens


class Heading(QToolButton):
    """A heading that opens and closes what is below it, and says what is changed there.

    Attributes
    ----------
    changed
        What is other than in the file: how many values while they are seen below, which ones while they are not.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(SIZES.section, QFont.Weight.DemiBold, 1.0))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(12, 12))
        self.setCheckable(True)
        self.setChecked(True)
        self.setProperty("kind", "heading")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._changed: tuple[str, ...] = ()
        self.changed = FillingLabel(self)
        self.changed.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.changed.label.setProperty("role", "secondary")
        self.changed.label.setTextFormat(Qt.TextFormat.PlainText)
        self.changed.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._beside = QHBoxLayout(self)
        self._beside.addWidget(self.changed)
        self.toggled.connect(self._say_changed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another heading."""
        self.setText(no_mnemonic(text.upper()))
        self._title = text
        self._beside.setContentsMargins(self.sizeHint().width() + SIZES.grid, 0, 0, 0)
        self._say_changed()

    def set_changed(self, changed: tuple[str, ...]) -> None:
        """Say what is changed below, one text a value; nothing if nothing is."""
        if changed != self._changed:
            self._changed = changed
            self._say_changed()

    def _say_changed(self) -> None:
        count = self.tr("{0} changed").format(len(self._changed)) if self._changed else ""
        self.changed.say(count if self.isChecked() else PARTED.join(self._changed), str(len(self._changed) or ""))
        self.setToolTip(plain_tip("\n".join(self._changed)))
        self.setAccessibleName(f"{self._title}, {count}" if count else self._title)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.setIcon(icon("chevron-down" if self.isChecked() else "chevron-right", tokens))


class Foldable(QWidget):
    """A section: a heading and a body that it folds away.

    Parameters
    ----------
    title
        The heading.

    Attributes
    ----------
    reads
        The top-level keys of the parameters that it shows something of.
    """

    reads: tuple[str, ...] = ()

    @property
    def edits(self) -> tuple[str, ...]:
        """The top-level keys of the parameters that are edited in it."""
        return self.reads

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens | None = None
        self.heading = Heading(title)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SIZES.grid * 4)
        column.setSpacing(SIZES.grid)
        column.addWidget(self.heading)
        column.addWidget(self.body)
        self.heading.toggled.connect(self._fold)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self.heading.apply_theme(tokens)

    def wait(self, waiting: bool) -> None:
        """Show no rows while those of another document are to come, else as the heading says."""
        self.setEnabled(not waiting)
        self.body.setVisible(not waiting and self.heading.isChecked())

    def _fold(self, opened: bool) -> None:
        self.body.setVisible(opened)
        if self._tokens is not None:
            self.heading.apply_theme(self._tokens)
