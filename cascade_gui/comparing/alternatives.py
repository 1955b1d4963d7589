"""The proposals and pinned runs of the open scenario, put in and taken out as steps of its history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cascade_gui.comparing.alternative import Alternative, is_same
from cascade_gui.comparing.change_words import name_of_changes
from engine.base.faults import BadInput
from engine.files.proposals import Proposal, load_proposal, save_proposal
from engine.scenario.differences import changes_between
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cascade_gui.document.document import Document
    from engine.scenario.schema import Parameters
    from engine.studies.outcome import StudyResult


class Alternatives(QObject):
    """What the open scenario is compared with.

    *Today* is the scenario without the proposals that are put into it. What was changed since the scenario was opened
    or saved is the last of the list while it is in no proposal: its today is the scenario as it was then.

    Parameters
    ----------
    document
        The open scenario.
    """

    changed = Signal()
    """There are others, or one was put in or taken out."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._entries: list[Alternative] = []
        self._draft: Alternative | None = None
        document.parameters_changed.connect(self._note_change)
        document.dirty_changed.connect(self._note_change)
        document.studies.cleared.connect(self._begin_anew)
        self._begin_anew()

    def __len__(self) -> int:
        return len(self._entries) + (self._draft is not None)

    def __getitem__(self, place: int) -> Alternative:
        if place == len(self._entries) and self._draft is not None:
            return self._draft
        return self._entries[place]

    def is_draft(self, place: int) -> bool:
        """Whether one is what was changed and is in no proposal yet."""
        return place == len(self._entries)

    def _note_change(self, *_: object) -> None:
        self._draft = self._changed_now()
        self.changed.emit()

    def _changed_now(self) -> Alternative | None:
        """Return what was changed since the scenario was opened or saved, None where that is nothing or listed."""
        before, now = self._document.baseline, self._document.parameters
        changes = changes_between(before, now)
        known = (each.proposal.changes for each in self._entries if each.proposal is not None)
        is_pinned = any(each.pinned is not None and each.is_in(now) for each in self._entries)
        if not changes or is_pinned or any(changes == each for each in known):
            return None
        return Alternative(Proposal(self.tr("What is changed now"), changes), back=changes_between(now, before))

    @property
    def now(self) -> Parameters:
        """The parameters of the open scenario."""
        return self._document.parameters

    @property
    def today(self) -> Parameters:
        """The parameters of the open scenario without what was put in."""
        parameters = self._document.parameters
        for _ in self._entries:  # what was put in over another shows that again when it is taken out
            found = next((each for each in self._entries if each.back is not None and each.is_in(parameters)), None)
            if found is None:
                break
            before = found.take_out_of(parameters)
            if before == parameters:
                break
            parameters = before
        return parameters

    def today_scenario(self, place: int | None = None) -> Scenario:
        """Return the open scenario without what was put in, its loans not yet checked; quick for any size.

        Parameters
        ----------
        place
            What it is compared with; as the scenario was saved for what is changed now.

        Raises
        ------
        BadInput
            If a field or a cell holds text that is not a value.
        """
        draft = self._document.draft()
        today = self._document.baseline if place is not None and self.is_draft(place) else self.today
        return Scenario(today, draft.loans)

    def is_in(self, place: int) -> bool:
        """Whether the open scenario has what one changes."""
        return self[place].is_in(self._document.parameters)

    def can_be_put_in(self, place: int) -> bool:
        """Whether a click puts it in or takes it out."""
        if self.is_draft(place):
            return False
        entry = self._entries[place]
        if entry.pinned is not None and entry.pinned.loans is not self._document.loans.to_table():
            return False
        return entry.back is not None or not self.is_in(place)

    # -------------------------------------------------------------------------------------- changing

    def propose(self, against: Parameters | None = None) -> int:
        """Add what the open scenario changes, and return its place.

        Parameters
        ----------
        against
            What it is compared with; without it, as it was opened or saved.

        Raises
        ------
        BadInput
            If nothing has been changed.
        """
        before = self._document.baseline if against is None else against
        now = self._document.parameters
        changes = changes_between(before, now)
        if not changes:
            raise BadInput.at(
                self.tr("A new proposal"), self.tr("the scenario is as it was saved"),
                self.tr("change a parameter first, in the panel of the scenario"),
            )  # fmt: skip
        proposal = Proposal(name_of_changes(now, list(changes)), changes)
        return self._add(Alternative(proposal, back=changes_between(now, before)))

    def open(self, path: Path) -> int:
        """Add the proposal of a file, and return its place.

        Raises
        ------
        BadInput
            If it cannot be read, or is for another scenario.
        """
        proposal = load_proposal(path)
        proposal.apply_to(Scenario(self.today, self._document.loans.to_table()))
        return self._add(Alternative(proposal, path=path))

    def save(self, place: int, path: Path) -> None:
        """Write a proposal's file.

        Raises
        ------
        BadInput
            If the place cannot be written.
        """
        entry = self._entries[place]
        assert entry.proposal is not None
        save_proposal(entry.proposal, path)
        self._entries[place] = replace(entry, path=path)
        self._note_change()

    def pin(self, scenario: Scenario, name: str, ended: str) -> int:
        """Add a run, and return its place; a run of the same is there once only."""
        for place, entry in enumerate(self._entries):
            if is_same(entry.pinned, scenario):
                return place
        return self._add(Alternative(pinned=scenario, label=(name, ended)))

    def rename(self, place: int, name: str) -> None:
        """Call one otherwise; a blank name is none."""
        entry, name = self._entries[place], " ".join(name.split())
        if not name or name == entry.name:
            return
        if entry.proposal is None:
            self._entries[place] = replace(entry, label=(name, entry.label[1]))
        else:
            self._entries[place] = replace(entry, proposal=Proposal(name, entry.proposal.changes), path=None)
        self._note_change()

    def remove(self, place: int) -> None:
        """Take one off the list; the scenario stays as it is."""
        del self._entries[place]
        self._note_change()

    def toggle(self, place: int) -> None:
        """Put one into the open scenario or take it out, as one step that can be undone.

        Raises
        ------
        BadInput
            If it does not fit, or it is not known what was there before.
        """
        entry, now = self._entries[place], self._document.parameters
        if entry.is_in(now):
            self._document.replace_parameters(entry.take_out_of(now), self.tr("Take out {0}").format(entry.name))
            return
        then = entry.put_into(now)
        self._entries[place] = replace(entry, back=changes_between(then, now))
        self._document.replace_parameters(then, self.tr("Put in {0}").format(entry.name))

    def _add(self, entry: Alternative) -> int:
        if entry.back is None and entry.is_in(self.now):  # what was there before is known from the file, if at all
            before = self._document.baseline
            entry = replace(entry, back=changes_between(entry.put_into(before), before) or None)
        self._entries.append(entry)
        self._note_change()
        return len(self._entries) - 1

    def _begin_anew(self) -> None:
        """Let go of those of another document, and take those of the answer that came with this one."""
        kept: StudyResult | None = self._document.studies.of("compare")
        proposals = () if kept is None else getattr(kept.settings, "proposal", ())
        self._entries = [Alternative(proposal, back=_back_to(proposal, kept)) for proposal in proposals]
        self._note_change()


def _back_to(proposal: Proposal, kept: StudyResult | None) -> Mapping[str, Any] | None:
    """Return what takes a proposal out of a scenario that was saved with it: what it was compared with then."""
    if kept is None:
        return None
    before = kept.scenario.parameters
    try:
        return changes_between(Alternative(proposal).put_into(before), before) or None
    except BadInput:
        return None
