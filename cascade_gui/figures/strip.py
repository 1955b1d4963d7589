"""The figures strip: six big numbers of the shown round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from cascade_gui.figures.numbers_of_round import RoundNumbers, numbers_of_round
from cascade_gui.plots.series import Series
from cascade_gui.theme import SIZES, Tokens, font, tokens
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

_GAP = 7


class Figure(QFrame):
    """One number with its name above and a remark beside it.

    Parameters
    ----------
    key
        The object name, for tests and style.
    name
        What the number is.
    help_text
        One sentence for the tool tip.
    """

    def __init__(self, key: str, name: str, help_text: str) -> None:
        super().__init__()
        self.setObjectName(key)
        self.setProperty("surface", "panel")
        self._help = help_text
        self._loss = False
        self.name = QLabel(name)
        self.name.setProperty("role", "secondary")
        self.value = QLabel(numbers.NOTHING)
        self.remark = QLabel()
        self.remark.setProperty("role", "secondary")
        layout = QGridLayout(self)
        layout.setContentsMargins(SIZES.padding, 10, 4, 10)
        layout.setHorizontalSpacing(_GAP)
        layout.setVerticalSpacing(0)
        layout.addWidget(self.name, 0, 0, 1, 3)
        layout.addWidget(self.value, 1, 0, Qt.AlignmentFlag.AlignBaseline)
        layout.addWidget(self.remark, 1, 1, Qt.AlignmentFlag.AlignBaseline)
        layout.setColumnStretch(2, 1)
        # The number is never cut; the remark gives way.
        self.remark.setMinimumWidth(1)
        self.setToolTip(help_text)

    def show_value(self, value: str, remark: str = "", exact: str = "", loss: bool = False) -> None:
        """Show a number, a remark beside it and its full precision in the tool tip."""
        self.value.setText(value)
        self.remark.setText(remark)
        self.setToolTip(f"{exact}\n{self._help}" if exact else self._help)
        self.setAccessibleName(f"{self.name.text()}: {value} {remark}".rstrip())
        if loss != self._loss:
            self._loss = loss
            self.value.setProperty("role", "loss" if loss else "")
            self.value.style().unpolish(self.value)
            self.value.style().polish(self.value)
        self._leave_out_what_does_not_fit()

    def set_sizes(self, figure: float, text: float) -> None:
        """Set the heights of the number and of the texts in pixels."""
        self.value.setFont(font(figure, QFont.Weight.DemiBold))
        self.name.setFont(font(text))
        self.remark.setFont(font(text))

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._leave_out_what_does_not_fit()

    def _leave_out_what_does_not_fit(self) -> None:
        """Hide the remark in a narrow strip, where it would cut the number; it stays in the tip."""
        needed = self.value.sizeHint().width() + self.remark.sizeHint().width() + 2 * _GAP
        room = self.width() - SIZES.padding - 4
        self.remark.setVisible(bool(self.remark.text()) and needed <= room)


class FiguresStrip(QWidget):
    """``figures``: fall and feedback, liquidations, debt repaid, total loss, amplification, R."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("figures")
        self.setAccessibleName(self.tr("Figures of the shown round"))
        self._series = Series()
        self._asset: int | None = None
        self._round = 0
        self._tokens: Tokens = tokens(dark=True)
        self._scale = 1.0
        self.fall = Figure(
            "figure_fall",
            self.tr("Price has fallen"),
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
                "Bad debt written off up to the shown round, and what accounts owe beyond all they have at "
                "market prices, whoever can or cannot liquidate them."
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
                "Repaid on accounts that the round before made liquidatable, over what was repaid "
                "in it. Above 1 the cascade feeds itself."
            ),
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

    def set_recording(self, recording: RecordedRun | None) -> None:
        """Show another run from its first round on, or none."""
        self._series = Series(recording)
        self._round = 0
        self._asset = None
        self._show()

    def rounds_added(self) -> None:
        """Take in the new rounds."""
        if self._series.update():
            self._show()

    def show_round(self, number: int) -> None:
        """Show the figures of a round; a number beyond the last shows the last."""
        self._round = max(0, min(number, len(self._series) - 1))
        self._show()

    def set_asset(self, asset: int | None) -> None:
        """Tell the fall of this asset; None for the one of which most was sold."""
        self._asset = asset
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

    def _show(self) -> None:
        now = self.shown
        if now is None:
            for figure in self.figures:
                figure.show_value(numbers.NOTHING)
            self.fall.name.setText(self.tr("Price has fallen"))
            return
        self._show_fall(now)
        self.liquidations.show_value(
            numbers.count(now.liquidations),
            self.tr("{0} this round").format(numbers.count(now.liquidations_now)),
        )
        self.repaid.show_value(
            numbers.money(now.repaid_usd),
            self.tr("{0} this round").format(numbers.money(now.repaid_now_usd)),
            exact=f"${numbers.full(now.repaid_usd)}",
        )
        self._show_loss(now)
        if now.amplification is None:
            self.amplification.show_value(numbers.NOTHING)
        else:
            exact = numbers.full(now.amplification)
            self.amplification.show_value(numbers.multiple(now.amplification), exact=exact)
        rate = now.reproduction_number
        if rate is None:
            self.reproduction.show_value(numbers.NOTHING)
        else:
            remark = self.tr("feeds itself") if rate > 1 else ""
            exact = numbers.full(rate)
            self.reproduction.show_value(numbers.fixed(rate, 2), remark, exact)

    def _show_loss(self, now: RoundNumbers) -> None:
        bad = self.tr("bad debt {0}").format(numbers.money(now.bad_debt_usd)) if now.bad_debt_usd > 0 else ""
        if now.total_loss_usd is None or now.insolvent_debt_usd is None:
            self.total_loss.show_value(numbers.NOTHING, bad)
            return
        lines = [
            f"${numbers.full(now.total_loss_usd)}",
            self.tr("insolvent debt ${0}").format(numbers.full(now.insolvent_debt_usd)),
            self.tr("bad debt ${0}").format(numbers.full(now.bad_debt_usd)),
            # Reserves may pay for bad debt, or lose money without any.
            self.tr("lenders lose ${0}").format(numbers.full(now.lender_loss_usd)),
        ]
        self.total_loss.show_value(
            numbers.money(now.total_loss_usd),
            bad,
            exact="\n".join(lines),
            loss=max(now.total_loss_usd, now.bad_debt_usd, now.lender_loss_usd) > 0,
        )

    def _show_fall(self, now: RoundNumbers) -> None:
        rose = now.fall < 0
        name = self.tr("{0} has risen") if rose else self.tr("{0} has fallen")
        self.fall.name.setText(name.format(now.asset))
        points = abs(now.feedback) * 100
        remark = self.tr("{0} feedback").format(numbers.fixed(points, 1)) if points >= 0.05 else ""
        self.fall.show_value(
            numbers.percent(abs(now.fall)),
            remark,
            exact=self.tr("{0} % in all, {1} % of it from outside").format(
                numbers.significant(abs(now.fall) * 100, 9),
                numbers.significant(abs(now.outside) * 100, 9),
            ),
        )
