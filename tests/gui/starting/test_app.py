"""Starting the program: arguments, first picture, no display, self-test, examples, recovery."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

import engine.files
from cascade_gui.app import build, has_display, parse
from cascade_gui.document.recovery import RecoveryFolder, write_unsaved
from cascade_gui.document.recovery_dialog import RecoveryDialog
from cascade_gui.running import Runner
from cascade_gui.window import starting
from cascade_gui.window.file_commands import FileCommands
from cascade_gui.wording import messages
from engine.base.kept_files import kept
from engine.files import load_scenario
from engine.files.examples import Example
from tests.gui.recovery.test_recovery import unsaved
from tests.shared import RESOURCES, ROOT

TEACHING_BOOK = RESOURCES / "examples" / "teaching-book.json"


@pytest.fixture
def start(qtbot, tmp_path, monkeypatch):
    """Return a function that starts the window as a user does, and returns it when something is open."""
    windows = []

    def begin(*arguments, wait=True):
        _, window = build(["--profile", str(tmp_path / "profile"), *arguments])
        windows.append(window)
        qtbot.addWidget(window, before_close_func=finish)
        if wait:
            with qtbot.waitSignal(window.files.opened, timeout=60_000):
                window.show()
            qtbot.waitUntil(lambda: window.session.runner.ready, timeout=120_000)
        return window

    def finish(window):
        window.document.undo_stack.setClean()
        window.shut_down()

    return begin


def python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=280,
    )


def test_that_the_first_start_shows_the_cascade_of_the_compound_book(start):
    window = start()
    assert window.document.name == "Compound v2 in a thin market: a cascade"
    assert len(window.document.loans) > 5000
    assert window.document.path is None
    assert not window.document.dirty


def test_that_the_first_start_plays_the_examples_recording(start, qtbot):
    first = start()
    assert first.recording is not None
    assert not first.session.stale
    qtbot.waitUntil(lambda: first.round > 0, timeout=20_000)
    assert first.views.start is None
    assert first.findChild(QWidget, "tour_offer").isVisible()


def test_that_later_starts_show_the_start_page_and_read_no_scenario(start, qtbot, monkeypatch):
    start().settings.sync()
    monkeypatch.setattr(FileCommands, "load_first", lambda *_: pytest.fail("nothing was to be opened"))
    second = start(wait=False)
    second.show()
    qtbot.waitUntil(lambda: second.views.start is not None and not second.views.start.busy, timeout=60_000)
    assert second.views.start.isVisible()
    assert not second.page.isVisible()
    assert (len(second.document.loans), second.document.dirty) == (0, False)
    qtbot.waitUntil(lambda: second.session.runner.ready, timeout=120_000)


def test_that_a_file_argument_opens_at_a_later_start_too(start):
    start().settings.sync()
    second = start(str(TEACHING_BOOK))
    assert second.document.path == TEACHING_BOOK
    assert second.views.start is None
    assert second.findChild(QWidget, "tour_offer") is None


def test_that_a_profile_of_an_earlier_version_that_was_used_begins_with_the_page(start, qtbot, tmp_path):
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "settings.ini").write_text("[layout]\nversion=1\n", encoding="utf-8")
    window = start(wait=False)
    window.show()
    qtbot.waitUntil(lambda: window.views.start is not None and not window.views.start.busy, timeout=60_000)
    assert window.views.start.isVisible()


def test_that_a_file_that_is_opened_does_not_play_by_itself(start):
    window = start(str(RESOURCES / "examples" / "compound.cascade"))
    assert window.recording is not None
    assert (window.round, window.player.playing) == (0, False)


def test_that_compiling_begins_when_there_is_something_to_look_at(start, qtbot, monkeypatch):
    order = []
    released = Runner.compile_now
    monkeypatch.setattr(Runner, "compile_now", lambda runner: (order.append("compile"), released(runner)))
    window = start(str(TEACHING_BOOK), wait=False)
    window.session.view_changed.connect(lambda view, book: order.append("view"))
    window.show()
    qtbot.waitUntil(lambda: "compile" in order, timeout=60_000)
    assert order[0] == "view"


def test_that_the_window_says_that_compiled_code_is_not_kept(start, monkeypatch, qtbot):
    sentence = "Compiled code is not kept: the folder /x belongs to another user. It is compiled anew at each start."
    monkeypatch.setattr(starting, "kept", lambda: kept()._replace(problem=sentence))
    window = start(str(TEACHING_BOOK), wait=False)
    said = []
    monkeypatch.setattr(window, "say", said.append)
    window.show()
    qtbot.waitUntil(lambda: window.session.runner.ready, timeout=120_000)
    assert said == [sentence]


def test_that_a_file_argument_opens(start):
    window = start(str(TEACHING_BOOK))
    assert window.document.path == TEACHING_BOOK


def test_that_the_file_that_was_open_last_is_one_key_away(start, tmp_path, qtbot):
    first = start(str(TEACHING_BOOK))
    first.save(tmp_path / "mine.cascade")
    first.settings.sync()
    second = start(wait=False)
    second.show()
    qtbot.waitUntil(lambda: second.views.start is not None and not second.views.start.busy, timeout=60_000)
    qtbot.keyClick(second.focusWidget(), Qt.Key.Key_Return)
    assert second.document.path == tmp_path / "mine.cascade"
    assert second.views.start.isHidden()


def test_that_the_file_that_was_open_last_stands_behind_the_question_about_unsaved_work(start, tmp_path, qtbot):
    first = start(str(TEACHING_BOOK))
    first.settings.sync()
    leave_behind(tmp_path)
    second = start()
    answer(second, qtbot, "Skip")
    assert second.document.path == TEACHING_BOOK
    assert second.views.start is None


def first_example_waits_for(monkeypatch, released):
    """Let the example that a first start shows come only when something has happened."""
    true = Example.read
    monkeypatch.setattr(Example, "read", lambda example: released.wait(60) and true(example))


def test_that_a_file_opened_before_the_first_picture_is_not_replaced_by_the_example(start, qtbot):
    window = start(wait=False)
    window.show()
    assert window.open(TEACHING_BOOK)
    qtbot.waitUntil(lambda: window.session.runner.ready, timeout=120_000)
    qtbot.waitUntil(lambda: not window.files.loading, timeout=60_000)
    assert window.document.path == TEACHING_BOOK
    assert window.scenario_panel.isVisible()


def test_that_a_file_opened_while_the_example_is_read_is_not_replaced_by_it(start, qtbot, monkeypatch):
    released = threading.Event()
    first_example_waits_for(monkeypatch, released)
    window = start(wait=False)
    window.show()
    qtbot.waitUntil(lambda: window.files.loading, timeout=60_000)
    assert window.open(TEACHING_BOOK)
    released.set()
    window.files._loading.do(lambda: None, lambda _: None)  # comes after the example
    qtbot.waitUntil(lambda: not window.files.loading, timeout=60_000)
    assert window.document.path == TEACHING_BOOK


def test_that_the_example_that_comes_while_a_file_is_read_waits_for_it(start, qtbot, monkeypatch):
    window = start(wait=False)
    names = []
    window.files.opened.connect(lambda: names.append(window.document.path))
    true = engine.files.read_file
    monkeypatch.setattr(engine.files, "read_file", lambda path: window_has_the_example.wait(60) and true(path))
    window_has_the_example = threading.Event()
    came = window.files._show_first
    monkeypatch.setattr(window.files, "_show_first", lambda: (came(), window_has_the_example.set()))
    window.show()
    assert window.open(TEACHING_BOOK)
    assert window_has_the_example.is_set()
    assert names == [TEACHING_BOOK]


def test_that_the_example_is_shown_where_the_file_opened_before_it_cannot_be_read(start, qtbot, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    window = start(wait=False)
    window.show()
    assert not window.open(bad)
    window.findChild(object, "bad_input_message").close()
    qtbot.waitUntil(lambda: len(window.document.loans) > 5000, timeout=60_000)
    assert window.document.path is None


def test_that_a_file_that_cannot_be_read_is_said_over_the_open_window(start, tmp_path, qtbot):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    window = start(str(bad), wait=False)
    with qtbot.waitSignal(window.files.open_failed, timeout=60_000):
        window.show()
    assert window.findChild(object, "bad_input_message").isVisible()
    assert window.scenario_panel.isVisible()
    window.findChild(object, "bad_input_message").close()


def test_that_play_runs_and_plays(start, qtbot):
    window = start(str(TEACHING_BOOK), "--play")
    qtbot.waitUntil(lambda: window.player.playing, timeout=60_000)
    assert window.recording is not None


def test_that_present_goes_on_stage_with_a_file_and_runs_it_where_it_has_no_run(start, qtbot):
    window = start(str(TEACHING_BOOK), "--present")
    qtbot.waitUntil(lambda: window.recording is not None and window.recording.ended is not None, timeout=60_000)
    assert window.presenting.is_on
    qtbot.waitUntil(lambda: window.presenting.run is window.recording)
    qtbot.waitUntil(lambda: not window.presenting.is_busy, timeout=60_000)
    assert window.presenting.stage.page.told is not None


def test_that_the_window_is_painted_before_anything_slow_is_imported(tmp_path):
    code = f"""
