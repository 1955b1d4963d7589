"""Makes the published cases in resources/verification from the reference material in ../shared/reference.

``python packaging/data_builders/make_verification.py`` writes them; with ``--check`` it only says whether they are as
it would make them. It needs the reference material and an environment in which the engine runs; the results are
checked in.
"""

from __future__ import annotations

import sys

from verification_events import event_cases
from verification_parts import REFERENCE, ROOT, Draft
from verification_protocols import protocol_cases
from verification_results import known_results

sys.path.insert(0, str(ROOT))

from engine.files.json_file import pretty

TARGET = ROOT / "resources" / "verification"
ABOUT = (
    "Published cases for checking the engine: positions, and the figures that the named source gives for them. Only "
    "facts and figures are taken from the sources, no code and no text; every source has its own licence and "
    "copyright holders, and is named with repository, file, commit and test, or with the publication."
)


def main(arguments: list[str]) -> int:
    """Write the data, or with ``--check`` compare it."""
    if not REFERENCE.is_dir():
        print(f"The reference material is not at {REFERENCE}.", file=sys.stderr)
        return 2
    status = 0
    for name, drafts in (("protocols.json", protocol_cases()), ("results.json", known_results() + event_cases())):
        text, file = _text(drafts), TARGET / name
        if "--check" not in arguments:
            file.write_text(text, encoding="utf-8", newline="\n")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            print(f"{file.name} is not as this script makes it: run it again.", file=sys.stderr)
            status = 1
        outside = sum(bool(draft.outside) for draft in drafts)
        print(f"{name}: {len(drafts)} cases, {outside} of them outside the model")
    return status


def _text(drafts: list[Draft]) -> str:
    data = {
        "format": "cascade-verification/1",
        "about": ABOUT,
        "cases": [draft.to_dict() for draft in drafts],
    }
    return pretty(data) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
