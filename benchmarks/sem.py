"""Structural models beside lavaan and semopy, in the same run, one thread each.

``python -m benchmarks.sem`` prints JSON: for each piece of work the median seconds of a whole call
(fit, standard errors, fit measures, parameter frame), the peer's, and the ratio; then how time
grows with items, groups and respondents. R with lavaan is used where it is installed;
``--slow`` asks lavaan for ten groups too, which takes minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set

import valuealign as va  # noqa: E402
from benchmarks.sem_data import model, responses, with_holes, written  # noqa: E402

SCALAR = ("loadings", "intercepts")
_SEMOPY = """
import json, sys, time, pandas as pd, semopy
data, text = pd.read_csv(sys.argv[1]).drop(columns="group"), open(sys.argv[2]).read()
times = []
for _ in range(3):
    start = time.perf_counter()
    fit = semopy.Model(text)
    fit.fit(data)
    semopy.calc_stats(fit); fit.inspect()
    times.append(time.perf_counter() - start)
print(json.dumps(sorted(times)[1]))
"""


def whole(text: str, data: object, **options: object) -> None:
    """One call as a user makes it."""
    fit = va.cfa(text, data, **options)
    _ = fit.parameters, fit.measures["cfi"], fit.measures["srmr"]


def median(work: Callable[[], object], repeats: int) -> float:
    """Median seconds, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def lavaan(path: Path, text: str, call: str, repeats: int = 1, *, before: str = "") -> float | None:
    """Return lavaan's median seconds of the same work, or None without R.

    What stands in `before` is done first and not timed.
    """
    if shutil.which("Rscript") is None:
        return None
    script = f"""
suppressPackageStartupMessages(library(lavaan)); d <- read.csv({str(path)!r}); m <- {text!r}
{before}
t <- sapply(1:{repeats}, function(i) system.time(suppressWarnings({{ {call} }}))[["elapsed"]])
cat(median(t))"""
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout else None


def semopy(path: Path, text: str, folder: Path) -> float | None:
    """Return semopy's median seconds at its own tolerance."""
    syntax = folder / "model.txt"
    syntax.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SEMOPY, str(path), str(syntax)],
        capture_output=True,
        text=True,
        check=False,
    )
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


Row = tuple[Callable[[], object], int, tuple[str, str, str, int] | None]
"""Our call, how often it is repeated, and lavaan's: data, model, call, repetitions."""
AFTER = "fitMeasures(f); parameterEstimates(f, standardized = TRUE)"
ORDERED = "ordered = setdiff(names(d), 'group')"


def beside_lavaan(folder: Path, *, slow: bool) -> dict[str, dict[str, float | None]]:
    """Time every row of the table."""
    text, small = model(), model(5, 5)
    frames = {
        "one": responses(2000),
        "two": responses(2000, groups=2),
        "ten": responses(53_000, groups=10),
        "items": responses(2000, factors=5, per=5),
        "holes": with_holes(responses(2800, factors=5, per=5), patterns=87),
    }
    paths = {name: written(frame, folder, name) for name, frame in frames.items()}
    out: dict[str, dict[str, float | None]] = {}
    rows = _continuous(frames, text, small, slow=slow) | _ordinal(frames, text, small)
    for name, (ours, repeats, peer) in rows.items():
        seconds = median(ours, repeats)
        theirs = None if peer is None else lavaan(paths[peer[0]], *peer[1:])
        out[name] = _row(seconds, theirs)
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    first = out["CFA 57 x 19, N = 2,000, ML"]
    first["semopy_s"] = semopy(paths["one"], text, folder)
    first["semopy_ratio"] = first["semopy_s"] and round(first["semopy_s"] / first["seconds"], 1)
    out |= _bootstraps(text, frames["one"], paths["one"])
    return out


