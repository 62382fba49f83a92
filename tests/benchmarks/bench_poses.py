"""Server time from a pose to its label, in section 8.

    python -m tests.benchmarks.bench_poses [--poses 60] [--json FILE]

Starts the app as a user would and turns each object through poses that are not cached. The time
runs from the browser's request to the message that the script has finished; it includes rendering,
classification and the response, but not the rest of the page.
Target: 150 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pyfrontiers.physical import OBJECTS
from tests.benchmarks.bench_pages import report, serve, visit

AIM_MS = 150.0
ADDRESS = "robust-adversarial-examples"


def measure(host: str, poses: int) -> dict[str, list[float]]:
    """Turn each object by a few degrees at a time; return the milliseconds of each pose."""
    times = {}
    with visit(host) as visitor:
        for name in OBJECTS:
            visitor.open(ADDRESS, f"rae-object={name.capitalize()}")
            (widget,) = [key for key in visitor.sliders if key.endswith("rae-turn")]
            visitor.move(widget, 1)
            times[name] = [visitor.move(widget, 2 + 5 * pose % 357) for pose in range(poses)]
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--poses", type=int, default=60, help="poses of each object, at most 71")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    with serve() as host:
        times = measure(host, given.poses)
    report("pose to label, ms", times, dict.fromkeys(times, AIM_MS), given.json)


if __name__ == "__main__":
    main()
