"""The summary on which a run ends: why, the worst round, when it spread most, who lost how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from cascade_gui.figures import total_loss
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.wording import numbers
from engine.recording.records import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.reading.contagion import Pushed
    from engine.reading.ending import Ending

_MARGIN = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the summary.

    Attributes
    ----------
    heads, remarks
        What its two lines say, each in several ways, the longest first: the first that fits is shown.
    help_text
        Everything, for the tool tip.
    round
        The round to which its first line leads, None where it leads nowhere.
    narrow
        What the two lines say where none of `heads` fits, the lower one in several ways; empty where the shortest head
        is cut then.
    """

    heads: tuple[str, ...]
    remarks: tuple[str, ...]
    help_text: str
    round: int | None = None
    narrow: tuple[str, tuple[str, ...]] | None = None


class Cell(QFrame):
    """Two lines of text below each other; the upper one may lead to a round."""

    round_clicked = Signal(int)
    """The round to go to."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self._part: Part | None = None
        self._accent = tokens(dark=True).accent
        self.head, self.remark = plain_label(parent=self), plain_label(parent=self)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setProperty("role", "secondary")
        self.head.setFont(font(SIZES.text, QFont.Weight.DemiBold))
        self.remark.setFont(font(SIZES.secondary))
        self.head.linkActivated.connect(self._follow)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply_theme(self, colours: Tokens) -> None:
        """Write the link in other colours: a text that is laid out keeps those of the palette of that time."""
        self._accent = colours.accent
        self._write()

    def show_part(self, part: Part | None) -> None:
        """Show a part of the summary, or nothing."""
        self._part = part
        self._write()

    def sizeHint(self) -> QSize:
        """Return the height of two lines; the width is the layout's business."""
        return QSize(1, 2 * _MARGIN + sum(self._heights()))

    def minimumSizeHint(self) -> QSize:
        """Return what is wanted: lines are not cut."""
        return self.sizeHint()

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._write()

    def _heights(self) -> tuple[int, int]:
        return self.head.fontMetrics().height(), self.remark.fontMetrics().height()

    def _write(self) -> None:
        part, left = self._part, SIZES.padding if self.width() >= 160 else SIZES.padding // 2
        room = max(0, self.width() - left - 4)
        head, remark = "", ""
        if part is not None:
            heads, remarks = part.heads, part.remarks
            if part.narrow is not None and not _fits(self.head, heads, room):
                heads, remarks = (part.narrow[0],), part.narrow[1]
            head, remark = _fit(self.head, heads, room), _fit(self.remark, remarks, room)
        leads = part is not None and part.round is not None
        self.head.setTextFormat(Qt.TextFormat.RichText if leads else Qt.TextFormat.PlainText)
        self.head.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            if leads
            else Qt.TextInteractionFlag.NoTextInteraction
        )
        # Only words of ours and numbers stand in a first line: no name of a file can be taken for markup.
        style = f"color: {self._accent}; text-decoration: none"
        self.head.setText(f'<a href="round" style="{style}">{head}</a>' if leads else head)
        self.remark.setText(remark)
        self.setToolTip("" if part is None else plain_tip(part.help_text))
        self.setAccessibleName(f"{head}. {remark}" if head else "")
        first, second = self._heights()
        self.head.setGeometry(left, _MARGIN, room, first)
        self.remark.setGeometry(left, _MARGIN + first, room, second)

    def _follow(self) -> None:
        if self._part is not None and self._part.round is not None:
            self.round_clicked.emit(self._part.round)


