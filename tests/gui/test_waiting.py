"""Work that the window waits for while it is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from cascade_gui.working.progress_bar import Waiting


@pytest.fixture
def waiting(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = Waiting(window)
    yield made
    made.shut_down()


def test_that_nothing_stays_of_work_that_was_waited_for(waiting):
    assert [waiting.wait_for("Counting", lambda number=number: number) for number in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        waiting.wait_for("Dividing", lambda: 1 // 0)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not waiting.busy
    assert waiting.findChildren(QEventLoop) == []
