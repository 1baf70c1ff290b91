"""The tables of a fitted mixed model, and what makes it doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.mixed.fit_model import Estimated
from valuealign.analysis.mixed.fixed_part import FixedPart
from valuealign.analysis.mixed.marginal_means import test_table
from valuealign.analysis.mixed.model_rows import ModelRows

if TYPE_CHECKING:
    import pandas as pd

FEW_LEVELS = 5
"""A grouping with fewer levels has a variance, and tests against it, that are hardly known."""


def fixed_table(part: FixedPart, estimated: Estimated, level: float) -> pd.DataFrame:
    """Return the coefficients with their tests and intervals."""
    table = test_table(estimated.tests, np.eye(len(part.names)), level)
    table.insert(0, "term", list(part.names))
    return table


def term_tests(part: FixedPart, estimated: Estimated) -> pd.DataFrame:
    """Return the type III tests of the formula's terms."""
    import pandas as pd
    from scipy.stats import f

    rows = []
    for term in part.terms:
        F, df1, df2 = estimated.tests.f_test(part.hypothesis(term))
        rows.append((":".join(term), df1, df2, F, float(f.sf(F, df1, df2))))
    return pd.DataFrame(rows, columns=["term", "df1", "df2", "F", "pvalue"])


def random_table(rows: ModelRows, estimated: Estimated) -> pd.DataFrame:
    """Return the variances in the unit of the data, the residual's last."""
    import pandas as pd

    scales = np.append(rows.scales, 1.0)
    on_data = estimated.components.variances  # of covariates as they were scaled
    variances = on_data / scales**2
    return pd.DataFrame(
        {
            "term": [*(term.label for term in rows.random), "residual"],
            "levels": [*(term.n_levels for term in rows.terms), len(rows.y)],
            "variance": variances,
            "sd": np.sqrt(variances),
            "se": np.sqrt(np.diag(estimated.components.vcov)) / scales**2,
            "share": on_data / on_data.sum(),
        }
    )


def doubts(rows: ModelRows, estimated: Estimated) -> frozenset[str]:
    """Return what makes the fit doubtful: zero variances, few levels, rows left out."""
    flags = set()
    variances = estimated.components.variances
    for random, term, variance in zip(rows.random, rows.terms, variances, strict=False):
        if variance == 0:
            flags.add(
                f"singular fit: the variance of {random.label} is estimated as zero, so tests "
                "treat it as absent"
            )
        if term.n_levels < FEW_LEVELS:
            flags.add(
                f"{random.label} has {term.n_levels} levels: its variance is hardly known, and so "
                "are tests of effects that differ between its levels"
            )
    if rows.n_missing:
        flags.add(f"{rows.n_missing} rows without a value in some column are left out")
    return frozenset(flags)
