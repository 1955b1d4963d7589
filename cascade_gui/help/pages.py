"""The pages of the help: resources/help, in the order in which they are best read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from engine.base.resource_files import resource_path


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("HelpPages", text))


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page.

    Parameters
    ----------
    file
        Its file in resources/help.
    heading
        What it is called, untranslated.
    """

    file: str
    heading: str

    @property
    def title(self) -> str:
        """What it is called."""
        return QCoreApplication.translate("HelpPages", self.heading)

    def read(self) -> str:
        """Return its Markdown."""
        return resource_path("help", self.file).read_text(encoding="utf-8")


PAGES: Final = (
    HelpPage("getting-started.md", _t("Getting started")),
    HelpPage("tutorial.md", _t("Tutorial")),
    HelpPage("importing.md", _t("Importing")),
    HelpPage("table.md", _t("The loan table")),
    HelpPage("studies.md", _t("Studies")),
    HelpPage("presenting.md", _t("Presenting")),
    HelpPage("method.md", _t("Method")),
    HelpPage("real-events.md", _t("Real events")),
    HelpPage("speed.md", _t("Speed")),
    HelpPage("keys.md", _t("Keys in tables, panels and plots")),
)


def page_of(file: str) -> HelpPage:
    """Return the page of a file.

    Raises
    ------
    StopIteration
        If there is none.
    """
    return next(page for page in PAGES if page.file == file)
