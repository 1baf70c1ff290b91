"""Comparison of scales with people's: difference, equivalence, percentile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from valuealign.analysis.comparison.average import average_of, unbiased
from valuealign.analysis.comparison.equivalence import (
    UNKNOWN,
    benjamini_hochberg,
    beyond,
    standing,
    tost,
)
from valuealign.analysis.comparison.scale_difference import (
    Place,
    difference,
    percentile,
    variance_ratio,
)
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.people import People
    from valuealign.inquiry.comparison.samples import Sample
    from valuealign.inquiry.comparison.yardsticks import Margins


FLAT = "all scales have one score: a flat profile says nothing of any of them"
COLUMNS = [
    "respondent",
    "population",
    "scale",
    "centred",
    "n",
    "mean",
    "ci_lower",
    "ci_upper",
    "lowest",
    "highest",
    "people_mean",
    "people_sd",
    "difference",
    "difference_ci_lower",
    "difference_ci_upper",
    "d",
    "d_ci_lower",
    "d_ci_upper",
    "margin",
    "margin_source",
    "equivalence_p",
    "standing",
    "reason",
    "pvalue",
    "pvalue_fdr",
    "percentile",
    "variance_ratio",
    "variance_ratio_ci_lower",
    "variance_ratio_ci_upper",
]


Family = Literal["respondent", "all"]
"""Which tests are adjusted together: the scales of one respondent, or of all respondents."""


def scales_table(
    samples: Iterable[Sample],
    people: Iterable[People],
    margins: Margins,
    *,
    level: float,
    family: Family = "all",
) -> pd.DataFrame:
    """Compare every respondent with every sample on every scale.

    Parameters
    ----------
    samples : iterable of Sample
    people : iterable of People
    margins : Margins
    level : float
        Of intervals; tests are at 1 - level.
    family : {"respondent", "all"}
        Of tests that are adjusted together, for one population and kind of score.

    Returns
    -------
    DataFrame
        See :class:`~valuealign.inquiry.comparison.compare.Comparison`.
    """
    import pandas as pd

    several, everybody = list(people), list(samples)
    rows: list[dict[str, Any]] = []
    for population in several:
        for centred in (True, False):
            blocks = [
                _block(sample, population, centred=centred, level=level) for sample in everybody
            ]
            everything = [row for block in blocks for row in block]
            together = [everything] if family == "all" else blocks
            for block in together:
                _judge(block, margins, centred=centred, alpha=1 - level)
            for sample, block in zip(everybody, blocks, strict=True):
                _withdraw(sample, block)
                rows += block
    order = {sample.id: k for k, sample in enumerate(everybody)}
    rows.sort(key=lambda row: order[row["respondent"]])
    return pd.DataFrame(rows, columns=COLUMNS)


def _withdraw(sample: Sample, rows: list[dict[str, Any]]) -> None:
    """Remove results of respondents that do not answer the items' content."""
    why = sample.why_no_standing or (FLAT if sample.flat else "")
    for row in rows if why else ():
        row |= {"standing": UNKNOWN, "reason": why}
        if not sample.stands:
            row["percentile"] = np.nan


def shared_scales(sample: Sample, people: People) -> list[str]:
    """Return the scales that both samples have.

    Raises
    ------
    DataError
        None.
    """
    names = [name for name in sample.names if name in people.raw.names]
    if not names:
        raise DataError(f"{sample.id} and {people.id} have no scale in common")
    return names


