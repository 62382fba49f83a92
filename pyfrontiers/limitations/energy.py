"""Estimate the energy of a computation with codecarbon, offline."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Energy", "EnergyMeter"]

_JOULES = 3.6e6  # per kilowatt-hour


@dataclass(frozen=True, slots=True)
class Energy:
    """Estimated energy of a computation.

    Attributes:
        seconds: Duration in seconds.
        processor: Energy of processor and GPU in joules.
        memory: Energy of the whole machine's memory during that time in joules.
    """

    seconds: float
    processor: float
    memory: float

    @property
    def joules(self) -> float:
        """Total energy in joules."""
        return self.processor + self.memory


class EnergyMeter:
    """Estimates the energy that computations in this process use.

    codecarbon reads the processor's energy counter if it can. Otherwise it multiplies the rated
    power of the processor by the share of it that this process uses. Memory is assumed to draw a
    fixed power. Nothing is written or sent, regardless of the user's codecarbon settings. The
    country affects only the estimated emissions, which are not used.

        with EnergyMeter() as meter:
            energy = meter.measure("training", work)

    Source:
        https://docs.codecarbon.io, methodology.
    """

    def __init__(self) -> None:
        self._tracker: Any = None

    def __enter__(self) -> Self:
        from codecarbon import OfflineEmissionsTracker

        # codecarbon logs messages before it applies its own log_level.
        logging.getLogger("codecarbon").setLevel(logging.ERROR)
        self._tracker = OfflineEmissionsTracker(
            output_methods=[],
            emissions_endpoint=None,
            electricitymaps_api_token=None,
            country_iso_code="USA",
            force_carbon_intensity_g_co2e_kwh=0.0,
            tracking_mode="process",
            allow_multiple_runs=True,
            measure_power_secs=0.5,
            log_level="error",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tracker.stop()

    def measure(self, name: str, work: Callable[[], object]) -> Energy:
        """Run a computation and estimate its energy.

        Args:
            name: A name that this meter has not used before.
            work: The computation; it should take at least half a second, because power is sampled.

        Returns:
            Duration and energy.

        Raises:
            RuntimeError: codecarbon returned no estimate.

        """
        self._tracker.start_task(name)
        try:
            work()
        finally:
            found = self._tracker.stop_task()
        if found is None:
            raise RuntimeError(f"codecarbon returned no estimate for {name!r}")
        processor = _JOULES * (found.cpu_energy + found.gpu_energy)
        return Energy(found.duration, processor, _JOULES * found.ram_energy)