import sys
from cascade_gui.app import _frame, _wait_for_picture, parse
options = parse(["--profile", {str(tmp_path / "profile")!r}])
app, window = _frame(options)
window.show()
_wait_for_picture(app, window)
assert window.painted
print([name for name in ("numba", "pandas", "pyarrow", "scipy", "pydantic", "pyqtgraph") if name in sys.modules])
window.furnish()
print([name for name in ("numba", "pandas", "pyarrow", "scipy") if name in sys.modules])
window.shut_down()
"""
    answer = python("-c", code, QT_QPA_PLATFORM="offscreen")
    assert answer.stdout.split("\n")[:2] == ["[]", "[]"], answer.stderr


def test_that_the_views_can_be_changed_in_the_menu_bar_of_a_window_that_is_filled_while_it_is_shown(tmp_path):
    code = f"""
from cascade_gui.app import _frame, _wait_for_picture, parse
app, window = _frame(parse(["--profile", {str(tmp_path / "profile")!r}]))
window.show()
_wait_for_picture(app, window)
window.furnish()
print(window.view_tabs.isVisible(), window.verified.isVisible())
window.shut_down()
"""
    answer = python("-c", code, QT_QPA_PLATFORM="offscreen")
    assert answer.stdout.split() == ["True", "True"], answer.stderr


def test_that_the_sources_of_what_is_imported_after_qt_are_not_read(tmp_path):
    code = f"""
