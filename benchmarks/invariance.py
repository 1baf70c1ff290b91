"""Ladders of invariance over many groups of moments, one thread.

``python -m benchmarks.invariance`` prints JSON: seconds of four levels with score tests, equal-n
refits, dMACS and modification indices of every level, for the PVQ-21 over 30 groups (its four
models together, and the slowest) and for the PVQ-RR, 57 items on 19 factors, over 10 groups. Groups
are drawn from the shipped German samples. ``cpu`` is the process's own time, which a busy machine
does not lengthen; ``--part NAME`` runs one of ``pvq-21``, ``pvq-rr``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set

import valuealign as va  # noqa: E402

WANTED = {"pvq-21": 2.0, "pvq-rr": 15.0}
"""Seconds that each may take."""


def groups_of(population: str, n_groups: int) -> dict[str, va.Moments]:
    """Return moments of samples whose item means differ a little."""
    people = va.load_population(population).moments
    rng = np.random.default_rng(1)
    p = len(people.names)
    found = {}
    for k in range(n_groups):
        n = int(rng.integers(900, 2500))
        mean = people.mean + rng.normal(0, 0.15, p)
        rows = rng.multivariate_normal(mean, people.covariance, n, method="cholesky")
        found[f"g{k}"] = va.Moments(np.cov(rows.T), rows.mean(axis=0), n=n, names=people.names)
    return found


def timed(text: str, groups: Mapping[str, va.Moments], *, effects: bool) -> dict[str, float]:
    """Time a ladder and the modification indices of its levels."""
    start, cpu = time.perf_counter(), time.process_time()
    found = va.invariance(text, groups, effect_sizes=effects)
    for fit in found.fits.values():
        va.modification_indices(fit)
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}


def ladders(part: str) -> dict[str, object]:
    """Time an instrument's models."""
    models = va.load_instrument(part).default_lavaan
    if part == "pvq-rr":
        models = {"full": va.load_instrument(part).model}
    groups = groups_of(*{"pvq-21": ("pvq21-de-ess9", 30), "pvq-rr": ("pvqrr-de-2022", 10)}[part])
    first = next(iter(models.values()))
    va.invariance(first, dict(list(groups.items())[:2]), levels=["configural"])  # warm
    out: dict[str, object] = {"wanted": WANTED[part], "groups": len(groups)}
    for effects in (False, True):
        rows = {name: timed(text, groups, effects=effects) for name, text in models.items()}
        rows["together"] = {
            kind: sum(row[kind] for row in rows.values()) for kind in ("seconds", "cpu")
        }
        key = "with dMACS" if effects else "four levels, modification indices"
        out[key] = {
            name: {kind: round(value, 2) for kind, value in row.items()}
            for name, row in rows.items()
        }
        print(f"{part}: {key}: {out[key]}", file=sys.stderr, flush=True)
    return out


def main() -> None:
    """Print everything as JSON."""
    words = sys.argv[1:]
    chosen = words[words.index("--part") + 1 :][:1] if "--part" in words else list(WANTED)
    print(json.dumps({part: ladders(part) for part in chosen}, indent=2))


if __name__ == "__main__":
    main()
