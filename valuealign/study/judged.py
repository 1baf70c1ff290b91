"""Judgements of stimuli whose truth is known: measures of each respondent, and what a factor adds.

The stimuli may be varied by factors (more information, or less). Every combination of levels is a
condition of its own, and the conditions are compared within records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.judgement.judgement import Judgement, judgement
from valuealign.errors import DataError
from valuealign.study.study_file import Judged

if TYPE_CHECKING:
    import pandas as pd

Levels = Mapping[str, Sequence[str]]
"""Factor -> its levels, in the order of the set."""
CHANGES = ("accuracy", "sensitivity", "specificity", "brier")
"""Measures that are means over records, which two conditions are compared by."""


@dataclass(frozen=True, eq=False)
class JudgedStimuli:
    """How well respondents judged stimuli, in every condition.

    Attributes
    ----------
    rows : DataFrame
        One row an answer: ``model condition judge record truth said probability``, and the factors.
    decisions : Judgement
        Of yes and no; a judge is a model in a condition.
    probabilities : Judgement or None
        Of the stated confidence, where it was stated.
    changes : DataFrame
        ``model factor from to measure change ci_lower ci_upper pvalue n``: first level minus last.
    contradictions : int
        Answers whose confidence is below 50 %, which contradicts the answer.
    """

    rows: pd.DataFrame
    decisions: Judgement
    probabilities: Judgement | None
    changes: pd.DataFrame
    contradictions: int


def judged_stimuli(long: pd.DataFrame, each: Judged, factors: Levels) -> JudgedStimuli:
    """Compare the answers about stimuli with their truth.

    Parameters
    ----------
    long : DataFrame
        One row a response, with the columns of its stimulus.
    each : Judged
        Which item judges which truth.
    factors : mapping
        Of the stimuli.

    Raises
    ------
    DataError
        No answer, a truth that does not have two values, or one without the positive value.
    """
    rows = judged_rows(long, each, factors)
    stated = rows[rows["probability"].notna()]
    decisions = _judgement(rows, prediction="said")
    probabilities = _judgement(stated, prediction="probability") if _of_both(stated) else None
    sure = _answers(long, each)["confidence"]
    return JudgedStimuli(
        rows, decisions, probabilities, changes(rows, factors), int((sure < 50).sum())
    )


def judged_rows(long: pd.DataFrame, each: Judged, factors: Levels) -> pd.DataFrame:
    """One row an answer to a stimulus itself, not to a variant of it.

    A confidence of 80 % in "yes" is a probability of .8, and in "no" of .2.
    """
    import pandas as pd

    kept = _answers(long, each)
    if kept.empty:
        raise DataError(f"there is no answer to {each.item!r}")
    truth = kept[f"stimulus_truth_{each.truth}"]
    yes = truth.astype(str).str.casefold() == each.positive.casefold()
    if truth.isna().any() or truth.nunique() != 2 or not yes.any():
        values = ", ".join(map(repr, sorted(map(str, truth.dropna().unique()))[:5]))
        raise DataError(
            f"the truth {each.truth!r} has the values {values or 'none'}; expected two, one of "
            f"them {each.positive!r}"
        )
    said = kept["value"].to_numpy(float) >= 0.5
    sure = kept["confidence"].to_numpy(float) / 100
    model = kept["model"].astype(str)
    levels = {name: kept[f"stimulus_{name}"].astype(str) for name in factors}
    condition = [
        ", ".join(f"{name} {level}" for name, level in zip(levels, row, strict=True))
        for row in (zip(*levels.values(), strict=True) if levels else [()] * len(kept))
    ]
    rows = pd.DataFrame(
        {
            "model": model,
            "condition": condition,
            "record": kept["stimulus_base"].astype(str),
            "truth": yes.to_numpy(bool),
            "said": said,
            "probability": np.where(said, sure, 1 - sure),
            **levels,
        }
    )
    rows["judge"] = [f"{m} ({c})" if c else m for m, c in zip(model, condition, strict=True)]
    return rows.reset_index(drop=True)


def changes(rows: pd.DataFrame, factors: Levels) -> pd.DataFrame:
    """The change of each measure from a factor's last level to its first, within records.

    The unit is the record: its answers under a level are averaged, and the interval is that of a
    paired t over records. Accuracy has the exact McNemar test as well, where each record was judged
    once under each level.
    """
    import pandas as pd

    found = [
        {"model": model, "factor": factor, "from": levels[-1], "to": levels[0], **row}
        for model, mine in rows.groupby("model", sort=False)
        for factor, levels in factors.items()
        for row in _changes(mine, factor, levels)
    ]
    names = ["measure", "change", "ci_lower", "ci_upper", "pvalue", "n"]
    return pd.DataFrame(found, columns=["model", "factor", "from", "to", *names])


def _changes(rows: pd.DataFrame, factor: str, levels: Sequence[str]) -> Iterator[dict[str, Any]]:
    right = rows.assign(
        right=(rows["said"] == rows["truth"]).astype(float),
        brier=(rows["probability"] - rows["truth"]) ** 2,
    )
    other = right.drop(columns=["said", "probability"])
    means = other.groupby([factor, "record"], sort=False)[["right", "brier", "truth"]].mean()
    there = set(means.index.get_level_values(0))
    if not {levels[0], levels[-1]} <= there:
        return
    last = means.loc[levels[-1]].add_suffix("_last")
    pairs = means.loc[levels[0]].join(last, how="inner")
    once = len(rows) == rows.groupby([factor, "record"]).ngroups
    for measure in CHANGES:
        column = "brier" if measure == "brier" else "right"
        kept = {"sensitivity": pairs["truth"] > 0.5, "specificity": pairs["truth"] <= 0.5}
        mine = pairs[kept[measure]] if measure in kept else pairs
        apart = (mine[column] - mine[f"{column}_last"]).dropna().to_numpy(float)
        exact = once and measure != "brier"
        yield {"measure": measure, **_paired(apart, exact=exact), "n": len(apart)}


def _paired(apart: Any, *, exact: bool) -> dict[str, float]:
    """Mean difference with a t interval; p of McNemar's exact test, or of t."""
    from scipy.stats import binomtest, t

    n = len(apart)
    if n < 2:
        return dict.fromkeys(("change", "ci_lower", "ci_upper", "pvalue"), float("nan"))
    mean, se = float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(n))
    half = float(t.ppf(0.975, n - 1)) * se
    if exact:
        better, worse = int((apart > 0).sum()), int((apart < 0).sum())
        p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    else:
        p = float(2 * t.sf(abs(mean) / se, n - 1)) if se else float(mean == 0)
    return {"change": mean, "ci_lower": mean - half, "ci_upper": mean + half, "pvalue": p}


def _answers(long: pd.DataFrame, each: Judged) -> pd.DataFrame:
    asked = (long["item_id"] == each.item) & (long["stimulus_variant"] == "original")
    return long[asked & long["value"].notna()]


def _of_both(rows: pd.DataFrame) -> bool:
    """Whether every judge has cases of both kinds."""
    return len(rows) > 0 and bool((rows.groupby("judge")["truth"].nunique() == 2).all())


def _judgement(rows: pd.DataFrame, *, prediction: str) -> Judgement:
    return judgement(rows, truth="truth", prediction=prediction, by="judge", case="record")
