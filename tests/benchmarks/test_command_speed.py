"""The whole process of `cascade run` on a small book, against one that only loads numba.

The target is two seconds with the kernels in the cache; loading numba alone takes about half a second of that.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tests.shared import RESOURCES, ROOT

REPEATS = 5
TEACHING_BOOK = RESOURCES / "examples" / "teaching-book.json"


def test_that_a_small_run_takes_little_longer_than_loading_numba(benchmark):
    def seconds(*words):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
        return time.perf_counter() - begin

    def run():
        return seconds("-m", "engine", "run", str(TEACHING_BOOK))

    run()  # compiles where the kernels are new
    times = [(run(), seconds("-c", "import numba")) for _ in range(REPEATS)]
    ratio = statistics.median(ours / numba for ours, numba in times)
    benchmark.extra_info.update(times_numba=ratio, seconds=statistics.median(ours for ours, _ in times))
    benchmark.pedantic(run, rounds=1)
    assert ratio < 4
