"""Whatever the book, no other size that may be chosen earns more than the best, and none larger earns enough."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings

from tests.engine.properties.scenarios import scenarios
from tests.reference.both_engines import play_slowly
from tests.slow_engine.later_rules import NEW, engine_has
from tests.slow_engine.liquidators import NOTHING, Sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = 400


Choices = list[tuple[str, Sizes, float | None]]


@contextmanager
def checked_choices() -> Iterator[Choices]:
    """What is chosen among which sizes, and how; checked at once, as the book goes on changing."""
    choices: Choices = []
    pick = Sizes.pick

    def checked(sizes: Sizes, sizing: str) -> float | None:
        chosen = pick(sizes, sizing)
        check(sizes, sizing, chosen)
        choices.append((sizing, sizes, chosen))
        return chosen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sizes, "pick", checked)
        yield choices


def sizes_that_may_be_chosen(sizes: Sizes) -> Iterator[float]:
    """A grid over the slices, finer near 0, and the whole where it may be chosen."""
    for step in range(1, STEPS + 1):
        yield sizes.slices_end * (step / STEPS) ** 3
    if sizes.whole_fits:
        yield sizes.most


def check(sizes: Sizes, sizing: str, chosen: float | None) -> None:
    """Against all that might have been chosen."""
    every = [repaid for repaid in sizes_that_may_be_chosen(sizes) if repaid > sizes.dust]
    earned = {repaid: sizes.earnings.at(repaid) for repaid in every}
    rounding = {repaid: 1e-11 * sizes.earnings.turnover(repaid) for repaid in every}
    enough = {repaid for repaid in every if earned[repaid] >= sizes.least_profit + rounding[repaid]}
    if sizes.earnings.slope(0.0) <= NOTHING:
        assert chosen is None
    elif chosen is None:
        # Earnings are concave: where dust earns more than all above it, the best slice is dust, for which nobody comes.
        dust = sizes.earnings.at(sizes.dust)
        is_dust_best = all(earned[repaid] <= dust + rounding[repaid] for repaid in every)
        assert not enough or (sizing == "best" and is_dust_best)
    else:
        assert chosen in every or 0 < chosen <= max(every)
        assert sizes.earnings.at(chosen) >= sizes.least_profit - 1e-11 * sizes.earnings.turnover(chosen)
        if sizing == "best":
            best = sizes.earnings.at(chosen)
            assert all(earned[repaid] <= best + rounding[repaid] for repaid in every)
        else:
            assert all(repaid <= chosen * (1 + 1e-9) for repaid in enough)


@settings(max_examples=max(100, settings().max_examples))
@given(scenarios(later=NEW))
def test_that_no_other_slice_would_have_been_better(scenario: dict[str, Any]) -> None:
    with checked_choices() as picked:
        play_slowly(scenario)
    for sizing, sizes, chosen in picked:
        what = "nothing" if chosen is None else "the whole" if chosen == sizes.most else "a slice"
        event(f"{sizing}: {what}")


def test_that_a_rule_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown rule"):
        engine_has("magic")
