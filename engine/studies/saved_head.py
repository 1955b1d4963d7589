"""``study.json`` of an answer in a scenario file, read with suspicion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput
from engine.files.json_file import group
from engine.files.limits import MOST_SCENARIO_BYTES, in_words
from engine.files.strict_json import parse
from engine.studies.outcome import STUDY_FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_TEXT: Final = 10_000


def read_head(data: bytes, name: str, place: str) -> dict[str, Any]:
    """Return what ``study.json`` holds, with its keys checked.

    Parameters
    ----------
    data
        Its bytes.
    name
        Of the study in whose folder it stands.
    place
        What to call it in a fault.

    Raises
    ------
    BadInput
        If it is too large, no JSON, of another format or study, or a value is not what it must be.
    """
    if len(data) > MOST_SCENARIO_BYTES:
        raise BadInput.at(place, in_words(len(data)), f"at most {in_words(MOST_SCENARIO_BYTES)}")
    head = group(parse(data, place), place)
    if head.get("format") != STUDY_FORMAT:
        raise BadInput.at(f"{place}, format", repr(head.get("format"))[:80], STUDY_FORMAT)
    if set(head) != set(_KEYS):
        raise BadInput.at(place, f"the keys {', '.join(sorted(head))}"[:300], ", ".join(_KEYS))
    for key, (fits, allowed) in _KEYS.items():
        if not fits(head[key]):
            raise BadInput.at(f"{place}, {key}", repr(head[key])[:80], allowed)
    if head["study"] != name:
        raise BadInput.at(f"{place}, study", repr(head["study"])[:80], name)
    for figure, value in head["figures"].items():
        if value is not None and not _is_number(value):
            raise BadInput.at(f"{place}, figures, {figure}"[:200], repr(value)[:80], "a number, or null")
    if not _is_text(head["provenance"].get("loans_sha256")):
        raise BadInput.at(f"{place}, provenance, loans_sha256", "missing", "the hash of the loans that were studied")
    return head


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _is_group(value: Any) -> bool:
    return isinstance(value, dict)


def _are_sentences(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(line) for line in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


_TEXT: Final = (_is_text, f"a text of at most {_LONGEST_TEXT:,} letters")
_GROUP: Final = (_is_group, "a group of keys in braces")
_SENTENCES: Final = (_are_sentences, f"a list of texts of at most {_LONGEST_TEXT:,} letters")
_KEYS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "format": _TEXT,
    "study": _TEXT,
    "scenario": _TEXT,
    "provenance": _GROUP,
    "settings": _GROUP,
    "stopped": (lambda value: isinstance(value, bool), "true or false"),
    "verdict": _SENTENCES,
    "assumptions": _SENTENCES,
    "notes": _SENTENCES,
    "figures": _GROUP,
    "run_sha256": _TEXT,
    "seconds": (lambda value: _is_number(value) and value >= 0, "a number of at least 0"),
}
