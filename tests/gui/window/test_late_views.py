"""What is worked out of a book arrives no more once another is shown."""

from __future__ import annotations

from cascade_gui.document.document import blank_parameters
from cascade_gui.window.session import Session
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario


def test_that_what_is_asked_for_of_a_book_is_forgotten_with_it(qapp):
    session = Session()
    session.viewer.show_scenario(session.document.draft())
    assert session.viewer.busy
    session.document.replace(Scenario(blank_parameters(), LoanTable.empty()), None)
    assert not session.viewer.busy
    session.shut_down()
    session.deleteLater()
