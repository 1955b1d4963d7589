"""What the Help menu calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeySequence, QTextDocument
from PySide6.QtWidgets import QMessageBox, QTextBrowser, QWidget

from cascade_gui.help.keys_sheet import KeysSheet
from cascade_gui.help.page_style import give_air
from cascade_gui.theme.plain_text import PlainMessage
from cascade_gui.verification import VerificationDialog
from cascade_gui.window.faults_dialog import versions
from cascade_gui.window.key_groups import key_groups
from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from cascade_gui.theme import Theme, Tokens
    from cascade_gui.window.settings import Settings


_MARGIN: Final = 28
"""Pixels around a page."""


class HelpWindow(QTextBrowser):
    """Shows one page at a time; links between pages work. Esc and the system's key for it (Ctrl+W) close it.

    Pictures that are wider than the page are made as wide as it is, larger in a larger window.

    Parameters
    ----------
    tokens
        The colours.
    """

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_window")
        self.setOpenExternalLinks(True)
        self.setSearchPaths([str(resource_path("help"))])
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # pictures are fitted beside it
        self.resize(820, 900)
        self._tokens = tokens
        self._markdown = ""
        self._title = ""
        self._has_wide_pictures = False
        self.apply_theme(tokens)

    def show_markdown(self, title: str, markdown: str) -> None:
        """Show a page."""
        self._title, self._markdown = title, markdown
        self._has_wide_pictures = False
        self.setWindowTitle(title)
        self.document().setBaseUrl(QUrl.fromLocalFile(f"{resource_path('help')}/"))
        self.setMarkdown(markdown)
        give_air(self.document(), self._tokens)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return what a page names; a picture no wider than the page."""
        found = super().loadResource(kind, name)
        picture = QImage.fromData(found) if isinstance(found, QByteArray) else QImage()
        if kind != QTextDocument.ResourceType.ImageResource or picture.width() <= self._room():
            return found
        self._has_wide_pictures = True
        return picture.scaledToWidth(self._room(), Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit wide pictures to another width; the page stays where it is."""
        super().resizeEvent(event)
        if self._has_wide_pictures and event.oldSize().width() != event.size().width():
            bar = self.verticalScrollBar()
            share = bar.value() / max(1, bar.maximum())
            self.show_markdown(self._title, self._markdown)
            bar.setValue(round(share * bar.maximum()))

    def _room(self) -> int:
        return max(1, self.viewport().width() - 2 * _MARGIN)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._tokens = tokens
        self.document().setDocumentMargin(_MARGIN)
        self.setStyleSheet(f"QTextBrowser {{ background: {tokens.panel}; color: {tokens.text}; border: none; }}")
        if self._markdown:
            self.show_markdown(self._title, self._markdown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc or the key that closes windows."""
        if event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Close):
            self.close()
            return
        super().keyPressEvent(event)


class HelpCommands(QObject):
    """Opens the help pages.

    Parameters
    ----------
    theme
        Gives the colours.
    settings
        Where it is remembered what came of the published cases.
    window
        The main window.
    """

    verified = Signal()
    """All published cases were run."""

    def __init__(self, theme: Theme, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._settings = settings
        self._window = window
        self._browser: HelpWindow | None = None
        self._verification: VerificationDialog | None = None
        theme.changed.connect(self._recolour)

    @property
    def browser(self) -> HelpWindow | None:
        """The help window, if it was opened."""
        return self._browser

    def show_method(self) -> None:
        """Show what is computed."""
        self._show_page(self.tr("Method"), "method.md")

    def show_getting_started(self) -> None:
        """Show the tour."""
        self._show_page(self.tr("Getting started"), "getting-started.md")

    def show_importing(self) -> None:
        """Show how a book is imported."""
        self._show_page(self.tr("Importing"), "importing.md")

    def show_table(self) -> None:
        """Show how the loan table is edited."""
        self._show_page(self.tr("The loan table"), "table.md")

    def show_studies(self) -> None:
        """Show the questions that need many runs."""
        self._show_page(self.tr("Studies"), "studies.md")

    def show_tutorial(self) -> None:
        """Show the way from one run to a proposal."""
        self._show_page(self.tr("Tutorial"), "tutorial.md")

    def show_real_events(self) -> None:
        """Show three real crashes beside what the engine computes for them."""
        self._show_page(self.tr("Real events"), "real-events.md")

    def show_keys(self) -> None:
        """Show all keys, made from the table of actions, and those of tables, panels and plots."""
        if self._window.findChild(KeysSheet) is None:
            sheet = KeysSheet(key_groups(), self._window)
            sheet.show()
            sheet.search.setFocus()

    def show_verification(self) -> None:
        """Run the published cases in a window of their own; raise it if it is open."""
        if self._verification is None:
            self._verification = VerificationDialog(self._theme.tokens, self._window)
            self._verification.finished.connect(self._forget_verification)
            self._verification.judged.connect(self._note_verified)
        self._verification.show()
        self._verification.activateWindow()

    def _note_verified(self, passed: int, failed: int) -> None:
        self._settings.verified = (passed, failed)
        self.verified.emit()

    def _forget_verification(self) -> None:
        self._verification = None

    def show_about(self) -> None:
        """Show version and licences."""
        box = PlainMessage(self._window)
        box.setObjectName("about_message")
        box.setWindowTitle(self.tr("About Cascade"))
        box.setText(self.tr("Cascade: liquidation cascades in DeFi lending, round by round."))
        box.setInformativeText(
            versions() + "\n\n" + self.tr("MIT License. Qt and PySide6: LGPL 3. Inter: SIL Open Font License.")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        box.finished.connect(box.deleteLater)
        box.open()

    def _show_page(self, title: str, name: str) -> None:
        self._show(title, resource_path("help", name).read_text(encoding="utf-8"))

    def _show(self, title: str, markdown: str) -> None:
        if self._browser is None:
            self._browser = HelpWindow(self._theme.tokens)
            self._window.destroyed.connect(self._browser.deleteLater)
        self._browser.show_markdown(title, markdown)
        self._browser.show()
        self._browser.activateWindow()

    def close(self) -> None:
        """Close the help window with the main window."""
        if self._browser is not None:
            self._browser.close()
            self._browser.deleteLater()
            self._browser = None
        if self._verification is not None:
            self._verification.reject()

    def _recolour(self, tokens: Tokens) -> None:
        if self._browser is not None:
            self._browser.apply_theme(tokens)
        if self._verification is not None:
            self._verification.apply_theme(tokens)
