"""Reliability, factors and generalizability, beside psych in the same run, one thread each.

``python -m benchmarks.measure`` prints JSON: seconds of a whole call, those of psych where R has
it, and the ratio.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set
import pandas as pd  # noqa: E402

import valuealign as va  # noqa: E402
from benchmarks.sem_data import responses, written  # noqa: E402


def psych(path: Path, call: str) -> float | None:
    """Return psych's seconds of the same work, or None without R."""
    if shutil.which("Rscript") is None:
        return None
    script = f"""
suppressPackageStartupMessages(library(psych)); d <- read.csv({str(path)!r}); d$group <- NULL
pdf(NULL); options(mc.cores = 1)
t <- system.time(suppressWarnings(suppressMessages(capture.output({{ {call} }}))))
cat(t[["elapsed"]])"""
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout else None


def crossed(models: int, items: int, forms: int, *, keep: float = 1.0) -> pd.DataFrame:
    """Return responses of models to items under forms, some of them missing."""
    rng = np.random.default_rng(1)
    model, item, form = (
        a.ravel() for a in np.meshgrid(np.arange(models), np.arange(items), np.arange(forms))
    )
    value = (
        rng.normal(size=models)[model]
        + 0.8 * rng.normal(size=items)[item]
        + 0.3 * rng.normal(size=forms)[form]
        + 0.5 * rng.normal(size=(models, items))[model, item]
        + 0.4 * rng.normal(size=(models, forms))[model, form]
        + rng.normal(size=len(model))
    )
    long = pd.DataFrame({"model": model, "item": item, "form": form, "value": value})
    return long[rng.random(len(long)) < keep].reset_index(drop=True)


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured(folder: Path) -> dict[str, dict[str, float | None]]:
    """Time every row of the table."""
    items = responses(2000).drop(columns="group")
    path = written(items, folder, "items")
    balanced, holes = crossed(40, 500, 5), crossed(40, 500, 5, keep=0.85)
    target = va.efa(items, 19, rotation="none").loadings
    va.polychoric(items.iloc[:, :5])  # imports are not part of the work
    work: dict[str, tuple[Callable[[], object], str | None]] = {
        "polychoric 57 x 57, N = 2,000": (
            lambda: va.polychoric(items),
            "polychoric(d, correct = 0)",
        ),
        "parallel analysis, 57 items, 100 draws": (
            lambda: va.parallel_analysis(items, draws=100),
            "fa.parallel(d, n.iter = 100, plot = FALSE)",
        ),
        "polychoric parallel analysis, 20 draws": (
            lambda: va.parallel_analysis(items, draws=20, kind="polychoric"),
            None,
        ),
        "alpha of 57 items, 1,000 bootstrap draws": (
            lambda: va.alpha(items, bootstrap=1000),
            "alpha(d, n.iter = 1000)",
        ),
        "congruence of 19 factors, 1,000 bootstrap draws": (
            lambda: va.congruence_interval(items, target, draws=1000),
            None,
        ),
        "generalizability, 100,000 balanced, mean squares": (
            lambda: va.generalizability(balanced, "model", ["item", "form"], method="ems"),
            None,
        ),
        "generalizability, 85,000 unbalanced, REML": (
            lambda: va.generalizability(holes, "model", ["item", "form"]),
            None,
        ),
    }
    out: dict[str, dict[str, float | None]] = {}
    for name, (ours, call) in work.items():
        mine = seconds(ours)
        theirs = None if call is None else psych(path, call)
        out[name] = {
            "seconds": round(mine, 3),
            "psych_s": theirs and round(theirs, 2),
            "ratio": theirs and round(theirs / mine, 1),
        }
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    return out


def main() -> None:
    """Print everything as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
