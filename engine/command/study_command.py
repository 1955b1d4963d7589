"""The command of a study: its options are made of the study's settings, its output of what the study has found."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.faults import BadInput
from engine.command.interruption import Interruption
from engine.command.outputs import TABLE_ENDINGS, check_places, opened
from engine.command.scenarios import STANDARD, read
from engine.command.settings import with_settings
from engine.command.statuses import Status
from engine.command.study_pictures import ENDINGS, check_drawing, draw_study
from engine.exporting import check_ending, write_table
from engine.files.json_file import pretty
from engine.files.scenario_files import save_scenario
from engine.studies.cluster import workers_at
from engine.studies.rows_file import RowsFile
from engine.studies.runs import Runs
from engine.studies.settings import is_several, read_texts, seconds_text
from engine.studies.unfinished import Unfinished
from engine.studies.units import cell_text, figure_text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _ActionsContainer
    from collections.abc import Callable, Collection, Iterator

    from engine.command.console import Console
    from engine.studies.outcome import StudyResult
    from engine.studies.study import Study

_SHOWN_ROWS = 12
_FILES = {"json": (".json",), "csv": (".csv",), "parquet": (".parquet",)}


class StudyCommand:
    """What ``cascade NAME`` does for a study.

    Parameters
    ----------
    study
        The study.
    epilog
        Its examples.
    """

    def __init__(self, study: Study[Any], epilog: str) -> None:
        self._study = study
        self.EPILOG = epilog

    def add_options(self, parser: ArgumentParser) -> None:
        """Name what may stand on the command line: the study's settings, then what every study takes."""
        parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
        self.add_settings(parser)

    def add_settings(self, parser: _ActionsContainer, apart: Collection[str] = ()) -> None:
        """Name the study's settings, but for some that are told otherwise, and what every study takes."""
        for name, field in self._study.kind.model_fields.items():
            if name in apart:
                continue
            extra = field.json_schema_extra
            unit = extra.get("unit", "none") if isinstance(extra, dict) else "none"
            if field.annotation is bool:
                parser.add_argument(
                    _option(name), dest=f"setting_{name}", action="store_true", help=_help(str(field.description), None)
                )
                continue
            parser.add_argument(
                _option(name), dest=f"setting_{name}", metavar=name.upper() if unit == "none" else str(unit).upper(),
                action="append" if is_several(field.annotation) else "store",
                help=_help(
                    str(field.description), seconds_text(field.default) if unit == "seconds" else field.default,
                    required=field.is_required(),
                ),
            )  # fmt: skip
        for name, what in self._study.tables.items():
            told = _help(f"{what}; .csv or .parquet", None)
            parser.add_argument(_option(name), dest=f"table_{name}", metavar="OUT", help=told)
        parser.add_argument("--json", metavar="OUT", help="settings, figures and rows as JSON; - for standard output")
        parser.add_argument("--csv", metavar="OUT", help="the rows as CSV; - for standard output")
        parser.add_argument("--parquet", metavar="OUT", help="the rows as Parquet")
        parser.add_argument("--png", metavar="OUT", help="the plot as a picture, .png or .svg")
        parser.add_argument(
            "--set",
            metavar="PATH=VALUE",
            action="append",
            default=[],
            help="another value for a parameter",
        )
        parser.add_argument("--seed", metavar="N", help="the same as --set simulation.seed=N")
        parser.add_argument("--threads", metavar="N", help="on how many threads; as many as there are processors")
        parser.add_argument(
            "--scheduler", metavar="ADDRESS", help="make the runs on a Dask cluster instead: tcp://host:8786"
        )
        parser.add_argument("--resume", action="store_true", help="go on with what an interrupted study has done")

    def execute(self, options: Namespace, console: Console) -> Status:
        """Make the study, print its figures, and write what was asked for.

        A Ctrl-C ends it after the present rounds: what is done is written, said and kept for ``--resume``.
        """
        settings = self._study.settings(self._given(options))
        threads = _threads(options.threads)
        check_places(options.file, dict(self._places(options)), self.further_files(options))
        if options.png is not None:
            check_drawing(options.png)
        scenario = with_settings(read(options.file, console).scenario, options.set, options.seed)
        kept = Unfinished(self._study.name, scenario, settings)
        before = kept.load() if options.resume else None
        if options.resume and not before:
            console.note("nothing is kept of this study on this scenario with these settings: it begins anew")
        with _rows_place(options.parquet) as place:
            with _progress(console) as shows, workers_at(options.scheduler, threads) as workers:
                runs = Runs(threads, lambda *_: shows(runs), before, kept.note, place.file, workers)
                with Interruption(runs.stop):
                    result = self._study.make(scenario, settings, runs)
            written = self._write(result, options, place)
            if options.png is not None:
                draw_study(result, options.png)
                written.append(options.png)
            if not result.stopped:
                kept.remove()
            self._print(result, options, console)
        goes_on = self._goes_on(kept, console) if result.stopped else ""
        for name in result.answer.kept:
            console.note(f"wrote {next(each for each in written if each.endswith(f'-{name}.cascade'))}")
        if result.stopped:
            where = f"; partial results are in {', '.join(written)}" if written else ""
            console.fault(f"interrupted after {runs.count:,} of {runs.wanted:,} runs{where}{goes_on}")
            return Status.INTERRUPTED
        return Status.DONE

    def further_files(self, options: Namespace) -> tuple[str, ...]:  # noqa: ARG002 - most studies read one file only
        """Return the files that are read beside the scenario's: nothing may be written in their places."""
        return ()

    @staticmethod
    def _goes_on(kept: Unfinished, console: Console) -> str:
        """Return what is said of what was done and is kept."""
        if kept.fault is not None:
            console.fault(f"what is done cannot be kept for --resume: {kept.fault}")
            return ""
        return "; --resume goes on with them"

    def _given(self, options: Namespace) -> dict[str, Any]:
        """Return the settings that stand on the command line."""
        found = {name: getattr(options, f"setting_{name}") for name in self._study.kind.model_fields}
        return read_texts(
            self._study.kind, {name: text for name, text in found.items() if text is not None and text is not False}
        )

    def _outputs(self, options: Namespace) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
        """Yield each option that writes, with its file's name and the endings that it may have."""
        for option, endings in _FILES.items():
            if getattr(options, option) is not None:
                yield option, (getattr(options, option), endings)
        for name in self._study.tables:
            if getattr(options, f"table_{name}") is not None:
                yield name, (getattr(options, f"table_{name}"), TABLE_ENDINGS)

    def _places(self, options: Namespace) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
        """Yield each place that is written to: those of `_outputs` and that of a picture."""
        yield from self._outputs(options)
        if options.png is not None:
            yield "png", (options.png, ENDINGS)

    def _write(self, result: StudyResult, options: Namespace, place: _RowsPlace) -> list[str]:
        for option, (name, _) in self._outputs(options):
            if option == "parquet" and place.stream is not None:
                place.write(result)
                continue
            with opened(name) as stream:
                if option == "json":
                    stream.write(pretty(result.to_dict()).encode("utf-8", "surrogatepass") + b"\n")
                    continue
                ending = f".{option}" if option in _FILES else ".csv" if name == STANDARD else check_ending(name)
                write_table(result.frame("rows" if option in _FILES else option), stream, ending)
        written = [name for _, (name, _) in self._outputs(options)]
        stem = "scenario" if options.file == STANDARD else Path(options.file).stem
        for name, row in result.answer.kept.items():
            save_scenario(result.open(row), f"{stem}-{name}.cascade")
            written.append(f"{stem}-{name}.cascade")
        return written

    def _print(self, result: StudyResult, options: Namespace, console: Console) -> None:
        takes_output = any(name == STANDARD for _, (name, _) in self._outputs(options))
        say: Callable[[str], None] = console.note if takes_output else console.result
        for line in result.answer.verdict:
            say(line)
        self._print_figures(result, say)
        for name in self._study.tables:
            frame = result.frame(name)
            if len(frame) and name not in self._study.unprinted:
                say(f"\n{self._study.tables[name]}:")
                for line in frame.head(_SHOWN_ROWS).to_string(index=False, float_format=cell_text).splitlines():
                    say(line)
                if len(frame) > _SHOWN_ROWS:
                    say(f"and {len(frame) - _SHOWN_ROWS:,} more ({_option(name)} OUT writes all)")
        for line in (*result.answer.assumptions, *result.answer.notes):
            say(line)

    @staticmethod
    def _print_figures(result: StudyResult, say: Callable[[str], None]) -> None:
        """Print figures, each with its interval beside it; of a study that has very many those that it names."""
        figures, begins = result.figures, result.answer.shown
        chosen = {name: value for name, value in figures.items() if not begins or name.startswith(begins)}
        ends = {f"{name}.{end}" for name in figures for end in ("low", "high")}
        lines = {name: value for name, value in chosen.items() if name not in ends}
        width = max((len(name) for name in lines), default=0)

        def text(name: str, value: float | None) -> str:
            return figure_text(name, value, result.scenario.parameters)

        for name, value in lines.items():
            low, high = f"{name}.low", f"{name}.high"
            interval = f"  [{text(low, figures[low])}, {text(high, figures[high])}]" if low in figures else ""
            say(f"{name:<{width}}  {text(name, value)}{interval}")
        if len(chosen) < len(figures):
            say(f"and {len(figures) - len(chosen):,} further figures (--json OUT writes all)")


