"""The scenario that is being edited: parameters, loan book, undo history, file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cascade_gui.document.document_commands import ChangeParameters
from cascade_gui.document.history import History
from cascade_gui.document.kept_studies import KeptStudies
from cascade_gui.document.loan_store import LoanStore
from cascade_gui.wording.parameter_names import row_of, spoken
from engine.base.faults import BadInput, Fault
from engine.scenario import parameter_paths
from engine.scenario.changing import Changing
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters
from engine.scenario.unpriced import price_faults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cascade_gui.document.loan_store import BadText
    from engine.scenario.loans import LoanTable

_NOTHING = object()


def blank_parameters() -> Parameters:
    """Return the parameters of a new scenario: one market that lends USDC against WETH."""
    return Parameters.from_dict(
        {
            "assets": {"USDC": {"price": 1.0}, "WETH": {"price": 2000.0}},
            "markets": {"market": {"collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
            "shock": {"kind": "instant", "returns": {"WETH": -0.3}},
        }
    )


class Document(QObject):
    """What the user edits. Every change is a named step of `undo_stack`.

    The parameters are an immutable object that is replaced as a whole; the loans are the columns of
    `loans`. What runs is a snapshot of both, so a run never sees an edit.

    Attributes
    ----------
    is_followed
        Whether somebody wants edits while they are made, not only when they are accepted: runs are live.
    studies
        The last answer of each question that was asked of it.
    file_content
        What the file held when it was opened or saved last (`saved_content.digest`), None where there was none.
    """

    parameters_changed = Signal()
    loans_changed = Signal()
    replaced = Signal()
    """Another scenario is in place of the old one; `parameters_changed` and `loans_changed` follow."""
    dirty_changed = Signal(bool)
    faults_changed = Signal()
    """What `faults` returns is something else."""
    path_changed = Signal()
    gesture_changed = Signal(bool)
    """A drag, or typing into a field, has begun or ended: its edits are one step."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parameters = blank_parameters()
        self._baseline = self._parameters
        self._path: Path | None = None
        self._pending: dict[str, Fault] = {}
        self._cell_faults: tuple[Fault, ...] = ()
        self._loan_faults: tuple[Fault, ...] = ()
        self._price_faults: tuple[Fault, ...] = ()
        self.is_followed = False
        self.file_content: str | None = None
        self._gestures = 0
        self._in_gesture = False
        self.undo_stack = History(self)
        self.loans = LoanStore(parent=self)
        self.studies = KeptStudies(self)
        self.undo_stack.cleanChanged.connect(self._clean_changed)
        self.loans.changed.connect(self._loans_edited)

    # ------------------------------------------------------------------------------- what is in it

    @property
    def parameters(self) -> Parameters:
        """Everything but the loans. Immutable; an edit puts another object here."""
        return self._parameters

    @property
    def baseline(self) -> Parameters:
        """The parameters as they were opened or last saved."""
        return self._baseline

    @property
    def path(self) -> Path | None:
        """The file, or None for a scenario that was never saved."""
        return self._path

    @property
    def name(self) -> str:
        """What the scenario is called: its name, else its file's, else "Untitled"."""
        if self._parameters.name:
            return self._parameters.name
        return self._path.stem if self._path is not None else self.tr("Untitled")

    @property
    def dirty(self) -> bool:
        """Whether something changed since it was opened or saved."""
        return not self.undo_stack.isClean()

    def draft(self) -> Scenario:
        """Return a snapshot whose loans are not yet checked against the parameters; quick for any size.

        Raises
        ------
        BadInput
            If a field or a cell holds text that is not a value.
        """
        faults = (*self._pending.values(), *self._cell_faults)
        if faults:
            raise BadInput(faults)
        return Scenario(self._parameters, self.loans.to_table())

    def for_file(self) -> tuple[Scenario, tuple[BadText, ...]]:
        """Return a snapshot to be kept in a file, unchecked, and row, column and text of cells that hold no value.

        Raises
        ------
        BadInput
            If a field of the parameters holds text that is not a value: its file has no place for it.
        """
        if self._pending:
            raise BadInput(tuple(self._pending.values()))
        return Scenario(self._parameters, self.loans.to_table()), tuple(self.loans.bad_cell_positions())

    def readable(self) -> tuple[Scenario, tuple[int, ...]]:
        """Return a snapshot of what can be read, unchecked, and the rows of the cells that cannot."""
        rows = {row for row, _, _ in self.loans.bad_cell_positions()}
        return Scenario(self._parameters, self.loans.to_table()), tuple(sorted(rows))

    def scenario(self) -> Scenario:
        """Return an immutable, checked snapshot.

        Raises
        ------
        BadInput
            With every fault of the fields, the cells and the loans.
        """
        draft = self.draft()
        return Scenario.checked(draft.parameters, draft.loans)

    # ------------------------------------------------------------------------------------- editing

    def set_parameter(self, path: str, value: Any) -> None:
        """Change one parameter, as one step that can be undone. The same value again is no step.

        Raises
        ------
        BadInput
            If the value is not allowed; the parameters stay as they were and the fault is kept in
            `faults` until the field gets another value.
        """
        try:
            after = self._with(path, value)
        except BadInput as error:
            self.set_pending_fault(path, error.faults[0])
            raise
        self.set_pending_fault(path, None)
        if after == self._parameters:
            return
        text = self.tr("Change {name}").format(name=spoken(after, path))
        self.undo_stack.push(ChangeParameters(self, self._parameters, after, text, path, self.gesture))

    def fault_of(self, path: str, value: Any) -> Fault | None:
        """Return why a parameter may not have a value, None if it may; nothing is changed or noted."""
        try:
            self._with(path, value)
        except BadInput as error:
            return error.faults[0]
        return None

    def _with(self, path: str, value: Any) -> Parameters:
        """Return the parameters with another value at a path; what it does not touch is not checked again."""
        try:
            change = Changing(self._parameters, [path])
        except BadInput:  # nothing is there yet
            return parameter_paths.replace(self._parameters, path, value)
        return change.to([value])

    @property
    def gesture(self) -> int:
        """Which drag, or typing into a field, goes on; 0 for none."""
        return self._gestures if self._in_gesture else 0

    def begin_gesture(self) -> None:
        """Let all edits of one field until `end_gesture` be one step: a drag, typing that is followed live."""
        self._gestures += 1
        if not self._in_gesture:
            self._in_gesture = True
            self.gesture_changed.emit(True)

    def end_gesture(self) -> None:
        """End what `begin_gesture` began; nothing happens if nothing is going on."""
        if self._in_gesture:
            self._in_gesture = False
            self.gesture_changed.emit(False)

    def reset_parameter(self, path: str) -> None:
        """Put one parameter back to what was opened or saved, as one step.

        Raises
        ------
        BadInput
            If the old value does not exist any more or does not fit the others.
        """
        value = _look_up(self._baseline.plain, path)
        if value is _NOTHING:
            raise BadInput.at(path, "not in the scenario as it was opened")
        after = parameter_paths.replace(self._parameters, path, value)
        self.set_pending_fault(path, None)
        if after != self._parameters:
            text = self.tr("Reset {name}").format(name=spoken(after, path))
            self.undo_stack.push(ChangeParameters(self, self._parameters, after, text))

    def replace_parameters(self, parameters: Parameters, text: str) -> None:
        """Change many parameters at once (a preset, a new asset) as one step called `text`."""
        if parameters != self._parameters:
            self.undo_stack.push(ChangeParameters(self, self._parameters, parameters, text))

    def is_changed(self, path: str) -> bool:
        """Whether a parameter differs from what was opened or saved."""
        return bool(_look_up(self._parameters.plain, path) != _look_up(self._baseline.plain, path))

    def plain(self, keys: Sequence[str]) -> tuple[Any, Any]:
        """Return a parameter as plain data, now and as it was opened or saved; quick enough for every row of a panel.

        Parameters
        ----------
        keys
            Its path, split (`engine.scenario.parameter_paths.split`).

        Returns
        -------
        tuple
            The two values, not to be changed; None where there is no such parameter.
        """
        return _at(self._parameters.plain, keys), _at(self._baseline.plain, keys)

    def take_parameters(self, parameters: Parameters) -> None:
        """Show other parameters without a step; only undo commands call it."""
        self._parameters = parameters
        others = self._look_for_prices()
        self.parameters_changed.emit()
        if others:
            self.faults_changed.emit()

    def _look_for_prices(self) -> bool:
        """Note which assets have no price yet; return whether they are other ones than before."""
        before, self._price_faults = self._price_faults, price_faults(self._parameters)
        return before != self._price_faults

    # -------------------------------------------------------------------------------------- faults

    def faults(self) -> tuple[Fault, ...]:
        """Return what keeps the scenario from running: fields, prices to come, cells, then loans as last checked."""
        missing = tuple(each for each in self._price_faults if each.where not in self._pending)
        rows = {row_of(each) for each in self._cell_faults}  # whose cells are blank for who checks the loans
        loans = [each for each in self._loan_faults if each not in self._price_faults]
        cells = [*self._cell_faults, *(each for each in loans if row_of(each) is None or row_of(each) not in rows)]
        return (*self._pending.values(), *missing, *sorted(cells, key=_by_row))

    def pending_fault(self, path: str) -> Fault | None:
        """Return what is wrong with what a field holds, None if it holds a value."""
        return self._pending.get(path)

    def missing_fault(self, path: str) -> Fault | None:
        """Return the fault of a parameter that has no value yet, a price that an import left open; None of others."""
        return next((each for each in self._price_faults if each.where == path), None)

    def set_pending_fault(self, path: str, fault: Fault | None) -> None:
        """Note what a field holds that cannot be a value, or None when it is a value again."""
        if self._pending.get(path) == fault:
            return
        if fault is None:
            del self._pending[path]
        else:
            self._pending[path] = fault
        self.faults_changed.emit()

    def set_loan_faults(self, faults: Iterable[Fault]) -> None:
        """Note what the check of the loans against the parameters found."""
        found = tuple(faults)
        if found != self._loan_faults:
            self._loan_faults = found
            self.faults_changed.emit()

    # ---------------------------------------------------------------------------------------- file

    def replace(self, scenario: Scenario, path: Path | None) -> None:
        """Put another scenario in place of this one, unchanged and with an empty history."""
        self.replace_draft(scenario.parameters, scenario.loans, path)

    def replace_draft(
        self, parameters: Parameters, loans: LoanTable, path: Path | None, bad: Iterable[tuple[int, str, str]] = ()
    ) -> None:
        """Put parameters and unchecked loans in place, unchanged and with an empty history.

        Parameters
        ----------
        parameters, loans
            The new content.
        path
            Its file, or None.
        bad
            Row, column and text of cells that hold no value.
        """
        others = bool(self._pending or self._loan_faults)
        if path != self._path:
            self.file_content = None
        self._path = path
        self._pending.clear()
        self._loan_faults = ()
        self._parameters = self._baseline = parameters
        others |= self._look_for_prices()
        self.loans.set_table(loans, bad)
        self.undo_stack.clear()
        self.studies.replace()
        self.replaced.emit()
        self.path_changed.emit()
        self.parameters_changed.emit()
        if others:
            self.faults_changed.emit()

    def mark_saved(self, path: Path, parameters: Parameters | None = None, step: int | None = None) -> None:
        """Note that what was shown stands in the file at `path`.

        Parameters
        ----------
        path
            The file.
        parameters
            The parameters in it, the present ones by default.
        step
            Where the history stood when they were taken; steps made since are not in the file.
        """
        self._path = path
        self._baseline = self._parameters if parameters is None else parameters
        if step is None or step == self.undo_stack.index():
            self.undo_stack.setClean()
        self.path_changed.emit()
        self.parameters_changed.emit()

    def mark_unsaved(self) -> None:
        """Note that what is shown stands in no file: it was imported or recovered."""
        self.undo_stack.resetClean()

    def _clean_changed(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)

    def _loans_edited(self) -> None:
        found = tuple(self.loans.faults())
        other, self._cell_faults = found != self._cell_faults, found
        self.loans_changed.emit()
        if other:
            self.faults_changed.emit()


def _by_row(fault: Fault) -> tuple[bool, int]:
    """Sort cells by their rows, and what counts further ones behind them."""
    row = row_of(fault)
    return row is None, row or 0


def _at(plain: Any, keys: Sequence[str]) -> Any:
    """Return the value at the end of some keys in plain dicts and lists, None where there is none."""
    for key in keys:
        if isinstance(plain, Mapping):
            plain = plain.get(key)
        elif isinstance(plain, list) and key.isdigit() and int(key) < len(plain):
            plain = plain[int(key)]
        else:
            return None
    return plain


def _look_up(plain: Any, path: str) -> Any:
    """Return the value at a path in plain dicts and lists, or `_NOTHING`; names may hold dots."""
    if not path:
        return plain
    if isinstance(plain, list):
        head, _, rest = path.partition(".")
        return _look_up(plain[int(head)], rest) if head.isdigit() and int(head) < len(plain) else _NOTHING
    if not isinstance(plain, Mapping):
        return _NOTHING
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        key = ".".join(parts[:length])
        if key in plain:
            return _look_up(plain[key], ".".join(parts[length:]))
    return _NOTHING
