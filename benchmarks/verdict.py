"""How often does the verdict err where the truth is planted? Writes docs/error_rates.md.

``python -m benchmarks.verdict`` draws what ``benchmarks/results/verdict`` does not hold yet, counts
it into ``benchmarks/verdict_rates.csv`` and writes the page from that table. When a rule changes,
remove the replicates of the claims that it concerns and run them again: ``--kind rows`` and
``--truth NAME`` choose some. Counts of what is not drawn again stay, and so do those of more
replicates. ``--table`` only writes the page.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import pandas as pd  # noqa: E402  # after the threads are set

from valuealign.inquiry.operating.cells import CELLS  # noqa: E402
from valuealign.inquiry.operating.characteristics import operating_characteristics  # noqa: E402
from valuealign.inquiry.operating.page import page  # noqa: E402
from valuealign.inquiry.operating.rates import COUNTED, PLACE, STANDINGS, rated  # noqa: E402

ROOT = Path(__file__).parent
RESULTS = ROOT / "results" / "verdict"
COUNTS = ROOT / "verdict_rates.csv"
PAGE = ROOT.parent / "docs" / "error_rates.md"
MEASURES = {
    "pvq-21": "pvq21-de-ess9",
    "pvq-rr": "pvqrr-de-2022-attentive",
    "ipip-bfi-25": "bfi25-sapa",
}
LATENT = 2000
"""Personas for latent means."""
SIZES = (300, 500, 1000)
"""Personas for structure; all truths at the second, people at each."""


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--instrument", action="append", choices=list(MEASURES))
    parser.add_argument("--kind", action="append", choices=["respondent", "pair", "rows"])
    parser.add_argument("--truth", action="append", help="a planted truth; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-latent", action="store_true", help="leave out latent means")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--table", action="store_true", help="only write the page")
    asked = parser.parse_args()
    if not asked.table:
        drawn = [table for name in asked.instrument or MEASURES for table in _tables(name, asked)]
        counted(pd.concat(drawn, ignore_index=True))
    asked.page.write_text(page(rated(recorded())), encoding="utf-8")
    print(f"wrote {asked.page}")


def recorded() -> pd.DataFrame:
    """Return the counts that stand, in the page's order."""
    if not COUNTS.exists():
        return pd.DataFrame(columns=list(COUNTED))
    return pd.read_csv(COUNTS, keep_default_na=False)


def counted(drawn: pd.DataFrame) -> None:
    """Put new counts in the place of those of the same truth, size and claim, unless fewer."""
    both = pd.concat([recorded(), drawn[list(COUNTED)]], ignore_index=True)
    both["replicates"] = both[list(STANDINGS)].sum(axis=1)
    both = both.sort_values("replicates", kind="stable")
    kept = both.drop_duplicates(list(PLACE), keep="last").sort_index()[list(COUNTED)]
    measures = {f"{k} with {v}": place for place, (k, v) in enumerate(MEASURES.items())}
    kinds = {"respondent": 0, "pair": 1, "rows": 2}
    truths = {(cell.kind, cell.truth): place for place, cell in enumerate(CELLS)}
    order = pd.DataFrame(
        {
            "measure": kept["measure"].map(measures),
            "kind": kept["kind"].map(kinds),
            "n": kept["n"].astype(int),
            "truth": [
                truths[row] for row in kept[["kind", "truth"]].itertuples(index=False, name=None)
            ],
        }
    )
    kept.loc[order.sort_values(list(order), kind="stable").index].to_csv(COUNTS, index=False)


def _tables(instrument: str, asked: argparse.Namespace) -> list[pd.DataFrame]:
    common = {
        "people": MEASURES[instrument],
        "seed": asked.seed,
        "workers": asked.workers,
        "path": RESULTS / f"{instrument}.jsonl",
        "replicates": asked.replicates,
        "truths": asked.truth,
        "progress": lambda line: print(line, flush=True),
    }
    kinds = asked.kind or ["respondent", "pair", "rows"]
    runs: list[dict[str, object]] = [{"kinds": [k]} for k in kinds if k != "rows"]
    if "rows" in kinds:
        runs.append({"kinds": ["rows"], "n": SIZES[1]})
        if "people" in (asked.truth or ["people"]):
            runs.append({"kinds": ["rows"], "n": [SIZES[0], SIZES[2]], "truths": ["people"]})
        if not asked.no_latent:
            runs.append({"kinds": ["rows"], "n": (), "latent_n": LATENT})
    return [operating_characteristics(instrument, **common | run).table for run in runs]


if __name__ == "__main__":
    main()