import linecache, sys
from cascade_gui.app import _frame, parse
app, window = _frame(parse(["--profile", {str(tmp_path / "profile")!r}]))
before = set(linecache.cache)
window.furnish()
print("numpy" in sys.modules, len(set(linecache.cache) - before))
window.shut_down()
"""
    answer = python("-c", code, QT_QPA_PLATFORM="offscreen")
    assert answer.stdout.split() == ["True", "0"], answer.stderr


def test_that_no_garbage_is_looked_for_in_what_was_loaded_before_the_window_is_used(tmp_path):
    code = f"""
import gc
from PySide6.QtWidgets import QApplication
from cascade_gui.app import main
from cascade_gui.window.main_window import MainWindow
def look(app):
    print(gc.get_freeze_count() > len(gc.get_objects()))
    next(each for each in app.topLevelWidgets() if isinstance(each, MainWindow)).shut_down()
    return 0
QApplication.exec = look
main(["--profile", {str(tmp_path / "profile")!r}])
"""
    answer = python("-c", code, QT_QPA_PLATFORM="offscreen")
    assert answer.stdout.split() == ["True"], answer.stderr


def test_that_the_self_test_runs_the_example_and_says_so(tmp_path):
    answer = python("-m", "cascade_gui", "--self-test", "--profile", str(tmp_path / "p"), QT_QPA_PLATFORM="offscreen")
    assert answer.stdout.strip() == "self-test passed", answer.stderr
    assert answer.returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_that_without_a_display_it_says_so_and_names_the_command(tmp_path):
    answer = python("-m", "cascade_gui", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert answer.returncode == 2
    assert "no display" in answer.stderr
    assert "cascade run" in answer.stderr


def test_that_a_wrong_option_is_a_usage_error():
    with pytest.raises(SystemExit) as ending:
        parse(["--nonsense"])
    assert ending.value.code == 2


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({"QT_QPA_PLATFORM": "minimal:x=1"}, "linux", True),
        ({"QT_QPA_PLATFORM": "xcb"}, "linux", False),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_that_a_display_is_recognised(environment, platform, there):
    assert has_display(environment, platform) is there


def test_that_the_layout_is_restored_and_can_be_reset(start, qtbot):
    first = start(str(TEACHING_BOOK))
    first.panels.book.hide()
    first.panels.save()
    first.settings.sync()
    second = start(str(TEACHING_BOOK))
    assert second.panels.book.isHidden()
    second.actions_table["view_reset_layout"].trigger()
    assert not second.panels.book.isHidden()


def test_that_a_layout_of_another_version_is_not_used(start, monkeypatch):
    window = start(str(TEACHING_BOOK))
    window.settings.set_layout(QByteArray(b"no layout"), QByteArray(b"at all"))
    window.settings.sync()
    monkeypatch.setattr("cascade_gui.window.settings.LAYOUT_VERSION", 99)
    assert not start(str(TEACHING_BOOK)).panels.book.isHidden()


def test_that_a_narrow_window_folds_the_account_away_first(start, qtbot):
    window = start(str(TEACHING_BOOK))
    window.resize(1366, 700)
    qtbot.waitUntil(window.panels.account.isHidden)
    assert not window.panels.scenario.isHidden()
    window.panels.account.show()
    window.resize(1380, 700)
    assert not window.panels.account.isHidden()
    window.resize(1800, 900)
    qtbot.waitUntil(lambda: not window.panels.account.isHidden())


def test_that_colors_can_be_forced_and_are_remembered(start, qtbot):
    window = start(str(TEACHING_BOOK))
    for action in window.submenus._menus["scheme"].actions():
        if action.data() == "light":
            action.trigger()
    qtbot.waitUntil(lambda: not window.theme.tokens.dark)
    assert window.settings.color_scheme == "light"


# ------------------------------------------------------------------------------------------ recovery


def leave_behind(tmp_path, path=None):
    folder = RecoveryFolder(tmp_path / "profile" / "recovery")
    file = folder.new_file()
    write_unsaved(file, unsaved(path=path))
    return file


def answer(window, qtbot, button):
    qtbot.waitUntil(lambda: window.findChild(RecoveryDialog) is not None, timeout=60_000)
    dialog = window.findChild(RecoveryDialog)
    text = dialog.text() + dialog.informativeText()
    with qtbot.waitSignal(dialog.destroyed, timeout=60_000):
        next(each for each in dialog.buttons() if each.text().replace("&", "") == button).click()
    return text


def test_that_unsaved_work_is_offered_with_its_name_and_time(start, tmp_path, qtbot):
    leave_behind(tmp_path)
    text = answer(start(str(TEACHING_BOOK)), qtbot, "Skip")
    assert "crash" in text
    assert "26" in text
    assert "never saved" in text


def test_that_recovering_brings_everything_back_as_unsaved(start, tmp_path, qtbot):
    file = leave_behind(tmp_path)
    window = start(str(TEACHING_BOOK))
    answer(window, qtbot, "Recover")
    assert len(window.document.loans) == 2
    assert window.document.dirty
    assert "12 apples" in str(window.document.faults()[0])
    qtbot.waitUntil(lambda: not file.exists())
    qtbot.waitUntil(window.recovery.file.exists)


def test_that_skipping_keeps_the_work_for_the_next_start(start, tmp_path, qtbot):
    file = leave_behind(tmp_path)
    window = start(str(TEACHING_BOOK))
    answer(window, qtbot, "Skip")
    assert file.exists()
    assert window.document.path == TEACHING_BOOK


def test_that_open_saved_shows_the_file_and_forgets_the_work(start, tmp_path, qtbot):
    file = leave_behind(tmp_path, TEACHING_BOOK)
    window = start()
    answer(window, qtbot, "Open saved")
    assert window.document.path == TEACHING_BOOK
    assert not file.exists()


def test_that_a_damaged_recovery_file_does_not_keep_the_window_from_starting(start, tmp_path, qtbot):
    leave_behind(tmp_path).write_bytes(b"torn")
    window = start(str(TEACHING_BOOK))
    assert "damaged" in window.message.text()
    assert window.findChild(RecoveryDialog) is None


def test_that_the_frame_says_that_something_is_being_opened_until_it_is_there(start, qtbot, monkeypatch):
    released = threading.Event()
    first_example_waits_for(monkeypatch, released)
    window = start(wait=False)
    window.show()
    qtbot.waitUntil(lambda: window.painted)
    qtbot.wait(50)
    assert window._opening.text == "Opening ..."
    assert not window.page.isVisible()
    assert "Untitled" not in window.windowTitle() + window.toolbar.caption.accessibleName()
    released.set()
    qtbot.waitUntil(lambda: window._opening.text == "", timeout=60_000)
    assert window.page.isVisible()
    assert window.toolbar.caption.accessibleName().startswith("Compound v2")


def test_that_no_part_of_the_window_is_ever_a_window_of_its_own(start, qapp):
    seen = []

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                seen.append(type(watched).__name__)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        start(str(TEACHING_BOOK))
    finally:
        qapp.removeEventFilter(watch)
    assert set(seen) == {"MainWindow"}


def test_that_work_that_was_saved_just_before_the_end_is_not_offered(start, tmp_path, qtbot):
    path = tmp_path / "a.json"
    path.write_bytes(TEACHING_BOOK.read_bytes())
    scenario = load_scenario(path)
    folder = RecoveryFolder(tmp_path / "profile" / "recovery")
    file = folder.new_file()
    write_unsaved(file, replace(unsaved([], path), parameters=scenario.parameters, loans=scenario.loans))
    window = start(str(path))
    qtbot.waitUntil(lambda: not file.exists())
    assert window.findChild(RecoveryDialog) is None


def test_that_a_newer_file_is_named_and_recovering_all_the_same_makes_save_ask(start, tmp_path, qtbot, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(TEACHING_BOOK.read_bytes())
    leave_behind(tmp_path, path)
    window = start(str(path))
    text = answer(window, qtbot, "Recover")
    assert "is newer" in text
    asked = []
    monkeypatch.setattr(messages, "ask_overwrite", lambda *_: asked.append(1))
    assert not window.save(path)
    assert asked == [1]
    assert path.read_bytes() == TEACHING_BOOK.read_bytes()
