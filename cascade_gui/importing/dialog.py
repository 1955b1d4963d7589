"""The dialog that brings a loan book in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from cascade_gui.document.document import blank_parameters
from cascade_gui.importing.consequence_words import in_numbers
from cascade_gui.importing.import_page import ImportPage
from cascade_gui.importing.option_words import about_the_book, in_words
from cascade_gui.importing.replaced_book import as_new_scenario, shock_of
from cascade_gui.importing.rows_told import told_of_rows
from cascade_gui.loan_table.editing import LoanEditor, counted
from cascade_gui.wording import messages, numbers
from cascade_gui.wording.long_words import breakable
from cascade_gui.working.background_dialog import BackgroundDialog
from cascade_gui.working.file_places import ask_file, ask_where
from engine.base.faults import BadInput
from engine.importing.asking import Unanswered
from engine.importing.book_source import read_book_source
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.consequences import Consequence, consequence_of
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cascade_gui.document.document import Document
    from cascade_gui.importing.replaced_book import MovedShock
    from cascade_gui.working.background import Done, Failed, Work
    from engine.base.faults import Fault
    from engine.importing.asking import Question
    from engine.importing.build import BookImport
    from engine.importing.source import Source

_MOST_LISTED: Final = 1_000
_LEAST: Final = QSize(1340, 700)
_MOST: Final = QSize(1640, 960)
_AROUND: Final = QSize(120, 100)
_MAPPINGS: Final = "JSON (*.json)"


class ImportDialog(BackgroundDialog):
    """Reads a file in the background, shows what it means and what is wrong, and takes it into the book.

    It reads as the command ``cascade import`` does, with the scenario in the window as the template; an empty, new
    scenario is none, so that its made-up prices are not taken for the book's.

    Parameters
    ----------
    document
        Whose book gets the loans, as one step that can be undone.
    path
        The file.
    """

    def __init__(self, document: Document, path: Path, parent: QWidget | None = None) -> None:
        super().__init__("import", parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(self.tr("Import {0}").format(path.name))
        self.resize(_fitting(self))
        self._document = document
        self._path = path
        self._source: Source | None = None
        self._choices = ImportChoices()
        self._result: BookImport | None = None
        market = next(iter(document.parameters.markets), "market")
        self._page = ImportPage(path, market, self)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.addWidget(self._page)
        self._connect()
        self._show_choices()
        self._page.columns.view.setFocus()
        self._say(self.tr("Reading {0} …").format(path.name), busy=True)
        self._open()

    def _connect(self) -> None:
        page = self._page
        page.open_mapping.clicked.connect(self._load_mapping)
        page.save_mapping.clicked.connect(self._write_mapping)
        page.again.clicked.connect(self._start_over)
        for form in (page.form, page.beside, page.columns):
            form.changed.connect(self._answer)
        page.questions.answered.connect(self._answer)
        page.assets.model.typed.connect(self._type)
        page.assets.model.changed.connect(self._show_possible)
        page.skip.clicked.connect(lambda on: self._choose_wrong("leave-out-accounts" if on else "refuse"))
        page.mark.clicked.connect(lambda on: self._choose_wrong("mark" if on else "refuse"))
        page.leave.toggled.connect(self._show_possible)
        page.append.toggled.connect(self._tell_again)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self._paste)
        page.buttons.accepted.connect(self._take)
        page.buttons.rejected.connect(self.reject)

    # ------------------------------------------------------------------------------ in the background

    def _work(self, work: Work, done: Done, failed: Failed) -> None:
        """Do something in the background; what was asked before is forgotten."""
        self._background.do(work, done, failed, key="only one")

    def _reader(self) -> Work:
        path, choices = self._path, self._choices

        def read() -> Source:
            return read_book_source(path, choices)

        return read

    def _checker(self, source: Source) -> Work:
        choices, template = self._choices, self._template()

        def check_rows() -> BookImport:
            return import_book(source, choices, template=template)

        return check_rows

    def _template(self) -> Scenario | None:
        """Return the scenario that gives what the file lacks, where no file of one was chosen."""
        return None if self._choices.template is not None else self._base()

    def _base(self) -> Scenario | None:
        """Return the scenario in the window without its loans; None for one that is new and empty."""
        document = self._document
        if document.path is None and not len(document.loans) and document.parameters == blank_parameters():
            return None
        return Scenario(document.parameters, LoanTable.empty())

    # ------------------------------------------------------------------------------------- steps

    def _open(self) -> None:
        """Read the file; which list or sheet of it is asked first where there are several."""
        self._source = None
        self._say(self.tr("Reading {0} …").format(self._path.name), busy=True)
        self._work(self._reader(), self._read, self._failed)

    def _read(self, source: Source) -> None:
        """Show the file that was read."""
        self._source = source
        rows = counted(self.tr("{0} row"), self.tr("{0} rows"), len(source))
        self._page.details.setText(f"{rows} · {source.details}" if source.details else rows)
        self._page.columns.set_source(source)
        self._check()

    def _answer(self, change: dict[str, Any]) -> None:
        """Take an answer, or what was chosen in a form."""
        if change.get("columns") == {}:  # another shape has other columns
            self._choose(replace(self._choices, shape=change["shape"], columns={}))
        else:
            self._choose(self._choices.changed(**change))

    def _paste(self) -> None:
        """Put what is on the clipboard into the table of assets, wherever the focus is but in a field."""
        if self._page.assets.isVisible():
            self._page.assets.view.paste(QGuiApplication.clipboard().text())

    def _type(self, told: dict[str, dict[str, float | str | None]]) -> None:
        """Take values of assets; "" takes one back."""
        groups: dict[str, Any] = {}
        for key, values in told.items():
            merged = {**getattr(self._choices, key), **values}
            groups[key] = {asset: value for asset, value in merged.items() if value != ""}
        self._choose(replace(self._choices, **groups))

    def _choose(self, choices: ImportChoices) -> None:
        before, self._choices = self._choices, choices
        self._show_choices()
        again = [(each.list, each.sheet, each.header_row) for each in (before, choices)]
        if again[0] != again[1] or self._source is None:
            self._open()
        else:
            self._check()

    def _show_choices(self) -> None:
        """Show the files that are chosen, and whether loans can be appended."""
        self._page.beside.show_choices(self._choices, with_scenario=self._base() is not None)
        can_append = len(self._document.loans) > 0 and self._choices.template is None
        self._page.append.setEnabled(can_append)
        if not can_append:
            self._page.replace.setChecked(True)

    def _start_over(self) -> None:
        self._choices = ImportChoices()
        self._page.assets.set_assets(())
        self._show_choices()
        self._open()

    def _load_mapping(self) -> None:
        path = ask_file(self, "mapping", self.tr("Open a mapping"), _MAPPINGS)
        if path is not None:
            self.load_mapping(path)

    def load_mapping(self, path: Path) -> None:
        """Read the file as a mapping file says."""
        try:
            choices = ImportChoices.load(path)
        except BadInput as refusal:
            self._say(str(refusal.faults[0]))
            return
        self._choose(choices)

    def _write_mapping(self) -> None:
        proposed = self._path.with_name(f"{self._path.stem}-mapping.json")
        path, _ = ask_where(self, "mapping", self.tr("Save the mapping"), proposed, _MAPPINGS)
        if path is not None:
            try:
                self._choices.save(path)
            except BadInput as refusal:
                self._say(str(refusal.faults[0]))
                return
            self._say(self.tr("The mapping is in {0}.").format(path.name))

    def _choose_wrong(self, wrong: str) -> None:
        self._choose(replace(self._choices, wrong=wrong))

    def _check(self) -> None:
        """Look for what is wrong or not certain under the choices as they are now."""
        if self._source is None:
            return
        self._result = None
        self._say(self.tr("Checking …"), busy=True)
        self._work(self._checker(self._source), self._checked, self._failed)

    def _checked(self, made: BookImport) -> None:
        """Show what was done, what is asked, what is wrong and what is missing."""
        reading, notes = made.reading, made.notes
        self._page.columns.set_reading(reading, notes.questions)
        self._page.form.show_reading(reading)
        first = [*notes.differences, *(line for line in notes.said if line not in notes.differences)]
        said = [about_the_book(in_words(line), self._path.name) for line in first]
        self._page.said.setText(breakable("\n\n".join(said)))
        self._page.will_be.show_loans(reading.preview())
        given = self._base() is not None or self._choices.template is not None
        self._page.beside.show_proposed(made.proposed, given=given)
        self._page.assets.set_assets(() if notes.questions else made.assets)
        self._ask(notes.questions)
        self._show_faults([str(fault) for fault in _faults_to_show(made)], made)
        undecided = made.scenario is None and (_lacks(made) or self._choices.wrong != "mark")
        self._page.leave.setVisible(bool(made.assets) and undecided and not notes.questions)
        if notes.questions:
            one, many = self.tr("{0} question is open."), self.tr("{0} questions are open.")
            self._say(counted(one, many, len(notes.questions)))
            return
        self._result = made
        self._say(self._told(made))

    def _tell_again(self) -> None:
        if self._result is not None:
            self._say(self._told(self._result))

    def _told(self, made: BookImport) -> str:
        """Return what can be imported, and where the shock goes if it has to move."""
        return f"{told_of_rows(made, self._choices.wrong)} {self._told_of_shock(made)}".strip()

    def _told_of_shock(self, made: BookImport) -> str:
        moved = self._moved(made)
        if moved is None:
            return ""
        size = numbers.percent_short(moved.size)
        if not moved.is_same_kind:
            text = self.tr(
                "None of them has an asset of the shock, which is given up: {0} moves by {1} at once instead."
            )
        elif moved.over_rounds > 1:
            text = self.tr("None of them has an asset of the shock: it moves to {0}, {1} over {2} rounds.")
        else:
            text = self.tr("None of them has an asset of the shock: it moves to {0}, {1}.")
        return text.format(moved.asset, size, numbers.count(moved.over_rounds))

    def _ask(self, questions: list[Question]) -> None:
        columns = () if self._source is None else self._source.columns
        self._page.show_questions(questions, columns)
        self._weigh(self._page.questions.changes)

    def _weigh(self, changes: list[list[Mapping[str, Any]]]) -> None:
        """Find out in the background what each answer makes of the book, to stand beside it."""
        source, choices, template = self._source, self._choices, self._template()
        if source is None or not changes:
            return

        def weigh() -> list[Consequence | None]:
            return [consequence_of(source, choices, change, template) for change in changes]

        def told(found: list[Consequence | None]) -> None:
            if self._page.questions.changes == changes and self._choices == choices:
                self._page.show_consequences([in_numbers(each) for each in found])

        self._background.do(weigh, told, key="only one")

    def _failed(self, problem: Exception) -> None:
        """Say why the file cannot be used."""
        if not isinstance(problem, BadInput):
            self._say(self.tr("The file could not be read."))
            raise problem
        self._result = None
        self._page.assets.set_assets(())
        self._page.leave.hide()
        if isinstance(problem, Unanswered):
            self._ask(list(problem.questions))
            self._show_faults([])
            one, many = self.tr("{0} question is open."), self.tr("{0} questions are open.")
            self._say(counted(one, many, len(problem.questions)))
            return
        self._ask([])
        self._show_faults([str(fault) for fault in problem.faults])
        self._say(self.tr("This cannot be imported."))

    def reject(self) -> None:
        """Close without an import; what was typed or chosen is given up only after a question."""
        if not self._is_touched() or messages.ask_discard_import(self):
            super().reject()

    def _is_touched(self) -> bool:
        """Return whether there is anything to lose that opening the file again would not bring back."""
        page = self._page
        if self._choices != ImportChoices() or page.leave.isChecked() or page.append.isChecked():
            return True
        return any(line.isModified() and line.text() for line in page.findChildren(QLineEdit))

    def _take(self) -> None:
        """Put the loans into the book, with what the scenario lacks, as one step."""
        made = self._result
        if made is None or not self._possible():
            return
        document, loans = self._document, made.reading.loans
        title = self.tr("Import {0}").format(self._path.name)
        editor = LoanEditor(document.loans, document.undo_stack)
        document.undo_stack.beginMacro(title)
        document.replace_parameters(self._parameters(made), title)
        (editor.append if self._page.append.isChecked() else editor.replace)(loans, title, made.reading.marked)
        document.undo_stack.endMacro()
        self.accept()

    def _parameters(self, made: BookImport) -> Parameters:
        """Return the scenario's parameters with what the import gives them.

        Appended loans change neither its name nor its shock. A book in place of its loans makes another scenario of it,
        whose rules and curves it keeps.
        """
        document = self._document
        given = made.draft if made.scenario is None else made.scenario.parameters
        if given is None:
            return document.parameters
        if self._replaces_a_scenario():
            notes = self.tr("Imported from {0}.").format(self._path.name)
            return as_new_scenario(given, self._moved(made), self._path.stem, notes)
        data = given.to_dict()
        if self._base() is not None and self._choices.template is None:
            data["name"] = document.parameters.name
        elif self._choices.path is None and self._choices.template is None:
            shock = document.parameters.to_dict()["shock"]
            if set(shock.get("returns", ())) <= set(data["assets"]):
                data["shock"] = shock
        return Parameters.from_dict(data)

    def _replaces_a_scenario(self) -> bool:
        """Whether the book takes the place of the loans of a scenario that is open."""
        own = self._base() is not None and self._choices.template is None
        return own and len(self._document.loans) > 0 and not self._page.append.isChecked()

    def _moved(self, made: BookImport) -> MovedShock | None:
        """Return where the shock has to move, where the book replaces another and a path of prices is not given."""
        given = made.draft if made.scenario is None else made.scenario.parameters
        if given is None or self._choices.path is not None or not self._replaces_a_scenario():
            return None
        return shock_of(given, made.reading.loans)

    # ----------------------------------------------------------------------------------- showing

    def _possible(self) -> bool:
        made = self._result
        if made is None or not len(made.reading.loans) or self._page.assets.model.wrong:
            return False
        refused = bool(made.notes.faults) and not made.assets
        left = self._page.leave.isChecked() or (self._choices.wrong == "mark" and not _lacks(made))
        return not refused and (made.scenario is not None or left)

    def _show_possible(self) -> None:
        self._page.accept.setEnabled(self._possible())

    def _show_faults(self, lines: list[str], made: BookImport | None = None) -> None:
        """Show what is wrong with rows, and the choice to leave out their accounts."""
        self._page.faults.clear()
        self._page.faults.addItems([in_words(line) for line in lines[:_MOST_LISTED]])
        if len(lines) > _MOST_LISTED:
            self._page.faults.addItem(self.tr("{0} more").format(numbers.count(len(lines) - _MOST_LISTED)))
        self._page.faults.setVisible(bool(lines))
        offered = bool(lines) and made is not None and made.reading.bad_rows > 0
        self._page.skip.setVisible(offered)
        self._page.skip.setChecked(offered and self._choices.wrong == "leave-out-accounts")
        self._page.mark.setVisible(offered)
        self._page.mark.setChecked(offered and self._choices.wrong == "mark")
        if offered and made is not None:
            one, many = self.tr("Leave out {0} account that has a wrong row"), self.tr("Leave out {0} with a wrong row")
            count = len(made.reading.left_out)
            accounts = counted(self.tr("{0} account"), self.tr("{0} accounts"), count)
            self._page.skip.setText(one.format(1) if count == 1 else many.format(accounts))

    def _say(self, text: str, *, busy: bool = False) -> None:
        self._page.status.setText(breakable(in_words(text)))
        self._page.bar.setVisible(busy)
        self._show_possible()


def _fitting(dialog: QWidget) -> QSize:
    """Return the size of the dialog: what a small screen holds, more on a larger one."""
    room = dialog.screen().availableSize()
    return QSize(
        min(max(_LEAST.width(), room.width() - _AROUND.width()), _MOST.width()),
        min(max(_LEAST.height(), room.height() - _AROUND.height()), _MOST.height()),
    )


def _faults_to_show(made: BookImport) -> list[Fault]:
    """Return what is wrong with rows; what is missing is outlined among the assets, and not said twice."""
    listed = [*made.wrong, *(() if _lacks(made) else made.notes.faults)]
    return list(dict.fromkeys(listed))


def _lacks(made: BookImport) -> bool:
    return any(terms.missing for terms in made.assets)
