"""What the open scenario is compared with: a proposal or a pinned run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput, Fault
from engine.scenario import parameter_paths
from engine.scenario.provenance import WITHOUT_EFFECT
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.files.proposals import Proposal
    from engine.scenario.schema import Parameters


@dataclass(frozen=True, slots=True)
class Alternative:
    """A proposal, or a run that was pinned.

    Parameters
    ----------
    proposal
        What is proposed; None for a pinned run.
    pinned
        The scenario of a pinned run; None for a proposal.
    label
        What a pinned run is called, and how it ended.
    back
        What takes it out of the open scenario again, None while it is not known to have been put in.
    path
        Its file, None while a proposal is in none.
    """

    proposal: Proposal | None = None
    pinned: Scenario | None = None
    label: tuple[str, str] = ("", "")
    back: Mapping[str, Any] | None = None
    path: Path | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.label[0] if self.proposal is None else self.proposal.name

    def put_into(self, parameters: Parameters) -> Parameters:
        """Return parameters with what it changes; name, notes and stops stay.

        Raises
        ------
        BadInput
            If a parameter does not exist there, or a value is not allowed.
        """
        if self.pinned is not None:
            kept = {key: parameters.plain[key] for key in WITHOUT_EFFECT if key in parameters.plain}
            return parameter_paths.replace_all(self.pinned.parameters, kept)
        assert self.proposal is not None
        try:
            return parameter_paths.replace_all(parameters, self.proposal.changes)
        except BadInput as error:
            raise BadInput(
                Fault(f"{self.name}, {each.where}", each.found, each.allowed) for each in error.faults
            ) from None

    def is_in(self, parameters: Parameters) -> bool:
        """Whether parameters have all that it changes."""
        try:
            return self.put_into(parameters) == parameters
        except BadInput:
            return False

    def take_out_of(self, parameters: Parameters) -> Parameters:
        """Return parameters without what it changed.

        Raises
        ------
        BadInput
            If it is not known what was there before.
        """
        if self.back is None:
            raise BadInput.at(self.name, "it is not known what was there before", "the scenario without it")
        return parameter_paths.replace_all(parameters, self.back)


def is_same(one: object, other: Scenario | None) -> bool:
    """Whether two scenarios are the same, loans and all; what is no scenario any more is the same as none."""
    if not isinstance(one, Scenario) or other is None:
        return False
    if one.parameters != other.parameters:
        return False
    return one.loans is other.loans or one.loans.same_as(other.loans)
