"""Shares of paths in the sentences of a comparison and in its table."""

from __future__ import annotations

import numpy as np
import pytest

from cascade_gui.comparing.compare_model import _share_texts
from engine.studies.pairs import Pairs
from engine.studies.verdicts import _mean_sentence


@pytest.mark.parametrize("more", [33, 113, 83])
def test_that_sentence_and_table_say_the_same_shares_of_paths_and_they_add_up(more):
    change = np.full(200, -1.0)
    change[:more] = (200 - more) / more  # no more and no less on the average, so that the shares are told
    repaid = Pairs(np.full(200, 10.0), 10.0 + change)
    loss = Pairs(np.full(200, 100.0), np.full(200, 90.0))
    lower, higher = _share_texts(*repaid.shares(0.0)[:2])
    assert f"More is liquidated in {higher} of them, less in {lower}." in _mean_sentence(loss, repaid, 0.0)
    assert int(lower.split()[0]) + int(higher.split()[0]) == 100
