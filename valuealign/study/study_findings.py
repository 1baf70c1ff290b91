"""Findings of a study: published, people's and your result, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import AnalysisError
from valuealign.inquiry.reliability import PERSONAS, WITHIN
from valuealign.study.accuracy.accuracy_expectations import ACCURACY
from valuealign.study.accuracy.accuracy_findings import accuracy_findings
from valuealign.study.agreement_tables import agreement_findings
from valuealign.study.expectations import (
    AgainstPeople,
    Check,
    ChoicesFollowProfile,
    FactorEffect,
    GroupsDifferAlike,
    JudgedChange,
    JudgedMeasure,
    ModelsApart,
    RatersAgree,
    Reliable,
    Stable,
)
from valuealign.study.finding_row import ALPHA, NO, UNKNOWN, YES, Row, finding_row, p_value
from valuealign.study.judgement_findings import Finding, judged_findings
from valuealign.study.overlap_file import OverlapBeyondOthers
from valuealign.study.overlap_tables import overlap_findings
from valuealign.study.rate_step import RepliesRatedAlike
from valuealign.study.rating_sections import rated_alike_findings
from valuealign.study.stability_tables import stable_findings
from valuealign.study.study_evidence import StudyEvidence, apart
from valuealign.study.study_result import FINDINGS
from valuealign.study.vignette_findings import judged_vignettes

if TYPE_CHECKING:
    import pandas as pd


def findings(evidence: StudyEvidence) -> pd.DataFrame:
    """Evaluate every check of a study.

    Parameters
    ----------
    evidence : StudyEvidence

    Returns
    -------
    DataFrame
        Columns :data:`valuealign.study.study_result.FINDINGS`.
    """
    import pandas as pd

    rows = []
    for check in evidence.study.file.checks:
        head = {
            "check": check.id,
            "finding": check.says,
            "published": check.published or _why_not(check),
            "source": None if check.source is None else str(check.source),
        }
        try:
            judged = list(_judged(check, evidence))
            nobody = finding_row("all", None, None, UNKNOWN, "no respondent gave an answer")
            rows += [head | row for row in judged or [nobody]]
        except AnalysisError as error:
            rows.append(head | finding_row("all", None, None, UNKNOWN, str(error)))
    return pd.DataFrame(rows, columns=FINDINGS)


def _why_not(check: Check) -> str:
    if check.source is None:
        return "an expectation of yours"
    return f"not available: {check.reason}"


def _judged(check: Check, evidence: StudyEvidence) -> Iterator[Row]:
    expects = check.expects
    if isinstance(expects, AgainstPeople):
        yield from _against_people(expects, evidence)
    elif isinstance(expects, ModelsApart):
        yield _models_apart(expects, evidence)
    elif isinstance(expects, ChoicesFollowProfile):
        yield from _choices(expects, evidence)
    elif isinstance(expects, Reliable):
        yield from _reliable(expects, evidence)
    elif isinstance(expects, FactorEffect):
        yield from _factor_effect(expects, evidence)
    elif isinstance(expects, Stable | JudgedMeasure | JudgedChange):
        for row in _by_interval(expects, evidence):
            yield finding_row(*row[:-1], numbers=row[-1])
    elif isinstance(expects, ACCURACY):
        instrument = evidence.study.instruments[expects.instrument]
        yield from accuracy_findings(expects, evidence.right_answers(instrument))
    elif isinstance(expects, RepliesRatedAlike | OverlapBeyondOthers):
        yield from _of_replies(expects, evidence)
    elif isinstance(expects, GroupsDifferAlike):
        yield from _groups(expects, evidence)
    elif isinstance(expects, RatersAgree):
        yield from agreement_findings(expects, evidence)
    else:
        yield from judged_vignettes(expects, evidence)


def _by_interval(
    expects: Stable | JudgedMeasure | JudgedChange, evidence: StudyEvidence
) -> Iterator[Finding]:
    if isinstance(expects, Stable):
        return stable_findings(expects, evidence)
    return judged_findings(expects, evidence)


def _of_replies(
    expects: RepliesRatedAlike | OverlapBeyondOthers, evidence: StudyEvidence
) -> Iterator[Row]:
    if isinstance(expects, RepliesRatedAlike):
        yield from rated_alike_findings(expects, evidence)
    else:
        yield from overlap_findings(expects, evidence)


def _against_people(expects: AgainstPeople, evidence: StudyEvidence) -> Iterator[Row]:
    instrument = evidence.study.instruments[expects.instrument]
    sign = 1 if expects.direction == "above" else -1
    without_standing = evidence.without_standing(instrument)
    for model, (own, people) in evidence.beside_people(instrument, expects.score).items():
        difference = apart(own, people)
        yours = f"{own.mean:+.2f} (d {difference.d:+.2f})"
        because = ""
        if model in without_standing:
            agrees, because = UNKNOWN, without_standing[model]
        elif np.isnan(difference.ci_lower):
            agrees, because = UNKNOWN, "one row has no interval; give more occasions"
        elif min(sign * difference.ci_lower, sign * difference.ci_upper) > 0:
            agrees = YES
        else:
            agrees = (
                NO if max(sign * difference.ci_lower, sign * difference.ci_upper) < 0 else UNKNOWN
            )
        if not np.isnan(difference.ci_lower):
            interval = f"[{difference.d_lower:+.2f}, {difference.d_upper:+.2f}]"
            yours = f"{own.mean:+.2f} (d {difference.d:+.2f} {interval})"
        if agrees == UNKNOWN and not because:
            because = "the interval leaves both sides open"
        numbers = (difference.d, difference.d_lower, difference.d_upper)
        yield finding_row(model, f"{people.mean:+.2f}", yours, agrees, because, numbers=numbers)


def _models_apart(expects: ModelsApart, evidence: StudyEvidence) -> Row:
    instrument = evidence.study.instruments[expects.instrument]
    comparison = evidence.comparison(instrument)
    if comparison.discriminant is None:
        why = comparison.unavailable.get("discriminant", "there is one model")
        return finding_row("all", None, None, UNKNOWN, why)
    discriminant = comparison.discriminant
    apart_ = discriminant.pvalue < ALPHA and discriminant.cross_validated > discriminant.chance
    can = discriminant.smallest_p < ALPHA
    too_few = f"p {discriminant.smallest_p:.3f} is the smallest that this design can give"
    because = "" if apart_ else "not more than by chance" if can else too_few
    chance = f"chance {discriminant.chance:.0%}, {p_value(discriminant.pvalue)}"
    yours = f"{discriminant.cross_validated:.0%} right ({chance})"
    numbers = (discriminant.cross_validated, float("nan"), float("nan"))
    return finding_row("all", None, yours, YES if apart_ else UNKNOWN, because, numbers=numbers)


def _choices(expects: ChoicesFollowProfile, evidence: StudyEvidence) -> Iterator[Row]:
    instruments = evidence.study.instruments
    table = evidence.choices(instruments[expects.instrument], instruments[expects.dilemmas])
    for model, mine in table.groupby("model", sort=False):
        known = mine[mine["accuracy"].notna()]
        if known.empty:
            yield finding_row(str(model), None, None, UNKNOWN, str(mine["reason"].iloc[0]))
        elif len(known) == 1:
            yield _one_profile(str(model), known.iloc[0])
        else:
            yield _profiles(str(model), known["accuracy"].to_numpy(float))


def _one_profile(model: str, row: Any) -> Row:
    yours = (
        f"{row['accuracy']:.0%} of choices [{row['ci_lower']:.2f}, {row['ci_upper']:.2f}], "
        f"{p_value(row['pvalue'])}"
    )
    numbers = (row["accuracy"], row["ci_lower"], row["ci_upper"])
    beyond_labels = row["pvalue"] < ALPHA
    if beyond_labels and row["ci_lower"] > 0.5:
        return finding_row(model, None, yours, YES, "", numbers=numbers)
    if row["ci_upper"] < 0.5:
        return finding_row(model, None, yours, NO, "", numbers=numbers)
    because = (
        "the interval over other dilemmas holds .50"
        if beyond_labels
        else f"profiles with their values relabelled predict these {row['n_dilemmas']} as well"
    )
    return finding_row(model, None, yours, UNKNOWN, because, numbers=numbers)


def _profiles(model: str, accuracy: Any) -> Row:
    """Return the mean accuracy over personas, with its interval."""
    mean, se = float(accuracy.mean()), float(accuracy.std(ddof=1) / np.sqrt(len(accuracy)))
    low, high = mean - 1.96 * se, mean + 1.96 * se
    agrees = YES if low > 0.5 else NO if high < 0.5 else UNKNOWN
    yours = f"{mean:.0%} of choices [{low:.2f}, {high:.2f}], {len(accuracy)} personas"
    because = "the interval holds chance, .50" if agrees == UNKNOWN else ""
    return finding_row(model, None, yours, agrees, because, numbers=(mean, low, high))


def _reliable(expects: Reliable, evidence: StudyEvidence) -> Iterator[Row]:
    instrument = evidence.study.instruments[expects.instrument]
    table = evidence.reliability(instrument).table
    view = PERSONAS if (table["view"] == PERSONAS).any() else WITHIN
    for model, mine in table[table["view"] == view].groupby("model", sort=False):
        known = mine["alpha"].dropna()
        if known.empty:
            why = str(mine["reason"].iloc[0])
            yield finding_row(
                str(model), None, None, UNKNOWN, f"no scale has an alpha {view}: {why}"
            )
            continue
        summary = f"{len(known)} of {len(mine)} scales have an alpha {view}"
        middle = float(known.median())
        if expects.at_least is None:
            agrees, summary = UNKNOWN, f"{summary}; no number was published to compare with"
        else:
            agrees = YES if middle >= expects.at_least else NO
            summary = ""
        numbers = (middle, float("nan"), float("nan"))
        yield finding_row(
            str(model), None, f"median alpha {middle:.2f}", agrees, summary, numbers=numbers
        )


def _factor_effect(expects: FactorEffect, evidence: StudyEvidence) -> Iterator[Row]:
    """Judge one effect of each model by its interval."""
    table = evidence.effects(evidence.study.instruments[expects.instrument])
    named = " x ".join(expects.factors)
    wanted = [effect.partition(":")[0] == named for effect in table["effect"]]
    sign = 1 if expects.direction == "above" else -1
    for row in table[np.array(wanted) & (table["item"] == expects.item)].to_dict("records"):
        model = str(row["model"])
        if row["reason"]:
            yield finding_row(model, None, None, UNKNOWN, row["reason"])
            continue
        low, high = sorted(sign * row[name] for name in ("ci_lower", "ci_upper"))
        agrees = YES if low > 0 else NO if high < 0 else UNKNOWN
        numbers = (row["estimate"], row["ci_lower"], row["ci_upper"])
        yours = f"{numbers[0]:+.2f} [{numbers[1]:+.2f}, {numbers[2]:+.2f}]"
        because = "the interval holds 0" if agrees == UNKNOWN else ""
        yield finding_row(model, None, yours, agrees, because, numbers=numbers)


def _groups(expects: GroupsDifferAlike, evidence: StudyEvidence) -> Iterator[Row]:
    each = next(
        g
        for g in evidence.study.file.groups
        if (g.instrument, g.by) == (expects.instrument, expects.by)
    )
    for row in evidence.groups(each).profiles.to_dict("records"):
        who = f"{row['model']}: {row['contrast']}"
        if row["reason"]:
            yield finding_row(who, None, None, UNKNOWN, row["reason"])
            continue
        low, high = row["sensitivity_ci_lower"], row["sensitivity_ci_upper"]
        agrees = YES if low > 0 else NO if high < 0 else UNKNOWN
        people = f"{row['sensitivity_people']:.2f} in a second sample"
        yours = f"sensitivity {row['sensitivity']:.2f} [{low:.2f}, {high:.2f}]"
        because = "the interval holds 0, blind to the group" if agrees == UNKNOWN else ""
        yield finding_row(
            who, people, yours, agrees, because, numbers=(row["sensitivity"], low, high)
        )
