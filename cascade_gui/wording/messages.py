"""Questions and messages over the window; each can be answered by the keyboard."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from cascade_gui.theme.plain_text import PlainMessage
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from engine.base.faults import BadInput

_MOST_LINES = 12
_Buttons = QMessageBox.StandardButton


class Unsaved(Enum):
    """What to do with unsaved changes."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_unsaved(parent: QWidget, name: str) -> Unsaved:
    """Ask whether to save the changes."""
    question = _t("Save the changes to “{name}”?").format(name=name)
    return _ask_to_save(parent, question, _t("They are lost otherwise."))


def ask_unsaved_run(parent: QWidget, name: str, seconds: float) -> Unsaved:
    """Ask whether to save a run that took long and is in no file."""
    question = _t("Save the run of “{name}”?").format(name=name)
    cost = _t("It took {seconds} s and is in no file; a file that ends in .cascade keeps it.")
    return _ask_to_save(parent, question, cost.format(seconds=numbers.count(round(seconds))))


def ask_unsaved_study(parent: QWidget, name: str, seconds: float) -> Unsaved:
    """Ask whether to save the answer of a study that took long and is in no file."""
    question = _t("Save the answers of the studies of “{name}”?").format(name=name)
    cost = _t("One took {seconds} s and is in no file; a file that ends in .cascade keeps it.")
    return _ask_to_save(parent, question, cost.format(seconds=numbers.count(round(seconds))))


def ask_running_study(parent: QWidget, name: str, seconds: float) -> bool:
    """Ask whether to give up a study that goes on for long already; its answer cannot be saved before it is there."""
    question = _t("Give up the study of “{name}”?").format(name=name)
    cost = _t("It goes on for {seconds} s already. Cancel beside its form keeps what is done, which can then be saved.")
    cost = cost.format(seconds=numbers.count(round(seconds)))
    return _ask_to_lose(parent, "running_question", question, cost, _t("Give up"))


def ask_running(parent: QWidget, name: str, seconds: float) -> bool:
    """Ask whether to give up a run that goes on for long already; it cannot be saved before it has stopped."""
    question = _t("Give up the run of “{name}”?").format(name=name)
    cost = _t("It goes on for {seconds} s already. Run > Stop keeps what it has computed, and then it can be saved.")
    cost = cost.format(seconds=numbers.count(round(seconds)))
    return _ask_to_lose(parent, "running_question", question, cost, _t("Give up"))


def ask_discard_import(parent: QWidget) -> bool:
    """Ask whether to close an import in which something was typed or chosen."""
    cost = _t("What was typed and chosen here is lost. “Save the mapping” keeps it.")
    return _ask_to_lose(parent, "discard_import_question", _t("Discard this import?"), cost, _t("Discard"))


def _ask_to_lose(parent: QWidget, name: str, question: str, cost: str, button: str) -> bool:
    """Ask whether to lose something; Enter and Esc keep it."""
    box = PlainMessage(parent)
    box.setObjectName(name)
    box.setText(question)
    box.setInformativeText(cost)
    lose = box.addButton(button, QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(_Buttons.Cancel)
    box.setDefaultButton(_Buttons.Cancel)
    box.exec()
    chosen = box.clickedButton() is lose
    box.deleteLater()
    return chosen


def _ask_to_save(parent: QWidget, question: str, otherwise: str) -> Unsaved:
    box = PlainMessage(parent)
    box.setObjectName("unsaved_question")
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setText(question)
    box.setInformativeText(otherwise)
    box.setStandardButtons(_Buttons.Save | _Buttons.Discard | _Buttons.Cancel)
    box.setDefaultButton(_Buttons.Save)
    answer = box.exec()
    box.deleteLater()
    return {_Buttons.Save.value: Unsaved.SAVE, _Buttons.Discard.value: Unsaved.DISCARD}.get(answer, Unsaved.CANCEL)


def ask_overwrite(parent: QWidget, path: Path) -> bool:
    """Ask whether to overwrite a file that others changed since it was opened."""
    question = _t("“{name}” was changed on the disk since you opened it.").format(name=path.name)
    cost = _t("Saving now overwrites what was changed there. “Save as” keeps both.")
    return _ask_to_lose(parent, "overwrite_question", question, cost, _t("Overwrite"))


def tell_bad_input(parent: QWidget, title: str, refusal: BadInput) -> QMessageBox:
    """Show what was wrong with a file, one line a fault; return the open box."""
    lines = [str(fault) for fault in refusal.faults]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [_t("and {number} more").format(number=len(lines) - _MOST_LINES)]
    box = PlainMessage(parent)
    box.setObjectName("bad_input_message")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setText(title)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setInformativeText("\n".join(lines))
    box.setStandardButtons(_Buttons.Close)
    box.open()
    return box


def tell_other_figures(parent: QWidget, difference: str) -> QMessageBox:
    """Say that a run has other figures than the recording that came with the file; return the open box."""
    box = PlainMessage(parent)
    box.setObjectName("other_figures_message")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setText(_t("The file came with other figures than this run has."))
    box.setInformativeText(
        _t(
            "In the file: {difference}. Its recording was changed, or another version of Cascade made it."
            " Shown is the run of now, and it is what will be saved."
        ).format(difference=difference)
    )
    box.setStandardButtons(_Buttons.Close)
    box.open()
    return box


def _t(text: str) -> str:
    return QCoreApplication.translate("Messages", text)
