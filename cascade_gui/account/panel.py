"""The account panel: why the selected account was, or was not, liquidated in the shown round."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cascade_gui.account import sentences
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.wording import numbers
from cascade_gui.working.latest_job import LatestJob

if TYPE_CHECKING:
    from cascade_gui.plots.run_picture import RunPicture
    from engine.reading.explanation.explanation import Explanation, HealthWorking, HistoryEntry, LiquidationPrice
    from engine.reading.explanation.marked_prices import MarkedPrice
    from engine.reading.recorded_run import RecordedRun


_PATIENCE_MS: Final = 150
"""An explanation that is later than this is said to be of another round than the window shows."""


class AccountPanel(QScrollArea):
    """``account``: the working of one account's health, its liquidation prices and its history."""

    round_clicked = Signal(int)
    """A round of the history that the user clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("account")
        self.setAccessibleName(self.tr("Account"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(SIZES.panel_least)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recording: RecordedRun | None = None
        self._account: int | None = None
        self._has_loans = True
        self._round = 0
        self._shown: Explanation | None = None
        self._is_late = False
        self._tokens: Tokens = tokens(dark=True)
        self._job = LatestJob(self)
        self._job.done.connect(self._take)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_round)
        self._build()
        self._show()

    @property
    def shown(self) -> Explanation | None:
        """What is explained, None before there is anything."""
        return self._shown

    @property
    def is_busy(self) -> bool:
        """Whether an explanation is being worked out."""
        return self._job.is_busy

    def set_recording(self, recording: RecordedRun | None) -> None:
        """Explain accounts of another run; the account stays selected if the book has it."""
        self._recording = recording
        self._round = 0
        self._shown = None
        self._ask()

    def take(self, picture: RunPicture) -> None:
        """Explain accounts of another run at a round; what is shown stays until the new explanation is there."""
        self._recording, self._round = picture.recording, picture.round
        self._ask()

    def rounds_added(self) -> None:
        """Take in later entries of the history."""
        self._ask()

    def follow(self, number: int) -> None:
        """Take in later entries of the history, and explain another round."""
        self.show_round(number)

    def show_round(self, number: int) -> None:
        """Explain another round."""
        self._round = number
        self._ask()

    def show_account(self, index: int | None) -> None:
        """Explain another account, an index in the book; None for none. Its name is shown at once."""
        if index != self._account:
            self._account = index
            self._shown = None
            self._show()
        self._ask()

    def shut_down(self) -> None:
        """Wait for an explanation that is being worked out."""
        self._job.shut_down()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self._show()

    # ------------------------------------------------------------------ set-up

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("surface", "panel")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(SIZES.padding, SIZES.padding, SIZES.padding, SIZES.padding)
        layout.setSpacing(6)
        self.head = self._section(layout)
        self.fate = self._text(layout)
        self.reason = self._text(layout)
        self.danger = self._text(layout)
        self.danger.setProperty("role", "warning")
        layout.addSpacing(10)
        self.health_head = self._section(layout)
        self.health = self._card(layout)
        layout.addSpacing(10)
        self.price_head = self._section(layout)
        self.price = self._card(layout)
        layout.addSpacing(10)
        self.history_head = self._section(layout)
        self.history = self._text(layout)
        self.history.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.history.linkActivated.connect(self._link_activated)
        layout.addStretch(1)
        self.empty = plain_label()
        self.empty.setProperty("role", "secondary")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.empty)
        layout.addStretch(1)
        self.setWidget(inside)

    def _section(self, layout: QVBoxLayout) -> QLabel:
        label = plain_label()
        label.setProperty("role", "section")
        label.setFont(font(SIZES.section, QFont.Weight.DemiBold, spacing=0.8))
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        layout.addWidget(label)
        return label

    def _text(self, layout: QVBoxLayout) -> QLabel:
        label = plain_label()
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        layout.addWidget(label)
        return label

    def _card(self, layout: QVBoxLayout) -> QLabel:
        card = QFrame()
        card.setProperty("surface", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(card)
        label = self._text(inner)
        label.setProperty("card", card)
        return label

    # ------------------------------------------------------------------ working

    def _ask(self) -> None:
        run, account = self._recording, self._account
        if run is None or account is None or account >= len(run.book) or not run.rounds:
            self._job.forget()
            self._patience.stop()
            self._shown = None
            self._show()
            return
        self._job.submit(_explain, run, account, self._wanted(run))
        if not self._patience.isActive():
            self._patience.start()

    def _wanted(self, run: RecordedRun) -> int:
        """Return the round that is to be explained: the shown one, as far as it is there."""
        return max(0, min(self._round, len(run.rounds) - 1))

    def _say_round(self) -> None:
        """Say above an explanation that is of another round than the window shows that it is late."""
        run, shown = self._recording, self._shown
        if run is None or shown is None:
            return
        name, wanted = self.tr("ACCOUNT {0}").format(shown.name), self._wanted(run)
        self._is_late = shown.round != wanted
        if not self._is_late:
            self.head.setText(name)
        else:
            late = self.tr("{0} · working out round {1} ...")
            self.head.setText(late.format(name, numbers.count(wanted)))

    def _take(self, answer: tuple[RecordedRun, Explanation]) -> None:
        recording, explanation = answer
        if recording is self._recording and explanation.account == self._account:
            self._shown = explanation
            self._show()
            if self._is_late:  # and it may be so still, while rounds come faster than explanations
                self._say_round()

    def _link_activated(self, link: str) -> None:
        self.round_clicked.emit(int(link))

    def _show(self) -> None:
        shown = self._shown
        for label in (self.head, self.fate, self.reason, self.history_head, self.history):
            label.setVisible(shown is not None)
        for head, card in ((self.health_head, self.health), (self.price_head, self.price)):
            head.setVisible(shown is not None)
            card.property("card").setVisible(shown is not None)
        self.danger.setVisible(False)
        self.empty.setVisible(shown is None)
        if shown is None:
            self._show_nothing()
        else:
            self._show_account(shown)

    def set_has_loans(self, has_loans: bool) -> None:
        """Say how an account comes here, or that there is none in the book yet."""
        self._has_loans = has_loans
        self._show()

    def _show_nothing(self) -> None:
        if not self._has_loans:
            text = self.tr("An account's health and what becomes of it are explained here, once the book has loans")
        elif self._account is None:
            text = self.tr("Select an account in the loan book to see how its health is worked out")
        elif self._recording is None:
            text = self.tr("Run to see what becomes of this account")
        elif self._account < len(self._recording.book) and self._recording.rounds:
            name = str(self._recording.book.account_names[self._account])
            text = self.tr("Account {0}: its health is being worked out ...").format(name)
        else:
            text = ""
        self.empty.setText(text)

    def _show_account(self, shown: Explanation) -> None:
        self.head.setText(self.tr("ACCOUNT {0}").format(shown.name))
        self.head.setToolTip(plain_tip(self.tr("{0}, in market {1}").format(shown.name, shown.market)))
        self.fate.setText(escape(sentences.fate(shown)))
        number = numbers.count(shown.round)
        reason = escape(sentences.why(shown))
        self.reason.setText(self._secondary(self.tr("Round {0}: {1}").format(number, reason)))
        dangers = sentences.dangers(shown)
        self.danger.setText(escape(" ".join(dangers)))
        self.danger.setVisible(bool(dangers))
        self.health_head.setText(self.tr("HEALTH, ROUND {0}").format(number))
        self.health.setText(self._health(shown))
        self.health.setToolTip(plain_tip(_exact(shown.before)))
        self._show_prices(shown)
        self._show_history(shown)

    def _health(self, shown: Explanation) -> str:
        working = shown.before
        backing = [sentences.collateral_term(term) for term in working.collateral if term.amount]
        debt = [sentences.debt_term(term) for term in working.debt if term.amount]
        lines = [
            self._secondary(self.tr("collateral × price × threshold")),
            *self._sum(backing, self.tr("no collateral")),
            self._secondary(self.tr("÷ debt")),
            *self._sum(debt, self.tr("no debt")),
            *(self._secondary(escape(text)) for text in sentences.category_thresholds(working.collateral)),
            *(self._secondary(escape(sentences.marked_price(marked))) for marked in shown.marked_prices),
        ]
        colour = self._tokens.vermilion if working.health < 1 else self._tokens.text
        remarks = [self.tr("LTV {0}").format(numbers.percent(working.ltv))]
        if shown.after.health != working.health:
            after = self.tr("after the round: health {0}, LTV {1}")
            remarks.append(after.format(numbers.health(shown.after.health), numbers.percent(shown.after.ltv)))
        return (
            self._lines(lines)
            + self._result(numbers.health(working.health), colour)
            + self._lines([self._secondary(remark) for remark in remarks])
        )

    def _sum(self, terms: list[str], none: str) -> list[str]:
        if not terms:
            return [escape(none)]
        return [escape(terms[0]), *(escape(f"+ {term}") for term in terms[1:])]

    def _show_prices(self, shown: Explanation) -> None:
        prices = shown.liquidation_prices
        known = [price for price in prices if price.price is not None]
        none = [price for price in prices if price.price is None and price.amount > 0]
        self.price_head.setVisible(bool(known or none))
        self.price.property("card").setVisible(bool(known or none))
        if len(known) == 1:
            head = self.tr("LIQUIDATION PRICE OF {0}").format(known[0].asset)
        else:
            head = self.tr("LIQUIDATION PRICES")
        if shown.after.health != shown.before.health:  # the amounts are not those above
            head = self.tr("{0}, AFTER THE ROUND").format(head)
        self.price_head.setText(head)
        marked = {each.asset: each for each in shown.marked_prices}
        blocks = [self._price(price, marked.get(price.asset), named=len(known) > 1) for price in known]
        if none:
            text = sentences.without_price([price.asset for price in none])
            blocks.append(self._lines([self._secondary(escape(text))]))
        self.price.setText("".join(blocks))

    def _price(self, price: LiquidationPrice, marked: MarkedPrice | None, named: bool) -> str:
        past = price.distance is not None and price.distance < 0
        colour = self._tokens.vermilion if past else self._tokens.text
        lines = [f"<b>{escape(price.asset)}</b>"] if named else []
        lines.append(escape(sentences.price_working(price)))
        remarks = [sentences.distance(price)]
        if price.by_position is not None:
            remarks.append(sentences.by_position(price))
        if marked is not None:
            remarks.append(sentences.liquidation_ratio(marked, price))
        return (
            self._lines(lines)
            + self._result(numbers.price(price.price or 0.0, 5), colour)
            + self._lines([self._secondary(escape(remark)) for remark in remarks])
            + ('<div style="font-size:6px">&nbsp;</div>' if named else "")
        )

    def _show_history(self, shown: Explanation) -> None:
        self.history_head.setText(self.tr("WHAT HAPPENED"))
        if not shown.history:
            self.history.setText(self._secondary(self.tr("Nothing in the rounds so far")))
            return
        heads = (self.tr("round"), self.tr("repaid"), self.tr("taken"), self.tr("health"))
        cells = "".join(f'<td align="right">{self._secondary(head)}</td>' for head in heads)
        rows = [f"<tr>{cells}</tr>", *(self._history_row(e, shown.round) for e in shown.history)]
        self.history.setText(f'<table width="100%" cellspacing="0" cellpadding="3">{"".join(rows)}</table>')

    def _history_row(self, happened: HistoryEntry, now: int) -> str:
        colour = self._tokens.secondary if happened.round > now else self._tokens.text
        weight = "600" if happened.round == now else "400"
        style = f"color:{colour};font-weight:{weight};text-decoration:none"
        texts = [numbers.count(happened.round), *sentences.entry(happened)]
        cells = [f'<a href="{happened.round}" style="{style}">{escape(text)}</a>' for text in texts]
        first = f'<td align="right">{cells[0]}</td>'
        if len(cells) == 2:
            return f'<tr>{first}<td align="right" colspan="3">{cells[1]}</td></tr>'
        return f"<tr>{first}{''.join(f'<td align=right>{cell}</td>' for cell in cells[1:])}</tr>"

    def _lines(self, lines: list[str]) -> str:
        return f'<div style="line-height:140%">{"<br>".join(lines)}</div>'

    def _secondary(self, text: str) -> str:
        return f'<span style="color:{self._tokens.secondary}">{text}</span>'

    def _result(self, text: str, colour: str) -> str:
        style = f"color:{colour};font-size:18px;font-weight:600;line-height:150%"
        return f'<div style="{style}">= {text}</div>'


def _exact(working: HealthWorking) -> str:
    """Return the health factor's division with all cents, and every digit of the result."""
    backing, debt = numbers.money_in_full(working.backing), numbers.money_in_full(working.debt_usd)
    return f"{backing} ÷ {debt} = {numbers.full(working.health)}"


def _explain(recording: RecordedRun, account: int, number: int) -> tuple[RecordedRun, Explanation]:
    """Work out an explanation; for a background thread."""
    from engine.reading.explanation.explain import explain

    return recording, explain(recording, account, number)
