"""One line, always in sight, that says what came of the published cases on this machine, and runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenuBar

    from cascade_gui.window.help_commands import HelpCommands
    from cascade_gui.window.settings import Settings


class VerificationLine(QToolButton):
    """Stands at the right end of the menu bar. That cases pass is only said once they have, here.

    Parameters
    ----------
    commands
        Runs the cases.
    settings
        Knows what came of them.
    menu_bar
        Where it stands.
    """

    def __init__(self, commands: HelpCommands, settings: Settings, menu_bar: QMenuBar) -> None:
        super().__init__(menu_bar)
        self.setObjectName("verification_line")
        self.setProperty("kind", "line")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        text = self.tr(
            "Cases with figures published by the protocols themselves and in their tests. Click to run them and to "
            "see every figure beside the published one."
        )
        self.setToolTip(plain_tip(text))
        self._settings = settings
        commands.verified.connect(self.show_standing)
        self.clicked.connect(commands.show_verification)
        menu_bar.setCornerWidget(self, Qt.Corner.TopRightCorner)
        self.show_standing()

    def show_standing(self) -> None:
        """Say what came of the cases when they were run here last."""
        found = self._settings.verified
        if found is None:
            text, tone = self.tr("Run the published cases on this machine"), ""
        elif found[1]:
            text, tone = self.tr("{0} published cases fail on this machine").format(numbers.count(found[1])), "loss"
        else:
            text, tone = self.tr("{0} published cases pass on this machine").format(numbers.count(found[0])), ""
        self.setText(text)
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.adjustSize()
