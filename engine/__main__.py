"""``python -m engine``: the `cascade` command."""

from __future__ import annotations

import sys

from engine.command.main import main

sys.exit(main())
