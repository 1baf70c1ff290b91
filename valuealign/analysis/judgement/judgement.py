"""Judgements against the truth: decisions, scores and probabilities of one judge or several."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.judgement.calibration import (
    EDGE,
    calibration_rows,
    reliability_table,
)
from valuealign.analysis.judgement.decision_measures import by_case, decision_rows
from valuealign.analysis.judgement.judged_cases import JudgedCases, judged_cases
from valuealign.analysis.judgement.roc_curve import auc_difference, auc_row, roc_points
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

FEW_CASES = 10
"""With fewer cases of a kind, intervals of rates of that kind are very wide or too narrow."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Judgement(Shown):
    """How well judges know the truth.

    Attributes
    ----------
    table : DataFrame
        By judge: ``judge measure value ci_lower ci_upper``. Always ``base_rate`` and
        ``always_yes`` (the accuracy of saying yes to all cases). Of decisions ``accuracy
        sensitivity specificity precision npv balanced_accuracy f1 d_prime criterion``. Of scores
        ``auc``. Of probabilities ``brier``, its parts and skill, ``calibration_error`` with what
        chance alone would give, ``calibration_intercept`` and ``calibration_slope``.
    counts : DataFrame
        By judge: ``judge n true_positive false_positive false_negative true_negative n_missing``.
    comparisons : DataFrame
        By pair of judges of the same cases: ``judge other n``, the difference in ``accuracy`` with
        the exact McNemar test, the difference in ``auc`` with DeLong's test.
    roc : DataFrame
        By judge: ``judge threshold sensitivity specificity``.
    calibration : DataFrame
        By judge and bin of the probability: ``judge bin n predicted observed ci_lower ci_upper``.
    net_benefit : DataFrame
        By judge and threshold: ``judge threshold net_benefit all none``.
    positive : str
        What yes is called.
    flags : frozenset of str

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"risk": [1, 1, 1, 0, 0, 0], "said": [1, 1, 0, 0, 0, 1]})
    >>> found = va.judgement(rows, truth="risk", prediction="said")
    >>> round(found.table.set_index("measure").loc["sensitivity", "value"].item(), 3)
    0.667
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    comparisons: pd.DataFrame
    roc: pd.DataFrame
    calibration: pd.DataFrame
    net_benefit: pd.DataFrame
    positive: str
    flags: frozenset[str]


@checked
def judgement(
    data: pd.DataFrame,
    *,
    truth: str,
    prediction: str,
    probability: str | None = None,
    positive: str | bool | float | None = None,
    threshold: float | None = None,
    by: str | None = None,
    case: str | None = None,
    level: float = 0.95,
) -> Judgement:
    """Compare judgements of yes or no, or probabilities, with the truth.

    Parameters
    ----------
    data : DataFrame
        One row a judgement.
    truth : str
        The column of the truth, which has two values.
    prediction : str
        The column of decisions (the truth's two values), or of numbers: probabilities or any
        score that is higher where yes is more likely.
    probability : str, optional
        A further column of scores, where ``prediction`` holds decisions.
    positive : str, bool or float, optional
        Which value of the truth means yes; needed for texts, else the larger number.
    threshold : float, optional
        A score at or above it is a decision for yes; .5 for probabilities.
    by : str, optional
        The column of the judge (a model, a clinician).
    case : str, optional
        The column of what was judged. Needed to compare judges, and where a judge judged a case
        repeatedly, so that intervals are over cases.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Judgement
        Tables of measures, of counts, of comparisons and of curves.

    Raises
    ------
    DataError
        Columns that are absent, a truth without two values, predictions that are neither.

    Notes
    -----
    Equals R's ``binom.test``, the exact McNemar test, ``pROC`` (area, DeLong's interval, paired
    test) and ``glm`` (calibration) to 1e-6. Where a judge judged a case repeatedly, intervals leave
    out one case at a time, but those of calibration intercept and slope take rows as independent.

    References
    ----------
    DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Biometrics, 44, 837-845.
    doi:10.2307/2531595
    Vickers, A. J., & Elkin, E. B. (2006). Decision curve analysis. Medical Decision Making, 26,
    565-574. doi:10.1177/0272989X06295361

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"crisis": ["yes", "yes", "no", "no"], "p": [0.9, 0.6, 0.7, 0.1]})
    >>> found = judgement(rows, truth="crisis", prediction="p", positive="yes")
    >>> found.table.set_index("measure").loc["auc", "value"].item()
    0.75
    """
    import pandas as pd

    judges, yes = judged_cases(
        data,
        truth=truth,
        prediction=prediction,
        probability=probability,
        positive=positive,
        threshold=threshold,
        by=by,
        case=case,
    )
    parts: dict[str, list[pd.DataFrame]] = {"roc": [], "calibration": [], "net_benefit": []}
    rows: list[tuple[Any, ...]] = []
    for name, cases in judges.items():
        rows += [(name, *row) for row in _measures(cases, level)]
        for part, table in _curves(cases).items():
            table.insert(0, "judge", name)
            parts[part].append(table)
    joined = {k: pd.concat(v, ignore_index=True) if v else pd.DataFrame() for k, v in parts.items()}
    return Judgement(
        table=pd.DataFrame(rows, columns=["judge", "measure", "value", "ci_lower", "ci_upper"]),
        counts=_counts(judges),
        comparisons=_comparisons(judges) if case is not None else pd.DataFrame(),
        roc=joined["roc"],
        calibration=joined["calibration"],
        net_benefit=joined["net_benefit"],
        positive=yes,
        flags=_flags(judges, rows),
    )


def _measures(cases: JudgedCases, level: float) -> list[tuple[str, float, float, float]]:
    base = float(cases.truth.mean())
    rows = [("base_rate", base, np.nan, np.nan), ("always_yes", base, np.nan, np.nan)]
    if cases.said is not None:
        rows += decision_rows(cases, cases.said, level=level)
    if cases.score is not None:
        rows.append(("auc", *auc_row(cases, cases.score, level=level)))
        if cases.probable:
            rows += calibration_rows(cases, cases.score, level=level)
    return rows


def _curves(cases: JudgedCases) -> dict[str, pd.DataFrame]:
    if cases.score is None:
        return {}
    out = {"roc": roc_points(cases.truth, cases.score)}
    if cases.probable:
        out["calibration"] = reliability_table(cases, cases.score)
        out["net_benefit"] = net_benefit_table(cases.truth, cases.score)
    return out


def net_benefit_table(truth: NDArray[np.bool_], probability: FloatArray) -> pd.DataFrame:
    """Return the decision curve: the net benefit of acting on probabilities above a threshold.

    Parameters
    ----------
    truth : ndarray of bool, shape (n,)
    probability : ndarray, shape (n,)

    Returns
    -------
    DataFrame
        ``threshold net_benefit all none``: true positives less false positives at the odds of the
        threshold, per case; of acting on all cases, and on none.
    """
    import pandas as pd

    thresholds = np.arange(0.05, 1.0, 0.05)
    odds = thresholds / (1 - thresholds)
    acted = probability >= thresholds[:, None] - 1e-12
    n, base = len(truth), truth.mean()
    benefit = (acted & truth).sum(axis=1) / n - odds * (acted & ~truth).sum(axis=1) / n
    everyone = base - odds * (1 - base)
    return pd.DataFrame(
        {"threshold": thresholds, "net_benefit": benefit, "all": everyone, "none": 0.0}
    )


def _counts(judges: dict[str, JudgedCases]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, cases in judges.items():
        cells = [np.nan] * 4 if cases.said is None else by_case(cases, cases.said)[0].sum(axis=1)
        rows.append((name, len(cases.truth), *map(float, cells), cases.n_missing))
    names = ["true_positive", "false_positive", "false_negative", "true_negative"]
    return pd.DataFrame(rows, columns=["judge", "n", *names, "n_missing"])


def _comparisons(judges: dict[str, JudgedCases]) -> pd.DataFrame:
    """Return every pair of judges who each judged the same cases once."""
    import pandas as pd

    rows = []
    once = {name: cases for name, cases in judges.items() if not cases.repeated}
    for (name, one), (other_name, other) in combinations(once.items(), 2):
        place = {c: k for k, c in enumerate(other.case)}
        mine = np.array([k for k, c in enumerate(one.case) if c in place], dtype=np.intp)
        theirs = np.array([place[one.case[k]] for k in mine], dtype=np.intp)
        truth = one.truth[mine]
        if len(mine) < 2 or truth.all() or not truth.any():
            continue
        row = {"judge": name, "other": other_name, "n": len(mine)}
        if one.said is not None and other.said is not None:
            row |= _mcnemar(truth == one.said[mine], truth == other.said[theirs])
        if one.score is not None and other.score is not None:
            value, se, p = auc_difference(truth, one.score[mine], other.score[theirs])
            row |= {"auc": value, "auc_se": se, "auc_pvalue": p}
        rows.append(row)
    return pd.DataFrame(rows)


def _mcnemar(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> dict[str, float]:
    """Return the difference in accuracy, and the exact test of it."""
    from scipy.stats import binomtest

    better, worse = int((one & ~other).sum()), int((other & ~one).sum())
    apart = better + worse
    p = float(binomtest(better, apart).pvalue) if apart else 1.0
    return {"accuracy": float(one.mean() - other.mean()), "accuracy_pvalue": p}


def _flags(judges: dict[str, JudgedCases], rows: list[tuple[Any, ...]]) -> frozenset[str]:
    flags = set()
    without = sorted({str(measure) for _, measure, value, *_ in rows if np.isnan(value)})
    if without:
        flags.add(f"without a value, since no case of that kind was there: {', '.join(without)}")
    for name, cases in judges.items():
        who = f"{name}: " if name else ""
        for kind, there in (("true", cases.truth), ("false", ~cases.truth)):
            n = len(set(cases.case[there].tolist()))
            if n < FEW_CASES:
                flags.add(f"{who}{n} cases are {kind}: rates of that kind are hardly known")
        if cases.n_missing:
            flags.add(f"{who}{cases.n_missing} rows without truth or prediction left out")
        if cases.score is not None and cases.probable:
            edge = int(((cases.score < EDGE) | (cases.score > 1 - EDGE)).sum())
            if edge:
                flags.add(f"{who}{edge} probabilities moved to {EDGE} from 0 or 1 for the line")
    return frozenset(flags)
