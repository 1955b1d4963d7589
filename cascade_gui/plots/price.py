"""The price of an asset: without liquidations, market and oracle, and how much of the fall is feedback."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal

from cascade_gui.plots.axes import write_price
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.items import Band, Dot, cut_off, thin_line
from cascade_gui.plots.labels import Label
from cascade_gui.plots.map_data import shocked_asset
from cascade_gui.plots.steps import nice_step
from cascade_gui.theme.colours import with_alpha
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series

_SAME = 5e-4
"""Prices closer than this (relative) get one label."""
_WAS = 3
"""The place of the run before among the lines that labels keep away from."""
_ALONG = 0.6
"""How far along the run before its name stands."""
_EARLY = 0.6
"""A run before that ends before this share of the axis has its name above the rest of its line."""
_GRAINS = 20
"""Into so many parts at most a range of prices is divided, at one of which it begins."""
_LOW = 0.25
"""A price that falls below this share of the highest is drawn from zero on."""


def fitting(low: float, high: float) -> tuple[float, float]:
    """Return a range for prices in which what moves them is seen: from zero on only where they come near it."""
    if low < _LOW * high:
        step = nice_step(high, 5)
        return 0.0, step * math.ceil(high / step * (1 - 1e-9))
    room = max(high - low, 0.02 * high)
    # Parts of a tick: whole ones would leave half of a small plot empty, and any number would move with every run.
    step = nice_step(room, _GRAINS)
    return step * math.floor((low - 0.08 * room) / step), step * math.ceil((high + 0.02 * room) / step)


class PricePlot(RoundPlot):
    """``plot_price``: one asset's prices over the rounds.

    The asset is the one of which most was sold, until the user chooses another.
    """

    asset_chosen = Signal(int)
    """The index of the asset whose price is shown: the user's choice, or that of which most is sold."""

    def __init__(self) -> None:
        self._asset = 0
        self._chosen_by_user = False
        self._ready = False
        super().__init__("plot_price", "", write_price)
        self.axes["left"].numbers_bottom = True
        self.selector = Chooser("plot_price_asset", self.tr("Asset whose price is shown"), kind="selector")
        self.selector.chosen.connect(self._asset_triggered)
        self._title_row.add_control(self.selector)
        self.subtitle.setText(self.tr("USD, by round"))
        self.band = Band()
        self.plot.addItem(self.band)
        self.was = thin_line(self.plot)
        self.was.setZValue(-1)
        self.undisturbed = thin_line(self.plot)
        self.oracle = thin_line(self.plot)
        self.market = thin_line(self.plot)
        self.market.setSegmentedLineMode("on")
        self.dot = Dot()
        self.dot.setZValue(21)
        self.plot.addItem(self.dot)
        self._ready = True
        self._recording_changed()
        self.apply_theme(self._tokens)

    @property
    def tab_title(self) -> str:
        """Its title among others."""
        return self.tr("Price")

    @property
    def asset(self) -> int:
        """The index of the shown asset."""
        return self._asset

    def set_asset(self, asset: int) -> None:
        """Show the prices of another asset, and keep to it."""
        self._chosen_by_user = True
        self._show_asset(asset)

    # ------------------------------------------------------------------ working

    def _recording_changed(self) -> None:
        if not self._ready:
            return
        self._chosen_by_user = False
        self.selector.set_choices(self.series.assets)
        self.selector.setVisible(bool(self.series.assets) and not self._plain)
        self.set_title(self.tr("Price of") if self.series.assets else self.tr("Price"))
        self._show_asset(self._asset if self._is_shocked() else self.series.main_asset())

    def _is_shocked(self) -> bool:
        """Whether the shown asset is the one that the shock moves most: it stays until somebody chooses another."""
        run, names = self.series.recording, self.series.assets
        return run is not None and self._asset < len(names) and names[self._asset] == shocked_asset(run.scenario)

    def _rounds_changed(self) -> None:
        if self._chosen_by_user or not self._ready:
            return
        best = self.series.main_asset()
        sold = self.series["proceeds_usd"].sum(axis=0)
        # Not back and forth between two assets of which about as much is sold.
        if best != self._asset and not self._is_shocked() and (sold[best] > 1.5 * sold[self._asset] or not sold[best]):
            self._show_asset(best)

    def _asset_triggered(self, asset: int) -> None:
        self.set_asset(asset)

    def _show_asset(self, asset: int) -> None:
        self._asset = asset
        if self.series.assets:
            name = self.series.assets[asset]
            self.selector.show_choice(asset)
            whole = self.tr("Price of {0}").format(name)
            self.set_title(whole if self._plain else self._title)
            self.setAccessibleName(whole)
            self.asset_chosen.emit(asset)
        self._fit()
        self._draw()

    def _shown(self, name: str) -> NDArray[np.float64]:
        return self.series[name][: self.round + 1, self._asset]

    def _range(self) -> tuple[float, float]:
        if not len(self.series):
            return 0.0, 1.0
        stop = None if self._locked else self.round + 1
        columns = ("outside", "market", "oracle")
        shown = [self.series[name][:stop, self._asset] for name in columns]
        if self.before is not None:
            shown.append(self._seen_before(self.before["market"])[:, self._asset])
        prices = np.concatenate(shown)
        return fitting(float(prices.min()), float(prices.max()))

    def _draw(self) -> None:
        if not self._ready:
            return
        self._draw_before()
        if not len(self.series):
            for line in (self.undisturbed, self.oracle, self.market):
                line.setData([], [])
            self.dot.hide()
            nothing = np.zeros(0)
            self.band.set_lines(nothing, nothing, nothing)
            self.labels.set_labels([])
            return
        x = self.fold.places(self.round + 1)
        outside, market = self._shown("outside"), self._shown("market")
        self.undisturbed.setData(x, outside)
        self.market.setData(x, market)
        # The oracle's price of round r holds from r on: steps, as one line with twice the points.
        steps_x = np.repeat(x, 2)[1:]
        self.oracle.setData(steps_x, np.repeat(self._shown("oracle"), 2)[:-1])
        self.band.set_lines(x, outside, market)
        self.dot.setPos(self.round_line.value(), float(market[-1]))
        self.dot.show()
        drawn = [line.getOriginalDataset() for line in (self.undisturbed, self.oracle, self.market, self.was)]
        self.labels.set_labels(self._labels(x, outside, market), drawn, self.round_line.value())

    def _move(self, place: float, share: float) -> None:
        if not len(self.series):
            return
        for drawn in (self.undisturbed, self.oracle, self.market, self.band):
            drawn.cut(place)
        self.dot.setPos(place, float(cut_off(*self.market.getOriginalDataset(), place)[1][-1]))

    def _draw_before(self) -> None:
        """Draw the run before as a thin line, all of it that the axis has room for, its last price up to the edge."""
        before = self.before
        if before is None or not len(self.series):
            self.was.setData([], [])
            self.subtitle.setText(self._units())
        else:
            self.was.setData(*self._line_before(before["market"][:, self._asset]))
            self.subtitle.setText(f"{self._units()}; {self._say_before()}")

    def _units(self) -> str:
        """Say what the axes tell, and that no sale can move the price."""
        if self._is_infinitely_liquid():
            return self.tr("USD, by round; infinite liquidity: its sales do not move it")
        return self.tr("USD, by round")

    def _is_infinitely_liquid(self) -> bool:
        """Whether the shown asset has no depth of its own, so that its sales leave its price where it is."""
        run = self.series.recording
        if run is None:
            return False
        return run.scenario.parameters.assets[self.series.assets[self._asset]].liquidity.model == "infinite"

    def _labels(self, x: NDArray[np.float64], outside: NDArray[np.float64], market: NDArray[np.float64]) -> list[Label]:
        colours, at = self._tokens, float(x[-1])
        oracle = float(self._shown("oracle")[-1])
        result = [
            Label(
                self.tr("market {0}").format(numbers.price(market[-1], 3)),
                colours.accent,
                at,
                market[-1],
                bold=True,
                below=market[-1] < outside[-1],
            )
        ]
        if abs(outside[-1] / market[-1] - 1) > _SAME:
            text = self.tr("without liquidations {0}").format(numbers.price(outside[-1], 3))
            result.append(Label(text, colours.secondary, at, outside[-1], line=0))
        if abs(oracle / market[-1] - 1) > _SAME and abs(oracle / outside[-1] - 1) > _SAME:
            text = self.tr("oracle {0}").format(numbers.price(oracle, 3))
            result.append(Label(text, colours.amber, at, oracle, below=oracle < market[-1], line=1))
        feedback = self._feedback_label(x, outside, market)
        if feedback is not None:
            result.append(feedback)
        if self.before is not None:
            result.append(self._name_before(self.before))
        return [*result, *self._fold_labels()]

    def _name_before(self, before: Series) -> Label:
        """Name the run before along its curve; where it ends so early that the name would cover it, along its rest."""
        left, right = self.span()
        last = len(before) - 1
        end = min(max(left, self.fold.place(last)), right)
        ends_early = end < left + _EARLY * (right - left)
        wanted = end + _ALONG * (right - end) if ends_early else left + _ALONG * (end - left)
        at = min(last, math.ceil(self.fold.round_at(wanted)))
        place = wanted if ends_early else self.fold.place(at)
        y = float(before["market"][at, self._asset])
        name = ", ".join(part for part in (self._before_name, self._length_before()) if part)
        return Label(name, self._tokens.secondary, place, y, side="above", optional=True, line=_WAS)

    def _feedback_label(
        self, x: NDArray[np.float64], outside: NDArray[np.float64], market: NDArray[np.float64]
    ) -> Label | None:
        """Name the shaded area where it is high enough for the word, left of the cursor."""
        (left, right), (bottom, top) = self.plot.vb.viewRange()
        area = self.plot.vb.rect()
        if area.width() < 1 or len(x) < 3:
            return None
        heights = (outside - market) / (top - bottom) * area.height()
        word = 76 * self._scale / area.width() * (right - left)
        inside = (heights > 26 * self._scale) & (x >= word / 2) & (x <= x[-1] - word / 2)
        if not inside.any():
            return None
        at = int(np.flatnonzero(inside)[-1])
        middle = (outside[at] + market[at]) / 2
        return Label(self.tr("feedback"), self._tokens.text, x[at], middle, side="centre", optional=True)

    def _readout(self, x: float, y: float) -> str:
        if not len(self.series):
            return ""
        if past := self._past_the_end(x):
            number = round(self.fold.round_at(x))
            if self.before is not None and number < len(self.before):
                was = numbers.price(self.before["market"][number, self._asset])
                past = self.tr("{0}; the run before: market {1}").format(past, was)
            return past
        at = self._round_near(x)
        outside, market, oracle = (
            numbers.price(self.series[name][at, self._asset]) for name in ("outside", "market", "oracle")
        )
        return self.tr("round {0}: market {1}, oracle {2}, without liquidations {3}").format(
            numbers.count(at), market, oracle, outside
        )

    def _restyle(self) -> None:
        if not self._ready:
            return
        colours = self._tokens
        dashed = {"style": Qt.PenStyle.DashLine}
        self.was.setPen(self._pen(colours.secondary, 1.0))
        self.undisturbed.setPen(self._pen(colours.secondary, 1.2, **dashed))
        self.oracle.setPen(self._pen(colours.amber, 1.5))
        self.market.setPen(self._pen(colours.accent, 2.2))
        self.dot.set_look(colours.accent, 8 * self._scale)
        self.band.set_colour(with_alpha(colours.vermilion, 0.24 if colours.dark else 0.2))
        super()._restyle()
