"""What an import asks: each question with its answers, to be chosen or typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.option_words import in_words
from cascade_gui.theme.plain_text import no_mnemonic, plain_label, plain_tip
from cascade_gui.wording.long_words import breakable
from cascade_gui.working.file_places import ask_file
from cascade_gui.working.layouts import empty
from cascade_gui.working.wide_lists import WideListBox
from engine.scenario.presets import load_presets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importing.asking import Answer, Question

_PAIR: Final = re.compile(r'--(?P<option>[a-z-]+) "?(?P<name>[^="]+)=(?P<value>"[^"]*"|[^"\s]*)"?')
_GROUPS: Final = {"map": "columns", "constant": "constants", "scale": "scale", "alias": "alias"}
_FILES: Final = ("params", "liquidity", "template")
_WIDTH: Final = 220
_LONGEST_ANSWER: Final = 520


class QuestionsForm(QWidget):
    """The open questions of an import. Hidden while there are none.

    Answers that say all are buttons; the others have a field for what is missing.
    """

    answered = Signal(object)
    """The fields of `ImportChoices` that an answer sets, as a dictionary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_questions")
        self._questions: tuple[Question, ...] = ()
        self._consequences: list[QLabel] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        self.hide()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked now."""
        return self._questions

    def set_questions(self, questions: Sequence[Question], columns: Sequence[str]) -> None:
        """Ask these questions; ``columns`` are those of the file."""
        self._questions, self._consequences = tuple(questions), []
        empty(self._box)
        for question in questions:
            frame = self._framed(question, columns)
            self._box.addWidget(frame)
            frame.show()  # else it counts for nothing, as long as this form is seen already, when room is made for it
        self._box.addStretch(1)
        self.setVisible(bool(questions))

    def take_keys(self) -> None:
        """Give the keys to the first answer of the first question."""
        for widget in self.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                widget.setFocus()
                return

    @property
    def changes(self) -> list[list[Mapping[str, Any]]]:
        """What each answer that says all sets, in the order in which they stand here, with what it would go with.

        Other open questions are taken as answered alike where they are of the same kind, else by their first answer.
        """
        return [
            [*(_alongside(other, question, place) for other in self._questions if other is not question), answer.change]
            for question in self._questions
            for place, answer in enumerate(question.answers)
            if answer.change
        ]

    def show_consequences(self, texts: Sequence[str]) -> None:
        """Say beside each of these answers what it makes of the book."""
        for label, text in zip(self._consequences, texts, strict=True):
            label.setText(breakable(in_words(text)))
            label.setVisible(bool(text))

    def _framed(self, question: Question, columns: Sequence[str]) -> QFrame:
        frame = QFrame()
        frame.setObjectName(f"import_question_{question.role}")
        frame.setProperty("surface", "card")
        text = plain_label(breakable(in_words(question.text)))
        text.setWordWrap(True)
        text.setProperty("role", "warning")
        where = plain_label(breakable(in_words(question.where.removesuffix(f", {question.role}"))))
        where.setProperty("role", "secondary")
        where.setWordWrap(True)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(text)
        column.addWidget(where)
        for answer in question.answers:
            column.addWidget(self._answer(question, answer, columns))
        return frame

    def _answer(self, question: Question, answer: Answer, columns: Sequence[str]) -> QWidget:
        if answer.change:
            text = answer.label or answer.option.partition(" ")[2]
            button = QPushButton()
            shown = button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _LONGEST_ANSWER)
            button.setText(no_mnemonic(shown))
            button.setToolTip(plain_tip(text))
            button.setAutoDefault(False)  # Enter in a field is for the field
            button.clicked.connect(lambda: self.answered.emit(dict(answer.change)))
            consequence = plain_label()
            consequence.setProperty("role", "secondary")
            consequence.setWordWrap(True)
            self._consequences.append(consequence)
            buttons = [button, *self._for_others(question, answer)]
            row = _in_a_row(*buttons)
            line = row.layout()
            if isinstance(line, QHBoxLayout):
                line.insertWidget(len(buttons), consequence, 100)
            return row
        return self._typed(answer, columns)

    def _for_others(self, question: Question, answer: Answer) -> list[QPushButton]:
        """Return a button that answers other questions of the same kind alike, where there are any."""
        others = [
            (each.where, way.change)
            for each in self._questions
            if each.role == question.role and each is not question
            for way in each.answers
            if way.change and way.label == answer.label
        ]
        if not others:
            return []
        together: dict[str, Any] = dict(answer.change)
        for _, change in others:
            for key, value in change.items():
                both = isinstance(value, dict) and isinstance(together.get(key), dict)
                together[key] = {**together[key], **value} if both else value
        button = QPushButton(self.tr("the same for {0} more").format(len(others)))
        button.setToolTip(plain_tip("; ".join(in_words(where) for where, _ in others)))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.answered.emit(together))
        return [button]

    def _typed(self, answer: Answer, columns: Sequence[str]) -> QWidget:
        """Return fields for what an answer leaves open."""
        option = answer.option.removeprefix("--").partition(" ")[0]
        if option in _FILES:
            button = QPushButton(no_mnemonic(self.tr("{0} …").format(answer.label)))
            button.setAutoDefault(False)
            button.clicked.connect(lambda: self._ask_file(option))
            return _in_a_row(button)
        if option == "preset":
            titles = [(preset.title, preset.name) for preset in load_presets()]
            return _in_a_row(plain_label(answer.label), self._chooser(titles, lambda name: {"preset": name}))
        pairs = list(_PAIR.finditer(answer.option))
        if not pairs:
            named = [(name, name) for name in columns]
            return _in_a_row(plain_label(answer.label), self._chooser(named, lambda name: {"decimals_column": name}))
        fields: list[QWidget] = [plain_label(answer.label)] if answer.label else []
        for pair in pairs:
            if len(pairs) > 1:
                fields.append(plain_label(pair["name"]))
            fields.append(self._field(pair["option"], pair["name"], pair["value"].strip('"'), columns))
        return _in_a_row(*fields)

    def _field(self, option: str, name: str, value: str, columns: Sequence[str]) -> QWidget:
        if option == "map" and value == "COLUMN":
            return self._chooser([(each, each) for each in columns], lambda chosen: {"columns": {name: chosen}})
        line = QLineEdit("" if value.isupper() else value)
        line.setPlaceholderText(self._asked_for(value))
        line.setMaximumWidth(_WIDTH)
        line.returnPressed.connect(lambda: self._take(option, name, line))
        return line

    def _asked_for(self, value: str) -> str:
        """Return in words what an option has in capitals where something is to be typed."""
        words = {
            "NAME": self.tr("a name"),
            "N": self.tr("a number"),
            "FORMULA": self.tr("such as amount * rate / 1e18"),
        }
        return words.get(value, value)

    def _take(self, option: str, name: str, line: QLineEdit) -> None:
        text = line.text().strip()
        change: dict[str, Any] | None = None
        if option == "decimals":
            asset, _, number = text.rpartition("=") if name == "ASSET" else (name, "", text)
            if asset and number.isdecimal():
                change = {"decimals": {asset: int(number)}}
        elif text:
            change = {_GROUPS[option]: {name: text}}
        if change is not None:
            self.answered.emit(change)

    def _chooser(self, entries: list[tuple[str, str]], change: Any) -> QComboBox:
        box = WideListBox()
        box.setMaximumWidth(_WIDTH)
        box.addItem(self.tr("Choose …"), None)
        for title, name in entries:
            box.addItem(title, name)

        def chosen(at: int) -> None:
            if at:
                self.answered.emit(change(box.itemData(at)))

        box.activated.connect(chosen)
        return box

    def _ask_file(self, option: str) -> None:
        path = ask_file(self, "parameters", self.tr("A table of parameters"), "")
        if path is not None:
            self.answered.emit({option: str(path)})


def _alongside(other: Question, question: Question, place: int) -> Mapping[str, Any]:
    """Return what another question is taken as answered with beside an answer of this one; nothing without one."""
    if other.role == question.role and place < len(other.answers) and other.answers[place].change:
        return other.answers[place].change
    return next((answer.change for answer in other.answers if answer.change), {})


def _in_a_row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return row
