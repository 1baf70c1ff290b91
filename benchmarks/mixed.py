"""A mixed model of 50,000 rows, beside lme4 and lmerTest in the same run, one thread each.

``python -m benchmarks.mixed`` prints JSON: seconds of a whole call from the data frame to the
table of t tests, those of R where it is installed, and the ratio.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set
import pandas as pd  # noqa: E402

import valuealign as va  # noqa: E402

FORMULA = "rating ~ burden * belonging * diagnosis + (1 | vignette) + (1 | form) + (1 | model)"

SDS = {"vignette": 0.6, "form": 0.3, "model": 0.8}


def vignette_rows(vignettes: int, forms: int, models: int, n: int) -> pd.DataFrame:
    """Return n ratings of a 2 x 2 x 3 design with crossed vignettes, forms and models."""
    rng = np.random.default_rng(1)
    code = {"vignette": vignettes, "form": forms, "model": models}
    codes = {name: rng.integers(size, size=n) for name, size in code.items()}
    factors = {"burden": 2, "belonging": 2, "diagnosis": 3}
    levels = {name: rng.integers(size, size=n) for name, size in factors.items()}
    rating = (
        4
        + 0.5 * levels["burden"]
        - 0.3 * levels["belonging"] * levels["diagnosis"]
        + sum(SDS[g] * rng.normal(size=code[g])[codes[g]] for g in code)
        + rng.normal(size=n)
    )
    columns = {g: np.array([f"{g} {k}" for k in range(s)])[codes[g]] for g, s in code.items()}
    words = {f: np.array([f"level {k}" for k in range(s)])[levels[f]] for f, s in factors.items()}
    return pd.DataFrame(columns | words | {"rating": rating})


def in_r(path: Path, package: str, after: str) -> float | None:
    """Return R's seconds of the same model, read as factors beforehand, or None without R."""
    if shutil.which("Rscript") is None:
        return None
    script = f"""
suppressPackageStartupMessages(library({package}))
d <- read.csv({str(path)!r}, stringsAsFactors = TRUE)
invisible({package}::lmer(rating ~ burden + (1|vignette), d[1:500, ]))
t <- system.time({{ fit <- {package}::lmer({FORMULA}, d); {after} }})
cat(t[["elapsed"]])"""
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout else None


def seconds(rows: pd.DataFrame) -> float:
    """Return the least of three whole calls."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        va.mixed(FORMULA, rows)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print every design as JSON."""
    out = {}
    va.mixed("rating ~ burden + (1 | vignette)", vignette_rows(8, 2, 2, 300))  # imports
    for name, sizes in {
        "50,000 rows, 40 vignettes, 12 forms, 10 models": (40, 12, 10, 50_000),
        "50,000 rows, 1,000 vignettes, 24 forms, 20 models": (1000, 24, 20, 50_000),
        "2,000 rows, 40 vignettes, 6 forms, 5 models": (40, 6, 5, 2_000),
    }.items():
        rows = vignette_rows(*sizes)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            rows.to_csv(path, index=False)
            ours = seconds(rows)
            lme4 = in_r(path, "lme4", "")
            with_df = in_r(path, "lmerTest", "s <- coef(summary(fit)); a <- anova(fit)")
        out[name] = {
            "seconds": round(ours, 3),
            "lme4_s": lme4 and round(lme4, 2),
            "lmerTest_s": with_df and round(with_df, 2),
            "ratio_lme4": lme4 and round(lme4 / ours, 1),
            "ratio_lmerTest": with_df and round(with_df / ours, 1),
        }
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
