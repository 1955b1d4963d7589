"""The figures strip: six big numbers of the shown round."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from cascade_gui.figures import total_loss
from cascade_gui.figures.change import Change, change
from cascade_gui.figures.numbers_of_round import RoundNumbers, numbers_of_round
from cascade_gui.plots.series import Series
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.run_picture import RunPicture
    from engine.reading.recorded_run import RecordedRun

_COMING = "…"
_GAP = 7
_MARGIN = 8
_LONGEST = "-$88.8M"
_NARROW = 120
_SMALLEST = 0.0005
"""Shares that would be written as 0.0 % are not spoken of."""


class Figure(QFrame):
    """One number with its name above and a remark below it, or how it differs from that of the run before.

    Parameters
    ----------
    key
        The object name, for tests and style.
    name
        What the number is.
    help_text
        One sentence for the tool tip.
    short
        The name where that has no room.
    """

    def __init__(self, key: str, name: str, help_text: str, short: str = "") -> None:
        super().__init__()
        self.setObjectName(key)
        self.setProperty("surface", "panel")
        self._help = help_text
        self._names = (name, short or name)
        self._remarks: tuple[str, ...] = ()
        self._change: Change | None = None
        self.name = plain_label(name, self)
        self.name.setProperty("role", "secondary")
        self.value = plain_label(numbers.NOTHING, self)
        self.difference = plain_label(parent=self)
        self.remark = plain_label(parent=self)
        self.remark.setProperty("role", "secondary")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(plain_tip(help_text))

    def show_value(self, value: str, *remarks: str, exact: str = "", loss: bool = False) -> None:
        """Show a number, below it the first of the remarks that fits, and its full precision in the tool tip."""
        self.value.setText(value)
        self._remarks = tuple(remark for remark in remarks if remark)
        self.setToolTip(plain_tip(f"{exact}\n{self._help}" if exact else self._help))
        _set_property(self.value, "role", "loss" if loss else "")
        self._write_below()

    def set_name(self, name: str, short: str) -> None:
        """Call the next number so, by the short name where the other has no room."""
        self._names = (name, short)

    def set_change(self, change: Change | None) -> None:
        """Take how the next number differs from that of the run before, shown in place of its remark; None for not."""
        self._change = change

    def set_sizes(self, figure: float, text: float) -> None:
        """Set the heights of the number and of the texts in pixels."""
        self.value.setFont(font(figure, QFont.Weight.DemiBold))
        for label in (self.name, self.difference, self.remark):
            label.setFont(font(text))
        self.updateGeometry()
        self._write_below()

    def sizeHint(self) -> QSize:
        """Return the height of three lines and the width of the longest number."""
        width = self.value.fontMetrics().horizontalAdvance(_LONGEST) + SIZES.padding // 2 + 4
        return QSize(width, 2 * _MARGIN + sum(self._heights()))

    def minimumSizeHint(self) -> QSize:
        """Return the least room: a number would be cut below it."""
        return self.sizeHint()

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._write_below()

    def _write_below(self) -> None:
        advance = self.name.fontMetrics().horizontalAdvance
        self.name.setText(next((each for each in self._names if advance(each) <= self._room()), self._names[-1]))
        change = self._change
        if change is None:
            self.difference.setText("")
            self.remark.setText(self._fitting())
        else:
            self.difference.setText(change.difference)
            _set_property(self.difference, "tone", change.tone)
            self.remark.setText(change.was)
        below = f"{self.difference.text()} {self.remark.text()}".strip()
        self.setAccessibleName(f"{self._names[0]}: {self.value.text()} {below}".rstrip())
        self._place()

    def _room(self) -> int:
        return self.width() - self._left() - 4

    def _left(self) -> int:
        """Return the margin, narrower where a number would else be cut."""
        return SIZES.padding if self.width() >= _NARROW else SIZES.padding // 2

    def _fitting(self) -> str:
        """Return the first remark that fits, the last one if none does."""
        advance = self.remark.fontMetrics().horizontalAdvance
        fit = (remark for remark in self._remarks if advance(remark) <= self._room())
        return next(fit, self._remarks[-1] if self._remarks else "")

    def _heights(self) -> tuple[int, int, int]:
        name, value, below = (label.fontMetrics().height() for label in (self.name, self.value, self.remark))
        return name, value, below

    def _place(self) -> None:
        """Put the lines below each other; what does not fit on the last one is left out, and stays in the tip.

        By hand and not by a layout: with every new number it would let all those above it be worked out anew.
        """
        left, room = self._left(), self._room()
        top = _MARGIN
        name, value, below = self._heights()
        self.name.setGeometry(left, top, room, name)
        self.value.setGeometry(left, top + name, room, value)
        # What a label says it wants takes longer than to measure its text.
        advance = self.remark.fontMetrics().horizontalAdvance
        width = advance(self.difference.text()) + 1 if self.difference.text() else 0
        self.difference.setGeometry(left, top + name + value, width, below)
        self.difference.setVisible(0 < width <= room)
        offset = width + _GAP if width else 0
        self.remark.setGeometry(left + offset, top + name + value, max(0, room - offset), below)
        self.remark.setVisible(bool(self.remark.text()) and offset + advance(self.remark.text()) <= room)


class FiguresStrip(QWidget):
    """``figures``: fall and feedback, liquidations, debt repaid, total loss, amplification, R."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("figures")
        self.setAccessibleName(self.tr("Figures of the shown round"))
        self._series = Series()
        self._asset: int | None = None
        self._round = 0
        self._market: str | None = None
        self._before: RunPicture | None = None
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self.fall = Figure(
            "figure_fall",
            self.tr("Market fall"),
            self.tr("How far the market price is below round 0, and how much of it is feedback."),
        )
        self.liquidations = Figure(
            "figure_liquidations",
            self.tr("Liquidations"),
            self.tr("Liquidations up to the shown round."),
        )
        self.repaid = Figure(
            "figure_repaid",
            self.tr("Debt repaid"),
            self.tr("Debt that was repaid up to the shown round."),
        )
        self.total_loss = Figure(
            "figure_total_loss",
            self.tr("Total loss"),
            self.tr(
                "Bad debt, and what accounts that still hold something owe beyond it at market prices (uncovered), "
                "whoever can or cannot liquidate them.\nWhat liquidations cost borrowers is not in it: that stands in "
                "the plot Losses.\nThe plot of health tells the shortfall of full closes: what would be left unpaid if "
                "all were closed now, at oracle prices and with the bonus. It is no bad debt yet."
            ),
        )
        self.amplification = Figure(
            "figure_amplification",
            self.tr("Amplification"),
            self.tr("The whole fall over the part that came from outside; 1 is no feedback."),
        )
        self.reproduction = Figure(
            "figure_reproduction_number",
            self.tr("Reproduction number"),
            self.tr(
                "Of what is repaid in this round, how much the sales of the round before have newly made "
                "liquidatable, for each dollar repaid then; further slices of accounts that were liquidatable "
                "already do not count, though they push the price too."
            ),
            self.tr("Reproduction"),
        )
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        for figure in self.figures:
            self._layout.addWidget(figure, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self.setProperty("surface", "hairlines")
        self.apply_theme(self._tokens)
        self._show()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The six, from left to right."""
        return (
            self.fall,
            self.liquidations,
            self.repaid,
            self.total_loss,
            self.amplification,
            self.reproduction,
        )

    @property
    def shown(self) -> RoundNumbers | None:
        """The numbers that are shown, None without a run."""
        if not len(self._series):
            return None
        asset = self._series.main_asset() if self._asset is None else self._asset
        return numbers_of_round(self._series, self._round, asset)

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another, at a round."""
        if picture.series.assets != self._series.assets:
            self._asset = None
        self._series = picture.of_market(self._market).series
        self.show_round(picture.round)

    def set_before(self, before: RunPicture | None) -> None:
        """Say how the figures differ from those of the end of another run, or stop saying it."""
        self._before = before
        self._show()

    def set_recording(self, recording: RecordedRun | None) -> None:
        """Show another run from its first round on, or none."""
        self._series = Series(recording, self._market)
        self._round = 0
        self._asset = None
        self._show()

    def rounds_added(self) -> None:
        """Take in the new rounds."""
        if self._series.update():
            self._show()

    def follow(self, number: int) -> None:
        """Take in the new rounds and show the figures of one of them."""
        self._series.update()
        self.show_round(number)

    def show_round(self, number: int) -> None:
        """Show the figures of a round; a number beyond the last shows the last."""
        self._round = max(0, min(number, len(self._series) - 1))
        self._show()

    def set_asset(self, asset: int | None) -> None:
        """Tell the fall of this asset; None for the one of which most was sold."""
        self._asset = asset
        self._show()

    def set_market(self, market: str | None) -> None:
        """Tell what one market's figures are where the run has it; None for those of all together."""
        self._market = market
        self._series = Series(self._series.recording, market)
        self._show()

    def apply_theme(self, colours: Tokens) -> None:
        """Take the sizes; the colours come with the style sheet."""
        self._tokens = colours
        for figure in self.figures:
            figure.set_sizes(SIZES.figure * self._scale, SIZES.secondary * self._scale)

    def set_scale(self, scale: float) -> None:
        """Draw the type larger by this factor, as on a stage."""
        self._scale = scale
        self.apply_theme(self._tokens)

    # ------------------------------------------------------------------ working

    def _name_market(self) -> None:
        """Say whose figures these are where they are of one market, and which are of all markets even then."""
        market = self._series.market
        for figure, name, short in (
            (self.liquidations, self.tr("Liquidations"), ""),
            (self.repaid, self.tr("Debt repaid"), ""),
            (self.total_loss, self.tr("Total loss"), ""),
            (self.amplification, self.tr("Amplification"), ""),
            (self.reproduction, self.tr("Reproduction number"), self.tr("Reproduction")),
        ):
            if market is None:
                figure.set_name(name, short or name)
                continue
            of_all = figure in (self.amplification, self.reproduction)
            whose = self.tr("all markets") if of_all else market
            figure.set_name(f"{name}, {whose}", f"{short or name}, {whose}")

    def _show(self) -> None:
        now = self.shown
        self._name_market()
        self._show_changes(now)
        if now is None:
            self.fall.set_name(self.tr("Market fall"), self.tr("Fall"))
            for figure in self.figures:
                figure.show_value(numbers.NOTHING)
            return
        self._show_fall(now)
        self.liquidations.show_value(
            numbers.count(now.liquidations),
            self.tr("{0} this round").format(numbers.count(now.liquidations_now)),
        )
        self.repaid.show_value(
            numbers.money(now.repaid_usd),
            self.tr("{0} this round").format(numbers.money(now.repaid_now_usd)),
            exact=numbers.money_in_full(now.repaid_usd),
        )
        self._show_loss(now)
        if now.amplification is None:
            self.amplification.show_value(numbers.NOTHING)
        else:
            exact = numbers.significant(now.amplification, 4)
            self.amplification.show_value(numbers.multiple(now.amplification), exact=exact)
        rate = now.reproduction_number
        if rate is None:
            self.reproduction.show_value(numbers.NOTHING)
        else:
            if rate > 1:
                remarks = [self.tr("above 1: the cascade grows"), self.tr("grows")]
            elif rate > 0:
                remarks = [self.tr("below 1: the cascade dies out"), self.tr("dies out")]
            else:
                remarks = [
                    self.tr("no debt newly liquidatable"),
                    self.tr("none newly liquidatable"),
                    self.tr("none new"),
                ]
            self.reproduction.show_value(numbers.reproduction(rate), *remarks, exact=numbers.significant(rate, 4))

    def _show_loss(self, now: RoundNumbers) -> None:
        if now.total_loss_usd is None or now.bad_debt_usd is None:
            self.total_loss.show_value(_COMING, self.tr("being worked out"), self.tr("soon"))
            return
        total, bad = now.total_loss_usd, now.bad_debt_usd
        lines = [
            numbers.money_in_full(total),
            *total_loss.sum_in_full(total, bad),
            # Reserves may pay for bad debt, or lose money without any.
            self.tr("lenders lose {0}").format(numbers.money_in_full(now.lender_loss_usd)),
        ]
        remarks = total_loss.made_of(total, bad)
        if not self._round and total > 0:
            lines.append(self.tr("It was so before the shock: some accounts owe more than they hold in the book."))
            remarks = (self.tr("before the shock"),)
        self.total_loss.show_value(
            numbers.money(total),
            *remarks,
            exact="\n".join(lines),
            loss=max(total, bad, now.lender_loss_usd) > 0,
        )

    def _show_changes(self, now: RoundNumbers | None) -> None:
        """Compare with the run before: the end with its end, an earlier round with the same one."""
        run = self._before
        ours = (self._series.assets, self._series.market)
        if now is None or run is None or (run.series.assets, run.series.market) != ours:
            for figure in self.figures:
                figure.set_change(None)
            return
        last = len(run.series) - 1
        at_end = self._series.ended and self._round == len(self._series) - 1
        at = last if at_end else min(self._round, last)
        was = numbers_of_round(run.series, at, self._series.assets.index(now.asset))
        self.fall.set_change(_change_of_fall(now, was))
        self.liquidations.set_change(change(now.liquidations, was.liquidations, numbers.count))
        self.repaid.set_change(change(now.repaid_usd, was.repaid_usd, numbers.money))
        self.total_loss.set_change(change(now.total_loss_usd, was.total_loss_usd, numbers.money))
        self.amplification.set_change(change(now.amplification, was.amplification, numbers.multiple))
        self.reproduction.set_change(change(now.reproduction_number, was.reproduction_number, numbers.reproduction))

    def _show_fall(self, now: RoundNumbers) -> None:
        rose = now.fall < 0
        name = self.tr("{0} market rise") if rose else self.tr("{0} market fall")
        short = self.tr("{0} rise") if rose else self.tr("{0} fall")
        self.fall.set_name(name.format(now.asset), short.format(now.asset))
        remarks, exact = self._worst_so_far(now), self._exact_fall(now)
        if remarks:
            exact = f"{exact}\n{remarks[0]}"
        points = numbers.fixed(abs(now.feedback) * 100, 1)
        if float(abs(now.feedback)) >= _SMALLEST:
            remarks += [self.tr("{0} points of feedback").format(points), self.tr("{0} feedback").format(points)]
        self.fall.show_value(numbers.percent(abs(now.fall)), *remarks, exact=exact)

    def _worst_so_far(self, now: RoundNumbers) -> list[str]:
        """Say at the end of a run where the price was worst, if it came back from there; and the same more shortly."""
        if not (self._series.ended and self._round == len(self._series) - 1):
            return []
        number, move = self._series.worst(self._series.assets.index(now.asset))
        if abs(move + now.fall) < _SMALLEST:
            return []
        texts = (self.tr("worst {move} in round {number}"), self.tr("worst {move}, round {number}"))
        shown = numbers.percent(abs(move)) if (move < 0) is (now.fall > 0) else numbers.percent(move)
        return [text.format(move=shown, number=numbers.count(number)) for text in texts]

    def _exact_fall(self, now: RoundNumbers) -> str:
        """Say what the change is made of, in points of the first price: the parts add up to the whole."""
        text = self.tr("a fall of {0} %: {1} points came from outside, {2} from liquidations")
        if now.fall < 0:
            text = self.tr("a rise of {0} %: {1} points came from outside, {2} from liquidations")
        sign = -1 if now.fall < 0 else 1
        parts = (numbers.fixed(100 * sign * part, 2) for part in (now.fall, now.outside, now.feedback))
        return text.format(*parts)


def _change_of_fall(now: RoundNumbers, was: RoundNumbers) -> Change:
    """Compare falls in points; a rise and a fall are told apart by their signs."""
    found = change(now.fall, was.fall, numbers.percent)
    points = QCoreApplication.translate("FiguresStrip", "{0} points").format(
        numbers.fixed(abs(now.fall - was.fall) * 100, 1)
    )
    return replace(found, difference=f"{found.difference[0]} {points}") if found.difference else found


def _set_property(label: QLabel, name: str, value: str) -> None:
    """Set a property that the style sheet goes by."""
    if label.property(name) != value:
        label.setProperty(name, value)
        label.style().unpolish(label)
        label.style().polish(label)
