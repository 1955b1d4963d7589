"""The one table of everything that can be done: name, text, key, icon, tip, and what it calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from cascade_gui.theme import icon
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.window.typing_places import take_typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cascade_gui.theme import Tokens

_Key = str | QKeySequence.StandardKey
_Standard: Final = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One line of the table.

    Parameters
    ----------
    name
        The object name that tests, menus and toolbars know it by.
    text
        What menus show, with ``&`` before its letter.
    keys
        Its shortcuts; the first is shown.
    icon
        A file of resources/icons, or empty.
    tip
        One sentence for tool tip and status bar.
    calls
        ``part.method``: which method of which part of the window it calls, ``part.method:name`` with this name.
    short
        What the toolbar shows, when that is shorter than `text`.
    repeats
        Whether it repeats while its key is held.
    checkable
        Whether it is a switch; the method then gets its state.
    """

    name: str
    text: str
    keys: tuple[_Key, ...]
    icon: str
    tip: str
    calls: str
    short: str = ""
    repeats: bool = False
    checkable: bool = False


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Actions", text))


ACTIONS: Final = (
    ActionSpec("file_new", _t("&New"), (_Standard.New,), "", _t("Start a new scenario"), "files.new"),
    ActionSpec("file_open", _t("&Open…"), (_Standard.Open,), "open",
               _t("Open a scenario file"), "files.ask_open", _t("Open")),
    ActionSpec("file_save", _t("&Save"), (_Standard.Save,), "save",
               _t("Save the scenario, with its run"), "files.save"),
    ActionSpec("file_save_as", _t("Save &as…"), ("Ctrl+Shift+S",), "",
               _t("Save the scenario in another file"), "files.ask_save_as"),
    ActionSpec("file_import", _t("&Import loans…"), ("Ctrl+I",), "import",
               _t("Read a loan book from CSV, XLSX, ODS, Parquet or JSON"), "files.ask_import"),
    ActionSpec("file_generate", _t("S&ynthetic book…"), (), "",
               _t("Make a synthetic loan book of any size"), "table.generate"),
    ActionSpec("export_picture", _t("Export &picture…"), ("Ctrl+E",), "export",
               _t("Save a plot or the page as PNG, SVG or PDF"), "exports.ask_picture"),
    ActionSpec("export_video", _t("Export &film…"), ("Ctrl+Shift+F",), "export",
               _t("Save the playback as GIF, MP4 or pictures"), "exports.ask_film"),
    ActionSpec("export_results", _t("Export &results…"), ("Ctrl+Shift+E",), "export",
               _t("Save rounds, liquidations and accounts as CSV, XLSX or Parquet"), "exports.ask_results"),
    ActionSpec("file_compare", _t("&Compare with real liquidations…"), (), "",
               _t("Lay a list of real liquidations beside the run: who, when, how much"), "files.ask_compare"),
    ActionSpec("file_quit", _t("&Quit"), (_Standard.Quit,), "", _t("Close the window"), "window.close"),
    ActionSpec("edit_undo", _t("&Undo"), (_Standard.Undo,), "undo", _t("Take back the last step"), "edit.undo"),
    ActionSpec("edit_redo", _t("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
               _t("Do again what was taken back"), "edit.redo"),
    ActionSpec("edit_cut", _t("Cu&t"), (_Standard.Cut,), "",
               _t("Move the selected cells to the clipboard"), "edit.cut"),
    ActionSpec("edit_copy", _t("&Copy"), (_Standard.Copy,), "",
               _t("Copy the selected cells to the clipboard"), "edit.copy"),
    ActionSpec("edit_paste", _t("&Paste"), (_Standard.Paste,), "", _t("Paste cells from the clipboard"), "edit.paste"),
    ActionSpec("edit_fill_down", _t("Fill &down"), ("Ctrl+D",), "",
               _t("Copy the first selected cell into those below"), "table.fill_down"),
    ActionSpec("edit_insert_rows", _t("&Insert rows"), ("Ctrl++", "Ctrl+="), "insert-rows",
               _t("Insert as many rows as are selected"), "table.insert_rows"),
    ActionSpec("edit_delete_rows", _t("D&elete rows"), ("Ctrl+-",), "delete-rows",
               _t("Delete the selected rows"), "table.delete_rows"),
    ActionSpec("edit_find", _t("&Find…"), (_Standard.Find,), "search",
               _t("Find a text in the loan book, or in the table of an answer"), "focus.find"),
    ActionSpec("edit_shock", _t("Change the &shock"), ("F4",), "",
               _t("Go to the first number of the shock; Enter gives the keys back"), "focus.go_to_shock"),
    ActionSpec("run_reset", _t("R&eset"), ("Ctrl+Backspace",), "reset",
               _t("Show the book before the shock; the next run is compared with this one"), "session.reset"),
    ActionSpec("run_start", _t("&Run"), ("Ctrl+R", "F9"), "run", _t("Run the scenario"), "session.run"),
    ActionSpec("run_pause", _t("&Pause"), ("Ctrl+.",), "pause",
               _t("Pause the run between two rounds"), "session.pause"),
    ActionSpec("run_step", _t("S&tep"), ("F10",), "step",
               _t("Compute one more round; show the next of a run that is over"), "session.step"),
    ActionSpec("run_stop", _t("St&op"), ("Shift+F9",), "stop",
               _t("Stop the run and keep what it computed"), "session.stop"),
    ActionSpec("run_before", _t("Show the run &before again"), ("Ctrl+Shift+Backspace",), "",
               _t("Show the run again that a later run or Reset took the place of"), "kept.show_before"),
    ActionSpec("compare_pin", _t("Pin &this run"), ("Ctrl+P",), "",
               _t("Keep this run on the list of what the scenario is compared with"), "views.pin_run"),
    ActionSpec("run_live", _t("&Live"), ("Ctrl+L",), "",
               _t("Run at once while something is edited or dragged"), "following.set_on", checkable=True),
    ActionSpec("play_toggle", _t("P&lay"), ("Space", "K"), "play", _t("Play or pause the rounds"), "player.toggle"),
    ActionSpec("play_back", _t("Round &back"), ("Left", ","), "back",
               _t("Show the round before"), "player.back", repeats=True),
    ActionSpec("play_forward", _t("Round &on"), ("Right", "."), "forward",
               _t("Show the next round"), "player.forward", repeats=True),
    ActionSpec("play_first", _t("&First round"), ("Home",), "first",
               _t("Show the state before the first round"), "player.first"),
    ActionSpec("play_last", _t("&Last round"), ("End",), "last", _t("Show the last round"), "player.to_last"),
    ActionSpec("play_worst", _t("Worst roun&d"), ("W",), "",
               _t("Show the round in which the price of what is sold most was worst"), "session.show_worst_round"),
    ActionSpec("stop_next", _t("&Next stop"), ("PgDown",), "", _t("Go to the next stop"), "stops.next"),
    ActionSpec("stop_previous", _t("Pre&vious stop"), ("PgUp",), "",
               _t("Go to the stop before"), "stops.previous"),
    ActionSpec("stop_add", _t("&Stop at this round…"), ("Ctrl+K",), "",
               _t("Give this round a title and notes, and stop at it"), "stops.edit_shown"),
    ActionSpec("play_slower", _t("Slo&wer"), ("J",), "", _t("Play slower, then backward"), "player.slower"),
    ActionSpec("play_faster", _t("F&aster"), ("L",), "", _t("Play faster"), "player.faster"),
    ActionSpec("view_start", _t("Start pa&ge"), ("Ctrl+0",), "",
               _t("Show the start page: files of your own, and the examples"), "views.show_start"),
    ActionSpec("view_cascade", _t("&Cascade"), ("Ctrl+1",), "", _t("Show the cascade"), "views.show_cascade"),
    ActionSpec("view_studies", _t("&Studies"), ("Ctrl+2",), "",
               _t("Ask questions that need many runs"), "views.show_studies"),
    ActionSpec("study_book", _t("&Loan book"), (), "",
               _t("Who are the large and risky positions?"), "views.show_study:book"),
    ActionSpec("study_threshold", _t("Liquidation &threshold"), (), "",
               _t("What if a liquidation threshold changes?"), "views.show_study:threshold"),
    ActionSpec("study_liquidity", _t("Mar&ket liquidity"), (), "",
               _t("Can the market absorb it?"), "views.show_study:liquidity"),
    ActionSpec("study_response", _t("&Response to a shock"), (), "",
               _t("Where does it break?"), "views.show_study:response"),
    ActionSpec("study_critical", _t("&Critical shock"), (), "",
               _t("How far is it from feeding itself?"), "views.show_study:critical"),
    ActionSpec("study_sweep", _t("&Grid of parameters"), (), "",
               _t("What does every combination come to?"), "views.show_study:sweep"),
    ActionSpec("study_sensitivity", _t("&Sensitivity"), (), "",
               _t("Which parameters matter most?"), "views.show_study:sensitivity"),
    ActionSpec("study_montecarlo", _t("&Monte Carlo"), (), "",
               _t("What are VaR and LaR?"), "views.show_study:montecarlo"),
    ActionSpec("view_compare", _t("C&ompare"), ("Ctrl+3",), "",
               _t("Compare with proposals and pinned runs"), "views.show_compare"),
    ActionSpec("view_all_rounds", _t("Show &all rounds"), (), "",
               _t("Show rounds in which nothing happens as wide and as long as all others"), "quiet.show_all",
               checkable=True),
    ActionSpec("view_motion", _t("&Motion between rounds"), (), "",
               _t("Let bars, walls and lines move to the next round"), "quiet.let_move", checkable=True),
    ActionSpec("view_next_panel", _t("&Next panel"), ("F6",), "",
               _t("Go to the next part of the window"), "focus.next"),
    ActionSpec("view_previous_panel", _t("Pre&vious panel"), ("Shift+F6",), "",
               _t("Go to the part of the window before"), "focus.previous"),
    ActionSpec("view_present", _t("&Present"), ("F5",), "",
               _t("Show the run to an audience: full screen, large, round by round"), "presenting.start"),
    ActionSpec("view_stage", _t("&Present"), (), "",
               _t("Show the run to an audience: full screen, large, round by round"), "presenting.start"),
    ActionSpec("view_notes_window", _t("Presenter's &page"), (), "",
               _t("Notes of the round, the next stop, the time and a small picture of the stage"),
               "presenting.turn_notes"),
    ActionSpec("view_fullscreen", _t("&Full screen"), ("F11",), "",
               _t("Use the whole screen"), "layout.set_full_screen", checkable=True),
    ActionSpec("view_reset_layout", _t("&Reset layout"), (), "",
               _t("Put all panels back to their places"), "layout.reset"),
    ActionSpec("help_method", _t("&Method"), (), "", _t("What is computed, and how"), "help.show_page:method"),
    ActionSpec("help_getting_started", _t("&Getting started"), ("F1",), "help",
               _t("A tour of five minutes"), "help.show_page:getting-started"),
    ActionSpec("help_tour", _t("T&our"), (), "", _t("Six steps through the window"), "tour.show"),
    ActionSpec("help_search", _t("S&earch the help…"), ("Shift+F1",), "",
               _t("Find words in all pages of the help"), "help.search"),
    ActionSpec("help_importing", _t("&Importing"), (), "",
               _t("How to bring your own loan book"), "help.show_page:importing"),
    ActionSpec("help_table", _t("&Loan table"), (), "",
               _t("Typing, pasting and filtering loans"), "help.show_page:table"),
    ActionSpec("help_studies", _t("&Studies"), (), "",
               _t("Questions that need many runs, and the commands that answer them"), "help.show_page:studies"),
    ActionSpec("help_tutorial", _t("T&utorial"), (), "",
               _t("From the Compound book to a proposal, question by question"), "help.show_page:tutorial"),
    ActionSpec("help_keys", _t("&Keys"), ("?",), "",
               _t("All keys on one sheet, with a field that finds them"), "help.show_keys"),
    ActionSpec("help_real_events", _t("&Real events"), (), "",
               _t("Three crashes, and what the program makes of them"), "help.show_page:real-events"),
    ActionSpec("help_verification", _t("&Verification"), (), "check",
               _t("Run the published cases on this machine"), "help.show_verification"),
    ActionSpec("help_about", _t("&About Cascade"), (), "", _t("Version and licences"), "help.show_about"),
)  # fmt: skip

_TAKE_TYPED: Final = ("file_", "export_", "run_")
"""Actions that are about what the document says, which is also what is being typed."""

PLAIN_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Space, Qt.Key.Key_K, Qt.Key.Key_J, Qt.Key.Key_L, Qt.Key.Key_W, Qt.Key.Key_Left, Qt.Key.Key_Right,
        Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Question,
    }
)  # fmt: skip
"""Keys of the table above that fields and tables need for themselves while they have the focus."""


