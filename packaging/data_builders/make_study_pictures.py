"""Makes the pictures of the help's page on studies: the window itself answers each question on the Compound book.

``python packaging/data_builders/make_study_pictures.py`` asks all questions and writes resources/help/studies-NAME.png;
with names of studies only those. It needs an environment in which the window runs, and some minutes; the results are
checked in. What is asked stands beside each picture on the page.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, Final

from example_parts import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.studies.studies_page import StudiesPage

EXAMPLE: Final = ROOT / "resources" / "examples" / "compound-thin.cascade"
HELP: Final = ROOT / "resources" / "help"
ASKED: Final[dict[str, dict[str, str]]] = {
    "book": {},
    "threshold": {"market": "compound", "asset": "WETH", "to": "80%", "solve": "100000"},
    "liquidity": {"within": "30%"},
    "critical": {"asset": "WETH", "to": "-0.5", "depths": "0.5,1,2"},
    "response": {},
    "montecarlo": {"horizon": "4h", "depeg": "USDC=0.8:0.1"},
    "sensitivity": {},
    "sweep": {"axis": "shock.returns.WETH=-0.1:-0.5:9; assets.WETH.liquidity.depth_multiplier=0.05,0.1,0.2,0.5,1"},
}
"""By study what is typed into its form."""
WIDTH: Final = 720
CHANGED: Final = {"critical": ("assets.WETH.liquidity.depth_multiplier", 0.05)}
"""What is changed in the example before a question: with all of its depth nothing runs away."""
HEIGHTS: Final = {"critical": 480, "liquidity": 460, "montecarlo": 460}
HEIGHT: Final = 340
_SIDES: Final = 600
_LONGEST_MS: Final = 900_000


def main(names: list[str]) -> int:
    """Write the pictures of some studies, of all without a name."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        _draw(names or list(ASKED), profile)
    return 0


def _draw(names: list[str], profile: str) -> None:
    from PySide6.QtGui import QAction

    from cascade_gui.app import build
    from cascade_gui.theme.theme import Scheme

    _, window = build(["cascade-gui", "--profile", profile])
    window.theme.set_scheme(Scheme.LIGHT)
    window.resize(WIDTH + _SIDES, 2 * HEIGHT)
    window.show()
    window.open(EXAMPLE)
    action = window.findChild(QAction, "view_studies")
    assert action is not None
    action.trigger()
    page = window.views.studies
    assert page is not None
    for name in names:
        if name in CHANGED:
            window.document.set_parameter(*CHANGED[name])
        answer(page, name, ASKED[name])
        upper = page.answer.upper
        page.answer.setFixedWidth(WIDTH)
        wait(lambda: False, 300)
        upper.resize(WIDTH, HEIGHTS.get(name, HEIGHT))
        wait(lambda: False, 300)
        upper.grab().toImage().save(str(HELP / f"studies-{name}.png"))
        print(f"{name}: {page.answer.sentence.text()}")
        if name in CHANGED:
            window.document.undo_stack.undo()
    window.shut_down()


def answer(page: StudiesPage, name: str, texts: dict[str, str], ticked: Sequence[str] = ()) -> None:
    """Ask a question with texts in its form and some boxes ticked, and wait for the answer."""
    from PySide6.QtWidgets import QCheckBox

    page.choose(name)
    page.asking.form.fill(texts)
    for box in ticked:
        field = page.asking.form.findChild(QCheckBox, f"setting_{box}")
        assert field is not None
        field.setChecked(True)
    page.live.stop()
    page.begin()
    wait(lambda: not page.busy and not page.live.busy, _LONGEST_MS)
    if page.fault.text():
        raise SystemExit(f"{name}: {page.fault.text()}")


def wait(until: object, milliseconds: int) -> None:
    """Let the window work until something holds, but no longer than so many milliseconds."""
    from PySide6.QtCore import QEventLoop, QTimer

    assert callable(until)
    loop = QEventLoop()
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if until() else None)
    look.start()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