def _continuous(frames: dict[str, Any], text: str, small: str, *, slow: bool) -> dict[str, Row]:
    one, two, ten, holes = (frames[name] for name in ("one", "two", "ten", "holes"))
    equal = 'group = "group", group.equal = c("loadings", "intercepts")'
    scalar = {"group": "group", "group_equal": SCALAR}
    return {
        "CFA 57 x 19, N = 2,000, ML": (
            lambda: whole(text, one),
            9,
            ("one", text, f"f <- cfa(m, d); {AFTER}", 3),
        ),
        "the same, MLR": (
            lambda: whole(text, one, estimator="MLR"),
            5,
            ("one", text, f"f <- cfa(m, d, estimator = 'MLR'); {AFTER}", 1),
        ),
        "2-group scalar, ML": (
            lambda: whole(text, two, **scalar),
            5,
            ("two", text, f"f <- cfa(m, d, {equal}); {AFTER}", 1),
        ),
        "10-group scalar, N = 53,000": (
            lambda: whole(text, ten, **scalar),
            2,
            ("ten", text, f"f <- cfa(m, d, {equal}); {AFTER}", 1) if slow else None,
        ),
        "FIML 25 x 5, N = 2,800, 87 patterns": (
            lambda: whole(small, holes, missing="fiml"),
            5,
            ("holes", small, f"f <- cfa(m, d, missing = 'fiml'); {AFTER}", 3),
        ),
    }


def _ordinal(frames: dict[str, Any], text: str, small: str) -> dict[str, Row]:
    one, ten, items = (frames[name] for name in ("one", "ten", "items"))
    return {
        "WLSMV 57 x 19, N = 2,000": (
            lambda: whole(text, one, ordered=True),
            3,
            ("one", text, f"f <- cfa(m, d, {ORDERED}); {AFTER}", 1),
        ),
        "WLSMV 25 x 5": (
            lambda: whole(small, items, ordered=True),
            7,
            ("items", small, f"f <- cfa(m, d, {ORDERED}); {AFTER}", 3),
        ),
        "polychoric 57 x 57, N = 53,000": (
            lambda: va.polychoric(ten.drop(columns="group")),
            3,
            ("ten", text, f"x <- lavCor(d[names(d) != 'group'], {ORDERED}, se = 'none')", 1),
        ),
    }


def _bootstraps(text: str, one: object, path: Path) -> dict[str, dict[str, float | None]]:
    fit = va.cfa(text, one)
    refits = median(lambda: va.bootstrap(fit, 200, seed=1), 3)
    theirs = lavaan(path, text, "bootstrapLavaan(f, R = 10)", before="f <- cfa(m, d)")
    # Half before and half after: a shared machine is not the same a minute later.
    refits = (refits + median(lambda: va.bootstrap(fit, 200, seed=1), 3)) / 2
    start = time.perf_counter()
    va.bootstrap(fit, 1000, seed=1, workers=2)
    return {
        "200 bootstrap refits of 57 x 19": _row(refits, theirs and theirs * 20),
        "1,000 on 2 cores": _row(time.perf_counter() - start, None),
    }


def _row(seconds: float, theirs: float | None) -> dict[str, float | None]:
    return {
        "seconds": round(seconds, 4),
        "lavaan_s": theirs and round(theirs, 3),
        "ratio": theirs and round(theirs / seconds, 1),
    }


def growth() -> dict[str, dict[str, object]]:
    """Time against items, groups and respondents, with the exponent of a power law."""

    def by_items(k: int) -> Callable[[], None]:
        data = responses(2000, factors=k // 4, per=4)
        return lambda: whole(model(k // 4, 4), data)

    def by_groups(k: int) -> Callable[[], None]:
        data, text = responses(400 * k, groups=k, factors=5, per=4), model(5, 4)
        options = {"group": "group", "group_equal": SCALAR} if k > 1 else {}
        return lambda: whole(text, data, **options)

    def by_n(k: int) -> Callable[[], None]:
        data = responses(k, factors=5, per=4)
        return lambda: whole(model(5, 4), data)

    out: dict[str, dict[str, object]] = {}
    for name, made, sizes in (
        ("items", by_items, (20, 40, 80, 120, 200)),
        ("groups", by_groups, (1, 5, 10, 25, 50)),
        ("n", by_n, (1000, 10_000, 100_000)),
    ):
        seconds = [median(made(k), 3) for k in sizes]
        slope = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
        out[name] = {
            "sizes": list(sizes),
            "seconds": [round(s, 4) for s in seconds],
            "exponent": round(slope, 2),
        }
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    return out


def main() -> None:
    """Print everything as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        rows = beside_lavaan(Path(folder), slow="--slow" in sys.argv)
    print(json.dumps({"beside": rows, "growth": growth()}, indent=2))


if __name__ == "__main__":
    main()