class RunSummary(QWidget):
    """``run_summary``: a line of six parts under the figures, for a run that is over; one more for several markets."""

    round_clicked = Signal(int)
    """A round that the summary speaks of, which the user wants to see."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("run_summary")
        self.setAccessibleName(self.tr("Summary of the run"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self.setProperty("surface", "hairlines")
        self.ending: Ending | None = None
        self._seconds = 0.0
        self._market: str | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(1)
        self.cells = tuple(Cell() for _ in range(6))
        self.contagion = Cell()
        for cell in (*self.cells, self.contagion):
            cell.round_clicked.connect(self.round_clicked)
            row.addWidget(cell, 1)
        self.contagion.hide()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        for cell in (*self.cells, self.contagion):
            cell.apply_theme(colours)

    def show_ending(self, ending: Ending | None, seconds: float = 0.0) -> None:
        """Show how a run ended, or nothing while that is not known.

        Parameters
        ----------
        ending
            What there is to say.
        seconds
            How long a round lasts.
        """
        self.ending, self._seconds = ending, seconds
        self._show()

    def set_market(self, market: str | None) -> None:
        """Tell who lost in one market, and of other sums that they are of all; None for all markets together."""
        self._market = market
        self._show()

    def _show(self) -> None:
        end = self.ending
        parts: Sequence[Part | None] = [None] * len(self.cells) if end is None else _parts(end, self._seconds)
        if end is not None and self._market is not None:
            parts = [*parts[:3], *_losses_in(end, self._market)]
        for cell, part in zip(self.cells, parts, strict=True):
            cell.show_part(part)
        contagion = None if end is None or end.pushed is None else _contagion(end.pushed)
        self.contagion.show_part(contagion)
        self.contagion.setVisible(contagion is not None)

    @property
    def text(self) -> str:
        """All that it says, a line a part."""
        cells = (*self.cells, self.contagion)
        return "\n".join(cell.accessibleName() for cell in cells if cell.accessibleName())


def _parts(end: Ending, seconds: float) -> list[Part]:
    return [_why(end, seconds), _worst(end), _peak(end), _total(end), _borrowers(end), _lenders(end)]


def _losses_in(end: Ending, market: str) -> list[Part]:
    """Return the sums of one market where they are told by market, else those of all, which say so."""
    here = next((each for each in end.by_market if each.market == market), None)
    if here is None:
        return [_of_all_markets(part) for part in (_total(end), _borrowers(end), _lenders(end))]
    of_market = replace(
        end,
        borrower_loss_usd=here.borrower_loss_usd or 0.0,
        lender_loss_usd=here.lender_loss_usd,
        most_lost=here.most_lost,
        total_loss_usd=here.total_loss_usd,
        total_loss_before_usd=here.total_loss_before_usd,
        bad_debt_usd=here.bad_debt_usd,
    )
    borrowers = _of_all_markets(_borrowers(end)) if here.borrower_loss_usd is None else _borrowers(of_market)
    lenders = _lenders(of_market)
    profit = tuple(_tr("all markets: {0}").format(remark) for remark in lenders.remarks)
    return [_total(of_market), borrowers, replace(lenders, remarks=(*profit, _tr("of {0}").format(market)))]


def _of_all_markets(part: Part) -> Part:
    """Say of sums that they are of all markets."""
    heads = tuple(_tr("All markets: {0}").format(head) for head in part.heads)
    heads = (*heads, *(_tr("All: {0}").format(head) for head in part.heads[-2:]))
    narrow = part.narrow and (_tr("All: {0}").format(part.narrow[0]), part.narrow[1])
    return replace(part, heads=heads, narrow=narrow)


def _why(end: Ending, seconds: float) -> Part:
    reasons = {
        NO_MORE_LIQUIDATIONS: (_tr("no more liquidations"), _tr("Nobody was liquidated any more.")),
        MAX_ROUNDS_REACHED: (
            _tr("most rounds reached"),
            _tr("It has as many rounds as the scenario allows: what would follow is not known."),
        ),
        STOPPED: (_tr("stopped by hand"), _tr("It was stopped: what would follow is not known.")),
    }
    short, long = reasons.get(end.ended, (end.ended, end.ended))
    lines = [long, _tr("In the scenario's time that took {0}.").format(numbers.duration(end.rounds * seconds))]
    remarks = [short] if end.ended != NO_MORE_LIQUIDATIONS else [short, _tr("nobody any more")]
    if end.liquidatable_left:
        left = numbers.count(end.liquidatable_left)
        debt = numbers.money(end.liquidatable_left_debt_usd)
        lines.append(_tr("{0} accounts that owe {1} stay liquidatable; the table says why.").format(left, debt))
        remarks = [
            _tr("{0}, {1} stay liquidatable").format(short, left),
            _tr("{0} stay liquidatable").format(left),
            _tr("{0} liquidatable").format(left),
            _tr("{0} left").format(left),
        ]
    number = numbers.count(end.rounds)
    heads = (_tr("Ended in round {0}"), _tr("Ended: round {0}"), _tr("Ended: {0}"))
    return Part(tuple(each.format(number) for each in heads), tuple(remarks), "\n".join(lines))


def _worst(end: Ending) -> Part:
    rose = end.worst_move > 0
    move = f"+{numbers.percent(end.worst_move)}" if rose else numbers.percent(end.worst_move)
    number = numbers.count(end.worst_round)
    if not end.liquidations:
        nothing = _tr("nobody was liquidated")
        return Part((_tr("No worst round"),), (nothing,), nothing)
    remark = (
        (_tr("{asset} highest, {move}"), "{asset} {move}")
        if rose
        else (_tr("{asset} lowest, {move}"), "{asset} {move}")
    )
    meaning = _tr(
        "The worst round is the one in which the market price of {asset}, of which most was sold, was lowest; for what "
        "is mostly bought back, highest. Of rounds that differ by less than 0.05 points the first counts. Here: "
        "{move} since round 0. Click to see it."
    )
    return Part(
        (_tr("Worst in round {0}").format(number), _tr("Worst: {0}").format(number)),
        tuple(each.format(asset=end.asset, move=move) for each in remark),
        meaning.format(asset=end.asset, move=move),
        end.worst_round,
    )


def _peak(end: Ending) -> Part:
    meaning = _tr(
        "The largest reproduction number of any round: for each dollar repaid in the round before, how much debt was "
        "repaid on accounts that its sales had newly made liquidatable. Above 1 a cascade feeds itself."
    )
    if end.peak_reproduction_number is None:
        none = _tr("too little was repaid for one")
        return Part((_tr("No reproduction number"), _tr("No reproduction")), (none, _tr("too little repaid")), meaning)
    if not end.peak_reproduction_number:
        return Part((_tr("Nothing spread"),), (_tr("reproduction number 0"), _tr("reproduction 0")), meaning)
    number, rate = numbers.count(end.peak_round or 0), numbers.reproduction(end.peak_reproduction_number)
    heads = (_tr("Spread fastest in round {0}"), _tr("Fastest: round {0}"), _tr("Fastest: {0}"))
    remarks = (_tr("reproduction number {0}"), _tr("reproduction {0}"), _tr("R {0}"))
    return Part(
        tuple(each.format(number) for each in heads),
        tuple(each.format(rate) for each in remarks),
        meaning,
        end.peak_round,
    )


def _total(end: Ending) -> Part:
    total, before = end.total_loss_usd, end.total_loss_before_usd
    remarks: tuple[str, ...] = (_tr("was {0} before the shock"), _tr("{0} before the shock"), _tr("{0} before"))
    if not before:
        remarks = (_tr("nothing before the shock"), _tr("none before"))
    remarks = (*total_loss.made_of(total, end.bad_debt_usd), *remarks)
    lines = [
        _tr("At the end: {0}").format(numbers.money_in_full(total)),
        *total_loss.sum_in_full(total, end.bad_debt_usd),
        _tr("Before the shock: {0}").format(numbers.money_in_full(before)),
        _tr("What borrowers lost by liquidations is not in it."),
    ]
    heads = (_tr("Total loss at the end {0}"), _tr("Total loss {0}"), _tr("Loss {0}"))
    return Part(
        tuple(each.format(numbers.money(total)) for each in heads),
        tuple(each.format(numbers.money(before)) for each in remarks),
        "\n".join(lines),
    )


def _borrowers(end: Ending) -> Part:
    lines = [
        _tr("What was taken from borrowers beyond what was repaid for them: {0}").format(
            numbers.money_in_full(end.borrower_loss_usd)
        ),
        total_loss.of_borrowers(),
    ]
    apart = (_tr("not in the total loss"), _tr("not in total loss"))
    lost_usd = end.borrower_loss_usd
    remarks: tuple[str, ...] = apart
    if end.most_lost:
        name, usd = end.most_lost[0]
        account = _tr("{account} lost {usd}")
        lines += [account.format(account=each, usd=numbers.money_in_full(lost)) for each, lost in end.most_lost]
        if end.credited_usd:
            paid = _tr("What accounts were paid out is taken off the sum, and not off what each of them lost: {0}")
            lines.append(paid.format(numbers.money_in_full(end.credited_usd)))
        most = (_tr("{apart}; {account} lost most, {usd}"), _tr("{apart}; {account} lost {usd}"))
        tiers = ((apart[0], most[0]), (apart[0], most[1]), (apart[1], most[1]))
        named = [text.format(apart=said, account=name, usd=numbers.money(usd)) for said, text in tiers]
        # Beside a gain of all together it is news that somebody lost.
        alone = [account.format(account=name, usd=numbers.money(usd))] if lost_usd < 0 else []
        remarks = (*named, *alone, *apart)
    lost = (_tr("Borrowers lost {0}"),)
    gained = _tr("Borrowers gained {0} in all"), _tr("Borrowers gained {0}"), _tr("Borrowers gain {0}")
    size = numbers.money(abs(lost_usd))
    below = (_tr("{0}, not in the total loss"), _tr("{0}, not in total loss"), "{0}")
    narrow = (
        _tr("Borrowers gained") if lost_usd < 0 else _tr("Borrowers lost"),
        tuple(each.format(size) for each in below),
    )
    return Part(_with_sign(lost_usd, lost, gained), remarks, "\n".join(lines), narrow=narrow)


def _lenders(end: Ending) -> Part:
    lines = [
        _tr("Lenders lost what no reserve paid of the bad debt: {0}").format(
            numbers.money_in_full(end.lender_loss_usd)
        ),
        total_loss.of_lenders(),
        total_loss.at_which_prices(),
        _tr("Liquidators gained: {0}").format(numbers.money_in_full(end.liquidator_profit_usd)),
    ]
    lost, gained = (_tr("Lenders lost {0}"),), (_tr("Lenders gained {0}"), _tr("Lenders gain {0}"))
    others = (_tr("liquidators gained {0}"), _tr("liquidators +{0}"), _tr("liq. +{0}"))
    if end.liquidator_profit_usd < 0:
        others = (_tr("liquidators lost {0}"), _tr("liquidators -{0}"), _tr("liq. -{0}"))
    profit = tuple(each.format(numbers.money(abs(end.liquidator_profit_usd))) for each in others)
    size = numbers.money(abs(end.lender_loss_usd))
    narrow = _tr("Lenders gained") if end.lender_loss_usd < 0 else _tr("Lenders lost"), (f"{size}; {profit[0]}", size)
    return Part(_with_sign(end.lender_loss_usd, lost, gained), profit, "\n".join(lines), narrow=narrow)


def _contagion(pushed: Pushed) -> Part:
    """Say which market was pushed most by the sales of which other one."""
    strongest = pushed.strongest
    meaning = _tr(
        "How far collateral had fallen at market prices when the loans of a market were liquidated (the mean by debt "
        "repaid), and how many points of it came from the sales of others. The plot Contagion shows it by round."
    )
    if strongest is None:
        none = (_tr("no market pushed another"), _tr("none pushed another"))
        return Part((_tr("No contagion"),), none, meaning)
    at, by = strongest
    points, fall = (numbers.fixed(100 * float(each), 1) for each in (pushed.by_market[at, by], pushed.fall[at]))
    names = (pushed.markets[by], pushed.markets[at])
    line = _tr("{0}: {1} of the {2} points that its collateral had fallen came from sales of others")
    lines = [
        line.format(
            pushed.markets[each],
            numbers.fixed(100 * float(pushed.from_others[each]), 1),
            numbers.fixed(100 * float(pushed.fall[each]), 1),
        )
        for each in range(len(pushed.markets))
        if pushed.repaid_usd[each] > 0
    ]
    remarks = (_tr("{0} of {1} points of its fall"), _tr("{0} of {1} points"), _tr("{0} points"))
    return Part(
        tuple(each.format(*names) for each in (_tr("{0} pushed {1}"), _tr("{0} → {1}"))),
        tuple(each.format(points, fall) for each in remarks),
        "\n".join([meaning, *lines]),
    )


def _with_sign(loss_usd: float, lost: Sequence[str], gained: Sequence[str]) -> tuple[str, ...]:
    """Write an amount with the words for a loss, and a negative one with those for a gain; nothing is a loss of $0."""
    words, size = gained if loss_usd < 0 else lost, abs(loss_usd)
    # Rather a digit fewer than a cut text; all of them are in the tip.
    return (*(each.format(numbers.money(size)) for each in words), words[-1].format(numbers.money(size, 2)))


def _fits(label: QLabel, texts: Sequence[str], room: int) -> bool:
    """Whether any of the texts fits."""
    return any(label.fontMetrics().horizontalAdvance(text) <= room for text in texts)


def _fit(label: QLabel, texts: Sequence[str], room: int) -> str:
    """Return the first text that fits; the last one, cut with dots, if none does."""
    metrics = label.fontMetrics()
    fitting = next((text for text in texts if metrics.horizontalAdvance(text) <= room), None)
    return metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, room) if fitting is None else fitting


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunSummary", text)
