"""Which view the window shows: the cascade, or the studies, which are made when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.studies.studies_page import StudiesPage
    from cascade_gui.window.session import Session
    from engine.scenario.scenario import Scenario


class ViewChoice(QObject):
    """Shows one of the views.

    Parameters
    ----------
    session
        Whose scenario is studied, and runs what is opened from a study.
    stage
        What holds the views, in a column.
    cascade
        What is shown of a cascade.
    """

    def __init__(self, session: Session, stage: QWidget, *cascade: QWidget) -> None:
        super().__init__(stage)
        self._session = session
        self._stage = stage
        self._cascade = cascade
        self.studies: StudiesPage | None = None

    def show_cascade(self) -> None:
        """Show the cascade again."""
        if self.studies is None or self.studies.isHidden():
            return
        self.studies.hide()
        for part in self._cascade:
            part.show()
        self._stage.setFocus()

    def show_studies(self) -> None:
        """Show the studies."""
        if self.studies is None:
            from cascade_gui.studies.studies_page import StudiesPage

            document = self._session.document
            self.studies = StudiesPage(document.scenario, document.draft, document.studies, self._stage)
            self.studies.run_wanted.connect(self._open)
            document.parameters_changed.connect(self._note_change)
            document.undo_stack.indexChanged.connect(self._note_change)
            column = self._stage.layout()
            assert isinstance(column, QBoxLayout)
            column.addWidget(self.studies, 1)
        for part in self._cascade:
            part.hide()
        self.studies.show()
        self.studies.note_change()
        self.studies.questions.setFocus()

    def show_study(self, name: str, *_: object) -> None:
        """Show the studies with a question chosen, and go to its form."""
        self.show_studies()
        if self.studies is not None:
            self.studies.choose(name)

    def _note_change(self, *_: object) -> None:
        """Tell an answer that is looked at; one that is not is told when it is shown."""
        if self.studies is not None and not self.studies.isHidden():
            self.studies.note_change()

    def _open(self, scenario: Scenario) -> None:
        """Take over the parameters of a run, as one step that can be undone, and show it."""
        self._session.document.replace_parameters(scenario.parameters, self.tr("Open a run of a study"))
        self.show_cascade()
        self._session.run()

    def shut_down(self) -> None:
        """Stop what is under way."""
        if self.studies is not None:
            self.studies.shut_down()
