"""Runs that a Dask cluster makes for the window."""

from __future__ import annotations

import engine
from engine.running.paths import Paths
from tests.engine.studies.test_cluster import address
from tests.gui.studies.test_studies_page import choose, page, type_into, work_out
from tests.gui.window.conftest import make_window, window

__all__ = ["address", "make_window", "page", "window"]


def test_that_a_cluster_makes_the_runs_and_one_that_is_not_there_is_said(page, window, qtbot, address, monkeypatch):
    expected = engine.studies.montecarlo(window.document.scenario(), paths=3, horizon="1min")
    choose(page, "montecarlo")
    type_into(page, "paths", "3")
    type_into(page, "horizon", "1min")
    page.asking.scheduler.setText("tcp://127.0.0.1:9")
    work_out(page, qtbot)
    assert "scheduler tcp://127.0.0.1:9: no Dask scheduler answers" in page.fault.text()
    assert page.result is None
    page.asking.scheduler.setText(address)
    true = Paths.run
    monkeypatch.setattr(Paths, "run", lambda *_, **__: 1 / 0)  # nothing is run here
    work_out(page, qtbot)
    monkeypatch.setattr(Paths, "run", true)
    assert page.fault.text() == ""
    assert page.result.figures == expected.figures
