"""Draw the picture of the stage on the help page about presenting.

QT_QPA_PLATFORM=offscreen python3 packaging/data_builders/make_stage_picture.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QDeadlineTimer, QEventLoop  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from cascade_gui.stage.stage_page import StagePage  # noqa: E402
from cascade_gui.theme import tokens  # noqa: E402
from engine.files.examples import find_example  # noqa: E402
from engine.reading.round_view import round_view  # noqa: E402

SIZE = (1280, 720)
NUMBER = 1


def main() -> None:
    """Draw one round and save it."""
    app = QApplication(["stage"])
    contents = find_example("compound-thin").read()
    recording = contents.recording
    assert recording is not None
    recording.outside.work_out()
    page = StagePage()
    page.apply_theme(tokens(dark=True))
    page.resize(*SIZE)
    page.set_recording(recording, contents.scenario.parameters.name)
    page.show_round(NUMBER)
    page.set_view(round_view(recording, NUMBER), None)
    patience = QDeadlineTimer(60_000)
    while page.is_busy and not patience.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    page.grab().save(str(ROOT / "resources" / "help" / "stage.png"))
    page.shut_down()


if __name__ == "__main__":
    main()
