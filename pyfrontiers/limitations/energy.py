"""Energy of a computation as codecarbon estimates it, without a meter and without a network."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Energy", "EnergyMeter"]

_JOULES = 3.6e6  # of a kilowatt-hour


@dataclass(frozen=True, slots=True)
class Energy:
    """What a piece of work is estimated to have taken.

    Attributes:
        seconds: Duration.
        processor: Joules of processor and GPU.
        memory: Joules of the machine's memory in the same time, whoever used it.
    """

    seconds: float
    processor: float
    memory: float

    @property
    def joules(self) -> float:
        """Processor and memory together."""
        return self.processor + self.memory


class EnergyMeter:
    """Estimates the energy of this process, piece of work by piece of work.

    Where the processor counts its energy and lets us read it, codecarbon does; elsewhere it takes
    the processor's rated power times the share of it that this process kept busy. Memory counts
    with a fixed power. Nothing is sent or written anywhere, whatever the user's codecarbon settings
    say; the country that codecarbon asks for only matters for emissions, which are not used.

        with EnergyMeter() as meter:
            energy = meter.measure("training", work)

    Source:
        https://docs.codecarbon.io, methodology.
    """

    def __init__(self) -> None:
        self._tracker: Any = None

    def __enter__(self) -> Self:
        from codecarbon import OfflineEmissionsTracker

        # It announces itself before it has read the level that it is given.
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
        """Run a piece of work and estimate what it takes.

        Args:
            name: Not used before on this meter.
            work: At least half a second of it; power is sampled, so less says little.

        Raises:
            RuntimeError: codecarbon gave no estimate.

        """
        self._tracker.start_task(name)
        try:
            work()
        finally:
            found = self._tracker.stop_task()
        if found is None:
            raise RuntimeError(f"codecarbon gave no estimate for {name!r}")
        processor = _JOULES * (found.cpu_energy + found.gpu_energy)
        return Energy(found.duration, processor, _JOULES * found.ram_energy)
