"""The dialog that makes a synthetic book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.generator.choices import LTV, SIZE, Choice
from cascade_gui.generator.histogram import Histogram
from cascade_gui.loan_table.editing import LoanEditor
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers
from cascade_gui.working.background_dialog import BackgroundDialog
from engine.base.faults import BadInput
from engine.importing.synthetic import MOST_ACCOUNTS, SyntheticBook, synthetic_book

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from cascade_gui.working.background import Work
    from engine.scenario.loans import LoanTable

_SAMPLE: Final = 4_000
_BARS: Final = 40
_WAIT_MS: Final = 150


class GeneratorDialog(BackgroundDialog):
    """Asks for number, assets, distributions and seed; shows what they give; makes the book in the background.

    Parameters
    ----------
    document
        Whose book gets the loans, as one step that can be undone.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("generator", parent)
        self.setObjectName("generator_dialog")
        self.setWindowTitle(self.tr("Synthetic book"))
        self.resize(820, 560)
        self._document = document
        self._lines: dict[str, QLineEdit] = {}
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._preview)
        self._make_parts()
        self._arrange()
        self._preview()

    # ------------------------------------------------------------------------------------- parts

    def _make_parts(self) -> None:
        parameters = self._document.parameters
        self._form = QFormLayout()
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._market = QComboBox()
        self._market.addItems(list(parameters.markets))
        self._collateral = QLineEdit()
        self._debt = QLineEdit()
        self._ltv = self._chooser("ltv", LTV)
        self._size = self._chooser("size", SIZE)
        self._line("accounts", self.tr("Accounts"), numbers.count(1_000))
        self._line("seed", self.tr("Seed"), "0")
        self._form.addRow(self.tr("Market"), self._market)
        self._form.addRow(self.tr("Collateral"), self._collateral)
        self._form.addRow(self.tr("Debt"), self._debt)
        weights = self.tr("Assets with their weights: WETH 3, WBTC 1")
        for widget, name in ((self._collateral, "collateral"), (self._debt, "debt")):
            widget.setObjectName(f"generator_{name}")
            widget.setToolTip(weights)
            widget.textChanged.connect(self._soon)
        self._market.setObjectName("generator_market")
        self._market.currentTextChanged.connect(self._propose_assets)
        self._form.addRow(self.tr("Loan to value"), self._ltv)
        self._form.addRow(self.tr("Size"), self._size)
        self._ltv.currentIndexChanged.connect(self._fill)
        self._size.currentIndexChanged.connect(self._fill)
        self._fixed_rows = self._form.rowCount()
        self._ltv_picture = Histogram(self.tr("Loan to value, accounts"))
        self._size_picture = Histogram(self.tr("Collateral in USD, accounts, logarithmic"))
        self._totals = plain_label()
        self._totals.setProperty("role", "secondary")
        self._fault = plain_label()
        self._fault.setObjectName("generator_fault")
        self._fault.setProperty("role", "loss")
        self._fault.setWordWrap(True)
        self._replace = QRadioButton(self.tr("Replace the loan book"))
        self._append = QRadioButton(self.tr("Append to it"))
        self._append.setObjectName("generator_append")
        self._replace.setChecked(True)
        self._append.setEnabled(len(self._document.loans) > 0)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._make = QPushButton(self.tr("Make the book"))
        self._make.setObjectName("generator_accept")
        self._make.setDefault(True)
        self._propose_assets()
        self._fill()

    def _arrange(self) -> None:
        pictures = QVBoxLayout()
        pictures.setSpacing(16)
        pictures.addWidget(self._ltv_picture, 1)
        pictures.addWidget(self._size_picture, 1)
        pictures.addWidget(self._totals)
        pictures.addWidget(self._fault)
        pictures.addWidget(self._bar)
        left = QWidget()
        left.setFixedWidth(320)
        left.setLayout(self._form)
        self._form.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(left)
        top.addLayout(pictures, 1)
        buttons = QDialogButtonBox()
        buttons.addButton(self._make, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QPushButton(self.tr("Cancel")), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self._replace)
        bottom.addWidget(self._append)
        bottom.addStretch(1)
        bottom.addWidget(buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(16)
        box.addLayout(top, 1)
        box.addLayout(bottom)

    def _chooser(self, name: str, choices: tuple[Choice, ...]) -> QComboBox:
        box = QComboBox()
        box.setObjectName(f"generator_{name}")
        for choice in choices:
            box.addItem(QCoreApplication.translate("Generator", choice.label), choice)
        return box

    def _line(self, name: str, label: str, text: str) -> None:
        line = QLineEdit(text)
        line.setObjectName(f"generator_{name}")
        line.setAccessibleName(label)
        line.textChanged.connect(self._soon)
        self._lines[name] = line
        self._form.addRow(label, line)

    def _fill(self) -> None:
        """Make the fields of the chosen distributions, with what was written there or their defaults."""
        written = {line.property("written_as"): line.text() for line in self._lines.values()}
        while self._form.rowCount() > self._fixed_rows:
            self._form.removeRow(self._fixed_rows)
        self._lines = {name: line for name, line in self._lines.items() if "." not in name}
        for part, chooser, word in (("ltv", self._ltv, self.tr("LTV")), ("size", self._size, self.tr("Size"))):
            choice: Choice = chooser.currentData()
            default = choice.made({})
            for entry in choice.entries:
                value = getattr(default, entry.name)
                text = numbers.percent_short(value) if entry.is_share else numbers.full(value)
                text = written.get(f"{choice.kind}.{entry.name}", text)
                label = QCoreApplication.translate("Generator", entry.label)
                self._line(f"{part}.{entry.name}", f"{word}: {label}", text)
                self._lines[f"{part}.{entry.name}"].setProperty("written_as", f"{choice.kind}.{entry.name}")
        self._soon()

    def _propose_assets(self) -> None:
        """Propose the collateral of the market, and a stable asset as debt."""
        parameters = self._document.parameters
        market = parameters.markets.get(self._market.currentText())
        listed = [name for name in (market.collateral if market else {}) if name in parameters.assets]
        stable = [name for name, asset in parameters.assets.items() if 0.9 < asset.price < 1.1]
        volatile = [name for name in listed if name not in stable] or listed
        self._collateral.setText(", ".join(volatile[:3]))
        self._debt.setText(", ".join((stable or list(parameters.assets))[:1]))

    # ------------------------------------------------------------------------------------- steps

    def _soon(self) -> None:
        self._timer.start()

    def book(self) -> SyntheticBook:
        """Return what is asked for.

        Raises
        ------
        BadInput
            For every field that cannot be read.
        """
        values: dict[str, float] = {}
        wrong: list[tuple[str, str]] = []
        for name, line in self._lines.items():
            try:
                whole = name in {"accounts", "seed"}
                values[name] = _whole_number(line.text()) if whole else numbers.parse_number(line.text())
            except ValueError as problem:
                wrong.append((line.accessibleName(), str(problem)))
        if wrong:
            raise BadInput.at(*wrong[0])
        return SyntheticBook(
            accounts=int(values["accounts"]),
            collateral=_weights(self.tr("Collateral"), self._collateral.text()),
            debt=_weights(self.tr("Debt"), self._debt.text()),
            prices={name: asset.price for name, asset in self._document.parameters.assets.items() if asset.price > 0},
            ltv=_distribution(self._ltv.currentData(), "ltv", values),
            size=_distribution(self._size.currentData(), "size", values),
            market=self._market.currentText(),
            seed=int(values["seed"]),
        )

    def _preview(self) -> None:
        """Show what a part of the book looks like, or what is wrong."""
        try:
            book = self.book()
            self._work_out(book)  # refuses what is out of range before anything is drawn
            few = replace(book, accounts=min(book.accounts, _SAMPLE))
            random = np.random.Generator(np.random.PCG64(few.seed))
            size = few.size.draw(random, few.accounts)
            ltv = few.ltv.draw(random, few.accounts)
        except BadInput as problem:
            self._fault.setText("\n".join(str(fault) for fault in problem.faults))
            self._make.setEnabled(False)
            return
        self._fault.clear()
        self._make.setEnabled(True)
        top = max(1e-9, float(ltv.max()))
        self._ltv_picture.set_counts(
            np.histogram(ltv, bins=_BARS, range=(0, top))[0].astype(float), "0 %", numbers.percent(top)
        )
        logs = np.log10(size)
        low, high = float(logs.min()), float(logs.max())
        counts = np.histogram(logs, bins=_BARS, range=(low, high if high > low else low + 1))[0]
        self._size_picture.set_counts(counts.astype(float), numbers.money(10**low), numbers.money(10**high))
        scale = book.accounts / few.accounts
        text = self.tr("about {0} of collateral, {1} of debt")
        collateral, debt = float(size.sum()) * scale, float((size * ltv).sum()) * scale
        self._totals.setText(text.format(numbers.money(collateral), numbers.money(debt)))

    @staticmethod
    def _work_out(book: SyntheticBook) -> None:
        """Draw one account, which checks everything but the number of accounts."""
        if not 1 <= book.accounts <= MOST_ACCOUNTS:
            raise BadInput.at("accounts", numbers.count(book.accounts), f"1 to {numbers.count(MOST_ACCOUNTS)}")
        synthetic_book(replace(book, accounts=1))

    def _take(self) -> None:
        self._timer.stop()
        self._preview()
        if not self._make.isEnabled():
            return
        self._bar.show()
        self._make.setEnabled(False)
        self._background.do(self._maker(self.book()), self._made)

    @staticmethod
    def _maker(book: SyntheticBook) -> Work:
        def make() -> LoanTable:
            return synthetic_book(book)

        return make

    def _made(self, loans: LoanTable) -> None:
        title = self.tr("Make a book of {0} accounts").format(numbers.count(len(loans)))
        editor = LoanEditor(self._document.loans, self._document.undo_stack)
        (editor.append if self._append.isChecked() else editor.replace)(loans, title)
        self.accept()

    def done(self, answer: int) -> None:
        """Close at once; what is under way ends by itself and its result is dropped."""
        self._timer.stop()
        super().done(answer)


def _whole_number(text: str) -> float:
    value = numbers.parse_number(text)
    if value != int(value):
        raise ValueError(QCoreApplication.translate("Generator", "“{0}” is no whole number.").format(text))
    return value


def _distribution(choice: Choice, part: str, values: dict[str, float]) -> Any:
    return choice.made({entry.name: values[f"{part}.{entry.name}"] for entry in choice.entries})


def _weights(label: str, text: str) -> dict[str, float]:
    """Read ``WETH 3, WBTC 1``; an asset without a number weighs 1.

    Raises
    ------
    BadInput
        If a weight is no number.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, weight = part.strip().partition(" ")
        if not name:
            continue
        try:
            found[name] = numbers.parse_number(weight) if weight.strip() else 1.0
        except ValueError as problem:
            raise BadInput.at(label, str(problem)) from None
    return found
