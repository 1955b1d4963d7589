"""The field in which the address of a Dask cluster stands that makes the runs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from cascade_gui.theme.plain_text import plain_label, plain_tip


def scheduler_line(name: str) -> QLineEdit:
    """Return the field; an empty one is this computer.

    Parameters
    ----------
    name
        Its object name.
    """
    line = QLineEdit()
    line.setObjectName(name)
    line.setPlaceholderText(_tr("this computer"))
    line.setAccessibleName(_tr("Runs on"))
    line.setToolTip(plain_tip(_tr("tcp://HOST:PORT of a Dask cluster that makes the runs")))
    return line


def runs_on(line: QLineEdit) -> QHBoxLayout:
    """Return the field with what it is beside it."""
    label = plain_label(_tr("Runs on"))
    label.setProperty("role", "secondary")
    label.setBuddy(line)
    row = QHBoxLayout()
    row.addWidget(label)
    row.addWidget(line, 1)
    return row


def _tr(text: str) -> str:
    return QCoreApplication.translate("SchedulerLine", text)
