"""Studies: many runs that answer one question.

``engine.studies.NAME(scenario, ...)`` makes a study; its settings are named as on the command line of ``cascade NAME``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.studies.known_studies import find_study, study_names

if TYPE_CHECKING:
    from engine.studies.study import Study


def __getattr__(name: str) -> Study[Any]:
    if name not in study_names():
        message = f"module 'engine.studies' has no attribute {name!r}"
        raise AttributeError(message)
    return find_study(name)


def __dir__() -> list[str]:
    return list(study_names())
