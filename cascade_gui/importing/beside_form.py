"""What is beside a book: a table of parameters, quotes of liquidity, a template, a protocol's rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QToolButton, QWidget

from cascade_gui.theme.plain_text import no_mnemonic, plain_tip
from cascade_gui.working.file_places import ask_file
from cascade_gui.working.wide_lists import WideListBox
from engine.scenario.presets import load_presets

if TYPE_CHECKING:
    from engine.importing.choices import ImportChoices
    from engine.scenario.presets import Preset

_WIDTH: Final = 126
_FILES: Final = ("params", "liquidity", "template", "path")


class BesideForm(QWidget):
    """One line for each file that fills in what a book lacks, and one for the protocol whose rules hold."""

    changed = Signal(object)
    """The field of `ImportChoices` that was chosen, as a dictionary; None takes it back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_beside")
        titles = {
            "params": (self.tr("Parameters"), self.tr("A table of prices, thresholds, bonuses and depths")),
            "liquidity": (self.tr("Liquidity"), self.tr("Quotes of slippage, points of a curve, or an order book")),
            "template": (self.tr("Template"), self.tr("A scenario that gives everything else")),
            "path": (self.tr("Price path"), self.tr("Prices over time: the shock")),
        }
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._buttons: dict[str, QPushButton] = {}
        self._clear: dict[str, QToolButton] = {}
        for name in _FILES:
            form.addRow(titles[name][0], self._file_row(name, *titles[name]))
        self._preset = WideListBox()
        self._preset.setObjectName("import_preset")
        self._preset.setAccessibleName(self.tr("Rules and collateral of"))
        self._preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._preset.setMinimumContentsLength(8)
        self._preset.addItem("", None)
        for preset in load_presets():
            self._preset.addItem(preset.title, preset.name)
        self._preset.activated.connect(lambda at: self.changed.emit({"preset": self._preset.itemData(at)}))
        form.addRow(self.tr("Rules of"), self._preset)

    def _file_row(self, name: str, title: str, tip: str) -> QWidget:
        button = QPushButton()
        button.setObjectName(f"import_{name}")
        button.setAccessibleName(title)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setMinimumWidth(60)
        button.clicked.connect(lambda: self._ask(name, tip))
        clear = QToolButton()
        clear.setObjectName(f"import_{name}_clear")
        clear.setText("×")
        clear.setAccessibleName(self.tr("Without {0}").format(title.lower()))
        clear.setToolTip(self.tr("Take it back"))
        clear.clicked.connect(lambda: self.changed.emit({name: None}))
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        across.addWidget(button, 1)
        across.addWidget(clear)
        self._buttons[name], self._clear[name] = button, clear
        return row

    def show_choices(self, choices: ImportChoices, *, with_scenario: bool) -> None:
        """Show which files are chosen, and whether the scenario in the window is the template without another."""
        scenario = self.tr("This scenario") if with_scenario else self.tr("None")
        for name in _FILES:
            chosen: str | None = getattr(choices, name)
            button = self._buttons[name]
            nothing = scenario if name == "template" else self.tr("Choose …")
            text = nothing if chosen is None else Path(chosen).name
            shown = button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDTH)
            button.setText(no_mnemonic(shown))
            button.setToolTip(plain_tip(chosen) if chosen else button.toolTip())
            self._clear[name].setVisible(chosen is not None)
        self.show_proposed(None, given=with_scenario or choices.template is not None)
        with QSignalBlocker(self._preset):
            self._preset.setCurrentIndex(max(0, self._preset.findData(choices.preset)))

    def show_proposed(self, proposed: Preset | None, *, given: bool) -> None:
        """Show whose rules hold where none are chosen: those that the import proposes, of a scenario, or the usual."""
        text = self.tr("The first market") if given else self.tr("Standard rules")
        if proposed is not None:
            text = self.tr("Proposed: {0}").format(proposed.title)
        self._preset.setItemText(0, text)
        self._preset.setToolTip(plain_tip(text) if proposed is not None else "")

    def _ask(self, name: str, title: str) -> None:
        pattern = self.tr("Scenarios (*.cascade *.json)") if name == "template" else self.tr("Tables (*)")
        purpose = {"template": "scenario", "path": "prices"}.get(name, "parameters")
        chosen = ask_file(self, purpose, title, pattern)
        if chosen is not None:
            self.changed.emit({name: str(chosen)})
