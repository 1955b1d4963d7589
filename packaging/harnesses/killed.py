"""Programs that a harness kills: each says on a line what it has done, so that the harness knows what must be kept.

``python killed.py edit PROFILE FILE``  edits in a window, and saves now and then
``python killed.py save FILE``          writes one version after another
``python killed.py import BOOK FILE``   imports a book again and again
``python killed.py run FILE OUT``       runs a scenario again and again
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))


TERMS = ("--price", "WETH=2000", "--price", "USDC=1", "--threshold", "WETH=0.8", "--bonus", "WETH=0.05")
"""What a book does not say of its assets."""


def say(what: str, number: int) -> None:
    """Tell the harness at once."""
    print(what, number, flush=True)


def edit(profile: str, file: str) -> None:
    """Edit a number of the scenario ten times a second, and save every seventh time."""
    from PySide6.QtCore import QTimer

    from cascade_gui.app import build

    app, window = build(["--profile", profile, file])
    window.show()
    number = 0

    def step() -> None:
        nonlocal number
        if window.document.path is None:
            return
        number += 1
        window.document.set_parameter("simulation.seed", number)
        say("edited", number)
        if number % 7 == 0:
            say("saving", number)
            if window.save(Path(file)):
                say("saved", number)

    timer = QTimer()
    timer.timeout.connect(step)
    timer.start(100)
    app.exec()


def save(file: str) -> None:
    """Write versions of a scenario, each with its number."""
    import engine

    scenario = engine.load(file)
    for number in range(1, 1_000_000):
        engine.save(scenario.with_values({"simulation.seed": number}), file)
        say("saved", number)


def again(*arguments: str) -> None:
    """Carry out one command again and again."""
    from engine.command.main import main

    for number in range(1, 1_000_000):
        if main([*arguments, "--quiet"]) != 0:
            sys.exit("the command was refused: there is nothing to kill")
        say("done", number)


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    if kind == "edit":
        edit(*rest)
    elif kind == "save":
        save(*rest)
    elif kind == "import":
        again("import", rest[0], "-o", rest[1], *TERMS)
    else:
        again("run", rest[0], "--json", rest[1])
