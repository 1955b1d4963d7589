"""Asks what a film is to look like, and shows how far it is."""

from __future__ import annotations

import time
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QWidget,
)

from cascade_gui.film.estimate import estimate
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers
from engine.exporting.film_settings import MOST_OF_GIF, MOST_PLOTS, PLOTS, FilmSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario.schema import Stop

_SIZES: Final = ((1920, 1080), (1280, 720), (640, 360), (1080, 1080), (1024, 768), (3840, 2160))
_SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_FRAMES: Final = (10, 15, 25, 30, 50, 60)
_ENDINGS: Final = ((".gif", "GIF"), (".mp4", "MP4"), (".png", "PNG"))
_SAY_EVERY_SECONDS: Final = 0.5


def _tr(text: str) -> str:
    return QCoreApplication.translate("FilmDialog", text)


def _plot_title(name: str) -> str:
    return {
        "plot_loans": _tr("Loans"),
        "plot_price": _tr("Price"),
        "plot_liquidations": _tr("Liquidations"),
        "plot_health": _tr("Health"),
        "plot_map": _tr("Liquidation map"),
        "plot_losses": _tr("Losses"),
    }[name]


class FilmDialog(QDialog):
    """The choices of a film, what it will take, and its progress.

    Parameters
    ----------
    plots, dark
        What is chosen at first: the plots of the stage, and the scheme of the window.
    """

    film_wanted = Signal(object, str)
    """The `FilmSettings`, and ``.gif``, ``.mp4`` or ``.png``."""
    cancelled = Signal()
    """The film that is made is not wanted any more."""

    def __init__(self, plots: Sequence[str], dark: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_dialog")
        self.setWindowTitle(self.tr("Export a film"))
        self._dwell: tuple[float, ...] = (1.0,)
        self._begun = self._said = 0.0
        self._form = QWidget(self)
        self.format, self.size_choice = QComboBox(self), QComboBox(self)
        self.speed, self.frames, self.colours = QComboBox(self), QComboBox(self), QComboBox(self)
        self.part, self.first, self.last = QComboBox(self), QSpinBox(self), QSpinBox(self)
        self.captions = QCheckBox(self.tr("Captions and figures"), self)
        self.plots = {name: QCheckBox(_plot_title(name), self) for name in PLOTS}
        self.estimate = plain_label(parent=self)
        self.bar = QProgressBar(self)
        self.save = QPushButton(self.tr("Save…"), self)
        self.cancel = QPushButton(self.tr("Close"), self)
        self._name_parts()
        self._fill(plots, dark)
        self._lay_out()
        self._connect()
        self.end()

    @property
    def settings(self) -> FilmSettings:
        """What is chosen."""
        width, height = self.size_choice.currentData()
        return FilmSettings(
            width, height, self.frames.currentData(), self.speed.currentData(), self.first.value(), self.last.value(),
            tuple(name for name, box in self.plots.items() if box.isChecked()), self.colours.currentData(),
            self.captions.isChecked(),
        )  # fmt: skip

    @property
    def ending(self) -> str:
        """``.gif``, ``.mp4`` or ``.png``."""
        return str(self.format.currentData())

    @property
    def is_filming(self) -> bool:
        """Whether a film is being made."""
        return not self._form.isEnabled()

    def set_run(self, dwell: Sequence[float], stops: Sequence[Stop]) -> None:
        """Offer the rounds of a run, and its stops.

        Parameters
        ----------
        dwell
            How long each of its rounds is shown.
        stops
            In order of rounds.
        """
        self._dwell = tuple(dwell)
        last = len(dwell) - 1
        self.part.blockSignals(True)
        self.part.clear()
        self.part.addItem(self.tr("The whole run"), (0, last))
        places = [(each.round, each.title or numbers.count(each.round)) for each in stops if 0 < each.round < last]
        named = {0: self.tr("the beginning"), **dict(places), last: self.tr("the end")}
        rounds = sorted(named)
        if places:
            for begin, end in pairwise(rounds):
                text = self.tr("From {first} to {last}").format(first=named[begin], last=named[end])
                self.part.addItem(text, (begin, end))
        self.part.addItem(self.tr("Rounds"), None)
        self.part.blockSignals(False)
        for box in (self.first, self.last):
            box.setRange(0, last)
        self._part_chosen()

    def begin(self) -> None:
        """Show that a film is being made."""
        self._begun, self._said = time.monotonic(), 0.0
        self._form.setEnabled(False)
        self.save.hide()
        self.bar.show()
        self.bar.setRange(0, 0)
        self.cancel.setText(self.tr("Cancel"))
        self.estimate.setText(self.tr("Starting …"))

    def show_progress(self, drawn: int, of: int) -> None:
        """Show how many pictures are drawn, and how long the rest will take."""
        now = time.monotonic()
        if not self.is_filming or (now - self._said < _SAY_EVERY_SECONDS and drawn < of):
            return
        self._said = now
        self.bar.setRange(0, of)
        self.bar.setValue(drawn)
        left = (now - self._begun) / drawn * (of - drawn)
        said = self.tr("{drawn} of {of} pictures, about {left} left").format(
            drawn=numbers.count(drawn), of=numbers.count(of), left=numbers.duration(max(1, round(left)))
        )
        self.estimate.setText(said if drawn < of else self.tr("Writing …"))

    def end(self) -> None:
        """Offer the choices again."""
        self._form.setEnabled(True)
        self.bar.hide()
        self.save.show()
        self.cancel.setText(self.tr("Close"))
        self._show_estimate()

    def reject(self) -> None:
        """Cancel the film that is being made, or close."""
        if self.is_filming:
            self.end()
            self.cancelled.emit()
        else:
            super().reject()

    # ----------------------------------------------------------------------------------- working

    def _name_parts(self) -> None:
        names: dict[str, QWidget] = {
            "format": self.format, "size": self.size_choice, "speed": self.speed, "frames": self.frames,
            "colours": self.colours, "part": self.part, "first": self.first, "last": self.last,
            "captions": self.captions, "estimate": self.estimate, "progress": self.bar, "save": self.save,
            "cancel": self.cancel,
        }  # fmt: skip
        for name, widget in names.items():
            widget.setObjectName(f"film_{name}")
        self.frames.setAccessibleName(self.tr("Frames a second"))
        self.first.setAccessibleName(self.tr("First round"))
        self.last.setAccessibleName(self.tr("Last round"))

    def _fill(self, plots: Sequence[str], dark: bool) -> None:
        for ending, title in _ENDINGS:
            self.format.addItem(self.tr("PNG pictures in a folder") if ending == ".png" else title, ending)
        for width, height in _SIZES:
            self.size_choice.addItem(f"{width} × {height}", (width, height))
        for speed in _SPEEDS:
            text = self.tr("1 round a second") if speed == 1.0 else self.tr("{speed} rounds a second")
            self.speed.addItem(text.format(speed=f"{speed:g}"), speed)
        for frames in _FRAMES:
            self.frames.addItem(self.tr("{frames} frames a second").format(frames=frames), frames)
        self.colours.addItem(self.tr("Dark"), True)
        self.colours.addItem(self.tr("Light"), False)
        self.size_choice.setCurrentIndex(1)
        self.speed.setCurrentIndex(_SPEEDS.index(1.0))
        self.frames.setCurrentIndex(_FRAMES.index(25))
        self.colours.setCurrentIndex(0 if dark else 1)
        self.captions.setChecked(True)
        for name, box in self.plots.items():
            box.setChecked(name in plots)

    def _lay_out(self) -> None:
        form, boxes, rounds = QFormLayout(), QGridLayout(), QHBoxLayout()
        for at, box in enumerate(self.plots.values()):
            boxes.addWidget(box, at // 2, at % 2)
        for widget in (self.first, plain_label("–", self), self.last):
            rounds.addWidget(widget)
        rounds.addStretch(1)
        form.setSpacing(12)
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Size"), self.size_choice)
        form.addRow(self.tr("Speed"), self.speed)
        form.addRow("", self.frames)
        form.addRow(self.tr("Plots"), boxes)
        form.addRow("", self.captions)
        form.addRow(self.tr("Colors"), self.colours)
        form.addRow(self.tr("Part"), self.part)
        form.addRow("", rounds)
        form.setContentsMargins(0, 0, 0, 0)
        self._form.setLayout(form)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.save, self.cancel):
            buttons.addWidget(button)
        column = QFormLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for row in (self._form, self.estimate, self.bar):
            column.addRow(row)
        column.addRow(buttons)
        self.estimate.setWordWrap(True)
        self.setMinimumWidth(460)

    def _connect(self) -> None:
        self.save.setDefault(True)
        self.save.clicked.connect(lambda: self.film_wanted.emit(self.settings, self.ending))
        self.cancel.clicked.connect(self.reject)
        self.part.currentIndexChanged.connect(self._part_chosen)
        for choice in (self.format, self.size_choice, self.speed, self.frames, self.colours):
            choice.currentIndexChanged.connect(self._show_estimate)
        for box in (self.first, self.last):
            box.valueChanged.connect(self._show_estimate)
        for name, check in self.plots.items():
            check.toggled.connect(partial(self._plot_chosen, name))

    def _part_chosen(self) -> None:
        chosen = self.part.currentData()
        for box in (self.first, self.last):
            box.setEnabled(chosen is None)
        if chosen is not None:
            self.first.setValue(chosen[0])
            self.last.setValue(chosen[1])
        self._show_estimate()

    def _plot_chosen(self, name: str, chosen: bool) -> None:
        """Keep to one to four plots: the last one stays, of five the first of the others goes."""
        shown = [each for each, box in self.plots.items() if box.isChecked()]
        if not shown:
            self.plots[name].setChecked(True)
        elif chosen and len(shown) > MOST_PLOTS:
            self.plots[next(each for each in shown if each != name)].setChecked(False)
        self._show_estimate()

    def _show_estimate(self) -> None:
        settings = self.settings
        fault = ""
        if settings.first > settings.last_of(len(self._dwell) - 1):
            fault = self.tr("The first round comes after the last one.")
        elif self.ending == ".gif" and settings.frames_a_second > MOST_OF_GIF:
            fault = self.tr("A GIF has at most {most} frames a second.").format(most=MOST_OF_GIF)
        self.save.setEnabled(not fault)
        if fault:
            self.estimate.setText(fault)
            return
        found = estimate(settings, self._dwell, self.ending)
        text = self.tr("A film of {lasts}, {pictures} pictures. It takes about {seconds} and {megabytes} MB.")
        said = text.format(
            lasts=numbers.duration(max(1, round(found.lasts))), pictures=numbers.count(found.pictures),
            seconds=numbers.duration(max(1, round(found.seconds))),
            megabytes=numbers.significant(found.megabytes, 2 if found.megabytes < 100 else 1),
        )  # fmt: skip
        self.estimate.setText(said)
