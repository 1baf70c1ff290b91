"""Do 95 % intervals hold the truth 95 % of the time? Planted models, many samples of each.

``python -m benchmarks.coverage`` prints JSON: for each estimator the mean share over the
parameters, which should lie within 94 to 96 %, and the parameters outside the 99.9 % binomial
band of their own. ``--draws 200`` is a quick look; the rule is for 2,000. Samples that give no
result are counted, never drawn again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set
import pandas as pd  # noqa: E402
from scipy.stats import binom  # noqa: E402

import valuealign as va  # noqa: E402
from valuealign.errors import NotConverged, NotIdentified  # noqa: E402

MODEL = "f =~ x1 + x2 + x3 + x4\nh =~ x5 + x6 + x7 + x8"
LOADINGS = np.array([1.0, 0.8, 0.7, 0.9, 1.0, 0.75, 0.85, 0.6])
PHI = np.array([[0.8, 0.3], [0.3, 0.9]])
UNIQUE = np.array([0.5, 0.6, 0.5, 0.4, 0.6, 0.5, 0.5, 0.6])
NAMES = [f"x{k}" for k in range(1, 9)]
CUTS = np.array([-0.9, 0.1, 1.0])
Sampler = Callable[[np.random.Generator], pd.DataFrame]
Truth = dict[tuple[str, str, str, int], float]


def normal(rng: np.random.Generator, n: int, mean: tuple[float, float] = (0.0, 0.0)) -> Any:
    """Draw rows of the planted model, shape (n, 8)."""
    eta = np.asarray(mean) + rng.standard_normal((n, 2)) @ np.linalg.cholesky(PHI).T
    return eta[:, np.repeat([0, 1], 4)] * LOADINGS + rng.standard_normal((n, 8)) * np.sqrt(UNIQUE)


def skewed(rng: np.random.Generator) -> pd.DataFrame:
    """Draw rows whose factors and residuals are chi-square with 6 degrees of freedom."""

    def chi(*shape: int) -> Any:
        return (rng.chisquare(6, shape) - 6) / np.sqrt(12)

    eta = chi(2000, 2) @ np.linalg.cholesky(PHI).T
    rows = eta[:, np.repeat([0, 1], 4)] * LOADINGS + chi(2000, 8) * np.sqrt(UNIQUE)
    return pd.DataFrame(rows, columns=NAMES)


def with_holes(rng: np.random.Generator) -> pd.DataFrame:
    """Draw rows of which x2 to x4 are missing more often where x1 is high."""
    rows = normal(rng, 1000)
    gone = rng.random((1000, 3)) < 1 / (1 + np.exp(1.5 - rows[:, :1]))
    rows[:, 1:4][gone] = np.nan
    return pd.DataFrame(rows, columns=NAMES)


def two_groups(rng: np.random.Generator) -> pd.DataFrame:
    """Draw two groups that differ in their factors' means only."""
    rows = np.vstack([normal(rng, 500), normal(rng, 500, (0.4, -0.2))])
    return pd.DataFrame(rows, columns=NAMES).assign(group=np.repeat(["a", "b"], 500))


def ordered(rng: np.random.Generator) -> pd.DataFrame:
    """Draw four categories of variables of unit variance."""
    rows = normal(rng, 1000) / np.sqrt(LOADINGS**2 * np.repeat(np.diag(PHI), 4) + UNIQUE)
    return pd.DataFrame((rows[:, :, None] > CUTS).sum(axis=2) + 1, columns=NAMES)


def truth(groups: int = 1) -> Truth:
    """Return the planted values of a continuous model by row of the parameter table."""
    out: Truth = {}
    for g in range(1, groups + 1):
        for k, name in enumerate(NAMES):
            out["fh"[k // 4], "=~", name, g] = LOADINGS[k]
            out[name, "~~", name, g] = UNIQUE[k]
            out[name, "~1", "", g] = 0.0
        for i, j in ((0, 0), (0, 1), (1, 1)):
            out["fh"[i], "~~", "fh"[j], g] = PHI[i, j]
        for k, mean in enumerate((0.4, -0.2) if g == 2 else (0.0, 0.0)):
            out["fh"[k], "~1", "", g] = mean
    return out


def truth_ordered() -> Truth:
    """Return the planted values of the ordinal model, whose variables have unit variance."""
    sd = np.sqrt(LOADINGS**2 * np.repeat(np.diag(PHI), 4) + UNIQUE)
    marker = LOADINGS[[0, 4]] / sd[[0, 4]]
    out: Truth = {}
    for k, name in enumerate(NAMES):
        out["fh"[k // 4], "=~", name, 1] = LOADINGS[k] / sd[k] / marker[k // 4]
        out |= {(name, "|", f"t{c + 1}", 1): float(cut) for c, cut in enumerate(CUTS)}
    for i, j in ((0, 0), (0, 1), (1, 1)):
        out["fh"[i], "~~", "fh"[j], 1] = PHI[i, j] * marker[i] * marker[j]
    return out


CASES: dict[str, tuple[Sampler, dict[str, Any], Truth]] = {
    "ML": (lambda r: pd.DataFrame(normal(r, 1000), columns=NAMES), {}, truth()),
    "MLR, skewed": (skewed, {"estimator": "MLR"}, truth()),
    "FIML, missing at random": (with_holes, {"missing": "fiml"}, truth()),
    "two-group scalar": (
        two_groups,
        {"group": "group", "group_equal": ("loadings", "intercepts")},
        truth(2),
    ),
    "WLSMV": (ordered, {"ordered": True}, truth_ordered()),
}


def coverage(name: str, draws: int, seed: int = 1) -> dict[str, Any]:
    """Return how often each parameter's interval held its planted value."""
    sample, options, planted = CASES[name]
    start, failed = time.perf_counter(), 0
    held: list[Any] = []
    labels: list[str] = []
    for child in np.random.SeedSequence(seed).spawn(draws):
        try:
            table = va.cfa(MODEL, sample(np.random.default_rng(child)), **options).parameters
        except (NotConverged, NotIdentified):
            failed += 1
            continue
        table = table[table["se"] > 0]
        labels = (
            table["lhs"] + table["op"] + table["rhs"] + "." + table["group"].astype(str)
        ).tolist()
        keys = table[["lhs", "op", "rhs", "group"]].itertuples(index=False, name=None)
        true = np.array([planted[key] for key in keys])
        held.append((table["ci_lower"] <= true) & (true <= table["ci_upper"]))
    share = np.mean(np.array(held), axis=0)
    low, high = (float(binom.ppf(q, len(held), 0.95)) / len(held) for q in (0.0005, 0.9995))
    outside = {
        k: round(float(s), 4) for k, s in zip(labels, share, strict=True) if not low <= s <= high
    }
    return {
        "draws": draws,
        "failed": failed,
        "parameters": len(share),
        "mean": round(float(share.mean()), 4),
        "lowest": round(float(share.min()), 4),
        "highest": round(float(share.max()), 4),
        "band": [round(low, 4), round(high, 4)],
        "outside_band": outside,
        "seconds": round(time.perf_counter() - start, 1),
    }


def main() -> None:
    """Print every case as JSON."""
    draws = int(sys.argv[sys.argv.index("--draws") + 1]) if "--draws" in sys.argv else 2000
    out = {}
    for name in CASES:
        out[name] = coverage(name, draws)
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
