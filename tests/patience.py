"""How long tests wait for what is to come: as long as a busy machine needs, for a test that passes waits no longer.

A test is not there to measure time (that is what benchmarks are for), so what is short here is no test's business.
"""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

PATIENCE_MS = 300_000
_GIVEN_BY_PYTEST_QT = 5_000


class PatientBot(QtBot):
    """Drives Qt as pytest-qt does, and waits longer wherever that would wait for 5 seconds or more."""

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        """Wait for a signal."""
        return super().waitSignal(signal, timeout=_patient(timeout), **options)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        """Wait for several signals."""
        return super().waitSignals(signals, timeout=_patient(timeout), **options)

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
        """Wait until something holds."""
        super().waitUntil(callback, timeout=_patient(timeout))


def _patient(timeout: int) -> int:
    return max(timeout, PATIENCE_MS) if timeout >= _GIVEN_BY_PYTEST_QT else timeout


@pytest.fixture
def qtbot(qapp, request) -> PatientBot:
    """Take the place of pytest-qt's own."""
    return PatientBot(request)
