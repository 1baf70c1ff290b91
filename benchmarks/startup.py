"""How long ``valuealign --help`` takes beside a bare ``python -c "import click"``, same run.

Run ``python -m benchmarks.startup``; it alternates the two and prints medians and their ratio
as JSON. The bar is a ratio under 3.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

REPEATS = 15
COMMANDS = {
    "import click": [sys.executable, "-c", "import click"],
    "import valuealign": [sys.executable, "-c", "import valuealign"],
    "valuealign --help": [sys.executable, "-m", "valuealign_cli", "--help"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one fresh process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Alternate the commands and print medians."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(REPEATS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare = medians["import click"]
    rows = {n: {"median_s": round(m, 4), "ratio": round(m / bare, 2)} for n, m in medians.items()}
    print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
