"""Makes the bundled examples in resources/examples from the real data in ../shared/data.

Run it again after a change here or in the model: ``python packaging/data_builders/make_examples.py``. It needs the
shared data and an environment in which the engine runs; the results are checked in.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from example_auctions import auctions
from example_compound import make as compound
from example_compound import make_thin as compound_thin
from example_crashes import black_thursday, october
from example_parts import DATA, ROOT, Made
from example_perpetuals import perpetuals
from example_settlements import settlements
from example_small import runaway, stuck_oracle, teaching, two_protocols

import engine
from engine.files.archive import Archive
from engine.files.recording_members import recording_members
from engine.files.scenario_files import keeps_recordings, save_scenario
from engine.reading.price_course import price_course

if TYPE_CHECKING:
    from pathlib import Path

    from engine.reading.price_course import PriceCourse
    from engine.reading.recorded_run import RecordedRun

EXAMPLES = ROOT / "resources" / "examples"
LICENCES = {
    "rtuchman__compound-risk-optimization.txt": (
        "rtuchman/compound-risk-optimization f7b808af, Apache-2.0",
        (
            "compound.cascade, compound-thin.cascade: positions and prices of Compound v2 on 9 May 2023, "
            "put together as loan rows"
        ),
    ),
    "xenophonlabs__crvUSDrisk.txt": (
        "xenophonlabs/crvUSDrisk 7d17fa7, MIT",
        (
            "compound.cascade, compound-thin.cascade, october-2025.cascade: 1inch quotes of 20 November 2023, "
            "turned into marginal curves"
        ),
    ),
    "ethernian__maker-auctions.package.json.txt": (
        "ethernian/maker-auctions fb93a01, ISC (its package.json)",
        "black-thursday.cascade, black-thursday-auctions.cascade: the oracle's path, how much ETH was auctioned when",
    ),
    "th3nolo__aave-v3-data.txt": (
        "th3nolo/aave-v3-data, MIT",
        "october-2025.cascade and the preset aave-v3-3: risk parameters of Aave v3 on Ethereum, 10 October 2025",
    ),
    "0xknxwledge__group-m-finm33150-final.txt": (
        "0xknxwledge/group-m-finm33150-final 64385d3, Unlicense",
        "october-2025.cascade: hourly perpetual candles of ETH and BTC",
    ),
}


_ABOUT = """The examples hold excerpts of data that others published, under the licences below. Addresses were
replaced by short ids. The other examples are invented. packaging/data_builders/make_examples.py makes all of them; each
example's notes say what in it is real."""


def main() -> int:
    """Make every example, the list of them, and the list of their sources."""
    if not DATA.is_dir():
        print(f"The shared data is not at {DATA}.", file=sys.stderr)
        return 2
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    calm = compound()
    real = [compound_thin(calm), calm, black_thursday(), auctions(), october()]
    made = [*real, teaching(), *settlements(), *perpetuals(), two_protocols(), stuck_oracle(), *runaway()]
    courses = {}
    for example in made:
        recording = engine.run(example.scenario)
        courses[example.file.partition(".")[0]] = price_course(recording)
        changed = [path for path in (example.file, recorded(example)) if _write(recording, EXAMPLES / path)]
        size = (EXAMPLES / recorded(example)).stat().st_size / 1000
        said = f"{len(recording.scenario.loans):,} rows, {len(recording.events):,} events, {size:,.0f} kB recorded"
        print(f"{example.file}: {said}, {'written' if changed else 'as it was'}")
    (EXAMPLES / "index.json").write_text(_index(made), encoding="utf-8")
    (EXAMPLES / "recorded" / "courses.json").write_text(courses_text(courses), encoding="utf-8")
    (EXAMPLES / "SOURCES.md").write_text(_sources(), encoding="utf-8")
    return 0


def recorded(example: Made) -> str:
    """Return the file with an example's recording: the scenario's own, or where that is text, one in a folder."""
    if keeps_recordings(example.file):
        return example.file
    return f"recorded/{example.file.partition('.')[0]}.cascade"


def _write(recording: RecordedRun, path: Path) -> bool:
    """Write a run's scenario, and the run if the file keeps one, unless it holds just that: an archive has its time."""
    scenario = recording.scenario
    if path.exists():
        before = engine.load(path)
        same = before.parameters == scenario.parameters and before.loans.same_as(scenario.loans)
        if same and (not keeps_recordings(path) or _holds(path, recording)):
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    save_scenario(scenario, path, recording)
    return True


def _holds(path: Path, recording: RecordedRun) -> bool:
    found = Archive(path.read_bytes(), path.name)
    members = recording_members(recording)
    return all(name in found and found.read(name) == content for name, content in members.items())


def _index(made: list[Made]) -> str:
    entries = [
        {
            "name": example.file.partition(".")[0],
            "title": example.title,
            "summary": example.summary,
            "file": example.file,
            "recorded": recorded(example),
        }
        for example in made
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def courses_text(courses: dict[str, PriceCourse]) -> str:
    """Write the courses of prices that the small pictures of the examples are drawn from, a line an example."""
    lines = [f"{json.dumps(name)}: {json.dumps(course.to_dict())}" for name, course in courses.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _sources() -> str:
    parts = [
        "# Sources of the examples",
        _ABOUT,
    ]
    for file, (source, use) in LICENCES.items():
        text = (DATA / "licences" / file).read_text(encoding="utf-8").strip()
        parts += [f"## {source}", f"Used in {use}.", f"```text\n{text}\n```"]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
