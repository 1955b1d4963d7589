"""The settings of a study as fields, made from their declaration."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QFormLayout, QLineEdit, QSizePolicy, QWidget

from cascade_gui.studies.unit_line import UnitLine
from cascade_gui.theme.plain_text import plain_label, plain_tip
from engine.studies.settings import seconds_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.base.faults import BadInput, Fault
    from engine.studies.settings import Settings


class StudyForm(QWidget):
    """One field a setting; what is left empty has its default, which stands in the field in grey."""

    entered = Signal()
    """Enter was pressed in a field."""
    typed = Signal()
    """What a field holds has changed."""

    def __init__(self, kind: type[Settings], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("study_form")
        self._kind = kind
        self._fields: dict[str, QWidget] = {}
        column = QFormLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        column.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, setting in kind.model_fields.items():
            extra = setting.json_schema_extra if isinstance(setting.json_schema_extra, dict) else {}
            field = self._field(setting.annotation, setting.default, extra)
            field.setObjectName(f"setting_{name}")
            field.setAccessibleName(str(setting.title))
            field.setToolTip(plain_tip(str(setting.description)))
            label = plain_label(str(setting.title))
            label.setToolTip(field.toolTip())
            label.setBuddy(field)
            column.addRow(label, field)
            self._fields[name] = field

    def _field(self, annotation: Any, default: Any, extra: Any) -> QWidget:
        if annotation is bool:
            box = QCheckBox()
            box.setChecked(bool(default))
            box.toggled.connect(self.typed)
            return box
        if "choices" in extra:
            chooser = QComboBox()
            for value, text in extra["choices"].items():
                chooser.addItem(text, value)
            chooser.setCurrentIndex(chooser.findData(default))
            chooser.currentIndexChanged.connect(self.typed)
            return chooser
        line = UnitLine(str(extra.get("unit", "none")))
        line.setPlaceholderText(_shown(default, extra))
        line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line.returnPressed.connect(self.entered)
        line.textChanged.connect(self.typed)
        return line

    def suggest(self, names: Mapping[str, Sequence[str]]) -> None:
        """Offer names while they are typed, by setting; they stand in an empty field that has no default."""
        for setting, known in names.items():
            field = self._fields.get(setting)
            if isinstance(field, QLineEdit) and known:
                completer = QCompleter(list(known), field)
                completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                field.setCompleter(completer)
                field.textEdited.connect(partial(_offer_no_more, completer, frozenset(known)))
                if not field.placeholderText():
                    field.setPlaceholderText(", ".join(known))

    def fields(self) -> tuple[QWidget, ...]:
        """Return the fields from top to bottom."""
        return tuple(self._fields.values())

    def fill(self, texts: Mapping[str, Any]) -> None:
        """Let the fields hold what `texts` has returned, those that it has not their defaults."""
        for name, field in self._fields.items():
            if isinstance(field, QCheckBox):
                field.setChecked(bool(texts.get(name, self._kind.model_fields[name].default)))
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(texts.get(name, self._kind.model_fields[name].default)))
            elif isinstance(field, QLineEdit):
                field.setText(texts.get(name, ""))

    def texts(self) -> dict[str, Any]:
        """Return what stands in the fields, those apart that are empty."""
        found: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, QCheckBox):
                found[name] = field.isChecked()
            elif isinstance(field, QComboBox):
                found[name] = field.currentData()
            elif isinstance(field, QLineEdit) and field.text().strip():
                found[name] = field.text().strip()
        return found

    def has(self, fault: Fault) -> bool:
        """Whether a fault is of a setting."""
        return fault.where.partition(".")[0] in self._kind.model_fields

    def said(self, fault: Fault) -> str:
        """Return a fault of a setting in one line that calls it as its field is called."""
        name, _, rest = fault.where.partition(".")
        title = str(self._kind.model_fields[name].title)
        return str(replace(fault, where=f"{title}, {rest}" if rest else title))

    def mark(self, error: BadInput | None) -> None:
        """Mark the fields that faults are of, none for None; the first of them gets the keys."""
        wrong = {} if error is None else {fault.where.split(".")[0]: str(fault) for fault in error.faults}
        first = True
        for name, field in self._fields.items():
            field.setProperty("state", "fault" if name in wrong else "")
            field.style().unpolish(field)
            field.style().polish(field)
            if name in wrong and first:
                field.setFocus()
                first = False


def _offer_no_more(completer: QCompleter, known: frozenset[str], text: str) -> None:
    """Take the list of names away once one of them stands there: the next click would only close it."""
    popup = completer.popup()
    if text in known and popup is not None:
        QTimer.singleShot(0, popup, popup.hide)


def _shown(default: Any, extra: Any) -> str:
    """Return a default as it would be typed."""
    if extra.get("unit") == "seconds" and isinstance(default, float):
        return seconds_text(default)
    if isinstance(default, tuple):
        sign = ":" if all(isinstance(each, float) for each in default) else ","
        return sign.join(f"{each:g}" if isinstance(each, float) else str(each) for each in default)
    if default is None or default == {} or not isinstance(default, (int, float, str)):
        return str(extra.get("empty", ""))
    return f"{default:g}" if isinstance(default, float) else str(default)
