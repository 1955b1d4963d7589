"""Help > Verification: the published cases, run on the user's own machine."""

from __future__ import annotations

from cascade_gui.verification.dialog import VerificationDialog

__all__ = ["VerificationDialog"]
