#!/usr/bin/env python3
"""Set Cascade up and run it, or its tests, on a fresh machine: `python3 packaging/dev.py --help`.

Only what comes with Python is used. This file holds nothing that an old Python fails to read, so
that one is told what it lacks; the rest starts in commands.py.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  the very thing this asks
    sys.exit(
        "Cascade needs Python 3.11 or newer, this is {}.{}: start this with a newer one.".format(*sys.version_info)
    )

import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
