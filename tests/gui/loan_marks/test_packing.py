"""Circles at given heights, none over another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cascade_gui.loan_marks.packing import packed

CIRCLES = st.lists(st.tuples(st.floats(0, 400), st.floats(0.5, 60)), max_size=40)


@given(CIRCLES)
def test_that_no_circle_lies_over_another(circles):
    heights, radii = np.array(circles).reshape(-1, 2).T
    places = packed(heights, radii)
    distance = np.hypot(places[:, None] - places, heights[:, None] - heights)
    np.fill_diagonal(distance, np.inf)
    assert (distance >= radii[:, None] + radii - 1e-6).all()


def test_that_the_largest_stands_in_the_middle_and_the_next_touches_it():
    assert packed(np.array([10.0, 10.0]), np.array([5.0, 20.0])).tolist() == [-26.0, 0.0]


def test_that_what_stands_nowhere_is_in_nobodys_way():
    assert packed(np.array([np.nan, 5.0]), np.array([9.0, 3.0])).tolist() == [0.0, 0.0]
