"""The scenario panel: the parameters of the document, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cascade_gui.scenario_panel.asset_section import AssetSection
from cascade_gui.scenario_panel.changed_values import changed_values
from cascade_gui.scenario_panel.form_keys import FormKeys
from cascade_gui.scenario_panel.key_hint import KeyHint
from cascade_gui.scenario_panel.market_section import MarketSection
from cascade_gui.scenario_panel.notes_section import NotesSection
from cascade_gui.scenario_panel.plain_section import PlainSection
from cascade_gui.scenario_panel.shape import shape_of
from cascade_gui.scenario_panel.shock_section import ShockSection
from cascade_gui.scenario_panel.tab_order import TabOrder
from cascade_gui.theme import SIZES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from PySide6.QtGui import QShowEvent

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens

    AnySection = AssetSection | MarketSection | NotesSection | PlainSection | ShockSection


class ScenarioPanel(QScrollArea):
    """All parameters of the document; every edit goes through `Document.set_parameter`.

    Parameters
    ----------
    document
        What is edited.
    at_once
        Whether its rows are made now; else when it is first shown, or another document comes.
    """

    asset_chosen = Signal(str)
    """The asset whose parameters are shown."""

    def __init__(self, document: Document, parent: QWidget | None = None, *, at_once: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("scenario_panel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setMinimumWidth(SIZES.panel_least)
        self.assets = AssetSection(document)
        self.assets.asset_chosen.connect(self.asset_chosen)
        self.markets = MarketSection(document)
        self.shock = ShockSection(document)
        self.notes = NotesSection(document, self.tr("Notes"))
        self._sections = (
            self.notes,
            self.shock,
            self.assets,
            self.markets,
            PlainSection(document, self.tr("Liquidators"), "liquidators"),
            PlainSection(document, self.tr("Simulation"), "simulation"),
        )
        self._document = document
        self._shape: dict[str, Hashable] = {}
        self._behind: list[AnySection] = []
        self._noted = document.plain(())
        self._dirty: set[str] = set()
        content = QWidget()
        content.setProperty("surface", "panel")
        column = QVBoxLayout(content)
        column.setContentsMargins(SIZES.padding, SIZES.padding, SIZES.padding, SIZES.padding)
        column.setSpacing(SIZES.grid)
        for section in self._sections:
            column.addWidget(section)
        column.addStretch()
        self.setWidget(content)
        self._keys = FormKeys(self, self._sections)
        self._hint = KeyHint(self)
        self._keys.used.connect(self._hint.show_for)
        self._tab_order = TabOrder(content, self._keys.watch)
        for picker in (self.assets.picker, self.markets.picker):
            picker.picked.connect(self._tab_order.update)  # after the section has got its rows
        # Several signals come with one change; the rows are brought up to date once.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._catch_up)
        document.replaced.connect(self._begin_anew)
        document.parameters_changed.connect(self._note)
        document.faults_changed.connect(self._note_all)
        if at_once:
            self.refresh()

    def refresh(self) -> None:
        """Show the document's parameters as they are now.

        Where only numbers differ, as at every step of a slider, only what shows them is touched.
        """
        dirty, self._dirty = self._dirty, set()
        shape = shape_of(self._document.plain(())[0], self._shape, dirty)
        if shape == self._shape and not self._behind:
            for section in self._sections:
                if not dirty.isdisjoint(section.reads):
                    section.refresh_values()
                    self._say_changed(section)
            return
        self._shape = shape
        self._behind.clear()
        for section in self._sections:
            section.refresh()
            section.wait(False)
            self._say_changed(section)
        self._tab_order.update()

    def _say_changed(self, section: AnySection) -> None:
        section.heading.set_changed(tuple(changed_values(self._document, section.edits)))

    def showEvent(self, event: QShowEvent) -> None:
        """Make the rows that are not there yet."""
        super().showEvent(event)
        if not self._shape:
            self.refresh()

    def edit_shock(self) -> None:
        """Put the cursor into the first number of the shock, unfolded and in sight."""
        editor = self.shock.first_editor()
        if editor is not None:
            self.shock.heading.setChecked(True)
            self.ensureWidgetVisible(editor)
            editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the next section, and from the last one out of the panel; with Shift the other way."""
        step = 1 if forward else -1
        return self._keys.leave_section(step) or self._keys.leave_panel(step)

    def _begin_anew(self) -> None:
        """Take another document: its rows come section by section, the old ones are neither seen nor edited.

        Making all of them at once takes longer than a round of a run that is played may be late.
        """
        self._shape = shape_of(self._document.plain(())[0])
        self._behind = list(self._sections)
        for section in self._behind:
            section.wait(True)
        self._later.start()

    def _catch_up(self) -> None:
        if not self._shape:
            return  # nothing is there yet, and nothing is looked at
        if not self._behind:
            self.refresh()
            return
        if shape_of(self._document.plain(())[0]) != self._shape:  # markets or assets came or were renamed meanwhile
            self._begin_anew()
            return
        section = self._behind.pop(0)
        section.refresh()
        section.wait(False)
        self._say_changed(section)
        if not self._behind:
            self._tab_order.update()
        self._later.start()

    def _note(self) -> None:
        """Note which parts differ from what they were a moment ago.

        From one change to the next: a row whose edit is undone at once has shown what lay between.
        """
        before, self._noted = self._noted, self._document.plain(())
        (was, baseline_was), (now, baseline) = before, self._noted
        if baseline is not baseline_was:
            self._dirty.update(now)
        self._dirty.update(key for key, value in now.items() if value != was.get(key))
        self._later.start()

    def _note_all(self) -> None:
        self._dirty.update(self._document.plain(())[0])
        self._later.start()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._hint.apply_theme(tokens)
        for section in self._sections:
            section.apply_theme(tokens)
