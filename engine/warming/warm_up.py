"""Compiling every kernel in this process before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.warming.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable


def warm_up(parts: Iterable[str] = PARTS) -> None:
    """Compile the kernels of some parts of the engine, or read them where they were compiled before.

    It takes half a minute and more where nothing is kept, and a second or two where all is; a background thread may
    do it, the kernels release the interpreter. The window does it in processes of its own instead
    (`engine.warming.preparation`).

    Parameters
    ----------
    parts
        Some of `engine.warming.parts.PARTS`.
    """
    from engine.warming.jobs import jobs_of

    for part in parts:
        for job in jobs_of(part):
            job.compile()
