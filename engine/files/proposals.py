"""Proposals: small files with other values for some parameters of a scenario, to be shared, compared and put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput, Fault
from engine.files.atomic import writing
from engine.files.json_file import group, pretty
from engine.files.limits import MOST_JSON_BYTES, in_words
from engine.files.strict_json import parse
from engine.scenario.differences import changes_between

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario

FORMAT: Final = "cascade-proposal/1"
ENDING: Final = ".json"
_CONTENT: Final = {
    "name": (str, "a text that says what is proposed"), "changes": (Mapping, "values by the paths of parameters"),
}  # fmt: skip
_KEYS: Final = ("format", *_CONTENT)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other values for some parameters.

    Parameters
    ----------
    name
        What it is called.
    changes
        Values by the paths of parameters, in the units and with the keys of scenario files; at least one.
    where
        What it is called in faults: its file, if it has one.

    Examples
    --------
    >>> proposal = engine.Proposal("Lower threshold", {"markets.lender.collateral.WETH.liquidation_threshold": 0.75})
    >>> proposal.apply_to(scenario).parameters.markets["lender"].collateral["WETH"].liquidation_threshold
    0.75
    """

    name: str
    changes: Mapping[str, Any]
    where: str = "the proposal"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise BadInput.at(f"{self.where}, name", "blank", "a text that says what is proposed")
        if not self.changes:
            raise BadInput.at(f"{self.where}, changes", "empty", "at least one PATH: VALUE")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], where: str = "the proposal") -> Proposal:
        """Return the proposal of a file's plain content.

        Parameters
        ----------
        data
            Its keys and values.
        where
            What it is called in faults.

        Raises
        ------
        BadInput
            If it is of another format, a key is missing or unknown, or nothing is changed.

        Examples
        --------
        >>> given = {"format": "cascade-proposal/1", "name": "Dear gas", "changes": {"liquidators.gas_usd": 50}}
        >>> engine.Proposal.from_dict(given).to_dict() == given
        True
        """
        if data.get("format") != FORMAT:
            what = f"the format {data['format']!r}" if "format" in data else "no format"
            raise BadInput.at(where, what, f'a proposal, {{"format": "{FORMAT}", "name": "...", "changes": {{...}}}}')
        for key in data:
            if key not in _KEYS:
                close = get_close_matches(str(key), _KEYS, n=1)
                hint = f"unknown key, did you mean {close[0]}?" if close else "unknown key"
                raise BadInput.at(f"{where}, {key}", hint, "" if close else ", ".join(_KEYS))
        for key, (kind, allowed) in _CONTENT.items():
            if not isinstance(data.get(key), kind):
                found = type(data[key]).__name__ if key in data else "missing"
                raise BadInput.at(f"{where}, {key}", found, allowed)
        return cls(data["name"], data["changes"], where)

    @classmethod
    def between(cls, before: Scenario, after: Scenario, name: str) -> Proposal:
        """Return what makes the parameters of one scenario of those of another; loans do not count.

        Parameters
        ----------
        before, after
            What is changed, and what comes out.
        name
            What it is called.

        Raises
        ------
        BadInput
            If nothing is changed that a run depends on.

        Examples
        --------
        >>> dearer = scenario.with_values({"liquidators.gas_usd": 25.0})
        >>> engine.Proposal.between(scenario, dearer, "Dear gas").changes
        {'liquidators.gas_usd': 25.0}
        """
        return cls(name, changes_between(before.parameters, after.parameters))

    def to_dict(self) -> dict[str, Any]:
        """Return the plain content of its file."""
        return {"format": FORMAT, "name": self.name, "changes": dict(self.changes)}

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return a scenario with these values in place of its own, on the same loans.

        Raises
        ------
        BadInput
            If a parameter does not exist in the scenario, as in a proposal for another one, or a value is not allowed.
        """
        try:
            return scenario.with_values(self.changes)
        except BadInput as error:
            raise BadInput(self._placed(fault) for fault in error.faults) from None

    def _placed(self, fault: Fault) -> Fault:
        """Say which proposal a fault is in, and what is wrong where it is of another scenario."""
        found = fault.found
        if found.startswith(("there is no", "there is nothing", "no such")):
            found = f"not in this scenario: {found}"
        return Fault(f"{self.where}, {fault.where}", found, fault.allowed)


def load_proposal(path: str | Path) -> Proposal:
    """Read a proposal's file.

    Parameters
    ----------
    path
        A ``.json`` file, ``{"format": "cascade-proposal/1", "name": "...", "changes": {PATH: VALUE}}``.

    Raises
    ------
    BadInput
        If it cannot be read, is no proposal or changes nothing; the fault names the file, the place and the repair.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_JSON_BYTES + 1)
    except FileNotFoundError:
        raise BadInput.at(str(path), "there is no such file") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise BadInput.at(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MOST_JSON_BYTES:
        raise BadInput.at(str(path), f"larger than {in_words(MOST_JSON_BYTES)}", "a proposal, which is small")
    return Proposal.from_dict(group(parse(data, str(path)), str(path)), str(path))


def save_proposal(proposal: Proposal, path: str | Path) -> None:
    """Write a proposal's file, atomically.

    Parameters
    ----------
    proposal
        What is proposed.
    path
        Where, a name that ends with ``.json``.

    Raises
    ------
    BadInput
        If the name ends otherwise, or the place cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ENDING:
        found = f"the ending {path.suffix}" if path.suffix else "a name without ending"
        raise BadInput.at(str(path), found, ENDING)
    text = pretty(proposal.to_dict()).encode("utf-8", "surrogatepass")
    with writing(path) as stream:
        stream.write(text + b"\n")
