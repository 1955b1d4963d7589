"""The left side of the view: today, the proposals and pinned runs, and what they are judged on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.comparing.change_words import change_text
from cascade_gui.studies.runs_words import how_far
from cascade_gui.studies.scheduler_line import runs_on, scheduler_line
from cascade_gui.studies.study_form import StudyForm
from cascade_gui.theme.plain_text import plain_label, plain_tip
from cascade_gui.working.file_places import ask_file, ask_where, file_name
from engine.base.faults import BadInput
from engine.studies.questions.compare import JudgedOn

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QLabel

    from cascade_gui.comparing.alternative import Alternative
    from cascade_gui.comparing.alternatives import Alternatives
    from cascade_gui.document.document import Document
    from engine.studies.runs import Runs

_LEAST: Final = 300
_FILES: Final = "Cascade proposal (*.json)"


class AlternativesPanel(QWidget):
    """Lists what the scenario is compared with; a tick puts a proposal into it, a row is what is compared.

    Parameters
    ----------
    alternatives
        What is listed.
    document
        The open scenario.
    """

    chosen = Signal()
    """Another one is to be compared, or none."""
    judge_wanted = Signal()
    stop_wanted = Signal()
    told = Signal(str)
    """What was done, for a message."""
    refused = Signal(object)
    """`BadInput`: why something was not done."""

    def __init__(self, alternatives: Alternatives, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alternatives, self._document = alternatives, document
        self._showing = self._works = self._draft_chosen = False
        self._assets: tuple[str, ...] = ()
        self.setMinimumWidth(_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.addWidget(_heading(self.tr("TODAY")))
        self.today = plain_label()
        self.today.setProperty("role", "title")
        self.today.setWordWrap(True)
        self.without = plain_label()
        self.without.setProperty("role", "secondary")
        self.without.setWordWrap(True)
        column.addWidget(self.today)
        column.addWidget(self.without)
        column.addSpacing(8)
        column.addWidget(_heading(self.tr("PROPOSALS AND PINNED RUNS")))
        column.addWidget(self._make_list(), 2)
        self.several = plain_label(self.tr("Ctrl+click: several at once"))
        self.several.setProperty("role", "secondary")
        column.addWidget(self.several)
        for row in self._make_buttons():
            column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(_heading(self.tr("JUDGED ON")))
        column.addWidget(self._make_form(), 3)
        self._make_start(column)
        alternatives.changed.connect(self.show_now)
        self.show_now()

    # -------------------------------------------------------------------------------------- making

    def _make_list(self) -> QListWidget:
        self.list = QListWidget()
        self.list.setObjectName("compare_alternatives")
        self.list.setAccessibleName(self.tr("Proposals and pinned runs"))
        self.list.setWordWrap(True)
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemSelectionChanged.connect(self._choose)
        self.list.itemChanged.connect(self._change)
        return self.list

    def _make_buttons(self) -> tuple[QHBoxLayout, QHBoxLayout]:
        self.new, self.open = QPushButton(self.tr("New proposal")), QPushButton(self.tr("Open a file…"))
        self.rename, self.save, self.remove = (
            QPushButton(self.tr("Rename")), QPushButton(self.tr("Save…")), QPushButton(self.tr("Remove")),
        )  # fmt: skip
        self.new.setToolTip(plain_tip(self.tr("Propose what was changed since the scenario was opened or saved")))
        self.open.setToolTip(plain_tip(self.tr("Read a proposal that somebody has saved")))
        self.save.setToolTip(plain_tip(self.tr("Save the proposal in a small file, to be sent to others")))
        names = ("compare_new", "compare_open", "compare_rename", "compare_save", "compare_remove")
        buttons = (self.new, self.open, self.rename, self.save, self.remove)
        calls = (self.propose, self.ask_open, self.edit_name, self.ask_save, self.take_off)
        for button, name, call in zip(buttons, names, calls, strict=True):
            button.setObjectName(name)
            button.clicked.connect(call)
        rows = QHBoxLayout(), QHBoxLayout()
        for button in buttons[:2]:
            rows[0].addWidget(button)
        for button in buttons[2:]:
            rows[1].addWidget(button)
        return rows

    def _make_form(self) -> QScrollArea:
        self.form = StudyForm(JudgedOn)
        self.form.setObjectName("compare_form")
        self.form.entered.connect(self.judge_wanted)
        place = QScrollArea()
        place.setWidgetResizable(True)
        place.setFrameShape(QFrame.Shape.NoFrame)
        place.setWidget(self.form)
        return place

    def _make_start(self, column: QVBoxLayout) -> None:
        self.fault = plain_label()
        self.fault.setProperty("role", "loss")
        self.fault.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setObjectName("compare_progress")
        self.progress.setAccessibleName(self.tr("How many runs are done"))
        self.left = plain_label()
        self.left.setProperty("role", "secondary")
        self.start, self.cancel = QPushButton(self.tr("Judge on paths")), QPushButton(self.tr("Cancel"))
        self.start.setObjectName("compare_start")
        self.cancel.setObjectName("compare_cancel")
        self.start.setProperty("kind", "primary")
        self.start.clicked.connect(self.judge_wanted)
        self.cancel.clicked.connect(self.stop_wanted)
        row = QHBoxLayout()
        row.addWidget(self.start, 1)
        row.addWidget(self.cancel)
        for widget in (self.fault, self.progress, self.left):
            column.addWidget(widget)
        column.addLayout(row)
        self.scheduler = scheduler_line("compare_scheduler")
        self.scheduler.returnPressed.connect(self.judge_wanted)
        column.addLayout(runs_on(self.scheduler))
        self.show_progress(None)

    # -------------------------------------------------------------------------------------- showing

    @property
    def place(self) -> int | None:
        """The place of what is to be compared, of several that which is in front; None where nothing is."""
        row, chosen = self.list.currentRow(), self._selected()
        if chosen and row not in chosen:  # it was just taken out of several
            row = chosen[0]
        return row if 0 <= row < len(self._alternatives) else None

    @property
    def compared(self) -> list[Alternative]:
        """What is to be compared at once, first that which is in front.

        What is changed now is compared alone: it has another today than all others.
        """
        place = self.place
        if place is None:
            return []
        known = self._alternatives
        others = [each for each in self._selected() if each != place and not known.is_draft(each)]
        return [known[each] for each in (place, *(() if known.is_draft(place) else others))]

    def _selected(self) -> list[int]:
        places = (self.list.row(item) for item in self.list.selectedItems())
        return sorted(place for place in places if place < len(self._alternatives))

    @property
    def alternative(self) -> Alternative | None:
        """What is to be compared."""
        return None if self.place is None else self._alternatives[self.place]

    def choose(self, place: int) -> None:
        """Compare another one."""
        self.list.setCurrentRow(place)

    def show_now(self) -> None:
        """Show what there is now; what was chosen stays so."""
        row, chosen = self.list.currentRow(), self._selected()
        before, was_draft = self.list.count(), self._draft_chosen
        self._showing = True
        self.list.clear()
        for place in range(len(self._alternatives)):
            self.list.addItem(self._item(place))
        count = self.list.count()
        # What is changed now stays chosen where it stands, below proposals that come and go.
        self.list.setCurrentRow(count - 1 if was_draft else min(max(row, 0), count - 1))
        if count == before and len(chosen) > 1:
            for place in range(count):
                self.list.item(place).setSelected(place in chosen)
        self.several.setVisible(len(self._alternatives) > 1)
        self._showing = False
        self._say_today()
        self._suggest(tuple(self._document.parameters.assets))
        self._allow()
        self.chosen.emit()

    def _suggest(self, assets: tuple[str, ...]) -> None:
        """Offer the assets of the scenario while one is typed."""
        if assets != self._assets:
            self._assets = assets
            self.form.suggest({"critical": assets})

    def _say_today(self) -> None:
        """Say what the chosen one is compared with."""
        place, known = self.place, self._alternatives
        self._draft_chosen = place is not None and known.is_draft(place)
        put_in = [known[each].name for each in range(len(known)) if self._is_taken_out(each)]
        self.today.setText(self._document.name)
        told = self.tr("the scenario as it is open")
        if self._draft_chosen:
            told = self.tr("the scenario as it was opened or saved")
        elif put_in:
            told = self.tr("without {0}, which the open scenario has").format(", ".join(put_in))
        self.without.setText(told)

    def _is_taken_out(self, place: int) -> bool:
        known = self._alternatives
        return not known.is_draft(place) and known.is_in(place) and known[place].back is not None

    def _item(self, place: int) -> QListWidgetItem:
        entry = self._alternatives[place]
        told = entry.label[1]
        if entry.proposal is not None:
            today = self._alternatives.today
            if self._alternatives.is_draft(place):
                today = entry.take_out_of(self._alternatives.now)
            try:
                told = change_text(today, entry.put_into(today), list(entry.proposal.changes))
            except BadInput as error:
                told = str(error)
        item = QListWidgetItem(f"{entry.name}\n{told}")
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_in = self._alternatives.is_in(place)
        if self._alternatives.can_be_put_in(place):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        item.setFlags(flags)
        if self._alternatives.is_draft(place):
            slanted = item.font()
            slanted.setItalic(True)
            item.setFont(slanted)
        else:
            item.setCheckState(Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked)
        told = self.tr("New proposal makes a proposal of it, to be named, saved and ticked.")
        tip = told if self._alternatives.is_draft(place) else self._tip(entry, is_in=is_in)
        item.setToolTip(plain_tip(tip))
        return item

    def _tip(self, entry: Alternative, *, is_in: bool) -> str:
        does = self.tr("A tick puts it into the open scenario, as one step that can be undone.")
        if is_in:
            does = self.tr("The open scenario has it. Taking the tick off takes it out again.")
            if entry.back is None:
                does = self.tr("The open scenario has the same values.")
        if entry.proposal is None:
            return does
        lines = [f"{path} = {value}" for path, value in entry.proposal.changes.items()]
        kept = self.tr("In no file yet.") if entry.path is None else str(entry.path)
        return "\n".join((*lines[:8], *(("…",) if len(lines) > 8 else ()), kept, does))

    def show_progress(self, runs: Runs | None) -> None:
        """Show how far it is; None while nothing is under way."""
        works = runs is not None
        self.progress.setVisible(works)
        self.left.setVisible(works)
        self.cancel.setEnabled(works)
        self.form.setEnabled(not works)
        self.scheduler.setEnabled(not works)
        self._works = works
        if runs is not None:
            self.progress.setRange(0, runs.wanted)
            self.progress.setValue(runs.count)
            self.left.setText(how_far(runs))
        self._allow()

    def say_fault(self, error: BadInput | None) -> None:
        """Say what is wrong, beside the form and at its fields."""
        self.fault.setText("" if error is None else "\n".join(str(fault) for fault in error.faults))
        self.form.mark(error)

    def _allow(self) -> None:
        entry, is_draft = self.alternative, self._draft_chosen
        self.start.setEnabled(entry is not None and not self._works)
        self.save.setEnabled(entry is not None and entry.proposal is not None and not is_draft)
        self.rename.setEnabled(entry is not None and not is_draft)
        self.remove.setEnabled(entry is not None and not is_draft)

    # -------------------------------------------------------------------------------------- doing

    def propose(self) -> None:
        """Make a proposal of what was changed, against a pinned run where one is chosen."""
        entry = self.alternative
        against = None if entry is None or entry.pinned is None else entry.pinned.parameters
        self._try(lambda: self.choose(self._alternatives.propose(against)))

    def ask_open(self) -> None:
        """Ask for a proposal's file, and add it."""
        path = ask_file(self, "proposal", self.tr("Open a proposal"), _FILES)
        if path is not None:
            self._try(lambda: self.choose(self._alternatives.open(path)))

    def ask_save(self) -> None:
        """Ask where to save the chosen proposal."""
        place, entry = self.place, self.alternative
        if place is None or entry is None or entry.proposal is None:
            return
        proposed = Path(f"{file_name(entry.name)}.json") if entry.path is None else entry.path
        path, _ = ask_where(self, "proposal", self.tr("Save the proposal"), proposed, _FILES)
        if path is not None:
            self._try(partial(self._save, place, path if path.suffix else path.with_name(f"{path.name}.json")))

    def _save(self, place: int, path: Path) -> None:
        self._alternatives.save(place, path)
        self.told.emit(self.tr("Saved {0}").format(path.name))

    def edit_name(self) -> None:
        """Ask for another name."""
        place, entry = self.place, self.alternative
        if place is None or entry is None:
            return
        name, done = QInputDialog.getText(
            self, self.tr("Rename"), self.tr("Name"), QLineEdit.EchoMode.Normal, entry.name
        )
        if done:
            self._alternatives.rename(place, name)

    def take_off(self) -> None:
        """Take the chosen one off the list."""
        if self.place is not None:
            self._alternatives.remove(self.place)

    def _choose(self, *_: int) -> None:
        if not self._showing:
            self._say_today()
            self._allow()
            self.chosen.emit()

    def _change(self, item: QListWidgetItem) -> None:
        """Put in or take out what was ticked."""
        if self._showing or self._alternatives.is_draft(self.list.row(item)):
            return
        place = self.list.row(item)
        if (item.checkState() == Qt.CheckState.Checked) is not self._alternatives.is_in(place):
            self._try(partial(self._alternatives.toggle, place))
            self.show_now()

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except BadInput as error:
            self.refused.emit(error)
        else:
            self.say_fault(None)


def _heading(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "section")
    return label
