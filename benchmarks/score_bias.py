"""How often a bias of a score is found, and how often none is called equivalent.

``python -m benchmarks.score_bias --samples 300``: twelve base texts x two factors x ten answers, as
in ``studies/schnepper-2025-eating.yaml``; a share of the variance belongs to the base texts.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
import pandas as pd

from valuealign.analysis.comparison.equivalence import beyond, standing
from valuealign.study.score_effects import equivalence_pvalue, score_effects

FACTORS = {"patient": ("man", "woman"), "partner": ("man", "woman")}
TEXTS, ANSWERS, MARGIN, ALPHA = 12, 10, 0.25, 0.05


def rows(rng: np.random.Generator, bias: float, of_texts: float) -> pd.DataFrame:
    """Scores with a standard deviation of 1 within a cell and a bias by the first factor."""
    cells = [(t, a, b) for t in range(TEXTS) for a in (0, 1) for b in (0, 1)]
    text, first, second = (np.repeat(x, ANSWERS) for x in np.array(cells).T)
    base = rng.normal(0, np.sqrt(of_texts), TEXTS)
    noise = rng.normal(0, np.sqrt(1 - of_texts), len(text))
    levels = ("man", "woman")
    frame = pd.DataFrame({"model": "m", "persona": "none", "base": text.astype(str)})
    frame["rating"] = base[text] + np.where(first == 0, 0.5, -0.5) * bias + noise
    for name, codes in (("f_patient", first), ("f_partner", second)):
        frame[name] = pd.Categorical.from_codes(codes, list(levels))
    return frame


def judged(effects: pd.DataFrame, factor: str) -> tuple[bool, str, float]:
    """Whether an effect is found, what the equivalence test says, and d."""
    row = effects[effects["effect"].str.startswith(f"{factor}:")].iloc[0].to_dict()
    over = beyond(row["estimate"], row["se"], row["df"], margin=MARGIN * row["sd"])
    result = standing(equivalence_pvalue(row, MARGIN), over, row["pvalue"], alpha=ALPHA)
    return not row["ci_lower"] <= 0 <= row["ci_upper"], result, row["d"]


def rates(bias: float, of_texts: float, samples: int) -> dict[str, Any]:
    """Shares of samples in which each was concluded."""
    rng = np.random.default_rng(57986)
    found = [
        judged(score_effects(rows(rng, bias, of_texts), "S", FACTORS), "patient")
        for _ in range(samples)
    ]
    return {
        "bias": bias,
        "share of texts": of_texts,
        "found": round(float(np.mean([f for f, _, _ in found])), 3),
        "equivalent": round(float(np.mean([s == "equivalent" for _, s, _ in found])), 3),
        "different": round(float(np.mean([s == "different" for _, s, _ in found])), 3),
        "mean d": round(float(np.mean([d for _, _, d in found])), 3),
    }


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=300)
    samples = parser.parse_args().samples
    for of_texts in (0.3, 0.6):
        for bias in (0.0, MARGIN, 0.4):
            print(json.dumps(rates(bias, of_texts, samples)))


if __name__ == "__main__":
    main()
