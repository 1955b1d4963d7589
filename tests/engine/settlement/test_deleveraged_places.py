"""Who was closed against first, second, third: told only where there is an order (Method, section 8)."""

from __future__ import annotations

import pytest

from engine.reading.deleveraged_places import deleveraged_places
from tests.engine.settlement.perpetuals import position, run

LOANS = [
    position("long", 10.0, 100.0, 50.0), position("small", -4.0, 100.0, 100.0), position("large", -6.0, 100.0, 100.0),
]  # fmt: skip
"""Bankrupt at 95; at 40 the large short has gained 360 USD and the small one 240: the long takes both to be closed."""


def places(**given):
    recording = run(LOANS, to=40.0, **given)
    assert recording.summary()["deleveraged"] == 2
    return deleveraged_places(recording, len(recording) - 1).tolist()


@pytest.mark.parametrize(("ranking", "found"), [("profit", [0, 2, 1]), ("pro_rata", [0, 0, 0])])
def test_that_the_larger_gain_is_first_and_that_nobody_is_where_all_are_closed_in_proportion(ranking, found):
    assert places(settlement={"adl_ranking": ranking}) == found


def test_that_who_pays_a_levy_on_gains_has_no_place():
    assert places(settlement={"adl": False}, safety={"adl": True}) == [0, 0, 0]


def test_that_places_are_those_up_to_the_round_that_is_looked_at():
    assert deleveraged_places(run(LOANS, to=40.0), 0).tolist() == [0, 0, 0]
