from __future__ import annotations

import re
from typing import get_args

import pytest

from engine.base.resource_files import resource_path
from engine.scenario.schema import Parameters
from engine.scenario.schema.fields import Section
from tests.shared import RESOURCES

PAGES = sorted((RESOURCES / "help").glob("*.md"))
NAMES = {
    "method.md",
    "presenting.md",
    "importing.md",
    "table.md",
    "keys.md",
    "getting-started.md",
    "real-events.md",
    "speed.md",
    "studies.md",
    "tutorial.md",
}


def test_that_all_help_pages_are_there():
    assert {page.name for page in PAGES} == NAMES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert resource_path("help", target)


def test_that_the_method_has_the_sections_that_the_code_refers_to():
    text = resource_path("help", "method.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d)\.", text, flags=re.MULTILINE) == [str(number) for number in range(1, 10)]


def parameters_of(section: type[Section], seen: set[type[Section]]) -> set[str]:
    """Return the names in files of all parameters of a section and of those in it."""
    if section in seen:
        return set()
    seen.add(section)
    names: set[str] = set()
    for name, field in section.model_fields.items():
        names.add(field.alias or name)
        for inner in sections_in(field.annotation):
            names |= parameters_of(inner, seen)
    return names


def sections_in(annotation: object) -> list[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for part in get_args(annotation) for section in sections_in(part)]


def test_that_every_parameter_is_on_the_page_of_the_method():
    words = set(re.findall(r"[a-z0-9_]+", (RESOURCES / "help" / "method.md").read_text(encoding="utf-8")))
    names = parameters_of(Parameters, set())
    assert {"min_debt_usd", "cap", "adl_ranking", "partial", "gas_exponent", "block_rounds"} <= names
    of_the_file = {"format", "name", "notes", "stops", "title"}  # nothing that a run depends on
    assert sorted(names - words - of_the_file - {"kind"}) == []


def test_that_the_files_shown_in_importing_are_read(tmp_path):
    """What a newcomer copies from the page works as it stands there."""
    from engine.importing.book_reading import read_book
    from engine.importing.book_shapes import Known
    from engine.importing.parameter_tables import read_liquidity, read_parameters
    from engine.importing.read_source import read_source

    text = resource_path("help", "importing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .+\n)+", text, flags=re.MULTILINE)
    tables = ["".join(line[4:] + "\n" for line in block.splitlines()) for block in blocks if block.count("\n") > 1]
    assert len(tables) == 10
    shapes = []
    for number, table in enumerate(tables):
        path = tmp_path / f"{number}.csv"
        path.write_text(table)
        if table.startswith(("account", "owner")):
            reading = read_book(read_source(path), known=Known({"WETH": 2000.0}, {"WETH": 0.8}))
            assert not reading.notes.questions
            assert len(reading.loans) > 0
            shapes.append(reading.shape)
        elif "price" in table:
            assert [row.asset for row in read_parameters(path)] == ["WETH", "USDC"]
        else:
            assert read_liquidity(path)["WETH"]["model"] == "curve"
    assert shapes == [
        "loans", "positions", "both_sides", "wide", "totals", "liquidation_prices", "perpetuals",
    ]  # fmt: skip
