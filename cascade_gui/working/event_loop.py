"""The window's event loop, in which a fault of ours is told and never ends the program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cascade_gui.working.garbage import collected_between_events
from cascade_gui.working.kept_methods import KeptMethods

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication


class _InTheLoop(Exception):  # noqa: N818 - nothing went wrong
    """Is being handled for as long as the loop goes on."""


def run(app: QCoreApplication) -> int:
    """Enter the event loop and return its exit status.

    Garbage is collected between its events alone (`cascade_gui.working.garbage`), and what fails in one widget does
    not end the program (`cascade_gui.working.kept_methods`).

    What goes wrong in a method that Qt calls (``keyPressEvent``) while Python waits for Qt (``super().event(event)``)
    kills the process under Python 3.11: PySide 6.10 reads the arguments of an exception that Python has not made yet,
    only noted with its type and its text. Python makes each one at once while another is being handled, so one is.
    """
    with collected_between_events() as looks:
        methods = KeptMethods()
        methods.look()
        looks.connect(methods.look)
        return _run(app)


def _run(app: QCoreApplication) -> int:
    if sys.version_info >= (3, 12):  # exceptions are always made at once
        return app.exec()
    try:
        raise _InTheLoop  # noqa: TRY301 - to be in its handler is the purpose
    except _InTheLoop:
        return app.exec()


def without_loop(problem: BaseException) -> BaseException:
    """Return a problem that is not said to have happened while the loop was being handled."""
    link: BaseException | None = problem
    while link is not None:
        if isinstance(link.__context__, _InTheLoop):
            link.__context__ = None
        link = link.__context__
    return problem
