"""Why one loan was sold, or was not, in large type over the stage: its working with its own numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.wording import numbers
from engine.reading.loans_at_round import loans_at_round

if TYPE_CHECKING:
    from typing import Any

    from engine.reading.loans_at_round import LoansAtRound
    from engine.reading.round_view import RoundView

_ROW: Final = 60
"""The height of a line on a screen 1,080 pixels high."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhyThatOne", text)


def account_named(view: RoundView, text: str) -> int | None:
    """Return the account that is called so, else the first whose name begins so, in any case of letters."""
    names = [str(name).casefold() for name in view.book.account_names]
    wanted = text.strip().casefold()
    if not wanted:
        return None
    if wanted in names:
        return names.index(wanted)
    return next((at for at, name in enumerate(names) if name.startswith(wanted)), None)


def working(view: RoundView, account: int, asset: str, together: tuple[str, ...]) -> list[str]:
    """Return the working of an account at a round, a sentence a line.

    Its health factor is what it holds, times the thresholds, over what it owes. It is told at the beginning of the
    round where something was sold, with the prices that it was sold at.
    """
    loans = loans_at_round(view, asset, together)
    owed = float(loans.owed[account])
    name, level = str(view.book.account_names[account]), float(loans.reached_at[account])
    price = float(view.prices[view.book.asset_names.index(asset)])
    lines = [name]
    if owed > 0.0:
        held = float(view.collateral_usd[account] + loans.seized[account])
        lines.append(_tr("It owed {owed} and held {held}.").format(owed=numbers.money(owed), held=numbers.money(held)))
        limit = float(loans.backing[account])
        lines.append(_tr("On that it may owe {limit} at most.").format(limit=numbers.money(limit)))
    else:
        lines.append(_tr("It owes nothing."))
    if not math.isnan(level):
        said = _tr("It is sold if {asset} rises to ${level}; the price is ${price}.")
        if not loans.rises[account]:
            said = _tr("It is sold if {asset} falls to ${level}; the price is ${price}.")
        if len(together) > 1:
            said += " " + _tr("(If all that moves with it moves alike.)")
        lines.append(said.format(asset=asset, level=numbers.price(level), price=numbers.price(price)))
    elif owed > 0.0:
        lines.append(_tr("No price of {asset} reaches it.").format(asset=asset))
    if owed > 0.0:
        lines.append(_outcome(view, account, loans))
    return lines


def _outcome(view: RoundView, account: int, loans: LoansAtRound) -> str:
    from engine.reading.round_view import Status

    sold, bad = loans.seized[account], loans.bad_debt[account]
    repaid, left = float(loans.repaid[account]), float(loans.owed_after[account])
    if sold > 0.0:
        text = _tr("{usd} is sold in this round and repays {repaid}; it still owes {left}.")
        if bad > 0.0:
            text = _tr("{usd} is sold in this round and repays {repaid}; {bad} is lost.")
        return text.format(
            usd=numbers.money(float(sold)), repaid=numbers.money(repaid), left=numbers.money(left),
            bad=numbers.money(float(bad)),
        )  # fmt: skip
    if bad > 0.0:
        return _tr("Nothing is left behind {usd}: bad debt.").format(usd=numbers.money(float(bad)))
    said = {
        Status.LIQUIDATABLE: _tr("It is past its price, and nobody buys yet."),
        Status.PARTLY: _tr("It was sold in part, last in round {number}."),
        Status.LIQUIDATED: _tr("It was closed in round {number}."),
        Status.BAD_DEBT: _tr("It became bad debt in round {number}."),
    }.get(Status(view.status[account]), _tr("The price has not reached it."))
    return said.format(number=numbers.count(float(view.status_round[account])))


class WhyThatOne(QWidget):
    """Lies over the stage: a field to type the name of an account into, and its working.

    Attributes
    ----------
    lines
        What is said.
    """

    account_named = Signal(str)
    """A name that was typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stage_why")
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self.lines: list[str] = []
        self.field = QLineEdit(self)
        self.field.setObjectName("stage_account")
        self.field.setPlaceholderText(self.tr("Name of an account"))
        self.field.setAccessibleName(self.tr("Name of an account"))
        self.field.returnPressed.connect(lambda: self.account_named.emit(self.field.text()))
        self.hide()

    def ask(self) -> None:
        """Let a name be typed."""
        self.lines = []
        self.field.clear()
        self._open(with_field=True)
        self.field.setFocus()

    def say(self, lines: list[str]) -> None:
        """Show the working of an account."""
        self.lines = lines
        self.setAccessibleName(" ".join(lines))
        self._open(with_field=False)

    def set_look(self, colours: Tokens, scale: float) -> None:
        """Take other colours and another size."""
        self._tokens, self._scale = colours, scale
        self.field.setFont(font(SIZES.stage_headline * 0.8 * scale))
        self._place()

    def _open(self, *, with_field: bool) -> None:
        self.field.setVisible(with_field)
        self._place()
        self.show()
        self.raise_()
        self.update()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        width, rows = round(0.8 * parent.width()), max(1, len(self.lines))
        height = round((48 + rows * _ROW) * self._scale)
        below = round(24 * self._scale)  # at the foot: the loan, its neighbours and the line stay in sight
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - below, width, height)
        inside = round(40 * self._scale)
        self.field.setGeometry(inside, inside // 2, width - 2 * inside, height - inside)

    def paintEvent(self, _: Any) -> None:  # noqa: D102 - Qt's
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._tokens.line))
        painter.setBrush(QColor(self._tokens.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12 * self._scale, 12 * self._scale)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for at, line in enumerate(self.lines):
            weight = QFont.Weight.Normal if at else QFont.Weight.DemiBold
            painter.setFont(font(SIZES.stage_headline * (0.68 if at else 0.8) * self._scale, weight))
            last = at == len(self.lines) - 1 and at > 0
            painter.setPen(QColor(self._tokens.vermilion if last else self._tokens.text))
            room = QRectF(
                40 * self._scale, (24 + _ROW * at) * self._scale, self.width() - 80 * self._scale, _ROW * self._scale
            )
            text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, left, text)
        painter.end()
