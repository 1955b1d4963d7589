"""Files beside a book, of which one list or sheet may be meant: ``FILE::PART``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.importing.asking import Answer, Unanswered
from engine.importing.read_source import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from engine.importing.asking import Question
    from engine.importing.source import Source


def read_part(path: str | Path, option: str = "") -> Source:
    """Read a file, or with ``FILE::PART`` one list or one sheet of it.

    Parameters
    ----------
    path
        The file.
    option
        Which option names it: ``params``. "" for a file that is no option's.

    Raises
    ------
    Unanswered
        If it holds several lists that may be meant; an answer names the file with its part.
    """
    whole, mark, part = str(path).rpartition("::")
    if mark:
        return read_source(whole, sheet=part, part=part, with_flaws=True)
    try:
        return read_source(path, with_flaws=True)
    except Unanswered as refusal:
        raise Unanswered([_of_part(question, str(path), option) for question in refusal.questions]) from None


def _of_part(question: Question, path: str, option: str) -> Question:
    """Return a question about the list of a book as one about a file beside it."""
    if question.role != "list":
        return question
    answers = []
    for answer in question.answers:
        part = f"{path}::{answer.change['list']}"
        told = f"--{option} {part}" if option else part
        answers.append(Answer(str(answer.change["list"]), told, {option: part} if option else {}))
    return replace(question, answers=tuple(answers))
