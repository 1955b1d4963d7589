"""Settings as they would be typed."""

from __future__ import annotations

import pytest

from engine.base.faults import BadInput
from engine.studies.known_studies import find_study
from engine.studies.settings import read_texts
from engine.studies.typed import as_typed
from tests.engine.studies.test_saved import ASKED

TYPED = {
    "threshold": {"asset": "WETH", "to": "0.7", "paths": "5", "horizon": "5min"},
    "liquidity": {"within": "0.3", "volume": "WETH=1000000", "supply": "WETH=1000000"},
    "critical": {"asset": "WETH", "depths": "0.5,1"},
    "sensitivity": {"vary": "liquidators.gas_usd=0:50,shock.returns.WETH=-0.5:-0.1"},
    "montecarlo": {"paths": "6", "horizon": "5min", "volatility": "WETH=5", "depeg": "USDC=0.9:0.01"},
}


@pytest.mark.parametrize("name", ASKED)
def test_that_what_would_be_typed_gives_the_same_settings(name):
    study = find_study(name)
    asked = study.settings(ASKED[name])
    texts = as_typed(asked)
    assert all(isinstance(text, str) for text in texts.values())
    assert study.settings(read_texts(study.kind, texts)) == asked
    assert texts == TYPED.get(name, texts)


@pytest.mark.parametrize(
    ("name", "asked", "texts"),
    [
        ("sweep", {"axis": {"a.b": [0.0, 0.25, 0.5, 0.75, 1.0], "c": [1, 2, 5]}}, {"axis": "a.b=0:1:5; c=1,2,5"}),
        ("critical", {"asset": "1", "sale": True}, {"asset": '"1"', "sale": True}),
        ("montecarlo", {"fall": (0.0, 0.0)}, {"fall": "0:0"}),
        (
            "sweep",
            {"axis": {"c": ["full", "a;b"]}, "measure": ["x", "y"]},
            {"axis": 'c="full","a;b"', "measure": "x,y"},
        ),
    ],
)
def test_how_settings_are_typed(name, asked, texts):
    study = find_study(name)
    settings = study.settings(asked)
    assert as_typed(settings) == texts
    assert study.settings(read_texts(study.kind, texts)) == settings


@pytest.mark.parametrize(
    ("study", "text", "setting", "value"),
    [
        ("critical", "50M", "short", 50e6),
        ("critical", "$2.5k", "short", 2_500.0),
        ("critical", "-50%", "to", -0.5),
        ("response", "1,000", "steps", 1_000),
        ("montecarlo", "2k", "paths", 2_000),
        ("montecarlo", "5m", "horizon", 300.0),
    ],
)
def test_that_numbers_are_read_as_people_write_them_and_times_as_times(study, text, setting, value):
    asked = find_study(study)
    given = {setting: text} | ({"asset": "WETH"} if study == "critical" else {})
    assert getattr(asked.settings(read_texts(asked.kind, given)), setting) == value


def test_that_what_is_no_number_is_still_refused():
    asked = find_study("critical")
    with pytest.raises(BadInput, match="short"):
        asked.settings(read_texts(asked.kind, {"asset": "WETH", "short": "a lot"}))
