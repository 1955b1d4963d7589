"""What a film of a run looks like: what is asked for, checked before anything is drawn."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

PLOTS: Final = ("plot_loans", "plot_price", "plot_liquidations", "plot_health", "plot_map", "plot_losses")
"""The plots that a stage can show, by their names in the window."""
MOST_PLOTS: Final = 4
ENDINGS: Final = (".gif", ".mp4")
PICTURES: Final = "*.png"
"""The name of a folder's film: every frame is a picture in it."""
LEAST_SIZE: Final = (160, 90)
LARGEST_SIZE: Final = (7680, 4320)
MOST_FRAMES_A_SECOND: Final = 60
MOST_OF_GIF: Final = 50
"""A GIF counts in hundredths of a second, and what shows it slows frames down that last only one."""
SLOWEST, FASTEST = 0.1, 64.0


@dataclass(frozen=True, slots=True)
class FilmSettings:
    """How a film is made.

    Parameters
    ----------
    width, height
        Of a frame, pixels.
    frames_a_second
        How often the picture changes, 1 to 60; a GIF at most 50.
    rounds_a_second
        How fast rounds follow each other, 0.1 to 64; rounds in which little happens are shorter, and none is left out.
    first, last
        The rounds from and to which it goes; None for the last one there is.
    plots
        One to four names of `PLOTS`.
    dark
        Whether in dark colours.
    captions
        Whether caption and figures are shown; else the plots alone.

    Examples
    --------
    >>> FilmSettings(width=1280, height=720).frames_a_second
    25
    """

    width: int = 1920
    height: int = 1080
    frames_a_second: int = 25
    rounds_a_second: float = 1.0
    first: int = 0
    last: int | None = None
    plots: tuple[str, ...] = ("plot_loans",)
    dark: bool = True
    captions: bool = True

    def check(self, ending: str, rounds: int | None) -> None:
        """Check that such a film can be made of a run.

        Parameters
        ----------
        ending
            ``.gif``, ``.mp4`` or ``.png``.
        rounds
            The number of the run's last round, None before it is known.

        Raises
        ------
        BadInput
            With the first thing that is wrong.
        """
        inside = all(
            low <= each <= high
            for low, each, high in zip(LEAST_SIZE, (self.width, self.height), LARGEST_SIZE, strict=True)
        )
        if not inside:
            allowed = "x".join(map(str, LEAST_SIZE)) + " to " + "x".join(map(str, LARGEST_SIZE))
            raise BadInput.at("--size", f"{self.width}x{self.height}", allowed)
        if ending == ".mp4" and (self.width % 2 or self.height % 2):
            raise BadInput.at("--size", f"{self.width}x{self.height}", "even numbers of pixels in an MP4")
        most = MOST_OF_GIF if ending == ".gif" else MOST_FRAMES_A_SECOND
        if not 1 <= self.frames_a_second <= most:
            raise BadInput.at(
                "--fps", str(self.frames_a_second), f"1 to {most}{' in a GIF' if ending == '.gif' else ''}"
            )
        if not SLOWEST <= self.rounds_a_second <= FASTEST:
            raise BadInput.at("--rounds-per-second", f"{self.rounds_a_second:g}", f"{SLOWEST} to {FASTEST:g}")
        _check_plots(self.plots)
        if rounds is not None:
            self._check_rounds(rounds)

    def last_of(self, rounds: int) -> int:
        """Return the last round of a film of a run whose last round is `rounds`."""
        return rounds if self.last is None else self.last

    def _check_rounds(self, rounds: int) -> None:
        last = self.last_of(rounds)
        for option, number in (("--from", self.first), ("--to", last)):
            if not 0 <= number <= rounds:
                raise BadInput.at(option, f"round {number:,}", f"0 to {rounds:,}, the rounds of the run")
        if self.first > last:
            raise BadInput.at("--from", f"round {self.first:,} comes after --to, round {last:,}", "an earlier one")

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> FilmSettings:
        """Read what `to_json` wrote."""
        values = json.loads(text)
        return cls(**{**values, "plots": tuple(values["plots"])})


def plots_named(names: Iterable[str]) -> tuple[str, ...]:
    """Return plots by their names, with or without ``plot_`` before them.

    Raises
    ------
    BadInput
        If there is no such plot, one twice, none or too many.

    Examples
    --------
    >>> plots_named(["loans", "plot_price"])
    ('plot_loans', 'plot_price')
    """
    found = tuple(name if name.startswith("plot_") else f"plot_{name}" for name in (each.strip() for each in names))
    _check_plots(found)
    return found


def _check_plots(plots: tuple[str, ...]) -> None:
    known = ", ".join(name.removeprefix("plot_") for name in PLOTS)
    for name in plots:
        if name not in PLOTS:
            raise BadInput.at("--plots", name.removeprefix("plot_") or "nothing", f"one to four of {known}")
    if not 1 <= len(plots) <= MOST_PLOTS or len(set(plots)) < len(plots):
        said = ", ".join(name.removeprefix("plot_") for name in plots)
        raise BadInput.at("--plots", said or "none", f"one to four different ones of {known}")
