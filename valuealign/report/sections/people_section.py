"""The comparison section: the models' circle of values and their differences from people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.figures.profile_plot import profile
from valuealign.figures.value_circle_plot import value_circle
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import (
    cell,
    interval,
    listed,
    number,
    shown,
    table_of,
    without_empty,
)
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Bullets,
    Cell,
    Fields,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)

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


def circle_section(material: Material) -> Section:
    """Draw each model's circle of values with the spread of people.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    return Section("circle", "The circle of values, beside people", [_circle(material)])


def _circle(material: Material) -> Block:
    instrument, compared = material.evidence.instrument, material.comparison
    if not instrument.circle:
        return _none(f"{instrument.id} has no circular order of scales")
    if isinstance(compared, Unavailable):
        return _none(compared.reason)
    order = [name for place in instrument.circle[0].order for name in place]
    rows = compared.scales[compared.scales["centred"].astype(bool)]
    try:
        figure = value_circle(compared, order)
    except DataError as error:
        return _none(str(error))
    inside = (rows["mean"] - rows["people_mean"]).abs() <= rows["people_sd"]
    label = "; ".join(
        f"{shown(who, 60)}: {int(part.sum())} of {len(part)} inside the band"
        for who, part in inside.groupby(rows["respondent"], sort=False)
    )
    data = [
        [
            Cell(shown(row["respondent"], 80)),
            Cell(row["scale"]),
            cell(row["mean"]),
            interval(row["ci_lower"], row["ci_upper"]),
            cell(row["people_mean"]),
            cell(row["people_sd"]),
        ]
        for row in _ordered(rows, order)
    ]
    heads = ["model", "scale", "centred score", "95 % interval", "people's mean", "people's SD"]
    caption = (
        "Centred scores (points and line; bars are 95 % intervals, cut at the rim) beside "
        f"{compared.populations[0]}: the band is people's mean (dashed) and one standard deviation "
        "either side, about two thirds of people. The stronger ring is the respondent's own mean."
    )
    return Picture(
        inline_svg(figure, "circle"),
        f"Profiles round the circle of values. {label}.",
        caption,
        Table("Centred scores", heads, data),
    )


def _ordered(rows: pd.DataFrame, order: list[str]) -> list[dict[Any, Any]]:
    place = {name: k for k, name in enumerate(order)}
    known = rows[rows["scale"].isin(order)]
    by = known.assign(_at=known["scale"].map(place), _who=known["respondent"].factorize()[0])
    return by.sort_values(["_who", "_at"]).to_dict("records")


def people_section(material: Material) -> Section:
    """Report each model's differences from people, with intervals and equivalence tests.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    title = "Differences to people"
    compared = material.comparison
    if isinstance(compared, Unavailable):
        return Section("people", title, [_none(compared.reason)])
    blocks: list[Block] = []
    if material.evidence.people is not None:
        blocks.append(_who(material.evidence.people.describe()))
    blocks.append(Paragraph(_sentence(compared.wording.explanation) + ".", "note"))
    blocks.append(Paragraph(f"{_sentence(compared.unit)}."))
    centred = compared.scales["centred"].astype(bool)
    if centred.any():
        blocks += _scales(compared, centred=True, as_figure=True)
    if (~centred).any():
        blocks += _scales(compared, centred=False, as_figure=not centred.any())
    blocks += _profiles(compared) + _nearest(compared) + _told_apart(compared)
    if len(compared.items):
        heads = {c: c.replace("_", " ") for c in compared.items.columns}
        blocks.append(table_of(compared.items, "Item by item (the same words)", heads, folded=True))
    if compared.flags:
        blocks.append(Bullets([shown(flag) for flag in sorted(compared.flags)]))
    return Section("people", title, blocks)


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


def _sentence(text: str) -> str:
    sentence = shown(text, 2000).rstrip(".")
    return sentence[:1].upper() + sentence[1:]


def _scales(compared: Comparison, *, centred: bool, as_figure: bool) -> list[Block]:
    """Return scores of one kind as a figure or table, with the facts that all rows share."""
    kind = "centred" if centred else "raw"
    part = compared.scales[compared.scales["centred"].astype(bool) == centred]
    reasons = sorted({str(r) for r in part["reason"] if isinstance(r, str) and r})
    same = reasons if len(reasons) == 1 and (part["reason"].astype(str) != "").all() else []
    rows = [_scale(row, with_reason=not same) for row in part.to_dict("records")]
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
    table = without_empty(Table(caption, heads, rows, folded=not as_figure))
    note = f"No {kind} difference can be called equivalent or different: "
    said: list[Block] = [Paragraph(note + shown(r), "unavailable") for r in same]
    return [*said, _picture(compared, table, centred=centred) if as_figure else table]


def _picture(compared: Comparison, table: Table, *, centred: bool) -> Picture:
    part = compared.scales[compared.scales["centred"].astype(bool) == centred]
    label = "; ".join(
        f"{shown(who, 60)}: "
        + ", ".join(f"{n} {standing}" for standing, n in rows["standing"].value_counts().items())
        for who, rows in part.groupby("respondent", sort=False)
    )
    caption = (
        "Scale by scale: points with 95 % intervals, the band of people (mean and one standard "
        "deviation either side). Filled: shown to be different, or equivalent; hollow: cannot be "
        f"told. {table.caption}."
    )
    svg = inline_svg(profile(compared, centred=centred), f"people{int(centred)}")
    return Picture(svg, f"Scores beside people, by scale. {label}.", caption, table)


def _nearest(compared: Comparison) -> list[Block]:
    if not len(compared.nearest):
        return []
    first = compared.nearest[compared.nearest["rank"] <= _NEAREST]
    return [table_of(first, f"The {_NEAREST} nearest of the people at hand", _NEAR, folded=True)]


def _told_apart(compared: Comparison) -> list[Block]:
    """Report the cross-validated discrimination of models by their raw scores."""
    discriminant = compared.discriminant
    if discriminant is None:
        return []
    rows = [[Cell(shown(who, 80)), cell(share)] for who, share in discriminant.by_model.items()]
    sentence = (
        f"Told apart by raw scores: {discriminant.cross_validated:.0%} of {discriminant.n:,} rows "
        "left out "
        f"(chance {discriminant.chance:.0%}, p {discriminant.pvalue:.3f}; left out together: "
        f"{discriminant.folds})"
    )
    return [Table(sentence, ["model", "its rows told right"], rows, folded=True)]


def _scale(row: dict[Any, Any], *, with_reason: bool) -> list[Cell]:
    standing, margin = str(row["standing"]), row["margin"]
    reason = row["reason"] if isinstance(row["reason"], str) and with_reason else ""
    return [
        Cell(shown(row["respondent"], 80)),
        Cell(row["scale"]),
        cell(row["mean"]),
        cell(row["people_mean"]),
        cell(row["difference"]),
        interval(row["difference_ci_lower"], row["difference_ci_upper"]),
        cell(row["d"]),
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
        table_of(profiles, "What the distance between profiles is made of", _DISTANCE, folded=True),
    ]


def _none(reason: str) -> Paragraph:
    return Paragraph(f"Not available: {shown(reason)}", "unavailable")
