"""Runs `cascade` commands that come line by line on standard input, and answers each with a line.

A request is ``{"arguments": [...]}``, the answer ``{"status": 2, "said": "...", "seconds": 0.1, "megabytes": 310}``.
One process serves many requests, as a start takes longer than most of them; memory is what the process took at most.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

MOST_SAID = 2000


class _Said(io.TextIOWrapper):
    """What a command writes, as text and as bytes."""

    def __init__(self) -> None:
        self.held = io.BytesIO()
        super().__init__(self.held, encoding="utf-8", errors="backslashreplace", write_through=True)


def recover(file: str) -> int:
    """Read what the window would offer after a crash, and check it as a run would; 2 where it is refused."""
    from cascade_gui.document.recovery import read_unsaved
    from engine.base.faults import BadInput
    from engine.scenario.scenario import Scenario

    try:
        unsaved = read_unsaved(Path(file))
        Scenario.checked(unsaved.parameters, unsaved.loans)
    except BadInput as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def studies(file: str) -> int:
    """Read the answers of studies as the window does, and open a run of each; 2 where one is refused."""
    from engine.base.faults import BadInput
    from engine.files import read_file
    from engine.studies.saving import read_studies

    try:
        results, refused = read_studies(read_file(file, with_recording=False), file)
        for result in results:
            result.to_dict()
            if result.answer.values_of is not None:
                result.open(0)
    except BadInput as refusal:
        refused = [refusal]
    print(*refused, sep="\n", file=sys.stderr)
    return 2 if refused else 0


OTHERS = {"recover": recover, "studies": studies}
"""What is no command, but done by the window with a file."""


def answer(arguments: list[str]) -> dict[str, object]:
    """Run one command, or one of `OTHERS`, and return its answer."""
    from engine.command.main import main

    out, err = _Said(), _Said()
    begun = time.monotonic()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            other = OTHERS.get(arguments[0])
            status = int(main(arguments)) if other is None else other(arguments[1])
        except BaseException as problem:  # noqa: BLE001 - that nothing gets out of a command is what is tested
            status = 1
            err.write(f"escaped: {type(problem).__name__}: {problem}")
    said = err.held.getvalue().decode(errors="replace")
    return {
        "status": status,
        "said": said[-MOST_SAID:],
        "lines": said.count("\n"),
        "seconds": time.monotonic() - begun,
        "megabytes": megabytes(),
    }


def megabytes() -> int:
    """Return the most memory that this process took so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024) if sys.platform == "darwin" else most // 1024


def serve() -> None:
    """Answer until standard input ends."""
    answers = sys.stdout
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line)["arguments"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
