"""A results paragraph in the style of the American Psychological Association."""

from __future__ import annotations

import math
from collections.abc import Iterator

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import counted, listed_and, number, shown
from valuealign.report.material import FEW, Material

_SCALES = 3
"""Scales of each model that the paragraph names."""


def results_paragraph(material: Material) -> str:
    """Write the results as a paragraph that can be copied into a manuscript.

    Parameters
    ----------
    material : Material

    Returns
    -------
    str
        Numbers that the sections show, in APA style: no zero before a decimal point of what
        cannot exceed 1, intervals in brackets.
    """
    return " ".join([*_answers(material), *_claims(material), *_people(material), *_rest(material)])


def bounded(value: float, digits: int = 2) -> str:
    """Return a number that cannot exceed 1, without the zero before its point.

    Examples
    --------
    >>> bounded(0.456), bounded(-0.05), bounded(1.0)
    ('.46', '−.05', '1.00')
    """
    return number(value, digits).replace("0.", ".", 1) if abs(value) < 1 else number(value, digits)


def probability(p: float) -> str:
    """Return a p value in APA style.

    Examples
    --------
    >>> probability(0.0004), probability(0.032)
    ('p < .001', 'p = .032')
    """
    return "p < .001" if p < 0.001 else f"p = {bounded(p, 3)}"


def _answers(material: Material) -> Iterator[str]:
    long = material.evidence.long
    share = (long["outcome"] == "answer").mean()
    yield f"Of {counted(len(long), 'response')}, {share:.1%} were answers."


def _claims(material: Material) -> Iterator[str]:
    if isinstance(material.verdict, Unavailable):
        return
    table = material.verdict.table
    for who in list(material.verdict.headline)[:FEW]:
        mine = table[(table["respondent"] == who) & (table["standing"] == "permitted")]
        titles = [f"“{shown(t)}”" for t in dict.fromkeys(mine["title"])]
        said = f"permit {listed_and(titles)}" if titles else "permit no claim"
        yield f"The responses of {shown(who, 80)} {said}."


def _people(material: Material) -> Iterator[str]:
    compared = material.comparison
    if isinstance(compared, Unavailable) or material.kind == "stimuli":
        return
    centred = bool(compared.scales["centred"].any())
    rows = compared.scales[compared.scales["centred"] == centred]
    for who, part in list(rows.groupby("respondent", sort=False))[:FEW]:
        known = part.dropna(subset=["difference"])
        largest = known.reindex(known["difference"].abs().sort_values(ascending=False).index)
        parts = [
            f"{shown(material.names[row['scale']])} (difference {number(row['difference'])}"
            + (
                f", 95% CI [{number(row['difference_ci_lower'])}, "
                f"{number(row['difference_ci_upper'])}]"
                if math.isfinite(row["difference_ci_lower"])
                else ""
            )
            + f", {row['standing']})"
            for row in largest.head(_SCALES).to_dict("records")
        ]
        yield (
            f"Compared with {compared.populations[0]}, {shown(who, 80)} was furthest from people "
            f"in {listed_and(parts)}."
        )
    for row in compared.profiles.drop_duplicates("respondent").head(FEW).to_dict("records"):
        if math.isfinite(row["pearson"]):
            yield (
                f"Its profile ({shown(row['respondent'], 80)}) correlated with people's average, "
                f"r = {bounded(row['pearson'])}, 95% CI [{bounded(row['pearson_ci_lower'])}, "
                f"{bounded(row['pearson_ci_upper'])}]."
            )


def _rest(material: Material) -> Iterator[str]:
    scores = material.evidence.scores
    if material.kind == "keyed" and not isinstance(scores, Unavailable):
        for who, part in list(each_respondent(scores))[:FEW]:
            first = part.iloc[0]
            yield (
                f"{shown(who, 80)} answered {bounded(part['accuracy'].mean())} right (guessing "
                f"{bounded(first['chance'])}; first administration 95% CI "
                f"[{bounded(first['accuracy_lower'])}, {bounded(first['accuracy_upper'])}], "
                f"{probability(first['p_chance'])})."
            )
    if material.kind == "stimuli" and material.factors:
        known = material.effects[material.effects["reason"] == ""]
        for row in known.to_dict("records")[: 2 * FEW]:
            yield (
                f"{shown(row['model'], 80)}, {row['item'].replace('_', ' ')}, {row['effect']}: "
                f"b = {number(row['estimate'])}, 95% CI [{number(row['ci_lower'])}, "
                f"{number(row['ci_upper'])}], t({number(row['df'], 1)}) = "
                f"{number(row['estimate'] / row['se'])}, {probability(row['pvalue'])}."
            )
