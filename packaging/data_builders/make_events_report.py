"""Makes the page on real events and its pictures in resources/help from the real data in ../shared/data.

``python packaging/data_builders/make_events_report.py`` writes them; with ``--check`` it only says whether the page is
as it would make it. It needs the shared data and an environment in which the engine runs; the results are checked in.
"""

from __future__ import annotations

import difflib
import sys

from events_lending import may_2021, october_2025
from events_maker import black_thursday
from events_pictures import draw
from events_totals import totals_of_2026
from example_parts import DATA, ROOT

HELP = ROOT / "resources" / "help"
PAGE = HELP / "real-events.md"
WORDS = ROOT / "packaging" / "data_builders" / "events_page.md"
"""The page with the names of its figures in braces."""


def main(arguments: list[str]) -> int:
    """Write the page and its pictures, or with ``--check`` compare the page."""
    if not DATA.is_dir():
        print(f"The shared data is not at {DATA}.", file=sys.stderr)
        return 2
    day, may, october = black_thursday(), may_2021(), october_2025()
    text = WORDS.read_text(encoding="utf-8").format(**day.facts(), **may.facts(), **october.facts(), **totals_of_2026())
    if "--check" in arguments:
        before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        changes = list(difflib.unified_diff(before.splitlines(), text.splitlines(), "as it is", "as made", lineterm=""))
        print("\n".join(changes), file=sys.stderr)
        return 1 if changes else 0
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    draw(day, may, october, HELP)
    print(f"{PAGE.name} and its pictures are written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
