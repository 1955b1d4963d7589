"""Names are text, never markup, in every label, tip, button, menu, cell and message of the window."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget

import cascade_gui
import engine
from cascade_gui.document.recovery import Unsaved
from cascade_gui.document.recovery_dialog import RecoveryDialog
from cascade_gui.importing import ImportDialog
from cascade_gui.theme.plain_text import WIDEST_TIP, no_mnemonic, no_place_mark, plain_tip
from cascade_gui.wording import messages
from engine.base.faults import BadInput
from tests.engine.scenarios import SMALL
from tests.gui.importing.driving import settled
from tests.gui.window.conftest import run, settle

NAME = "<b>x</b>&amp;"
MARKUP = ("<b>x", "<B>X")
RICH = {
    "comparing/answer_panel.py",
    "account/panel.py",  # every term is escaped
    "figures/run_summary.py",  # a link of our own words
    "plots/liquidations.py",  # colours before escaped names
    "playback/transport.py",  # numbers
    "theme/steady_labels.py",
}


def named():
    """Return the small scenario with a name that looks like markup wherever a name may stand."""
    loans = [
        {**SMALL["loans"][0], "account": f"{NAME}account {number}", "debt_amount": 12_000.0 + 400.0 * number}
        for number in range(8)
    ]
    text = json.dumps({**SMALL, "name": f"{NAME}scenario", "notes": f"{NAME}notes", "loans": loans})
    for name in ("WETH", "compound"):
        text = text.replace(f'"{name}"', json.dumps(NAME + name))
    return json.loads(text)


def drawn_labels():
    """Return the labels in which a name is drawn as markup, or would be if Qt guessed so."""
    formats = (Qt.TextFormat.AutoText, Qt.TextFormat.RichText, Qt.TextFormat.MarkdownText)
    labels = [each for each in QApplication.allWidgets() if isinstance(each, QLabel) and each.textFormat() in formats]
    return [(label.objectName(), label.text()) for label in labels if any(each in label.text() for each in MARKUP)]


def is_drawn(tip):
    return Qt.mightBeRichText(tip) and any(each in tip for each in MARKUP)


def marked_tips():
    found = [(type(each).__name__, each.toolTip()) for each in QApplication.allWidgets() if is_drawn(each.toolTip())]
    for view in (each for each in QApplication.allWidgets() if isinstance(each, QAbstractItemView) and each.model()):
        model = view.model()
        for row, column in product(range(20), range(40)):
            if model.hasIndex(row, column):
                tip = model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
                if tip and is_drawn(str(tip)):
                    found.append((type(view).__name__, tip))
    return found


def underlined():
    """Return what stands on buttons and in menus in which the ``&`` of a name would underline a letter."""
    texts = [each.text() for each in QApplication.allWidgets() if isinstance(each, QAbstractButton)]
    for widget in QApplication.allWidgets():
        texts += [action.text() for action in widget.actions() if isinstance(action, QAction)]
    return [text for text in texts if "&amp" in text.lower().replace("&&", "")]


def assert_plain():
    assert drawn_labels() == []
    assert marked_tips() == []
    assert underlined() == []


@pytest.fixture
def named_window(window, tmp_path, qtbot):
    path = tmp_path / f"{NAME.replace('/', '')}.json"
    engine.save(engine.from_dict(named()), path)
    assert window.open(path)
    run(window, qtbot)
    return window


def test_that_no_name_is_markup_anywhere_in_the_window(named_window, qtbot):
    window = named_window
    assert f"{NAME}scenario" in window.windowTitle()
    window.session.player.show(1)
    window.account.show_account(7)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: NAME in window.account.head.text())
    for menu in window.submenus._menus.values():
        menu.aboutToShow.emit()
    window.document.set_parameter(f"assets.{NAME}WETH.price", 2100.0)
    assert f"{NAME.replace('&', '&&')}WETH" in window.actions_table["edit_undo"].text()
    assert_plain()


def test_that_no_name_is_markup_in_the_import_dialog(window, tmp_path, qtbot):
    """Names of the file, columns, tokens, accounts; numbers that are wrong; questions about them."""
    book = tmp_path / "<b>x&amp;.csv"
    rows = [f"{NAME}{number},{NAME}coin,1,{NAME}dollar,{debt}" for number, debt in enumerate(("10", "20", NAME))]
    head = f"account,collateral_asset,collateral_amount,debt_asset,debt_amount,{NAME}"
    book.write_text("\n".join([head, *(f"{row},1" for row in rows)]), encoding="utf-8")
    window.files.open_dropped(book)
    dialog = window.findChild(ImportDialog)
    settled(qtbot, dialog)
    assert any(NAME in label.text() for label in dialog.findChildren(QLabel)), "no label shows a name"
    assert_plain()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def test_that_messages_show_names_to_the_letter(qtbot, monkeypatch, tmp_path):
    window, seen = QWidget(), []
    qtbot.addWidget(window)

    def look(box):
        texts = {label.text(): label.textFormat() for label in box.findChildren(QLabel) if "&amp;" in label.text()}
        seen.append((box.objectName(), set(texts.values())))

    monkeypatch.setattr(QMessageBox, "exec", lambda box: look(box) or 0)
    messages.ask_unsaved(window, NAME)
    messages.ask_overwrite(window, tmp_path / "<b>x&amp;")
    for box in (
        messages.tell_bad_input(window, NAME, BadInput.at(NAME, NAME)),
        messages.tell_other_figures(window, NAME),
    ):
        look(box)
        box.close()
    for unsaved in ({"name": NAME, "path": None}, {"name": "a", "path": tmp_path / NAME}):
        box = RecoveryDialog(Unsaved(None, None, (), when=datetime(2026, 3, 4, tzinfo=UTC), **unsaved), window)
        look(box)
        box.deleteLater()
    assert len(seen) == 6
    assert [name for name, formats in seen if formats != {Qt.TextFormat.PlainText}] == []


def test_that_only_what_looks_like_markup_is_escaped_in_a_tip():
    assert plain_tip("3 < 4 & 5 > 2") == "3 < 4 & 5 > 2"
    assert plain_tip(f"{NAME}\nline") == "<qt>&lt;b&gt;x&lt;/b&gt;&amp;amp;<br>line</qt>"
    assert no_mnemonic("A&B") == "A&&B"
    assert no_place_mark("a[*]") == "a[*][*]"


def test_that_labels_and_messages_are_made_where_they_are_plain():
    """A label of Qt's own guesses, and so does its message box; markup stands only where its names are escaped."""
    root = Path(cascade_gui.__file__).parent
    made, rich, tips = [], set(), []
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        if name == "theme/plain_text.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in {"QLabel", "QMessageBox"}:
                    made.append(f"{name}:{node.lineno}")
            elif isinstance(node, ast.Attribute) and node.attr == "RichText":
                rich.add(name)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "QToolTip.showText":
                tips += [name] if not ast.unparse(node.args[1]).startswith("plain_tip(") else []
    assert made == []
    assert rich <= RICH
    assert tips == []


def test_that_no_line_of_a_tip_is_wider_than_an_eye_takes_in(ran):
    own = [each for each in QApplication.allWidgets() if each.window() is ran]
    tips = {each.toolTip() for each in own} | {each.toolTip() for each in ran.actions_table}
    lines = {line for tip in tips if not Qt.mightBeRichText(tip) for line in tip.split("\n")}
    assert len(lines) > 100
    assert [line for line in lines if len(line) > WIDEST_TIP and " " in line[:WIDEST_TIP]] == []
