"""Do intervals of a corrected judge hold the truth, and does the test of differences hold its size?

``python -m benchmarks.corrected_coverage`` prints JSON: by kind of rating, quality of the judge,
ratings by people and clusters how often 95 % intervals of two models' means held the truth, and how
often the test of their difference rejected although people rate both alike and the judge rates the
second half a standard deviation too high. ``--draws 100`` is a quick look; the table in
``docs/corrected.md`` is of 800.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set
import pandas as pd  # noqa: E402
from scipy.stats import norm  # noqa: E402

import valuealign as va  # noqa: E402

TOTAL = 400
"""Replies of each model."""
SCENES = 40
ICC = 0.3
BIAS = 0.5
BASE = 0.3
"""Share of yes."""


def drawn(rng: np.random.Generator, kind: str, quality: float, n: int, scenes: bool) -> Any:
    """Draw ratings of two models; people rate ``n`` replies of each."""
    scene = np.tile(np.arange(TOTAL) % SCENES, 2)
    model = np.repeat([0, 1], TOTAL)

    def noise() -> Any:
        free = rng.standard_normal(2 * TOTAL)
        if not scenes:
            return free
        return np.sqrt(ICC) * rng.standard_normal(SCENES)[scene] + np.sqrt(1 - ICC) * free

    people = noise()
    judge = quality * people + np.sqrt(1 - quality**2) * noise() + BIAS * model
    if kind == "yes or no":
        cut = norm.ppf(1 - BASE)
        people, judge = (people > cut) * 1.0, (judge > cut) * 1.0
    for k in (0, 1):
        unrated = np.flatnonzero(model == k)[rng.permutation(TOTAL)[n:]]
        people[unrated] = np.nan
    return pd.DataFrame({"model": model, "scene": scene, "people": people, "judge": judge})


def cell(kind: str, quality: float, n: int, scenes: bool, draws: int) -> dict[str, Any]:
    """Return coverage and size of one design."""
    truth = BASE if kind == "yes or no" else 0.0
    rng = np.random.default_rng([n, int(10 * quality), scenes])
    held: dict[str, list[bool]] = {}
    widths: dict[str, list[float]] = {}
    for _ in range(draws):
        result = va.corrected(
            drawn(rng, kind, quality, n, scenes),
            judge="judge",
            people="people",
            by="model",
            cluster="scene" if scenes else None,
        )
        for row in result.table.itertuples():
            inside = bool(row.ci_lower <= truth <= row.ci_upper)
            held.setdefault(row.method, []).append(inside)
            widths.setdefault(row.method, []).append(row.ci_upper - row.ci_lower)
        for row in result.differences.itertuples():
            held.setdefault(f"rejects_{row.method}", []).append(bool(row.pvalue < 0.05))
    shares = {name: round(float(np.mean(values)), 3) for name, values in held.items()}
    narrower = np.nanmean(widths["corrected"]) / np.nanmean(widths["people"])
    design = {"ratings": kind, "quality": quality, "rated": n, "scenes": scenes}
    return design | shares | {"width": round(float(narrower), 2)}


def main() -> None:
    """Print one line of JSON for each design."""
    draws = int(sys.argv[sys.argv.index("--draws") + 1]) if "--draws" in sys.argv else 1000
    for kind in ("a scale", "yes or no"):
        for scenes in (False, True):
            for quality in (0.3, 0.6, 0.9):
                for n in (10, 20, 40, 100):
                    print(json.dumps(cell(kind, quality, n, scenes, draws)), flush=True)


if __name__ == "__main__":
    main()
