"""``cascade film``: write the playback of a run as a film: GIF, MP4, or a folder of pictures."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.command.interruption import Interruption
from engine.command.progress import progress
from engine.command.scenarios import read
from engine.command.settings import with_settings
from engine.command.statuses import Status
from engine.exporting.film_settings import FilmSettings, plots_named
from engine.exporting.films import FilmExport, FilmStopped, film_ending

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from engine.command.console import Console
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

EPILOG = """examples:
  cascade film talk.cascade -o talk.mp4
  cascade film book.cascade -o book.gif --size 1280x720 --rounds-per-second 2 --plots loans,price
  cascade film book.cascade -o worst.gif --size square --from 3 --to 9 --light --no-captions
  cascade film book.cascade -o 'frames/*.png' --fps 10
  cascade film book.cascade -o deeper.gif --set assets.WETH.liquidity.depth_multiplier=2

A file without a run is run first, and so is one with --set. Every round is in the film; those in which little happens
are shorter. GIF needs nothing else, MP4 the package imageio-ffmpeg. --from and --to take the number of a round or the
title of a stop.
"""
_NAMED_SIZES = {"square": (1080, 1080)}


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    usual = FilmSettings()
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="OUT.gif, OUT.mp4 or 'FOLDER/*.png'")
    parser.add_argument(
        "--size", metavar="WIDTHxHEIGHT", default=f"{usual.width}x{usual.height}",
        help="pixels of a frame, or square; %(default)s if not given",
    )  # fmt: skip
    parser.add_argument("--fps", metavar="N", default=str(usual.frames_a_second), help="frames a second; %(default)s")
    parser.add_argument(
        "--rounds-per-second", metavar="N", default=f"{usual.rounds_a_second:g}", help="how fast it plays; %(default)s"
    )
    parser.add_argument("--from", dest="first", metavar="ROUND", help="the first round, or the title of a stop")
    parser.add_argument("--to", dest="last", metavar="ROUND", help="the last round, or the title of a stop")
    parser.add_argument(
        "--plots", metavar="NAMES", default="loans",
        help="one to four of loans, price, liquidations, health, map, losses, with commas between; %(default)s",
    )  # fmt: skip
    colours = parser.add_mutually_exclusive_group()
    colours.add_argument("--light", dest="dark", action="store_false", help="in light colours")
    colours.add_argument("--dark", dest="dark", action="store_true", default=True, help="in dark colours, as usual")
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], help="another value for a parameter (repeatable)"
    )
    parser.add_argument("--no-captions", dest="captions", action="store_false", help="the plots alone")


def execute(options: Namespace, console: Console) -> Status:
    """Read, run if it has not been run, draw, write.

    A Ctrl-C ends it, and nothing is written.
    """
    ending = film_ending(options.output)
    settings = _settings(options)
    settings.check(ending, None)
    contents = read(options.file, console, with_recording=True)
    scenario = with_settings(contents.scenario, options.set)
    recording = contents.recording if scenario is contents.scenario else None
    with Interruption() as interruption:
        if recording is None:
            recording = _run(scenario, interruption, console)
        if interruption.asked:
            raise KeyboardInterrupt
    settings = _between(settings, recording, options.first, options.last)
    film = FilmExport(recording, settings, options.output)
    console.step("drawing")
    with Interruption(film.stop), _progress(console) as told:
        try:
            film.make(told)
        except FilmStopped:
            raise KeyboardInterrupt from None
    console.step(f"wrote {options.output}")
    return Status.DONE


def _settings(options: Namespace) -> FilmSettings:
    width, height = _size(options.size)
    return FilmSettings(
        width, height, int(_number("--fps", options.fps, int)),
        float(_number("--rounds-per-second", options.rounds_per_second, float)),
        plots=plots_named(options.plots.split(",")), dark=options.dark, captions=options.captions,
    )  # fmt: skip


def _size(text: str) -> tuple[int, int]:
    if text.lower() in _NAMED_SIZES:
        return _NAMED_SIZES[text.lower()]
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise BadInput.at("--size", repr(text), "WIDTHxHEIGHT in pixels, 1280x720 for example, or square")
    return int(width), int(height)


def _number(option: str, text: str, kind: type[int | float]) -> float:
    try:
        return kind(text)
    except ValueError:
        raise BadInput.at(option, repr(text), "a whole number" if kind is int else "a number") from None


def _run(scenario: Scenario, interruption: Interruption, console: Console) -> RecordedRun:
    console.step("running; Ctrl-C ends it")
    with progress(console, scenario.parameters.simulation.max_rounds) as show:
        from engine.api import rounds

        steps = rounds(scenario)
        for step in steps:
            show(step)
            if interruption.asked:
                steps.close()
                break
    return steps.recording


def _between(settings: FilmSettings, recording: RecordedRun, first: str | None, last: str | None) -> FilmSettings:
    stops = {stop.title.casefold(): stop.round for stop in recording.scenario.parameters.stops if stop.title}

    def round_of(option: str, text: str) -> int:
        if text.strip().isdecimal():
            return int(text)
        if text.strip().casefold() not in stops:
            titles = ", ".join(stop.title for stop in recording.scenario.parameters.stops if stop.title)
            named = f", or a stop: {titles}" if titles else "; the scenario has no stops with titles"
            raise BadInput.at(option, repr(text), f"the number of a round{named}")
        return stops[text.strip().casefold()]

    return replace(
        settings,
        first=0 if first is None else round_of("--from", first),
        last=None if last is None else round_of("--to", last),
    )


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show how many pictures are drawn, and when it will be done."""
    if not console.shows_progress:
        yield lambda drawn, of: None  # noqa: ARG005 - nobody sees it
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        task = bar.add_task("drawing", total=None)
        yield lambda drawn, of: bar.update(task, completed=drawn, total=of)
