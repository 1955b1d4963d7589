"""The colours can be read and told apart, and nothing names a colour elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cascade_gui.theme.colours import contrast
from cascade_gui.theme.tokens import DARK, LIGHT, Tokens

TEXT_ROLES = ["text", "secondary", "accent", "amber", "vermilion", "green", "violet"]
SCHEMES = [pytest.param(DARK, id="dark"), pytest.param(LIGHT, id="light")]


def test_that_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("tokens", SCHEMES)
@pytest.mark.parametrize("role", TEXT_ROLES)
@pytest.mark.parametrize("surface", ["background", "panel", "raised", "hover"])
def test_that_every_text_colour_reads_on_every_surface(tokens: Tokens, role: str, surface: str):
    ratio = contrast(getattr(tokens, role), getattr(tokens, surface))
    assert ratio >= 4.5, f"{role} on {surface}: {ratio:.2f}"


@pytest.mark.parametrize("tokens", SCHEMES)
@pytest.mark.parametrize("role", ["amber", "vermilion", "green", "accent"])
def test_that_a_colour_reads_on_its_own_tint(tokens: Tokens, role: str):
    assert contrast(getattr(tokens, role), getattr(tokens, f"{role}_tint")) >= 4.5


@pytest.mark.parametrize("tokens", SCHEMES)
def test_that_text_reads_on_the_accent_and_on_a_selection(tokens: Tokens):
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.selection) >= 4.5
    assert contrast(tokens.text, tokens.pressed) >= 4.5


@pytest.mark.parametrize("tokens", SCHEMES)
def test_that_fills_stand_out_from_the_background(tokens: Tokens):
    assert len(set(tokens.categories)) == len(tokens.categories)
    for colour in tokens.categories:
        assert contrast(colour, tokens.background) >= 1.9, colour


def test_that_no_other_file_of_the_window_names_a_colour():
    package = Path(__file__).parents[3] / "cascade_gui"
    colour = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']""")
    offenders = [
        f"{path.relative_to(package)}:{number}"
        for path in sorted(package.rglob("*.py"))
        if path.name != "tokens.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if colour.search(line)
    ]
    assert offenders == []
