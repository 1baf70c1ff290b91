"""The reliability section: alpha, omega and retest agreement in each view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.figures.reliability_plot import reliability as reliability_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import table_of
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Paragraph, Picture, Section, Table

if TYPE_CHECKING:
    from valuealign.inquiry.reliability import ReliabilityViews

_HEADS = {
    "model": "model",
    "scale": "scale",
    "n_items": "items",
    "n_rows": "rows",
    "alpha": "alpha",
    "ci_lower|ci_upper": "95 % interval",
    "omega": "omega",
    "spearman_brown": "Spearman-Brown",
    "reason": "why not",
}
_RETEST = {
    "view": "over",
    "model": "model",
    "scale": "scale",
    "n_targets": "targets",
    "n_occasions": "occasions",
    "icc": "ICC(2, 1)",
    "ci_lower|ci_upper": "95 % interval",
    "reason": "why not",
}

_SHORT = 6
"""Rows of a table that need no folding."""


def reliability_section(material: Material) -> Section:
    """Report alpha and omega in each view, and retest agreement.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    title = "Reliability, in named views"
    views = material.evidence.reliability
    if isinstance(views, Unavailable):
        return Section(
            "reliability", title, [Paragraph(f"Not available: {views.reason}", "unavailable")]
        )
    blocks: list[Block] = [
        Paragraph(
            "A coefficient over several models says how far the models stand apart; four constant "
            "models give 1. So the views stand beside each other and are never pooled unsaid."
        )
    ]
    tables = [_view(views, name) for name in views.meaning]
    blocks.append(
        _picture(views)
        if views.table["alpha"].notna().any()
        else Paragraph("No scale has an alpha in any view; the tables say why.", "unavailable")
    )
    blocks += tables
    if len(views.retest):
        blocks.append(
            table_of(
                views.retest,
                "One occasion's agreement with another",
                _RETEST,
                folded=len(views.retest) > _SHORT,
            )
        )
    return Section("reliability", title, blocks)


def _view(views: ReliabilityViews, name: str) -> Table:
    part = views.table[views.table["view"] == name]
    caption = f"{name[0].upper()}{name[1:]}: {views.meaning[name]}"
    return table_of(part, caption, _HEADS, folded=True)


def _picture(views: ReliabilityViews) -> Block:
    known = views.table.dropna(subset=["alpha"])
    description = ", ".join(
        f"{name}: {part['alpha'].median():.2f} ({len(part)} coefficients)"
        for name, part in known.groupby("view", sort=False)
    )
    summary = known.groupby(["view", "model"], sort=False)["alpha"].describe().reset_index()
    heads = {
        "view": "view",
        "model": "model",
        "count": "scales with an alpha",
        "min": "lowest",
        "50%": "median",
        "max": "highest",
    }
    table = table_of(summary, "Alpha by view and model", heads)
    try:
        svg = inline_svg(reliability_plot(views), "reliability")
    except DataError as error:
        return Paragraph(f"The figure is not available: {error}", "unavailable")
    label = f"Alpha of every scale with its interval, one panel a view. Median {description}."
    caption = "Alpha with its 95 % interval (jackknife); a cross where there is none."
    return Picture(svg, label, caption, table)
