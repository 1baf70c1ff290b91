"""The comparison section: scores and their differences from people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.figures.profile_plot import profile
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import (
    cell,
    counted,
    interval,
    listed,
    number,
    shown,
    table_of,
    without_empty,
)
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import FEW, Material
from valuealign.report.section_contents import (
    Block,
    Bullets,
    Cell,
    Fields,
    Fold,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)
from valuealign.report.sections.scores_section import right_answers

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.compare import Comparison

TONES: dict[str, Tone] = {"inconclusive": "unknown"}
"""Being like people is neither good nor bad."""
_PROFILES = {
    "respondent": "model",
    "pearson": "r",
    "pearson_ci_lower|pearson_ci_upper": "95 % interval",
    "spearman": "rank r",
    "spearman_ci_lower|spearman_ci_upper": "95 % interval of rank r",
    "normative_r": "r with the average profile",
    "distinctive_r": "distinctive r",
    "typical_r_median": "a person's r with people's average, median",
}
_NEAREST = 3
_STANDINGS = ("equivalent", "different", "inconclusive")
_NEAR = {
    "respondent": "model",
    "kind": "distance of",
    "rank": "rank",
    "people": "people",
    "distance": "distance",
    "share_further": "share of those people who are further out",
}
_DISTANCE = {
    "respondent": "model",
    "distance_squared": "squared distance",
    "elevation": "of it elevation",
    "scatter": "of it scatter",
    "shape": "of it shape",
}


def people_section(material: Material) -> Section | None:
    """Report each model's differences from people, with intervals and equivalence tests.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where there are no people to compare with, or no scales.
    """
    compared = material.comparison
    if isinstance(compared, Unavailable) or material.kind == "stimuli":
        return None
    centred = bool(compared.scales["centred"].any())
    rows = compared.scales[compared.scales["centred"] == centred]
    blocks: list[Block] = [
        Paragraph(_finding(rows, compared), "finding"),
        _by_model(rows, compared, material),
    ]
    picture = material.few and len(rows)
    if picture:
        blocks.append(_picture(compared, _scales(compared, material, centred=centred), material))
    folded: list[Block] = [] if picture else [_scales(compared, material, centred=centred)]
    if centred and (~compared.scales["centred"].astype(bool)).any():
        folded.append(_scales(compared, material, centred=False))
    folded += [_raw_scores(material), *_profiles(compared), *_nearest(compared)]
    folded += _told_apart(compared)
    if len(compared.items):
        heads = {c: c.replace("_", " ") for c in compared.items.columns}
        folded.append(table_of(compared.items, "Item by item (the same words)", heads))
    blocks.append(Fold("Scale by scale, profiles, and the nearest people", folded))
    if material.evidence.people is not None:
        blocks.append(Fold("Who the people are", [_who(material.evidence.people.describe())]))
    return Section("people", "How do the scores compare with people's?", blocks)


def _finding(rows: pd.DataFrame, compared: Comparison) -> str:
    same = "in the same words" if compared.wording.same else "in other words, so as constructs"
    parts = []
    for who, part in list(rows.groupby("respondent", sort=False))[:FEW]:
        inside = int(((part["mean"] - part["people_mean"]).abs() <= part["people_sd"]).sum())
        differ = int((part["standing"] == "different").sum())
        equal = int((part["standing"] == "equivalent").sum())
        parts.append(
            f"{shown(who, 60)} on {inside} of {counted(len(part), 'scale')} ({differ} shown to "
            f"differ, {equal} to be equivalent)"
        )
    return (
        f"Within one standard deviation of people's mean are {'; '.join(parts)}. People "
        f"({compared.populations[0]}) were asked {same}."
    )


def _by_model(rows: pd.DataFrame, compared: Comparison, material: Material) -> Table:
    """Return one row a model: how many scales differ, and the profile's correlation."""
    profiles = compared.profiles.drop_duplicates("respondent").set_index("respondent")
    made = []
    for who, part in rows.groupby("respondent", sort=False):
        inside = ((part["mean"] - part["people_mean"]).abs() <= part["people_sd"]).sum()
        counts = part["standing"].value_counts()
        link = material.replies_of(who)
        known: Any = profiles.loc[who] if who in profiles.index else {}
        made.append(
            [
                Cell(shown(who, 80)),
                cell(int(inside), link=link),
                *(cell(int(counts.get(s, 0)), link=link) for s in _STANDINGS),
                cell(known.get("pearson"), link=link),
                interval(
                    known.get("pearson_ci_lower", np.nan), known.get("pearson_ci_upper", np.nan)
                ),
                cell(known.get("typical_r_median")),
            ]
        )
    heads = [
        "model",
        "scales within 1 SD of people",
        *_STANDINGS,
        "r of the profile",
        "95 % interval",
        "r of a person, median",
    ]
    caption = f"Scales compared with {compared.populations[0]}, {len(compared.order)} in all"
    return without_empty(Table(caption, heads, made))


def _raw_scores(material: Material) -> Block:
    scores = material.evidence.scores
    if isinstance(scores, Unavailable):
        return Bullets([])
    names = [s.id for s in material.evidence.instrument.scales if s.id in scores.columns]
    bounded = any(f"{name}_lowest" in scores and scores["n_missing"].sum() for name in names)
    rows = []
    for who, part in each_respondent(scores):
        for name in names:
            values, link = part[name].dropna(), material.replies_of(who, name)
            row = [
                Cell(shown(who, 80)),
                Cell(shown(material.names[name])),
                cell(len(values), link=link),
                cell(values.mean(), link=link),
                cell(values.std(), link=link),
            ]
            if bounded:
                ends = part[f"{name}_lowest"].mean(), part[f"{name}_highest"].mean()
                row.append(interval(*ends, link=link))
            rows.append(row)
    heads = ["model", "scale", "administrations", "mean", "SD over administrations"]
    heads += ["if all that is missing were at one end"] if bounded else []
    return Table("Raw scores over administrations with the instrument's own stems", heads, rows)


