"""The log returns of random price paths, step by step (Method, section 4).

Every source of randomness has a stream of its own, a PCG64 whose seed sequence is made of the simulation's seed, the
number of the path, what is drawn, and the asset's name. So a path does not depend on how many paths are drawn, on
their order or on threads; a longer path begins as the shorter one; the order of the assets does not matter; and a
further asset leaves the others' draws as they are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.scenario.schema import BootstrapProcess, HestonProcess, JumpDiffusionProcess
from engine.scenario.schema.correlation import correlation_matrix, correlation_root
from engine.scenario.schema.random_shock import YEAR_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.types import Floats
    from engine.scenario.schema import GbmProcess, RandomShock


_PRICE, _VARIANCE, _JUMP_COUNT, _JUMP_SIZE, _BLOCK = range(5)


class Steps(Protocol):
    """Log returns of all moving assets on some paths."""

    def draw(self, rounds: int) -> Floats:
        """Return the next log returns, shape (paths, moving assets sorted by name, rounds)."""


def steps_of(shock: RandomShock, round_seconds: float, seed: int, paths: Sequence[int]) -> Steps:
    """Return the steps of a shock's process.

    Parameters
    ----------
    shock
        The shock, checked.
    round_seconds
        How long a step lasts, in seconds.
    seed
        The simulation's seed, at least 0.
    paths
        The numbers of the paths to draw, each at least 0.
    """
    process = shock.process
    years = round_seconds / YEAR_SECONDS
    if isinstance(process, BootstrapProcess):
        return _BootstrapSteps(process, seed, paths)
    normals = _Correlated(shock, seed, paths)
    if isinstance(process, HestonProcess):
        return _HestonSteps(process, shock.moving, years, normals, _own_streams(seed, paths, _VARIANCE, shock.moving))
    diffusion = _DiffusionSteps(process, shock.moving, years, normals)
    if isinstance(process, JumpDiffusionProcess):
        return _JumpSteps(process, shock.moving, years, diffusion, seed, paths)
    return diffusion


class _Correlated:
    """Standard normal draws, correlated between assets."""

    def __init__(self, shock: RandomShock, seed: int, paths: Sequence[int]) -> None:
        self._root = correlation_root(correlation_matrix(shock.moving, shock.correlation))
        self._streams = _own_streams(seed, paths, _PRICE, shock.moving)

    def draw(self, rounds: int) -> Floats:
        """Return the next draws, shape (paths, assets, rounds)."""
        independent = _normals(self._streams, rounds)
        correlated = np.zeros_like(independent)
        # Sums in a fixed order, not a matrix product, whose last bits depend on the library and on the sizes.
        for row, weights in enumerate(self._root):
            for column in np.flatnonzero(weights).tolist():
                correlated[:, row] += weights[column] * independent[:, column]
        return correlated


class _DiffusionSteps:
    """Geometric Brownian motion: (drift - vol^2 / 2) dt + vol sqrt(dt) z."""

    def __init__(
        self, process: GbmProcess | JumpDiffusionProcess, moving: Sequence[str], years: float, normals: _Correlated
    ) -> None:
        volatility, drift = _column(process.volatility, moving), _column(process.drift, moving)
        self._mean = (drift - volatility * volatility / 2.0) * years
        self._deviation = volatility * math.sqrt(years)
        self._normals = normals

    def draw(self, rounds: int) -> Floats:
        steps: Floats = self._mean + self._deviation * self._normals.draw(rounds)
        return steps


class _JumpSteps:
    """A diffusion and, a round, a Poisson number of jumps whose logs are normal."""

    def __init__(
        self,
        process: JumpDiffusionProcess,
        moving: Sequence[str],
        years: float,
        diffusion: _DiffusionSteps,
        seed: int,
        paths: Sequence[int],
    ) -> None:
        self._diffusion = diffusion
        self._process = process
        self._expected = process.jump_intensity * years
        owners = ("",) if process.jumps == "common" else moving
        self._counts = _own_streams(seed, paths, _JUMP_COUNT, owners)
        self._sizes = _own_streams(seed, paths, _JUMP_SIZE, owners)

    def draw(self, rounds: int) -> Floats:
        counts = np.array([[stream.poisson(self._expected, rounds) for stream in row] for row in self._counts])
        sizes = _normals(self._sizes, rounds)
        # The sum of n normal log jumps is normal, with n times the mean and n times the variance.
        jumps = counts * self._process.jump_mean + np.sqrt(counts) * self._process.jump_std * sizes
        steps: Floats = self._diffusion.draw(rounds) + jumps
        return steps


class _HestonSteps:
    """Heston's stochastic variance by full truncation Euler steps."""

    def __init__(
        self,
        process: HestonProcess,
        moving: Sequence[str],
        years: float,
        normals: _Correlated,
        streams: list[list[np.random.Generator]],
    ) -> None:
        start = _column(process.volatility, moving)[:, 0]
        lasting = np.full_like(start, process.long_run_volatility) if process.long_run_volatility is not None else start
        self._drift = _column(process.drift, moving)[:, 0]
        self._long_run = lasting * lasting
        self._process = process
        self._years = years
        self._normals = normals
        self._streams = streams
        self._variance = np.broadcast_to(start * start, (len(streams), len(moving))).copy()

    def draw(self, rounds: int) -> Floats:
        process, years = self._process, self._years
        price = self._normals.draw(rounds)
        beside = math.sqrt(1.0 - process.leverage * process.leverage)
        variance = process.leverage * price + beside * _normals(self._streams, rounds)
        steps = np.empty_like(price)
        for r in range(rounds):
            positive = np.maximum(self._variance, 0.0)
            deviation = np.sqrt(positive * years)
            steps[:, :, r] = (self._drift - positive / 2.0) * years + deviation * price[:, :, r]
            self._variance += process.mean_reversion * (self._long_run - positive) * years
            self._variance += process.vol_of_vol * deviation * variance[:, :, r]
        return steps


