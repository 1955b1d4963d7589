"""Which view the window shows: cascade, studies, comparison or start page; all but the first are made when wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QBoxLayout

from cascade_gui.comparing.alternative import is_same
from cascade_gui.comparing.alternatives import Alternatives
from cascade_gui.comparing.change_words import name_of_changes
from cascade_gui.window.following import is_complete
from cascade_gui.wording import numbers
from engine.reading.ending import ending
from engine.scenario.differences import changes_between

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.comparing.compare_page import ComparePage
    from cascade_gui.start_page.page import StartPage
    from cascade_gui.studies.studies_page import StudiesPage
    from cascade_gui.theme import Theme
    from cascade_gui.window.layout import WindowLayout
    from cascade_gui.window.session import Session
    from engine.scenario.scenario import Scenario


class ViewChoice(QObject):
    """Shows one of the views.

    Parameters
    ----------
    session
        Whose scenario is studied and compared, and runs what is opened from there.
    panels
        The docks beside the views; those that a view has no use for are put aside for it.
    theme
        The colours.
    say
        Shows a message for some seconds.
    cascade
        What is shown of a cascade, in a column that holds the other views too.

    Attributes
    ----------
    make_start
        Makes the start page; None until somebody can.
    """

    shown = Signal(str)
    """Which view is shown, by the name of its action."""
    stale_changed = Signal(bool)
    """Whether what is shown of a cascade is of something else than is open; it is not where none is shown."""

    def __init__(
        self, session: Session, panels: WindowLayout, theme: Theme, say: Callable[[str], None], *cascade: QWidget
    ) -> None:
        stage = cascade[0].parentWidget()
        assert stage is not None
        super().__init__(stage)
        self._session, self._panels, self._theme, self._say = session, panels, theme, say
        self._stage = stage
        self._cascade = cascade
        self.studies: StudiesPage | None = None
        self.compare: ComparePage | None = None
        self.start: StartPage | None = None
        self.make_start: Callable[[QWidget], StartPage] | None = None
        self.alternatives = Alternatives(session.document)
        self._stale = False
        session.stale_changed.connect(self._note_stale)
        self.alternatives.changed.connect(self._unpin)

    @property
    def shows_cascade(self) -> bool:
        """Whether the cascade is what is looked at."""
        return all(page is None or page.isHidden() for page in self._pages.values())

    def show_cascade(self) -> None:
        """Show the cascade again."""
        if not self._leave(None):
            self._tell_shown()
            return
        for part in self._cascade:
            part.show()
        self._tell_shown()
        self._stage.setFocus()

    def show_studies(self) -> None:
        """Show the studies."""
        if self.studies is None:
            from cascade_gui.studies.studies_page import StudiesPage

            document = self._session.document
            self.studies = StudiesPage(document.scenario, document.draft, document.studies, self._stage)
            self.studies.run_wanted.connect(self._open)
            self.studies.apply_theme(self._theme.tokens)
            self._theme.changed.connect(self.studies.apply_theme)
            document.parameters_changed.connect(self._note_change)
            document.undo_stack.indexChanged.connect(self._note_change)
            self._add(self.studies)
        self._leave(self.studies)
        self.studies.show()
        self._tell_shown()
        self.studies.note_change()
        self.studies.questions.setFocus()

    def show_study(self, name: str, *_: object) -> None:
        """Show the studies with a question chosen, and go to its form."""
        self.show_studies()
        if self.studies is not None:
            self.studies.choose(name)

    def show_compare(self) -> None:
        """Show the comparison with proposals and pinned runs."""
        if self.compare is None:
            from cascade_gui.comparing.compare_page import ComparePage

            self.compare = ComparePage(self._session.document, self.alternatives, self._stage)
            self.compare.run_wanted.connect(self._open)
            self.compare.told.connect(self._say)
            self.compare.apply_theme(self._theme.tokens)
            self._theme.changed.connect(self.compare.apply_theme)
            self._add(self.compare)
        self._leave(self.compare)
        self.compare.show()
        self._tell_shown()
        self.compare.note_shown()
        self.compare.panel.list.setFocus()

    def show_start(self) -> None:
        """Show the start page."""
        if self.start is None:
            assert self.make_start is not None
            self.start = self.make_start(self._stage)
            self.start.apply_theme(self._theme.tokens)
            self._theme.changed.connect(self.start.apply_theme)
            self._add(self.start)
        self._leave(self.start)
        self.start.show()
        self._tell_shown()

    def pin_run(self) -> None:
        """Keep the scenario of the run that is shown, to be compared with others."""
        recording = self._session.recording
        if recording is None:
            return
        scenario = recording.scenario
        changes = changes_between(self._session.document.baseline, scenario.parameters)
        name = name_of_changes(scenario.parameters, list(changes)) if changes else scenario.name or self.tr("This run")
        asset = ending(recording).asset
        column = list(recording.book.asset_names).index(asset)
        first, last = (float(recording.rounds[number].market[column]) for number in (0, -1))
        told = self.tr("{0} ends {1} down").format(asset, numbers.percent(1.0 - last / first, 0))
        self.alternatives.pin(scenario, name, told)
        if is_complete(recording):
            self._session.following.pin(recording, name)
        self._say(self.tr("Pinned {0}: Ctrl+3 compares with it").format(name))

    def _unpin(self) -> None:
        """Let go of the run that is drawn behind all others when it is taken off the list."""
        following, listed = self._session.following, self.alternatives
        pinned = following.pinned
        if pinned is not None and not any(is_same(listed[each].pinned, pinned.scenario) for each in range(len(listed))):
            following.pin(None)

    @property
    def _pages(self) -> dict[str, QWidget | None]:
        """The views beside the cascade, by the names of their actions."""
        return {"view_studies": self.studies, "view_compare": self.compare, "view_start": self.start}

    def _leave(self, wanted: QWidget | None) -> bool:
        """Hide the views that are not wanted; return whether another one was shown."""
        pages = [page for page in self._pages.values() if page is not None]
        was_shown = any(not page.isHidden() for page in pages)
        for page in pages:
            if page is not wanted:
                page.hide()
        panels = self._panels
        panels.set_aside(
            *(() if wanted is None else (panels.book, panels.account) if wanted is self.compare else panels.docks)
        )
        if wanted is not None:
            for part in self._cascade:
                part.hide()
        return was_shown

    def _note_stale(self, stale: bool) -> None:
        self._stale = stale
        self._tell_stale()

    def _tell_shown(self) -> None:
        found = [name for name, page in self._pages.items() if page is not None and not page.isHidden()]
        self.shown.emit(found[0] if found else "view_cascade")
        self._tell_stale()

    def _tell_stale(self) -> None:
        self.stale_changed.emit(self._stale and self.shows_cascade)

    def _add(self, page: QWidget) -> None:
        column = self._stage.layout()
        assert isinstance(column, QBoxLayout)
        page.hide()
        column.addWidget(page, 1)

    def _note_change(self, *_: object) -> None:
        """Tell an answer that is looked at; one that is not is told when it is shown."""
        if self.studies is not None and not self.studies.isHidden():
            self.studies.note_change()

    def _open(self, scenario: Scenario) -> None:
        """Take over the parameters of a run, as one step that can be undone, and show it."""
        document = self._session.document
        differs = document.parameters != scenario.parameters
        document.replace_parameters(scenario.parameters, self.tr("Open a run of a study"))
        self.show_cascade()
        if differs:
            self._say(self.tr("The scenario has the parameters of this run; Undo brings back those before"))
        self._session.run()

    def shut_down(self) -> None:
        """Stop what is under way."""
        for page in (self.studies, self.compare, self.start):
            if page is not None:
                page.shut_down()
