"""Which studies there are: every file in `engine.studies.questions` is one, and none is named elsewhere."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, cast

import engine.studies.questions
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from engine.studies.study import Study


def study_names() -> tuple[str, ...]:
    """Return the names of all studies; nothing of them is loaded.

    Examples
    --------
    >>> "sweep" in study_names()
    True
    """
    return tuple(sorted(module.name for module in iter_modules(engine.studies.questions.__path__)))


def find_study(name: str) -> Study[Any]:
    """Return a study by its name.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    if name not in study_names():
        raise BadInput.at("study", repr(name), "one of " + ", ".join(study_names()))
    return cast("Study[Any]", import_module(f"engine.studies.questions.{name}").STUDY)