def _block(sample: Sample, people: People, *, centred: bool, level: float) -> list[dict[str, Any]]:
    theirs = people.moments(centred=centred)
    if centred not in sample.averages or theirs is None:
        return []
    mine, norm = sample.averages[centred], average_of(theirs)
    sd = np.sqrt(np.diag(unbiased(theirs)))
    rows = []
    for name in shared_scales(sample, people):
        j, k = sample.names.index(name), list(theirs.names).index(name)
        here = Place(
            float(mine.mean[j]),
            float(mine.se[j]),
            float(mine.df[j]),
            float(np.sqrt(mine.spread[j, j])),
            int(mine.counts[j]),
        )
        there = Place(
            float(norm.mean[k]), float(norm.se[k]), float(norm.df[k]), float(sd[k]), theirs.n
        )
        low, high = _bounds(sample, name, centred=centred)
        rows.append(
            {
                "respondent": sample.id,
                "population": people.id,
                "scale": name,
                "centred": centred,
                "n": here.n,
                "lowest": low,
                "highest": high,
            }
            | _compared(here, there, level)
            | {"percentile": _percentile(here.mean, there, people, name, centred=centred)}
        )
    return rows


def _compared(here: Place, there: Place, level: float) -> dict[str, Any]:
    from scipy.stats import t

    result = difference(here, there, level=level)
    reach = float(t.ppf((1 + level) / 2, here.df)) * here.se if here.df >= 1 else np.nan
    ratio, low, high = variance_ratio(here, there, level=level)
    return {
        "mean": here.mean,
        "ci_lower": here.mean - reach,
        "ci_upper": here.mean + reach,
        "people_mean": there.mean,
        "people_sd": there.sd,
        "difference": result.value,
        "difference_ci_lower": result.ci_lower,
        "difference_ci_upper": result.ci_upper,
        "d": result.d,
        "d_ci_lower": result.d_lower,
        "d_ci_upper": result.d_upper,
        "pvalue": result.pvalue,
        "variance_ratio": ratio,
        "variance_ratio_ci_lower": low,
        "variance_ratio_ci_upper": high,
        "_se": result.se,
        "_df": result.df,
    }


def _judge(rows: list[dict[str, Any]], margins: Margins, *, centred: bool, alpha: float) -> None:
    adjusted = benjamini_hochberg([row["pvalue"] for row in rows])
    for row, fdr in zip(rows, adjusted, strict=True):
        of_these = margins.values if margins.centred == centred else {}
        margin = float(of_these.get(row["scale"], np.nan))
        test_input = (row["difference"], row.pop("_se"), row.pop("_df"))
        row |= {"pvalue_fdr": float(fdr), "margin": margin, "margin_source": margins.source}
        if np.isnan(margin):
            why = _no_margin(margins, row["scale"], centred=centred)
            row |= {
                "equivalence_p": np.nan,
                "standing": UNKNOWN,
                "reason": why,
                "margin_source": None,
            }
            continue
        inside, outside = tost(*test_input, margin=margin), beyond(*test_input, margin=margin)
        row["equivalence_p"] = inside
        row["standing"] = standing(inside, outside, float(fdr), alpha=alpha)
        row["reason"] = _why(row, alpha)


def _no_margin(margins: Margins, scale: str, *, centred: bool) -> str:
    if not margins.values:
        return margins.source
    if margins.centred != centred:
        return "raw levels include use of the scale; the margins are of centred scores"
    return f"no margin is known for {scale}"


def _why(row: Mapping[str, Any], alpha: float) -> str:
    if np.isnan(row["equivalence_p"]):
        return "one row, or one for each form, has no interval; give more occasions or forms"
    if row["standing"] != UNKNOWN:
        return ""
    if row["pvalue_fdr"] < alpha:
        return "not nothing, but it may be smaller than the margin"
    return "the interval is too wide to tell it from nothing or from the margin"


def _bounds(sample: Sample, name: str, *, centred: bool) -> tuple[float, float]:
    rows = sample.rows.get(centred)
    if rows is None or f"{name}_lowest" not in rows:
        return float("nan"), float("nan")
    return float(rows[f"{name}_lowest"].mean()), float(rows[f"{name}_highest"].mean())


def _percentile(mean: float, there: Place, people: People, name: str, *, centred: bool) -> float:
    """Return the share of people below: counted where there are rows (half of the ties)."""
    if centred not in people.rows:
        return percentile(mean, there)
    values = people.rows[centred][name].dropna().to_numpy(float)
    return float(100 * ((values < mean).mean() + (values == mean).mean() / 2))
