"""Do the intervals of alpha and of generalizability coefficients hold the truth at their level?

``python -m benchmarks.interval_coverage`` prints JSON: for each kind of data how often 95 %
intervals held the population's value. ``--draws 200`` is a quick look; the tables in
``benchmarks/README.md`` are of 2,000.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set

from valuealign.analysis.reliability.alpha import alpha_of  # noqa: E402
from valuealign.analysis.reliability.alpha_interval import feldt_interval, jackknife_interval  # noqa: E402
from valuealign.analysis.reliability.generalizability.coefficients import coefficients, shares  # noqa: E402
from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design  # noqa: E402
from valuealign.analysis.reliability.generalizability.ems import expected_mean_squares  # noqa: E402
from valuealign.analysis.reliability.generalizability.pivotal_intervals import draw_components  # noqa: E402

CUTS = {
    "normal": None,
    "six points, symmetric": (-1.5, -0.8, 0.0, 0.8, 1.5),
    "six points, skewed (skewness 1.5)": (0.0, 0.8, 1.3, 1.8, 2.3),
    "six points, strongly skewed (2.8)": (0.8, 1.3, 1.7, 2.1, 2.5),
}
"""Where a standard normal variable is cut; half, and 79 % of answers are then at one end."""
SIZES = (50, 100, 300)


def rows(rng: np.random.Generator, n: int, k: int, loading: float, cuts: Any) -> Any:
    """Draw responses of one factor."""
    x = loading * rng.standard_normal((n, 1)) + np.sqrt(1 - loading**2) * rng.standard_normal(
        (n, k)
    )
    return x if cuts is None else np.searchsorted(cuts, x) + 1.0


def of_alpha(kind: str, k: int, loading: float, draws: int) -> list[dict[str, Any]]:
    """Return the coverage of both intervals at every size."""
    cuts = CUTS[kind]
    big = rows(np.random.default_rng(99), 1_000_000, k, loading, cuts)
    truth = alpha_of(np.cov(big, rowvar=False))
    out = []
    for n in SIZES:
        rng = np.random.default_rng([n, k])
        held, used = np.zeros(2), 0
        for _ in range(draws):
            x = rows(rng, n, k, loading, cuts)
            if (np.ptp(x, axis=0) == 0).any():
                continue  # a constant item is refused
            used += 1
            a = alpha_of(np.cov(x, rowvar=False))
            for j, (low, high) in enumerate((jackknife_interval(x), feldt_interval(a, n, k))):
                held[j] += low <= truth <= high
        jackknife, feldt = (held / used).round(3).tolist()
        out.append(
            {
                "items": kind,
                "k": k,
                "alpha": round(truth, 2),
                "n": n,
                "samples": used,
                "jackknife": jackknife,
                "feldt": feldt,
            }
        )
    return out


STUDIES = {
    "17 models, 40 items, 6 forms": (17, 40, 6, (0.5, 0.4, 0.1, 0.5, 0.2, 0.1, 0.8)),
    "4 models, 20 items, 4 forms": (4, 20, 4, (0.5, 0.4, 0.1, 0.5, 0.2, 0.1, 0.8)),
    "4 models, no form effects": (4, 20, 4, (0.5, 0.4, 0.0, 0.5, 0.0, 0.0, 0.8)),
    "8 models, small level": (8, 30, 4, (0.1, 0.4, 0.1, 0.6, 0.1, 0.1, 0.8)),
    "2 models, 20 items, 4 forms": (2, 20, 4, (0.5, 0.4, 0.1, 0.5, 0.2, 0.1, 0.8)),
}
"""Models, items, forms; standard deviations of m, i, f, mi, mf, if and the residual."""


def study(rng: np.random.Generator, shape: tuple[int, int, int], sd: Any) -> Design:
    """Draw one crossed design."""
    m, i, f = shape
    y = (
        sd[0] * rng.standard_normal((m, 1, 1))
        + sd[1] * rng.standard_normal((1, i, 1))
        + sd[2] * rng.standard_normal((1, 1, f))
        + sd[3] * rng.standard_normal((m, i, 1))
        + sd[4] * rng.standard_normal((m, 1, f))
        + sd[5] * rng.standard_normal((1, i, f))
        + sd[6] * rng.standard_normal((m, i, f))
    )
    codes = np.indices(shape).reshape(3, -1)
    names = ("model", "item", "form")
    return Design(
        names, dict.fromkeys(names, frozenset()), y.ravel(), dict(zip(names, codes, strict=True)), 0
    )


def of_coefficients(name: str, fixed: str, draws: int) -> dict[str, Any]:
    """Return the coverage of the level's two coefficients."""
    m, i, f, sd = STUDIES[name]
    sizes, rng = {"item": i, "form": f}, np.random.default_rng(7)
    target, held_fixed = ("model", frozenset[str]()), frozenset([fixed] if fixed else [])
    held, truth = np.zeros(2), None
    for _ in range(draws):
        made = study(rng, (m, i, f), sd)
        everything = frozenset(made.factors)
        if truth is None:
            effects = (*made.effects, RESIDUAL)
            planted = dict(zip(effects, np.square(sd), strict=True))
            found = coefficients(planted, everything, target, sizes, held_fixed)
            truth = (found.g, found.phi)
        compatible = draw_components(made, expected_mean_squares(made))
        of = shares(compatible.effects, everything, target, sizes, held_fixed)
        for j, (low, high) in enumerate(compatible.coefficients(of)):
            held[j] += low <= truth[j] <= high
    g, phi = (held / draws).round(3).tolist()
    return {
        "study": name,
        "fixed": fixed or "none",
        "G": round(truth[0], 2),
        "Phi": round(truth[1], 2),
        "covered G": g,
        "covered Phi": phi,
    }


def main() -> None:
    """Print the coverage of every kind."""
    draws = int(sys.argv[sys.argv.index("--draws") + 1]) if "--draws" in sys.argv else 2000
    found: dict[str, Any] = {"alpha": [], "generalizability": []}
    for kind in CUTS:
        for k, loading in ((4, 0.5), (4, 0.75), (10, 0.5), (10, 0.75)):
            found["alpha"] += of_alpha(kind, k, loading, draws)
            print(found["alpha"][-3:], file=sys.stderr, flush=True)
    for name in STUDIES:
        for fixed in ("", "item"):
            found["generalizability"].append(of_coefficients(name, fixed, draws // 2))
            print(found["generalizability"][-1], file=sys.stderr, flush=True)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
