"""What an import says, and what it asks: the same lines and questions for the command and the dialog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a question.

    Parameters
    ----------
    label
        What it would mean, in words: ``8.000 is 8000``.
    option
        How the command is told: ``--decimal-comma``. A part in capitals (``ASSET=N``) is to be filled in.
    change
        The fields of `engine.importing.choices.ImportChoices` that it sets; empty where something is to be typed.
    """

    label: str
    option: str
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is not certain, and that nobody may decide but who knows the file.

    Parameters
    ----------
    role
        What it is about: a role (``liquidation_bonus``), or ``shape``, ``decimal_sign``, ``decimals``, ``alias`` ...
    where
        The place as the user sees it: the file, a column of it.
    text
        The question.
    answers
        Ways to answer it, at least one.
    """

    role: str
    where: str
    text: str
    answers: tuple[Answer, ...]

    def fault(self) -> Fault:
        """Return the question as one line, with the options that answer it."""
        ways = " or ".join(
            f"{answer.option} ({answer.label})" if answer.label else answer.option for answer in self.answers
        )
        return Fault(self.where, f"{self.text} Answer with {ways}")


class Unanswered(BadInput):
    """An import that needs answers first.

    Parameters
    ----------
    questions
        At least one.
    """

    def __init__(self, questions: list[Question]) -> None:
        self.questions = tuple(questions)
        super().__init__([question.fault() for question in questions])


@dataclass
class Notes:
    """What is said, asked and found wrong while a file is read.

    Parameters
    ----------
    said
        What was certain and was done, one line each.
    questions
        What was not certain.
    faults
        What is wrong, whatever the answers.
    differences
        Those of the lines that say where a file's own figures are others than ours.
    """

    said: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Note what was done, once."""
        if line not in self.said:
            self.said.append(line)

    def differ(self, line: str) -> None:
        """Note where a file's own figures are others than ours."""
        self.say(line)
        self.differences.append(line)

    def ask(self, question: Question) -> None:
        """Note a question, once for each place and role."""
        if not any((each.role, each.where) == (question.role, question.where) for each in self.questions):
            self.questions.append(question)

    def refuse(self) -> None:
        """End here if something is asked or wrong.

        Raises
        ------
        Unanswered
            With the questions, if there are any.
        BadInput
            With the faults.
        """
        if self.questions:
            raise Unanswered(self.questions)
        if self.faults:
            raise BadInput(self.faults)
