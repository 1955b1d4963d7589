"""The progress bar of a run, on standard error, if a person is there to see it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.command.console import Console
    from engine.recording.records import Round


@contextmanager
def progress(console: Console, max_rounds: int) -> Iterator[Callable[[Round], None]]:
    """Show a progress bar while the block runs; the block calls what it gets with each round."""
    if not console.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        # how many rounds it takes is not known before, so the bar only says that something happens
        task = bar.add_task("preparing the engine (compiling it on the first run)", total=None)
        liquidations = 0

        def show(step: Round) -> None:
            nonlocal liquidations
            liquidations += int(step.liquidations.sum())
            text = f"round {step.number:,} of at most {max_rounds:,}, {liquidations:,} liquidations"
            bar.update(task, description=text)

        yield show
