"""The functions people script against: ``engine.load``, ``engine.run`` and so on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import studies
from engine.base.faults import BadInput
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import Round
    from engine.running.rounds import Rounds
    from engine.scenario.frame_columns import ArrowStream
    from engine.studies.outcome import StudyResult


def load(path: str | Path) -> Scenario:
    """Read a scenario from a ``.cascade`` or ``.json`` file.

    Raises
    ------
    BadInput
        If the file cannot be read or something in it is wrong; every fault names its place.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "book.json"
    ...     engine.save(scenario, path)
    ...     engine.load(path).to_dict() == scenario.to_dict()
    True
    """
    from engine.files import load_scenario

    return load_scenario(Path(path))


def load_studies(path: str | Path) -> dict[str, StudyResult]:
    """Read the answers of studies that a ``.cascade`` file holds, by the name of the study; a ``.json`` holds none.

    Raises
    ------
    BadInput
        As `load`, and if an answer cannot be read; the scenario can be loaded all the same.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "book.cascade"
    ...     engine.save(scenario, path, studies=[engine.studies.book(scenario)])
    ...     engine.load_studies(path)["book"].figures["debt_usd"]
    190000.0
    """
    from engine.files import read_file
    from engine.studies.saving import read_studies

    results, refused = read_studies(read_file(path, with_recording=False), str(path))
    if refused:
        raise BadInput([fault for refusal in refused for fault in refusal.faults])
    return {result.study: result for result in results}


def save(scenario: Scenario, path: str | Path, studies: Iterable[StudyResult] = ()) -> None:
    """Write a scenario to a ``.cascade`` or ``.json`` file, atomically.

    Parameters
    ----------
    scenario
        What to save.
    path
        Where; its ending says in which spelling.
    studies
        Answers to be kept with it in a ``.cascade`` file, one for each question.

    Raises
    ------
    BadInput
        If the name's ending is neither, the place cannot be written, or a ``.json`` file is to hold studies.

    Examples
    --------
    >>> engine.save(scenario, "book.txt")
    Traceback (most recent call last):
    ...
    engine.base.faults.BadInput: book.txt: the ending .txt; allowed: .cascade or .json
    """
    from engine.files import keeps_recordings, save_scenario
    from engine.studies.saving import study_members

    answers = list(studies)
    if answers and not keeps_recordings(path):
        raise BadInput.at(str(path), "JSON holds no studies", "a .cascade file")
    save_scenario(scenario, Path(path), studies=study_members(answers, scenario) if answers else None)


def from_dict(data: Mapping[str, Any]) -> Scenario:
    """Make a scenario of a plain dict in the form of a ``.json`` scenario file.

    Raises
    ------
    BadInput
        With one fault for each thing that is wrong.

    Examples
    --------
    >>> milder = engine.from_dict({**data, "shock": {"kind": "instant", "returns": {"WETH": -0.1}}})
    >>> engine.run(milder).summary()["liquidations"]
    0
    """
    return Scenario.from_dict(data)


def from_frame(loans: pd.DataFrame | ArrowStream, template: Scenario | Mapping[str, Any]) -> Scenario:
    """Make a scenario of a frame with the loan columns and another scenario's parameters.

    The frame is read by columns: two million rows take about a second.

    Parameters
    ----------
    loans
        A pandas frame, an Arrow table, a polars frame, or another table that hands itself over through Arrow's
        PyCapsule interface (``__arrow_c_stream__``). Its columns are those of the loans in a scenario file; those other
        than ``account`` and ``market`` may be left out, and are blank then. In a pandas frame NaN is blank, in the
        others null is, and NaN is refused.
    template
        A scenario, whose own loans do not count, or the dict of a scenario file without ``loans``.

    Raises
    ------
    BadInput
        With one fault for each thing that is wrong: its row (from 1) and column, what was found, what is allowed.

    Examples
    --------
    >>> frame = engine.to_frame(scenario)
    >>> frame["debt_amount"] *= 2
    >>> engine.run(engine.from_frame(frame, scenario)).summary()["liquidations"]
    2
    >>> engine.from_frame(frame.assign(debt_amount=-1.0), scenario)
    Traceback (most recent call last):
    ...
    engine.base.faults.BadInput: loans row 1, debt_amount: -1; allowed: a number of at least 0
    loans row 2, debt_amount: -1; allowed: a number of at least 0
    """
    return Scenario.from_frame(loans, template)


def to_frame(scenario: Scenario) -> pd.DataFrame:
    """Return a scenario's loans as a pandas frame, one row each, that `from_frame` makes the same book of.

    Names that repeat are categories; blank cells are NaN; ``category`` is left out where no row has one.

    Examples
    --------
    >>> engine.to_frame(scenario)[["account", "debt_asset", "debt_amount"]]
      account debt_asset  debt_amount
    0     ann       USDC     130000.0
    1     bob       USDC      60000.0
    """
    return scenario.to_frame()


def rounds(scenario: Scenario) -> Rounds[RecordedRun]:
    """Return an iterator that computes one round a step.

    Its ``close()`` stops it; what ran so far stays in its ``recording``.

    Parameters
    ----------
    scenario
        What to run.

    Examples
    --------
    >>> steps = engine.rounds(scenario)
    >>> for step in steps:
    ...     print(step.number, float(step.repaid_usd.sum()))
    1 65000.0
    2 0.0
    >>> steps.recording.ended
    'no more liquidations'
    """
    from engine.reading.recorded_run import recorded_rounds

    return recorded_rounds(scenario)


def run(scenario: Scenario, progress: Callable[[Round], None] | None = None) -> RecordedRun:
    """Run a scenario to its end and return the recording.

    Parameters
    ----------
    scenario
        What to run.
    progress
        Called with each round as it is computed.

    Examples
    --------
    >>> numbers = []
    >>> run = engine.run(scenario, progress=lambda step: numbers.append(step.number))
    >>> numbers, run.summary()["repaid_usd"]
    ([1, 2], 65000.0)
    """
    steps = rounds(scenario)
    try:
        for step in steps:
            if progress is not None:
                progress(step)
    finally:
        steps.close()
    return steps.recording


def sweep(
    scenario: Scenario, axis: Mapping[str, Sequence[Any]], measure: str | Sequence[str] = "total_loss_usd",
    threads: int = 1,
) -> StudyResult:  # fmt: skip
    """Run a grid of parameters; the short name of ``engine.studies.sweep``.

    Parameters
    ----------
    scenario
        What is varied.
    axis
        By the path of a parameter, its values.
    measure
        Figures of a run, by their names in its summary.
    threads
        On how many threads.

    Raises
    ------
    BadInput
        If a parameter or a figure does not exist, or a value is not allowed.

    Examples
    --------
    >>> found = engine.sweep(scenario, {"shock.returns.WETH": [-0.1, -0.2, -0.5]}, measure="liquidations")
    >>> found.frame()["liquidations"].tolist()
    [0, 1, 2]
    """
    found: StudyResult = studies.sweep(scenario, axis=axis, measure=measure, threads=threads)
    return found


def montecarlo(scenario: Scenario, paths: int = 1_000, threads: int = 1, **settings: Any) -> StudyResult:
    """Run random price paths; the short name of ``engine.studies.montecarlo``.

    Parameters
    ----------
    scenario
        What is run.
    paths
        How many of each class.
    threads
        On how many threads.
    **settings
        As on the command line, ``horizon="24h"``.

    Raises
    ------
    BadInput
        If a setting is unknown, not allowed or does not fit the scenario.

    Examples
    --------
    >>> found = engine.montecarlo(scenario, paths=20, horizon="1h", volatility={"WETH": 0.8}, fall="0.3:0")
    >>> round(found.figures["accounts_liquidated.mean"], 6)
    1.0
    """
    found: StudyResult = studies.montecarlo(scenario, paths=paths, threads=threads, **settings)
    return found