def scores_section(material: Material) -> Section | None:
    """Report raw scores where there are no people to compare with.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where people are compared, where stimuli are rated, or where there are no scores.
    """
    scores = material.evidence.scores
    elsewhere = not isinstance(material.comparison, Unavailable) or material.kind == "stimuli"
    if isinstance(scores, Unavailable) or elsewhere:
        return None
    if "accuracy" in scores.columns:
        return Section("scores", "How many answers are right?", right_answers(material, scores))
    table = _raw_scores(material)
    said = "Means of the scales over administrations with the instrument's own stems."
    return Section("scores", "What are the scores?", [Paragraph(said, "finding"), table])


def _who(known: dict[str, Any]) -> Fields:
    rows = [
        (name, known.get(key))
        for name, key in (
            ("Sample", "id"),
            ("People", "people"),
            ("Number", "n"),
            ("Cases", "cases"),
            ("Weights", "weights"),
            ("Wording", "wording"),
            ("Language", "language"),
            ("Source", "source"),
            ("Licence", "licence"),
        )
    ]
    return Fields([(name, cell(value)) for name, value in rows])


def _scales(compared: Comparison, material: Material, *, centred: bool) -> Table:
    """Return scores of one kind, scale by scale."""
    kind = "centred" if centred else "raw"
    part = compared.scales[compared.scales["centred"].astype(bool) == centred]
    reasons = sorted({str(r) for r in part["reason"] if isinstance(r, str) and r})
    same = len(reasons) == 1 and (part["reason"].astype(str) != "").all()
    rows = [_scale(row, material, with_reason=not same) for row in part.to_dict("records")]
    heads = [
        "model",
        "scale",
        "mean",
        "people",
        "difference",
        "95 % interval",
        "in people's SD",
        "margin",
        "standing",
        "percentile among people",
        "why",
    ]
    sources = listed(
        sorted({str(s) for s in part["margin_source"] if isinstance(s, str)}), each=300
    )
    caption = f"{kind.capitalize()} scores" + (f"; margins: {sources}" if sources else "")
    caption += f"; inconclusive, because {shown(reasons[0])}" if same else ""
    return without_empty(Table(caption, heads, rows))


def _picture(compared: Comparison, table: Table, material: Material) -> Picture:
    centred = bool(compared.scales["centred"].any())
    part = compared.scales[compared.scales["centred"].astype(bool) == centred]
    label = "; ".join(
        f"{shown(who, 60)}: "
        + ", ".join(f"{n} {standing}" for standing, n in rows["standing"].value_counts().items())
        for who, rows in part.groupby("respondent", sort=False)
    )
    caption = (
        "Scale by scale: points with 95 % intervals, the band of people (mean and one standard "
        "deviation to each side). Filled: shown to be different, or equivalent; hollow: "
        "inconclusive."
    )
    svg = inline_svg(profile(compared, centred=centred), f"{material.prefix}people")
    return Picture(svg, f"Scores compared with people, by scale. {label}.", caption, table)


def _nearest(compared: Comparison) -> list[Block]:
    if not len(compared.nearest):
        return []
    first = compared.nearest[compared.nearest["rank"] <= _NEAREST]
    return [table_of(first, f"The {_NEAREST} nearest of the people at hand", _NEAR)]


def _told_apart(compared: Comparison) -> list[Block]:
    """Report the cross-validated discrimination of models by their raw scores."""
    discriminant = compared.discriminant
    if discriminant is None:
        return []
    rows = [[Cell(shown(who, 80)), cell(share)] for who, share in discriminant.by_model.items()]
    said = (
        f"Told apart by raw scores: {discriminant.cross_validated:.0%} of {discriminant.n:,} rows "
        "left out "
        f"(chance {discriminant.chance:.0%}, p {discriminant.pvalue:.3f}; left out together: "
        f"{discriminant.folds})"
    )
    return [Table(said, ["model", "its rows told right"], rows)]


def _scale(row: dict[Any, Any], material: Material, *, with_reason: bool) -> list[Cell]:
    standing, margin, link = str(row["standing"]), row["margin"], material.link(row)
    reason = row["reason"] if isinstance(row["reason"], str) and with_reason else ""
    return [
        Cell(shown(row["respondent"], 80)),
        Cell(shown(material.names.get(row["scale"], row["scale"]))),
        cell(row["mean"], link=link),
        cell(row["people_mean"]),
        cell(row["difference"], link=link),
        interval(row["difference_ci_lower"], row["difference_ci_upper"], link=link),
        cell(row["d"], link=link),
        Cell(f"± {margin:.2f}", "number") if np.isfinite(margin) else Cell("", "none"),
        Cell(standing, "mark", TONES.get(standing, "plain")),
        Cell(number(row["percentile"], 0), "number")
        if np.isfinite(row["percentile"])
        else cell(None),
        Cell(shown(reason)),
    ]


def _profiles(compared: Comparison) -> list[Block]:
    profiles = compared.profiles
    if not len(profiles):
        return []
    return [
        table_of(
            profiles,
            "Profiles: most profiles of values correlate with everyone's, so read r "
            "beside what a person has with people's average",
            _PROFILES,
        ),
        table_of(profiles, "What the distance between profiles is made of", _DISTANCE),
    ]
