"""Names are text, never markup: of accounts, assets, markets, scenarios, files and columns, whoever wrote them.

Qt guesses. What looks like HTML in a label, a tip or a message is drawn as HTML, which can open files and addresses,
and ``&`` in a menu or on a button underlines the next letter. Whatever may hold a user's words goes through here.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QMessageBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

WIDEST_TIP: Final = 60
"""Letters in a line of a tip; Qt itself breaks no lines of plain text."""
_BESIDE = "[*]"
"""Where Qt puts the mark of a changed document in a title."""


def plain_label(text: str = "", parent: QWidget | None = None, **settings: Any) -> QLabel:
    """Return a label that shows what it is given to the letter.

    Parameters
    ----------
    text, parent
        As `QLabel` takes them.
    **settings
        Other properties of the label.
    """
    return QLabel(text, parent, textFormat=Qt.TextFormat.PlainText, **settings)


class PlainMessage(QMessageBox):
    """A message that shows what it is given to the letter, in its text and below it.

    Parameters
    ----------
    parent
        Over which it opens.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setInformativeText(self, text: str) -> None:
        """Show more below the text."""
        super().setInformativeText(text)
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)


def plain_tip(text: str) -> str:
    r"""Return a text for a tip: in lines that an eye takes in, and never as the HTML that Qt might take it for.

    Examples
    --------
    >>> plain_tip("WETH, 3 < 4"), plain_tip("<b>WETH</b>")
    ('WETH, 3 < 4', '<qt>&lt;b&gt;WETH&lt;/b&gt;</qt>')
    >>> plain_tip("How far the collateral of each market had fallen at market prices")
    'How far the collateral of each market had fallen at market\nprices'
    """
    text = "\n".join(line for paragraph in text.split("\n") for line in _wrapped(paragraph) or [""])
    if not Qt.mightBeRichText(text):
        return text
    lines = escape(text).replace("\n", "<br>")
    return f"<qt>{lines}</qt>"


def _wrapped(paragraph: str) -> list[str]:
    return wrap(
        paragraph, WIDEST_TIP, break_long_words=False, break_on_hyphens=False, expand_tabs=False,
        replace_whitespace=False,
    )  # fmt: skip


def no_mnemonic(text: str) -> str:
    """Return a text for a menu or a button in which ``&`` is a letter like others."""
    return text.replace("&", "&&")


def no_place_mark(name: str) -> str:
    """Return a name for a window's title in which ``[*]`` is not the place of the mark of a changed document."""
    return name.replace(_BESIDE, _BESIDE * 2)
