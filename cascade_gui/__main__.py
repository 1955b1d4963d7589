"""``python -m cascade_gui``."""

from __future__ import annotations

import sys

from cascade_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
