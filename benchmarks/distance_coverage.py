"""Coverage of intervals of shares and of distances from people, where the truth is planted.

``python -m benchmarks.distance_coverage``: base texts differ a little (Dirichlet, 30),
ten answers about each, 220 weighted people.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from valuealign.analysis.comparison.distance_interval import distances_from_people
from valuealign.analysis.comparison.distribution import (
    jensen_shannon,
    total_variation,
    wasserstein,
)
from valuealign.analysis.comparison.weighted_shares import clustered_variance, share_interval

CODES = [1, 2, 3, 4]
PEOPLE = np.array([0.016, 0.014, 0.449, 0.521])
MODELS = {
    "the same": PEOPLE,
    "near": np.array([0.05, 0.10, 0.45, 0.40]),
    "far": np.array([0.3, 0.4, 0.2, 0.1]),
}
ANSWERS = 10
N_PEOPLE = 220


def sample(rng: np.random.Generator, p: Any, texts: int) -> tuple[Any, Any, Any]:
    """A model's counts by text, and people's weights by code."""
    counts = np.array([rng.multinomial(ANSWERS, rng.dirichlet(p * 30)) for _ in range(texts)])
    w = rng.choice([0.47, 0.94, 1.9], N_PEOPLE, p=[0.4, 0.45, 0.15])
    code = rng.choice(4, N_PEOPLE, p=PEOPLE)
    return counts, np.bincount(code, w, 4), np.bincount(code, w**2, 4)


def coverage(name: str, texts: int, samples: int) -> dict[str, Any]:
    """How often intervals hold the truth."""
    rng, p = np.random.default_rng(5), MODELS[name]
    true = [
        float(total_variation(p, PEOPLE)),
        float(jensen_shannon(p, PEOPLE)),
        float(wasserstein(p, PEOPLE, codes=CODES)),
    ]
    hits, of_shares = np.zeros(3), 0
    for k in range(samples):
        counts, w, q = sample(rng, p, texts)
        found = distances_from_people(counts, w, q, codes=CODES, draws=400, seed=k)
        for j, each in enumerate(found):
            hits[j] += each.ci_lower - 1e-12 <= true[j] <= each.ci_upper
        own, V = clustered_variance(counts)
        for j in range(4):
            low, high = share_interval(
                own[j], V[j, j], n=texts * ANSWERS, df=texts - 1, fewest=texts
            )
            of_shares += low <= p[j] <= high
    return {
        "model": name,
        "texts": texts,
        "total variation": round(true[0], 3),
        "covered": dict(zip(("tv", "js", "wasserstein"), (hits / samples).round(3), strict=True)),
        "shares covered": round(of_shares / samples / 4, 3),
    }


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=400)
    samples = parser.parse_args().samples
    for texts in (8, 20):
        for name in MODELS:
            print(json.dumps(coverage(name, texts, samples)))


if __name__ == "__main__":
    main()
