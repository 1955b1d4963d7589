"""Draws the stage of a run frame by frame: the same film twice is the same pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from cascade_gui.film.schedule import Shot, shots
from cascade_gui.playback.dwell import dwell_of
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.health import HealthPlot
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.loans import LoansPlot
from cascade_gui.plots.run_picture import RoundPicture, round_picture
from cascade_gui.stage.still import put_away, settle, still_page
from cascade_gui.theme import tokens
from engine.reading.round_view import round_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.exporting.film_settings import FilmSettings
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


class Reel:
    """The frames of a film.

    Parameters
    ----------
    recording
        The run; it is over.
    settings
        Checked settings.

    Attributes
    ----------
    shots
        What is drawn, in order.
    page
        The stage that is drawn; it is on no screen.
    """

    def __init__(self, recording: RecordedRun, settings: FilmSettings) -> None:
        self._recording, self._settings = recording, settings
        self.shots = shots(settings, dwell_of(recording))
        recording.outside.work_out()
        if "plot_losses" in settings.plots:
            recording.losses.work_out()
        self._colours = tokens(settings.dark)
        self._cursor = recording.cursor()
        self._image = QImage(QSize(settings.width, settings.height), QImage.Format.Format_RGB32)
        self._shown: int | None = None
        self.page = still_page(
            recording, settings.plots, self._colours, self._image.size(), captions=settings.captions
        )  # fmt: skip
        for plot in self.page.plots:
            if isinstance(plot, LoansPlot):
                plot.marks.move_by_hand()
            elif isinstance(plot, HealthPlot | LiquidationMapPlot):
                plot.motion.move_by_hand()

    def frames(self) -> Iterator[tuple[NDArray[np.uint8], int]]:
        """Draw one picture after the other.

        Yields
        ------
        tuple
            (height, width, 3) red, green and blue, and for how many frames the picture stays. The next picture is
            drawn into the same array.
        """
        for shot in self.shots:
            yield self.draw(shot), shot.frames

    def draw(self, shot: Shot) -> NDArray[np.uint8]:
        """Draw a picture; (height, width, 3) red, green and blue. The next one is drawn into the same array."""
        if shot.round != self._shown:
            self._show(shot.round)
        for plot in self.page.plots:
            if isinstance(plot, LoansPlot):
                plot.marks.put(shot.share)
            elif isinstance(plot, HealthPlot | LiquidationMapPlot):
                plot.motion.put(shot.share)
            elif isinstance(plot, RoundPlot):
                plot.put(shot.share)
        self._image.fill(QColor(self._colours.background))
        painter = QPainter(self._image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.page.render(painter, QPoint(0, 0))
        painter.end()
        width, height = self._settings.width, self._settings.height
        pixels = np.frombuffer(self._image.constBits(), dtype=np.uint8).reshape(height, width, 4)
        return pixels[..., 2::-1]

    def close(self) -> None:
        """Wait for what is worked out, and forget the stage."""
        put_away(self.page)

    # ----------------------------------------------------------------------------------- working

    def _show(self, number: int) -> None:
        view = round_view(self._recording, number, self._cursor)
        begins = self._shown is None
        self._shown = number
        self.page.show_round(number)
        self.page.set_view(view, None if begins else self._picture(view))
        if begins:  # what is measured once for the whole run is measured behind; no frame may come before it
            settle(self.page)

    def _picture(self, view: RoundView) -> RoundPicture:
        plots = {type(plot): plot for plot in self.page.plots}
        loans, moving = plots.get(LoansPlot), plots.get(LiquidationMapPlot)
        return round_picture(
            view, self._recording.rounds[0].oracle,
            moving.moving if isinstance(moving, LiquidationMapPlot) else None,
            loans=loans.run_scene if isinstance(loans, LoansPlot) else None,
        )  # fmt: skip
