"""Making a synthetic loan book: number, distributions of loan-to-value and size, seed."""

from __future__ import annotations

from cascade_gui.generator.dialog import GeneratorDialog

__all__ = ["GeneratorDialog"]
