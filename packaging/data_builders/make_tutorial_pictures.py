"""Makes the pictures of the help's tutorial: the window itself is taken from question to question.

``python packaging/data_builders/make_tutorial_pictures.py`` asks what the page says, on the example that it opens,
and writes resources/help/tutorial-NAME.png and, for the page, the sentence of each answer to standard output. It needs
an environment in which the window runs, and some minutes; the results are checked in.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final

from make_study_pictures import EXAMPLE, HELP, answer, wait

if TYPE_CHECKING:
    from pathlib import Path

ASKED: Final[dict[str, dict[str, str]]] = {
    "threshold": {"market": "compound", "asset": "WETH", "to": "80%", "solve": "100000", "paths": "100"},
    "montecarlo": {"paths": "200", "horizon": "4h", "depeg": "USDC=0.8:0.1"},
    "critical": {"asset": "WETH", "to": "-0.5", "short": "50e6"},
    "sensitivity": {},
}
"""By study what is typed into its form; the page says the same."""
TICKED: Final = {"critical": ("sale",)}
BONUS: Final = "markets.compound.collateral.WETH.liquidation_bonus"
PROPOSED: Final = 0.05
JUDGED: Final = {"paths": "100", "horizon": "4h"}
SIZE: Final = (1366, 768)
_LONGEST_MS: Final = 900_000


def main() -> int:
    """Write all pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        _walk(profile)
    return 0


def _walk(profile: str) -> None:
    from cascade_gui.app import build
    from cascade_gui.theme.theme import Scheme

    _, window = build(["cascade-gui", "--profile", profile])
    window.theme.set_scheme(Scheme.LIGHT)
    window.show()
    wait(lambda: False, 600)
    window.resize(*SIZE)  # it has fitted itself into the screen, which may be smaller than the picture is to be
    window.open(EXAMPLE)
    wait(lambda: window.recording is not None and window.session.runner.ready, _LONGEST_MS)
    _trigger(window, "view_studies")
    page = window.views.studies
    assert page is not None
    for name, texts in ASKED.items():
        answer(page, name, texts, TICKED.get(name, ()))
        wait(lambda: False, 600)
        _save(window, HELP / f"tutorial-{name}.png")
        print(f"{name}: {page.answer.sentence.text()}")
    _compare(window)
    window.shut_down()


def _compare(window: Any) -> None:
    """Propose a smaller bonus, and judge it over paths."""
    window.document.set_parameter(BONUS, PROPOSED)
    _trigger(window, "view_compare")
    page = window.views.compare
    wait(lambda: not page.busy, _LONGEST_MS)
    page.panel.new.click()
    page.panel.form.fill(JUDGED)
    wait(lambda: not page.busy, _LONGEST_MS)
    page.judge()
    wait(lambda: not page.busy, _LONGEST_MS)
    wait(lambda: False, 600)
    _save(window, HELP / "tutorial-compare.png")
    print(f"compare: {page.answer.verdict_text} {page.answer.more.text()}")


def _trigger(window: Any, name: str) -> None:
    from PySide6.QtGui import QAction

    action = window.findChild(QAction, name)
    assert action is not None
    action.trigger()


def _save(window: Any, path: Path) -> None:
    window.grab().toImage().save(str(path))


if __name__ == "__main__":
    sys.exit(main())