class Actions:
    """The QActions of `ACTIONS`, by name.

    Parameters
    ----------
    owner
        Their parent: ``owner.findChild(QAction, name)`` finds them.
    """

    def __init__(self, owner: QObject) -> None:
        self._actions = {spec.name: _make(spec, owner) for spec in ACTIONS}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def connect(self, parts: Mapping[str, Any]) -> None:
        """Connect every action to what it calls.

        Parameters
        ----------
        parts
            The objects that `ActionSpec.calls` names.
        """
        for spec in ACTIONS:
            part, _, method = spec.calls.partition(".")
            method, _, name = method.partition(":")
            target = getattr(parts[part], method)
            if name:
                target = partial(target, name)
            action = self._actions[spec.name]
            happens = action.toggled if spec.checkable else action.triggered
            if spec.name.startswith(_TAKE_TYPED):
                happens.connect(take_typed)
            happens.connect(target)

    def enable(self, **states: bool) -> None:
        """Switch actions on and off by name."""
        for name, state in states.items():
            self._actions[name].setEnabled(state)

    def apply_theme(self, tokens: Tokens) -> None:
        """Draw the icons in other colours."""
        for spec in ACTIONS:
            if spec.icon:
                role = "accent" if spec.name == "play_toggle" else "text"
                self._actions[spec.name].setIcon(icon(spec.icon, tokens, role))

    def show_playing(self, playing: bool, tokens: Tokens) -> None:
        """Let the play action offer what it would do now."""
        action = self._actions["play_toggle"]
        action.setIcon(icon("pause" if playing else "play", tokens, "accent"))
        action.setText(_translate("P&ause") if playing else _translate("P&lay"))


def _make(spec: ActionSpec, owner: QObject) -> QAction:
    action = QAction(_translate(spec.text), owner)
    action.setObjectName(spec.name)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setAutoRepeat(spec.repeats)
    action.setCheckable(spec.checkable)
    action.setIconText(_translate(spec.short) if spec.short else _translate(spec.text).replace("&", ""))
    tip = _translate(spec.tip)
    action.setStatusTip(tip)
    shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(plain_tip(f"{tip} ({shown})" if shown else tip))
    return action


def _translate(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
