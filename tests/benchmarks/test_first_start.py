"""The first start after an installation compiles the kernels; the second compiles none."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROGRAM = """
import json, sys, time
from numba.core.dispatcher import Dispatcher
from engine.warming.warm_up import warm_up

begin = time.process_time()
warm_up()
seconds = time.process_time() - begin
modules = [module for name, module in list(sys.modules.items()) if name.startswith("engine.")]
kernels = {id(thing): thing for module in modules for thing in vars(module).values() if isinstance(thing, Dispatcher)}
found = [kernel.stats for kernel in kernels.values()]
print(json.dumps([seconds, sum(sum(each.cache_misses.values()) for each in found),
                  sum(sum(each.cache_hits.values()) for each in found)]))
"""


def start(folder):
    """Warm up in a new process: processor seconds, kernels compiled, kernels read from the cache."""
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=settings, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_that_the_first_start_compiles_and_the_second_nothing(benchmark, tmp_path):
    first, compiled, _ = start(tmp_path)
    assert compiled > 20
    second, compiled_again, read = benchmark.pedantic(start, args=(tmp_path,), rounds=1)
    benchmark.extra_info.update(first_seconds=first, second_seconds=second)
    assert compiled_again == 0
    assert read > 20
    assert second < first / 3
