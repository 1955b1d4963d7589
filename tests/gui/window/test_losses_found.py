"""Losses of rounds are shown as they are found, not when the last one is."""

from __future__ import annotations

import time
from types import SimpleNamespace

from cascade_gui.window.session import Session

ROUNDS = 4


class SlowLosses:
    """Takes long over each round, as where nothing is compiled yet."""

    def __init__(self):
        self.known = 0

    def insolvent_debt_usd(self, number):
        time.sleep(0.25)
        self.known = number + 1


def test_that_the_window_is_told_of_losses_while_more_are_looked_for(qtbot):
    session = Session()
    losses, seen = SlowLosses(), []
    outside = SimpleNamespace(work_out=lambda: None)
    session._recording = SimpleNamespace(losses=losses, outside=outside, rounds=[None] * ROUNDS)
    session.losses_found.connect(lambda: seen.append(losses.known))
    session._work_out_losses()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == ROUNDS, timeout=30_000)
    assert seen[0] < ROUNDS
    session._recording = None
    session.shut_down()
