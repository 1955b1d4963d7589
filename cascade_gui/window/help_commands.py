"""What the Help menu calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from cascade_gui.help.help_window import HelpWindow
from cascade_gui.help.keys_sheet import KeysSheet
from cascade_gui.help.pages import page_of
from cascade_gui.theme.plain_text import PlainMessage
from cascade_gui.verification import VerificationDialog
from cascade_gui.window.faults_dialog import versions
from cascade_gui.window.key_groups import key_groups

if TYPE_CHECKING:
    from cascade_gui.theme import Theme, Tokens
    from cascade_gui.window.settings import Settings


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

    def show_page(self, name: str, *_: object) -> None:
        """Show a page of the help, by the name of its file without the ending."""
        self._opened().show_page(page_of(f"{name}.md"))

    def search(self) -> None:
        """Look for something in all pages."""
        self._opened().begin_search()

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

    def _opened(self) -> HelpWindow:
        """Return the help, in front of the other windows."""
        if self._browser is None:
            self._browser = HelpWindow(self._theme.tokens)
            self._window.destroyed.connect(self._browser.deleteLater)
        self._browser.show()
        self._browser.activateWindow()
        return self._browser

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
