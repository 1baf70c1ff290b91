"""A durable administration beside bare client loops: answers a second, CPU, memory.

50 ms latency, 64 at once; each figure is a fresh process from start to exit, imports included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.endpoint import serving

MOODS = Path(__file__).parents[1] / "tests" / "moods.yaml"
ITEMS = 6


def measured(command: list[str], n: int) -> dict[str, float]:
    """One process: answers a second from start to exit, CPU an answer, peak memory."""
    start = time.perf_counter()
    environment = os.environ | {"OPENAI_API_KEY": "sk-bench-0123456789"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return {
        "answers_per_s": round(n / seconds, 1),
        "cpu_ms_per_answer": round(1000 * (used.ru_utime + used.ru_stime) / n, 3),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }


def ours(base_url: str, n: int, folder: Path) -> list[str]:
    """The command line, with as many personas as it takes."""
    people = folder / f"people-{n}.csv"
    rows = [f"p{k},female,{20 + k % 60},region {k}" for k in range(n // ITEMS)]
    people.write_text("\n".join(["id,sex,age,country", *rows]) + "\n", encoding="utf-8")
    store = folder / f"store-{n}-{time.monotonic_ns()}.db"
    command = [sys.executable, "-m", "valuealign_cli", "administer", "--model", "bench"]
    command += ["--instrument", str(MOODS), "--base-url", base_url, "--persona", str(people)]
    return [*command, "--store", str(store), "--concurrency", "64", "--json"]


def main() -> None:
    """Measure 2,002 and 20,002 cells, the peers before and after."""
    loops = [sys.executable, "-m", "benchmarks.bare_loops"]
    with serving() as base_url, tempfile.TemporaryDirectory() as name:
        for n in (2_004, 20_004):
            found = {
                "cells": n,
                "bare aiohttp": measured([*loops, "aiohttp", base_url, str(n)], n),
                "valuealign": measured(ours(base_url, n, Path(name)), n),
                "bare openai": measured([*loops, "openai", base_url, str(n)], n),
                "bare post": measured([*loops, "post", base_url, str(n)], n),
                "bare aiohttp again": measured([*loops, "aiohttp", base_url, str(n)], n),
            }
            peers = [found[k]["answers_per_s"] for k in ("bare aiohttp", "bare aiohttp again")]  # type: ignore[index]
            ratio = found["valuealign"]["answers_per_s"] / max(peers)  # type: ignore[index]
            openai = found["bare openai"]["answers_per_s"]  # type: ignore[index]
            ours_ = found["valuealign"]["answers_per_s"]  # type: ignore[index]
            print(
                json.dumps(
                    {
                        **found,
                        "of bare aiohttp": round(ratio, 3),
                        "of bare openai": round(ours_ / openai, 3),
                    },
                    indent=1,
                )
            )


if __name__ == "__main__":
    main()
