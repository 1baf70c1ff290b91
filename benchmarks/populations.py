"""400,000 made-up people reduced to moments: seconds and peak memory, each in a fresh process."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PEOPLE = 400_000
OTHER_COLUMNS = 60
LABELS = {
    1.0: "Very much like me",
    2.0: "Like me",
    3.0: "Somewhat like me",
    4.0: "A little like me",
    5.0: "Not like me",
    6.0: "Not like me at all",
    7.0: "Refusal",
    8.0: "Don't know",
    9.0: "No answer",
}


def made() -> Any:
    """People drawn from shipped moments, as the ESS would write them."""
    import numpy as np
    import pandas as pd

    import valuealign as va

    rng = np.random.default_rng(3)
    m = va.load_population("pvq21-europe-ess11").moments
    drawn = rng.multivariate_normal(m.mean, m.covariance, PEOPLE, method="cholesky")
    answers = 7 - drawn.round().clip(1, 6)
    answers[rng.random(answers.shape) < 0.005] = 9
    names = [item.aliases[0] for item in va.load_instrument("pvq-21").items]
    frame = pd.DataFrame(answers, columns=names)
    frame["cntry"] = rng.choice([f"C{k:02d}" for k in range(30)], PEOPLE)
    frame["essround"] = rng.integers(1, 12, PEOPLE).astype(float)
    other = {f"other{k}": rng.integers(0, 10, PEOPLE).astype(float) for k in range(OTHER_COLUMNS)}
    return frame.assign(**other)


def write(folder: str) -> None:
    """Write them as .sav and as .csv."""
    import pyreadstat

    frame = made()
    names = list(frame.columns[:21])
    pyreadstat.write_sav(
        frame, f"{folder}/people.sav", variable_value_labels=dict.fromkeys(names, LABELS)
    )
    frame.to_csv(f"{folder}/people.csv", index=False)


def ours(path: str, groups: str) -> Any:
    """Read and reduce, whole or by country and round."""
    import valuealign as va

    split = ["cntry", "essround"] if groups == "groups" else None
    return va.read_population(path, "pvq-21", group=split)


def peer(path: str, _: str) -> Any:
    """Read the whole file and take the covariance of its first 21 columns; nothing checked."""
    import pandas as pd
    import pyreadstat

    frame = pyreadstat.read_sav(path)[0] if path.endswith(".sav") else pd.read_csv(path)
    items = frame.iloc[:, :21]
    return items.where(items <= 6).dropna().cov()


def timed(what: str, path: str, groups: str) -> None:
    """Run one of them and print what it took."""
    start = time.perf_counter()
    {"ours": ours, "peer": peer}[what](path, groups)
    seconds, cpu = time.perf_counter() - start, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "what": what,
                "file": Path(path).suffix,
                "split": groups,
                "seconds": round(seconds, 1),
                "cpu_s": round(cpu, 1),
                "peak_mb": round(peak),
            }
        )
    )


def main() -> None:
    """Write the files, then read each both ways."""
    if len(sys.argv) > 1:
        write(sys.argv[2]) if sys.argv[1] == "write" else timed(*sys.argv[1:])
        return
    run = [sys.executable, "-m", "benchmarks.populations"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*run, "write", folder], check=True)
        for suffix in ("sav", "csv"):
            for step in (("ours", "whole"), ("ours", "groups"), ("peer", "whole")):
                path = f"{folder}/people.{suffix}"
                subprocess.run([*run, step[0], path, step[1]], check=True)


if __name__ == "__main__":
    main()
