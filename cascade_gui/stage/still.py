"""The stage of a run on no screen: for pictures and films of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtWidgets import QApplication

from cascade_gui.stage.stage_page import StagePage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from engine.reading.recorded_run import RecordedRun

SIZE: Final = QSize(1920, 1080)
"""Of a picture of the stage at scale 1."""


def still_page(
    recording: RecordedRun, plots: Sequence[str], colours: Tokens, size: QSize = SIZE, *, captions: bool = True
) -> StagePage:
    """Return the stage of a run before its first round is shown.

    Parameters
    ----------
    recording
        The run.
    plots
        One to four names of `cascade_gui.stage.stage_page.PLOTS`.
    colours
        The scheme.
    size
        Of the page, pixels.
    captions
        Whether caption and figures are shown.
    """
    page = StagePage()
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
    page.resize(size)
    page.apply_theme(colours)
    page.set_captions(captions)
    page.set_plots(plots)
    parameters = recording.scenario.parameters
    page.set_recording(recording, parameters.name)
    page.set_stop_titles({stop.round: stop.title for stop in parameters.stops if not stop.changes})
    page.show()
    return page


def settle(page: StagePage) -> None:
    """Wait until everything that is shown has been worked out; the user can do nothing meanwhile."""
    while page.is_busy:
        QApplication.processEvents(
            QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )
    for plot in page.plots:
        plot.make_ready()


def put_away(page: StagePage) -> None:
    """Forget a page when it is not needed any more."""
    page.shut_down()
    page.hide()
    page.deleteLater()