@dataclass(frozen=True, slots=True)
class _RowsPlace:
    """Where rows go as Parquet, None where nobody asks; they go there while the study works if it can be read too."""

    stream: BinaryIO | None = None
    file: RowsFile | None = None

    def write(self, result: StudyResult) -> None:
        """Write what is not there yet."""
        if self.file is not None and self.file.rows:
            self.file.finish()
        elif self.stream is not None:
            write_table(result.frame(), self.stream, ".parquet")


@contextmanager
def _rows_place(name: str | None) -> Iterator[_RowsPlace]:
    if name is None:
        yield _RowsPlace()
        return
    with opened(name) as stream:
        yield _RowsPlace(stream, RowsFile(stream) if stream.readable() and stream.seekable() else None)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _help(text: str, default: Any, *, required: bool = False) -> str:
    """Return the text of an option with its default, for argparse, to which % means something."""
    said = text.replace("%", "%%")
    if required or default is None or default in ((), {}):
        return said
    shown = ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
    return f"{said} (default {shown.replace('%', '%%')})"


def _threads(text: str | None) -> int:
    if text is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdigit() or int(text) < 1:
        raise BadInput.at("--threads", repr(text), "a whole number of at least 1")
    return int(text)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[Runs], None]]:
    """Show how many runs are done and how long the rest will take, on standard error, while the block runs."""
    if not console.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        task = bar.add_task("preparing the engine (compiling it on the first run)", total=None)

        def show(runs: Runs) -> None:
            left = runs.left
            text = f"{runs.count:,} of {runs.wanted:,} runs" + ("" if left is None else f", about {left:,.0f} s left")
            bar.update(task, description=text, completed=runs.count, total=runs.wanted)

        yield show
