"""Paths that many tests need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"

SHARED = Path(os.environ.get("CASCADE_SHARED") or ROOT.parent / "shared")
"""The reference cases and real books, which are too large for the repository."""

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason=f"the reference material is not at {SHARED}; CASCADE_SHARED can name another folder",
)
