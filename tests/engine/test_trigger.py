"""Whether an account is liquidatable is told by its sums alone, as their quotient would tell it."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import is_liquidatable_nb

AMOUNTS = st.floats(1e-3, 1e18)


@given(AMOUNTS, st.integers(-3, 3), st.booleans())
def test_that_amounts_a_rounding_error_apart_are_told_from_each_other_as_by_the_health(owed, steps, at_or_below):
    backing = owed
    for _ in range(abs(steps)):
        backing = math.nextafter(backing, math.copysign(math.inf, steps))
    health = backing / owed
    told = is_liquidatable_nb(backing, backing, owed, at_or_below, 0.0)
    assert told == (health < 1.0 or (at_or_below and health == 1.0))
