"""The picture of the first section: the profile, the accuracy, or the effect of the stimuli."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.figures.accuracy_plot import accuracy
from valuealign.figures.interaction_plot import interaction
from valuealign.figures.profile_plot import profile
from valuealign.figures.score_map_plot import score_map
from valuealign.figures.value_circle_plot import value_circle
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, interval, listed, shown
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import Cell, Picture, Table

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.mixed.mixed import Mixed
    from valuealign.inquiry.comparison.compare import Comparison

_CIRCLE = 4
"""Scales that a circle needs."""


def main_picture(material: Material) -> Picture | None:
    """Draw the main result of a chapter.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Picture or None
        Of scales with people: their circle or profile; of a keyed test: accuracy beside
        guessing; of rated stimuli: the interaction of their factors; elsewhere raw scores.
    """
    if material.kind == "stimuli":
        return _interaction(material)
    if material.kind == "keyed":
        return _accuracy(material)
    compared = material.comparison
    if isinstance(compared, Unavailable):
        return _raw(material)
    return _beside_people(material, compared) if material.few else _many(material, compared)


def _beside_people(material: Material, compared: Comparison) -> Picture:
    rows = compared.scales[compared.scales["centred"].astype(bool)]
    order = [name for name in compared.order if name in set(rows["scale"])]
    circle = bool(material.evidence.instrument.circle) and len(order) >= _CIRCLE
    figure = value_circle(compared, order, together=True) if circle else profile(compared)
    rows = rows if circle else compared.scales[compared.scales["centred"] == bool(len(rows))]
    inside = (rows["mean"] - rows["people_mean"]).abs() <= rows["people_sd"]
    label = "; ".join(
        f"{shown(who, 60)}: {int(part.sum())} of {len(part)} scales inside the band"
        for who, part in inside.groupby(rows["respondent"], sort=False)
    )
    kind = "Centred scores" if rows["centred"].any() else "Scores"
    caption = (
        f"{kind} compared with {compared.populations[0]}: the band is people's mean (dashed) and "
        "one standard deviation to each side, about two thirds of people. Bars are 95 % intervals."
    )
    svg = inline_svg(figure, f"{material.prefix}main", slim=True)
    return Picture(svg, f"Profiles. {label}.", caption, _profile_table(material, rows))


def _profile_table(material: Material, rows: pd.DataFrame) -> Table:
    data = [
        [
            Cell(shown(row["respondent"], 80)),
            Cell(shown(material.names.get(row["scale"], row["scale"]))),
            cell(row["mean"], link=material.link(row)),
            interval(row["ci_lower"], row["ci_upper"], link=material.link(row)),
            cell(row["people_mean"]),
            cell(row["people_sd"]),
        ]
        for row in rows.to_dict("records")
    ]
    heads = ["model", "scale", "score", "95 % interval", "people's mean", "people's SD"]
    return Table("Scores compared with people", heads, data)


def _many(material: Material, compared: Comparison) -> Picture:
    """Scores of many respondents as a shaded table, people first."""
    rows = compared.scales[compared.scales["centred"] == bool(compared.scales["centred"].any())]
    wide = rows.pivot_table(index="respondent", columns="scale", values="mean", sort=False)
    people = rows.drop_duplicates("scale").set_index("scale")["people_mean"]
    order = [name for name in compared.order if name in wide.columns]
    table = wide[order].rename(columns=compared.names)
    table.loc[f"people: {compared.populations[0]}"] = people[order].to_numpy()
    figure = score_map(table, title="Scores, scale points")
    caption = "Mean scores by model and scale; the last row is people's mean."
    label = f"Mean scores of {len(wide)} respondents on {len(order)} scales as a shaded table."
    svg = inline_svg(figure, f"{material.prefix}main")
    return Picture(svg, label, caption, _profile_table(material, rows))


def _raw(material: Material) -> Picture | None:
    scores = material.evidence.scores
    if isinstance(scores, Unavailable):
        return None
    names = [s.id for s in material.evidence.instrument.scales if s.id in scores.columns]
    means = scores.groupby("respondent", sort=False, observed=True)[names].mean()
    if not names or means.isna().all(axis=None):
        return None
    rows = [
        [Cell(shown(who, 80)), *(cell(v, link=material.replies_of(who, n)) for n, v in row.items())]
        for who, row in means.iterrows()
    ]
    heads = ["model", *(shown(material.names[n]) for n in names)]
    figure = score_map(means.rename(columns=material.names), title="Raw scores")
    label = f"Raw scores of {len(means)} respondents on {len(names)} scales as a shaded table."
    svg = inline_svg(figure, f"{material.prefix}main", slim=len(names) < _CIRCLE)
    return Picture(svg, label, "Mean raw scores by model and scale.", Table("Scores", heads, rows))


def _accuracy(material: Material) -> Picture | None:
    scores = material.evidence.scores
    if isinstance(scores, Unavailable) or "accuracy" not in scores:
        return None
    rows = [
        [
            Cell(shown(who, 80)),
            cell(row["n_right"], link=material.replies_of(who)),
            cell(row["n_answered"]),
            cell(row["accuracy"], link=material.replies_of(who)),
            interval(row["accuracy_lower"], row["accuracy_upper"]),
            cell(row["chance"]),
        ]
        for who, part in each_respondent(scores)
        for row in part.to_dict("records")
    ]
    heads = ["model", "right", "answered", "share right", "95 % interval", "by guessing"]
    means = [
        f"{shown(who, 60)}: {part['accuracy'].mean():.0%}" for who, part in each_respondent(scores)
    ]
    return Picture(
        inline_svg(accuracy(scores), f"{material.prefix}main", slim=True),
        f"Share of right answers. {listed(means, 20)}.",
        "Share of right answers, one point an administration, with its 95 % interval. The dashed "
        "line is what guessing gives.",
        Table("Right answers", heads, rows),
    )


def _interaction(material: Material) -> Picture | None:
    """Draw each item's marginal means over the first two factors of the stimuli."""
    factors = list(material.factors)[:2]
    fits: dict[str, Mixed] = {}
    rows = []
    several = len(material.evidence.respondents) > 1
    for (who, item), fit in material.fits.items() if factors else ():
        if isinstance(fit, Unavailable):
            continue
        name = item.replace("_", " ")
        fits[f"{name}, {who}" if several else name] = fit
        means = fit.means([f"f_{name}" for name in factors])
        rows += [
            [
                Cell(shown(who, 80)),
                Cell(shown(name)),
                *(Cell(shown(row[f"f_{factor}"])) for factor in factors),
                cell(row["mean"], link=material.replies_of(who)),
                interval(row["ci_lower"], row["ci_upper"], link=material.replies_of(who)),
            ]
            for row in means.to_dict("records")
        ]
    if not fits:
        return None
    of, by = f"f_{factors[0]}", f"f_{factors[1]}" if len(factors) > 1 else None
    titles = {f"f_{name}": name.replace("_", " ") for name in material.factors}
    figure = interaction(dict(list(fits.items())[:_PANELS]), of, by=by, names=titles)
    more = len(fits) - _PANELS
    caption = "Marginal means of a mixed model with 95 % intervals, one panel an item and model" + (
        f"; {more} more panels are in the numbers." if more > 0 else "."
    )
    heads = ["model", "item", *(name.replace("_", " ") for name in factors), "mean"]
    label = f"Mean ratings by {listed(factors)}, one panel an item: {listed(list(fits), 12)}."
    table = Table("Marginal means", [*heads, "95 % interval"], rows)
    return Picture(inline_svg(figure, f"{material.prefix}main", slim=True), label, caption, table)


_PANELS = 8
