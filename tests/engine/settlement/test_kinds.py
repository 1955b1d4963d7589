"""A kind of settlement is a folder: nothing else has to list it."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.scenario.schema import Settlement
from engine.settlement.figures import every_figure, of_kind
from engine.settlement.kinds import kind_names, room_of


def test_that_every_kind_of_the_schema_has_its_folder_and_every_folder_is_one():
    sections = get_args(get_args(Settlement)[0])
    assert sorted(get_args(section.model_fields["kind"].annotation)[0] for section in sections) == list(kind_names())


@pytest.mark.parametrize("kind", kind_names())
def test_that_a_folders_room_is_of_its_kind(kind):
    assert room_of(kind).kind == kind


def test_that_no_two_settlements_call_different_figures_by_the_same_name():
    names = [figure.name for figure in every_figure()]
    assert len(set(names)) == len(names)
    assert {figure.name for kind in kind_names() for figure in of_kind(kind)} < set(names)
