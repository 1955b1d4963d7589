"""Runs the command in this process, with files of its own."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

import pytest

from engine.command.main import main
from tests.engine.scenarios import SMALL, small

ROWS = [
    {**SMALL["loans"][0], "account": f"a{number}", "debt_amount": 12_000.0 + 400.0 * number} for number in range(20)
]


@dataclass(frozen=True)
class Ended:
    """What a command gave."""

    status: int
    out: str
    err: str


@pytest.fixture
def cascade(capfdbinary, monkeypatch):
    """Return a function that runs the command: words in, status and both outputs back."""

    def run(*words: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        status = main([str(word) for word in words])
        out, err = capfdbinary.readouterr()
        return Ended(status, out.decode(), err.decode())

    return run


@pytest.fixture
def book(tmp_path):
    """Return a small scenario file with a cascade in it."""
    path = tmp_path / "book.json"
    path.write_text(json.dumps(small(loans=ROWS)), encoding="utf-8")
    return path
