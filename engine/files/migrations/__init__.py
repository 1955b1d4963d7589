"""Older file formats, brought up to date one version at a time.

The step to version N is a module ``toN.py`` here with ``migrate(data) -> data``: it gets the plain
dict of ``scenario.json`` in format N - 1, without the loans, and returns it in format N. It is listed
in `STEPS` and never changed again; a file of each old format stays in the tests for ever.

Version 1 is the first, so there is no step yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.base.faults import BadInput
from engine.scenario.schema import FORMAT

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {}
"""Version to the step that leads to it from the version before."""

_FAMILY, _, _NUMBER = FORMAT.rpartition("/")
CURRENT = int(_NUMBER)


def to_current(data: dict[str, Any], steps: Mapping[int, Step] = STEPS, current: int = CURRENT) -> dict[str, Any]:
    """Return scenario data in the current format.

    Parameters
    ----------
    data
        The plain dict of a scenario file; it is not changed.
    steps, current
        The known steps and the format they lead to.

    Raises
    ------
    BadInput
        If ``format`` is missing, is no format of ours, or is newer than this program.
    """
    version = _version(data, current)
    for number in range(version + 1, current + 1):
        step = steps.get(number)
        if step is None:
            raise BadInput.at("format", repr(data["format"]), f"{_FAMILY}/{current}")
        data = {**step(dict(data)), "format": f"{_FAMILY}/{number}"}
    return data


def _version(data: dict[str, Any], current: int) -> int:
    if "format" not in data:
        raise BadInput.at("format", "missing", f"{_FAMILY}/{current}")
    found = data["format"]
    match = re.fullmatch(re.escape(_FAMILY) + r"/([1-9][0-9]{0,5})", found) if isinstance(found, str) else None
    if match is None:
        raise BadInput.at("format", repr(found)[:80], f"{_FAMILY}/{current}")
    version = int(match[1])
    if version > current:
        raise BadInput.at(
            "format",
            f"{found}: the file was written by a newer version of Cascade, which this one cannot read",
            f"up to {_FAMILY}/{current} (update Cascade to open it)",
        )
    return version
