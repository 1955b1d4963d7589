"""Bundled examples: scenarios that show one thing each, with a paragraph about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.base.resource_files import resource_path
from engine.reading.price_course import PriceCourse

if TYPE_CHECKING:
    from pathlib import Path

    from engine.files.scenario_files import Contents
    from engine.scenario.scenario import Scenario

FIRST = "compound-thin"
"""The example that opens on a first start."""


@dataclass(frozen=True, slots=True)
class Example:
    """One bundled example, without its scenario.

    Parameters
    ----------
    name
        How commands call it: ``teaching-book``.
    title
        How menus call it.
    summary
        What it shows, in one sentence.
    path
        Its scenario file, ``.cascade`` or ``.json``.
    recorded
        The ``.cascade`` file that holds the recording of its run: the scenario file itself, or one beside it.
    """

    name: str
    title: str
    summary: str
    path: Path
    recorded: Path

    def load(self) -> Scenario:
        """Read its scenario."""
        from engine.files.scenario_files import load_scenario

        return load_scenario(self.path)

    def read(self) -> Contents:
        """Read its scenario with the recording of its run."""
        from engine.files.scenario_files import read_file

        return read_file(self.recorded)


def examples() -> list[Example]:
    """Return all bundled examples, in the order in which they are best looked at."""
    index = json.loads(resource_path("examples", "index.json").read_text(encoding="utf-8"))
    return [
        Example(
            entry["name"],
            entry["title"],
            entry["summary"],
            resource_path("examples", entry["file"]),
            resource_path("examples", *entry["recorded"].split("/")),
        )
        for entry in index
    ]


def courses() -> dict[str, PriceCourse]:
    """Return the course of the price in the recording of each example, by the example's name.

    They are kept beside the recordings, which take a hundred times as long to read.
    """
    kept = json.loads(resource_path("examples", "recorded", "courses.json").read_text(encoding="utf-8"))
    return {name: PriceCourse.from_dict(course) for name, course in kept.items()}


def find_example(name: str) -> Example:
    """Return one example by name.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    every = examples()
    for example in every:
        if example.name == name:
            return example
    raise BadInput.at("example", f"no example {name!r}", "one of " + ", ".join(example.name for example in every))
