"""Do tests of a marginal model hold their size with few vignettes?

``python -m benchmarks.marginal_size`` prints JSON: by kind of outcome and number of vignettes how
often tests of absent effects reject at 5 %, and the same of the usual robust z test of statsmodels.
``--draws 100`` is a quick look; the table in ``docs/marginal.md`` is of 1,000.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402  # after the threads are set
import pandas as pd  # noqa: E402

import valuealign as va  # noqa: E402
from valuealign.errors import NotConverged  # noqa: E402

REPLIES = 24
"""Of each vignette, half at each level of the factor within vignettes."""
SPREAD, SLOPES = 0.8, 0.4
"""Standard deviations of the vignettes' logits, and of the effect within them."""
CUTS = {"binomial": (0.4,), "ordinal": (-0.8, 0.4, 1.6)}


def drawn(rng: np.random.Generator, vignettes: int, family: str) -> pd.DataFrame:
    """Draw answers in which neither factor has an effect on average."""
    v = np.repeat(np.arange(vignettes), REPLIES)
    within = np.tile([0, 1], len(v) // 2)
    logit = SPREAD * rng.standard_normal(vignettes)[v]
    logit += SLOPES * rng.standard_normal(vignettes)[v] * (within - 0.5)
    answer = np.digitize(logit + rng.logistic(size=len(v)), CUTS[family])
    return pd.DataFrame({"v": v, "within": within, "between": v % 2, "answer": answer})


def usual(rows: pd.DataFrame) -> Any:
    """Return the z tests of statsmodels' GEE."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    X = np.column_stack([np.ones(len(rows)), rows["within"], rows["between"]])
    return GEE(rows["answer"], X, rows["v"], family=Binomial()).fit().pvalues[1:]


def cell(family: str, vignettes: int, draws: int) -> dict[str, Any]:
    """Return the share of tests that reject."""
    rng = np.random.default_rng([vignettes, len(family)])
    rejected: list[Any] = []
    lost = 0
    for _ in range(draws):
        rows = drawn(rng, vignettes, family)
        factors = rows.astype({"within": "str", "between": "str"})
        try:
            fit = va.marginal("answer ~ within + between", factors, cluster="v", family=family)
        except NotConverged:
            lost += 1
            continue
        p = fit.tests["pvalue"].to_numpy()
        z = [usual(rows)] if family == "binomial" else []
        rejected.append(np.concatenate([p, *z]) < 0.05)
    share = np.mean(rejected, axis=0).round(3).tolist()
    names = ("within", "between", "usual_within", "usual_between")
    return {"family": family, "vignettes": vignettes, "lost": lost} | dict(
        zip(names, share, strict=False)
    )


def main() -> None:
    """Print one line of JSON for each design."""
    warnings.simplefilter("ignore")
    draws = int(sys.argv[sys.argv.index("--draws") + 1]) if "--draws" in sys.argv else 1000
    for family in CUTS:
        for vignettes in (4, 6, 8, 12, 20, 40):
            print(json.dumps(cell(family, vignettes, draws)), flush=True)


if __name__ == "__main__":
    main()
