"""How often does the verdict err where the truth is planted? Writes docs/error_rates.md.

``python -m benchmarks.verdict`` resumes from ``benchmarks/results/verdict``: replicates that are
there are not drawn again. Remove a file when a rule changes. ``--replicates 20`` is what CI runs;
``--table`` only writes the page from what is there.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import pandas as pd  # noqa: E402  # after the threads are set

from valuealign.inquiry.operating.characteristics import operating_characteristics  # noqa: E402
from valuealign.inquiry.operating.page import page  # noqa: E402
from valuealign.inquiry.operating.rates import rates  # noqa: E402

ROOT = Path(__file__).parent
RESULTS = ROOT / "results" / "verdict"
PAGE = ROOT.parent / "docs" / "error_rates.md"
MEASURES = {
    "pvq-21": "pvq21-de-ess9",
    "pvq-rr": "pvqrr-de-2022-attentive",
    "ipip-bfi-25": "bfi25-sapa",
}
LATENT = {"pvq-21": 2000}
"""Personas for latent means: the other instruments' ladders take seconds each."""


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--instrument", action="append", choices=list(MEASURES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-latent", action="store_true", help="leave out latent means")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--table", action="store_true", help="write the page from what is there")
    asked = parser.parse_args()
    tables = []
    for instrument in asked.instrument or MEASURES:
        tables += [_recorded(instrument)] if asked.table else _tables(instrument, asked)
    asked.page.write_text(page(pd.concat(tables, ignore_index=True)), encoding="utf-8")
    print(f"wrote {asked.page}")


def _tables(instrument: str, asked: argparse.Namespace) -> list[pd.DataFrame]:
    common = {
        "people": MEASURES[instrument],
        "seed": asked.seed,
        "workers": asked.workers,
        "path": RESULTS / f"{instrument}.jsonl",
        "replicates": asked.replicates,
        "progress": lambda line: print(line, flush=True),
    }
    runs = [
        {"kinds": ["respondent", "pair"]},
        {"kinds": ["rows"], "n": 500},
        {"kinds": ["rows"], "n": [300, 1000], "truths": ["people"]},
    ]
    if instrument in LATENT and not asked.no_latent:
        runs.append({"kinds": ["rows"], "n": (), "latent_n": LATENT[instrument]})
    return [operating_characteristics(instrument, **common, **run).table for run in runs]


def _recorded(instrument: str) -> pd.DataFrame:
    """Return the rates of the replicates that a file holds."""
    file, rows, measure = RESULTS / f"{instrument}.jsonl", [], ""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    for line in lines:
        row: dict[str, Any] = json.loads(line)
        measure, kind, truth, size, *construct = row["key"].split(" | ")
        name, _, count = size.partition("=")
        sizes = {"n": 0, "occasions": 0} | {name: int(count)}
        rows.append(row | sizes | {"kind": kind, "truth": truth, "construct": "".join(construct)})
    return rates(rows, measure)


if __name__ == "__main__":
    main()