class _BootstrapSteps:
    """Blocks of consecutive rows of a history, the same rows for all assets."""

    def __init__(self, process: BootstrapProcess, seed: int, paths: Sequence[int]) -> None:
        self._history = np.log1p(np.array([process.history[name] for name in sorted(process.history)]))
        self._block = process.block_rounds
        self._streams = [streams[0] for streams in _own_streams(seed, paths, _BLOCK, ("",))]
        self._left = np.empty((len(self._streams), 0), dtype=np.int64)

    def draw(self, rounds: int) -> Floats:
        blocks = max(0, math.ceil((rounds - self._left.shape[1]) / self._block))
        starts = np.array(
            [stream.integers(0, self._history.shape[1] - self._block + 1, blocks) for stream in self._streams]
        )
        rows = (starts[:, :, None] + np.arange(self._block)).reshape(len(self._streams), -1)
        rows = np.concatenate([self._left, rows], axis=1)
        self._left = rows[:, rounds:]
        steps: Floats = np.ascontiguousarray(np.moveaxis(self._history[:, rows[:, :rounds]], 0, 1))
        return steps


def _own_streams(seed: int, paths: Sequence[int], what: int, owners: Sequence[str]) -> list[list[np.random.Generator]]:
    """Return one stream for each path and owner; an owner is an asset's name, "" for all assets."""
    return [
        [
            np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(path, what, *owner.encode()))))
            for owner in owners
        ]
        for path in paths
    ]


def _normals(streams: list[list[np.random.Generator]], rounds: int) -> Floats:
    """Return standard normal draws, shape (paths, owners, rounds)."""
    draws = np.empty((len(streams), len(streams[0]) if streams else 0, rounds))
    for path, row in enumerate(streams):
        for owner, stream in enumerate(row):
            stream.standard_normal(out=draws[path, owner])
    return draws


def _column(table: dict[str, float], moving: Sequence[str]) -> Floats:
    """Return the entries of the moving assets, 0 for those left out, shape (assets, 1)."""
    return np.array([[table.get(name, 0.0)] for name in moving]).reshape(len(moving), 1)
