"""A slow, obvious second reading of the method, for checking the engine.

Plain Python floats, dictionaries and dataclasses; nothing is shared with `engine`. Every function names the section
of the method (resources/help/method.md) that it follows. `run` takes the raw scenario dictionary (the JSON form) and
returns plain dictionaries.
"""

from __future__ import annotations

from tests.slow_engine.cascade import run

__all__ = ["run"]
