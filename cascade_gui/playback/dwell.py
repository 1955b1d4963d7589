"""How long each round of a finished run is shown: those in which little happens shorter, none left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.reading.quiet import eventful_rounds, quiet_rounds

if TYPE_CHECKING:
    from engine.recording.recording import Recording

_ONLY_PRICES: Final = 0.5
"""How long a round is shown in which only prices move; one in which somebody is liquidated is shown for 1."""
_NOTHING: Final = 0.1
"""How long a quiet round is shown."""


def dwell_of(recording: Recording) -> tuple[float, ...]:
    """Return how long each round of a run that is over is shown, round 0 first; 1 is as long as the speed says."""
    idle = np.where(quiet_rounds(recording), _NOTHING, _ONLY_PRICES)
    return tuple(np.where(eventful_rounds(recording), 1.0, idle).tolist())
