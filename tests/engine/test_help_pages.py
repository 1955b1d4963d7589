from __future__ import annotations

import re

import pytest

from engine.base.resource_files import resource_path
from tests.shared import RESOURCES

PAGES = sorted((RESOURCES / "help").glob("*.md"))
NAMES = {"method.md", "importing.md", "table.md", "keys.md", "getting-started.md", "real-events.md", "speed.md"}


def test_that_all_help_pages_are_there():
    assert {page.name for page in PAGES} == NAMES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert resource_path("help", target)


def test_that_the_method_has_the_sections_that_the_code_refers_to():
    text = resource_path("help", "method.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d)\.", text, flags=re.MULTILINE) == [str(number) for number in range(1, 10)]


def test_that_the_files_shown_in_importing_are_read(tmp_path):
    """What a newcomer copies from the page works as it stands there."""
    from engine.importing.parameter_tables import read_liquidity, read_parameters
    from engine.importing.read_source import read_source
    from engine.importing.shapes import convert

    text = resource_path("help", "importing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .+\n)+", text, flags=re.MULTILINE)
    tables = ["".join(line[4:] + "\n" for line in block.splitlines()) for block in blocks if block.count("\n") > 1]
    assert len(tables) == 6
    for number, table in enumerate(tables):
        path = tmp_path / f"{number}.csv"
        path.write_text(table)
        if table.startswith(("account", "owner")):
            assert len(convert(read_source(path), thresholds={"WETH": 0.8}).loans) > 0
        elif "price" in table:
            assert [row.asset for row in read_parameters(path)] == ["WETH", "USDC"]
        else:
            assert read_liquidity(path)["WETH"]["model"] == "curve"
