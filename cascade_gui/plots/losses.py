"""Who lost and who gained: added up to the shown round, or in each round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from cascade_gui.plots.axes import write_money
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.items import Band, thin_line
from cascade_gui.plots.labels import Label
from cascade_gui.plots.steps import nice_step
from cascade_gui.theme.colours import with_alpha
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series

_SOLID, _DASHED, _DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
_LINES = (
    ("borrower_loss_usd", "text", _SOLID),
    ("total_loss_usd", "vermilion", _SOLID),
    ("bad_debt_usd", "vermilion", _DOTTED),
    ("lender_loss_usd", "amber", _DASHED),
    ("liquidator_profit_usd", "accent", _SOLID),
    ("reserve_usd", "green", _SOLID),
)
"""Column, colour, style; those in `_LEVELS` are levels, the others are sums over the rounds."""
_FAINT = 0.7
"""How strongly the thin lines of the run before are drawn."""
_LEAST_SHARE = 0.005
"""Less of the total loss is too thin an area to be named."""
_LEVELS = ("total_loss_usd", "reserve_usd")


class LossesPlot(RoundPlot):
    """``plot_losses``: total loss, bad debt, lender loss, borrower loss, liquidator profit and reserves."""

    def __init__(self) -> None:
        self._ready = False
        self._values: dict[str, NDArray[np.float64]] = {}
        self._per_round = False
        super().__init__("plot_losses", self.tr("Losses"), write_money)
        text = self.tr(
            "Total loss is bad debt (of accounts that have nothing left) and what other accounts owe beyond all "
            "they hold at market prices (uncovered), drawn as the shaded area between the two. What borrowers lost "
            "is not in it; lenders bear bad debt so far as no reserve pays for it. In round 0 it is what was so before "
            "the shock."
        )
        self.subtitle.setToolTip(plain_tip(text))
        self.mode_chooser = Chooser("plot_losses_mode", self.tr("Added up, or of each round"))
        self.mode_chooser.set_choices([self.tr("added up"), self.tr("per round")])
        self.mode_chooser.show_choice(0)
        self.mode_chooser.chosen.connect(lambda number: self.set_per_round(number == 1))
        self.add_chooser(self.mode_chooser)
        self.beyond = Band()
        self.plot.addItem(self.beyond)
        self.lines, self.was = {}, {}
        for name, _, _ in _LINES:
            self.was[name] = thin_line(self.plot)
            self.lines[name] = thin_line(self.plot)
        self._ready = True
        self._rounds_changed()
        self.apply_theme(self._tokens)

    def name_of(self, column: str) -> str:
        """Return what people call a column."""
        return {
            "borrower_loss_usd": self.tr("borrowers lost"),
            "total_loss_usd": self.tr("total loss"),
            "bad_debt_usd": self.tr("bad debt"),
            "lender_loss_usd": self.tr("lenders lost"),
            "liquidator_profit_usd": self.tr("liquidators gained"),
            "reserve_usd": self.tr("reserves"),
        }[column]

    @property
    def is_per_round(self) -> bool:
        """Whether what each round adds is shown, and not what has come together."""
        return self._per_round

    def set_per_round(self, per_round: bool) -> None:
        """Show what each round adds to losses, gains and reserves, or what has come together."""
        self._per_round = per_round
        self.mode_chooser.show_choice(int(per_round))
        self._rounds_changed()
        self._fit()
        self._redraw()
        self._fit_title()

    # ------------------------------------------------------------------ working

    def _rounds_changed(self) -> None:
        self._values = self._values_of(self.series) if len(self.series) else {}

    def _values_of(self, series: Series) -> dict[str, NDArray[np.float64]]:
        """Return what is drawn of a run, one array a line."""
        if self._per_round:
            return {name: _added(series[name]) if name in _LEVELS else series[name] for name, _, _ in _LINES}
        return {name: series[name] if name in _LEVELS else series.total(name) for name, _, _ in _LINES}

    def _range(self) -> tuple[float, float]:
        if not self._values:
            return 0.0, 1.0
        stop = None if self._locked else self.round + 1
        shown = [values[:stop] for values in self._values.values()]
        values = np.nan_to_num(np.concatenate([*shown, *map(self._seen_before, self._values_before().values())]))
        low, high = min(0.0, float(values.min())), max(float(values.max()), 1.0)
        step = nice_step(high - low, 5)
        return step * np.floor(low / step), step * np.ceil(high / step * (1 - 1e-9))

    def _draw(self) -> None:
        if not self._ready:
            return
        self._draw_before()
        if not self._values:
            for line in self.lines.values():
                line.setData([], [])
            self.beyond.set_lines(*[np.zeros(0)] * 3)
            self.labels.set_labels([])
            return
        x = self.fold.places(self.round + 1)
        ends = []
        for name, role, _ in _LINES:
            values = self._values[name][: self.round + 1]
            known = np.isfinite(values)  # losses are worked out behind the window
            # A line that never leaves 0 says nothing that its absence does not.
            moves = bool(np.any(np.nan_to_num(self._values[name]) != 0))
            self.lines[name].setData(x[known], values[known]) if moves else self.lines[name].setData([], [])
            if moves and known[-1] and values[-1] != 0:
                text = f"{self.name_of(name)} {numbers.money(values[-1])}"
                colour = getattr(self._tokens, role)
                ends.append(Label(text, colour, x[-1], values[-1], bold=name == "total_loss_usd"))
        ends += self._shade(x)
        ends.sort(key=lambda label: -label.y)
        drawn = [line.getOriginalDataset() for line in (*self.lines.values(), *self.was.values())]
        self.labels.set_labels([*ends, *self._fold_labels()], drawn, self.round_line.value())

    def _move(self, place: float, share: float) -> None:
        for line in self.lines.values():
            line.cut(place)
        self.beyond.cut(place)

    def _shade(self, x: NDArray[np.float64]) -> list[Label]:
        """Shade what total loss is above bad debt, so that the lines add up, and name it; none while it is unknown."""
        if self._per_round:  # total loss may shrink in a round
            self.beyond.set_lines(*[np.zeros(0)] * 3)
            return []
        total, bad = (self._values[name][: self.round + 1] for name in ("total_loss_usd", "bad_debt_usd"))
        known = np.isfinite(total)
        self.beyond.set_lines(x[known], bad[known], np.maximum(total, bad)[known])
        beyond = float(total[-1] - bad[-1])
        if not beyond > _LEAST_SHARE * total[-1]:
            return []
        text = self.tr("uncovered {0}").format(numbers.money(beyond))
        return [Label(text, self._tokens.secondary, x[-1], float(bad[-1]) + beyond / 2)]

    def _values_before(self) -> dict[str, NDArray[np.float64]]:
        return self._values_of(self.before) if self.before is not None and self._values else {}

    def _draw_before(self) -> None:
        """Draw the run before as thin lines of the same colours; what is added up stays as it was at its end."""
        found = self._values_before()
        for name, line in self.was.items():
            values = np.nan_to_num(found.get(name, np.zeros(0)))
            if np.any(values != 0):
                places = self.fold.places(len(values))
                line.setData(*((places, values) if self._per_round else self._line_before(values)))
            else:
                line.setData([], [])
        plain = self.tr("USD in each round") if self._per_round else self.tr("total loss = bad debt + shaded")
        compared = self.tr("in each round; {0}") if self._per_round else self.tr("added up; {0}")
        self.subtitle.setText(compared.format(self._say_before()) if found else plain)

    def _readout(self, x: float, y: float) -> str:
        if not self._values:
            return ""
        if past := self._past_the_end(x):
            return past
        at = self._round_near(x)
        parts = [
            f"{self.name_of(name)} {numbers.money(self._values[name][at])}"
            for name, _, _ in _LINES
            if np.isfinite(self._values[name][at])
        ]
        beyond = self._values["total_loss_usd"][at] - self._values["bad_debt_usd"][at]
        if beyond > 0 and not self._per_round:
            parts.append(self.tr("uncovered {0}").format(numbers.money(beyond)))
        text = self.tr("in round {0}: {1}") if self._per_round else self.tr("round {0}: {1}")
        return text.format(numbers.count(at), ", ".join(parts))

    def _restyle(self) -> None:
        if not self._ready:
            return
        for name, role, style in _LINES:
            colour = getattr(self._tokens, role)
            self.lines[name].setPen(self._pen(colour, 2.0 if style is _SOLID else 1.4, style=style))
            self.was[name].setPen(self._pen(with_alpha(colour, _FAINT), 1.0, style=style))
        self.beyond.set_colour(with_alpha(self._tokens.vermilion, 0.14))
        super()._restyle()


def _added(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much a level grows in each round; in round 0, before anything happens, by nothing."""
    return np.diff(level, prepend=level[:1])
