"""The search over the pages of the help."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextDocument

from cascade_gui.help.pages import PAGES, page_of
from cascade_gui.help.search import find, sections_of
from cascade_gui.theme import Scheme
from tests.gui.window.conftest import make_window, trigger, window
from tests.shared import RESOURCES

__all__ = ["make_window", "window"]


@pytest.fixture
def searched(window, qtbot):
    """Return the help with its search ready to be typed into."""
    trigger(window, "help_search")
    yield window.help.browser
    window.help.close()


def look_for(browser, qtbot, text):
    browser.search.clear()
    qtbot.keyClicks(browser.search, text)
    return [browser.contents.item(row).text() for row in range(browser.contents.count())]


def visible_text(browser):
    """Return what of the page can be seen."""
    view = browser.view
    first = view.cursorForPosition(view.viewport().rect().topLeft()).position()
    last = view.cursorForPosition(view.viewport().rect().bottomRight()).position()
    return view.toPlainText()[first:last]


def marked(browser):
    return [selection.cursor.selectedText() for selection in browser.view.extraSelections()]


def test_that_every_page_is_listed_and_can_be_searched(searched, qtbot):
    assert {page.file for page in PAGES} == {file.name for file in (RESOURCES / "help").glob("*.md")}
    titles = [searched.contents.item(row).text() for row in range(searched.contents.count())]
    assert titles == [page.title for page in PAGES]
    assert searched.windowTitle() == "Getting started"


def test_that_the_sections_of_a_page_are_those_that_are_shown(qapp):
    for page in PAGES:
        document = QTextDocument()
        document.setMarkdown(page.read())
        shown, block = [], document.begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                shown.append(block.text().strip())
            block = block.next()
        sections = [part for part in sections_of(page, page.read()) if part.number >= 0]
        assert [part.title for part in sections] == shown
        assert [part.number for part in sections] == list(range(len(shown)))


def test_that_a_word_in_a_title_comes_first_and_all_words_must_be_there(qapp):
    sections = [part for page in PAGES for part in sections_of(page, page.read())]
    first = find(sections, "TEACHING book")[0]
    assert (first.section.page.file, first.section.title) == ("getting-started.md", "The teaching book by hand")
    assert all("reproduction number" in f"{hit.section.title} {hit.section.text}".casefold()
               for hit in find(sections, "reproduction number")[:3])  # fmt: skip
    assert find(sections, "teaching nowhereatall") == []
    assert find(sections, "  ") == []


def test_that_what_stands_around_the_words_is_shown_without_marks(qapp):
    page = page_of("getting-started.md")
    for hit in find(sections_of(page, page.read()), "health"):
        assert "health" in f"{hit.section.title} {hit.around}".casefold()
        assert not set("*`|") & set(hit.around)
        assert len(hit.around) < 140


def test_that_what_is_found_opens_at_its_place_with_its_words_marked(searched, qtbot):
    titles = look_for(searched, qtbot, "bankruptcy price")
    assert titles
    qtbot.keyClick(searched.search, Qt.Key.Key_Down)
    hit = searched.contents.what()
    assert searched.windowTitle() == hit.section.page.title
    assert set(map(str.casefold, marked(searched))) == {"bankruptcy", "price"}
    assert "bankruptcy" in visible_text(searched).casefold()
    assert searched.search.hasFocus()


def test_that_enter_opens_the_first_and_gives_the_keys_to_the_page(searched, qtbot):
    searched.activateWindow()
    look_for(searched, qtbot, "stability pool")
    qtbot.keyClick(searched.search, Qt.Key.Key_Return)
    assert "stability" in visible_text(searched).casefold()
    assert searched.view.hasFocus()


def test_that_the_marks_stay_in_another_scheme_and_size(window, searched, qtbot):
    look_for(searched, qtbot, "critical shock")
    qtbot.keyClick(searched.search, Qt.Key.Key_Down)
    before = marked(searched)
    window.theme.set_scheme(Scheme.LIGHT)
    searched.resize(900, 700)
    assert marked(searched) == before
    selection = searched.view.extraSelections()[0]
    assert selection.format.background().color() == QColor(window.theme.tokens.selection)


def test_that_it_says_so_when_nothing_is_found_and_esc_brings_the_pages_back(searched, qtbot):
    assert look_for(searched, qtbot, "nowhereatall") == []
    assert searched._count.text().startswith("Found nowhere")
    qtbot.keyClick(searched.search, Qt.Key.Key_Escape)
    assert searched.isVisible()
    assert searched.contents.count() == len(PAGES)
    qtbot.keyClick(searched.search, Qt.Key.Key_Escape)
    assert not searched.isVisible()


def test_that_a_page_is_chosen_in_the_list_and_links_lead_to_pages(searched, qtbot):
    row = [page.file for page in PAGES].index("method.md")
    searched.contents.setCurrentRow(row)
    assert searched.windowTitle() == "Method"
    searched.view.anchorClicked.emit(searched.view.document().baseUrl().resolved("importing.md"))
    assert searched.windowTitle() == "Importing"
    assert searched.contents.what() is page_of("importing.md")
