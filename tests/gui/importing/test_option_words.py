"""What the import says names fields of the window there, and options on the command line only."""

from __future__ import annotations

import ast
import re

import pytest

from cascade_gui.importing import option_words
from cascade_gui.importing.option_words import in_words
from tests.shared import ROOT


def spoken():
    """Yield each text of the import that names an option of the command; those of answers have labels of their own."""
    for path in sorted((ROOT / "engine" / "importing").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        passed = {
            inner
            for node in ast.walk(tree)
            if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Answer")
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            for inner in ast.walk(node)
        }
        inside = {each for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in node.values}
        for node in ast.walk(tree):
            if node in passed or node in inside:
                continue
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(each.value) if isinstance(each, ast.Constant) else "WETH" for each in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if re.search(r"--[a-z]", text):
                yield pytest.param(text, id=f"{path.stem}:{node.lineno}")


@pytest.mark.parametrize("text", list(spoken()))
def test_that_no_text_of_the_import_names_an_option_in_the_window(text):
    words = in_words(text)
    assert "--" not in words
    assert "  " not in words
    assert "COLUMN" not in words
    assert "NAME" not in words


def test_that_texts_without_an_option_stay_as_they_are():
    assert in_words("5 % – and more") == "5 % – and more"


def test_that_each_pattern_is_still_in_use():
    texts = [each.values[0] for each in spoken()]
    unused = [pattern for pattern, _ in option_words._WORDS if not any(re.search(pattern, t) for t in texts)]
    assert unused == []
