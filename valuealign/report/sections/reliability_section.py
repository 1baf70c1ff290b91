"""The reliability section: alpha, omega and retest agreement in each view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from valuealign.figures.reliability_plot import reliability as reliability_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import counted, number, sentence, shown, table_of
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Fold,
    Paragraph,
    Picture,
    Section,
    Table,
)
from valuealign.report.sections.generalizability_section import generalizability_blocks

if TYPE_CHECKING:
    import pandas as pd

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


def reliability_section(material: Material) -> Section | None:
    """Report alpha and omega in each view, agreement of occasions, and generalizability.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where answers are not rated on scales, or nothing of it can be computed.
    """
    if material.kind != "graded":
        return None
    views = material.evidence.reliability
    blocks: list[Block] = [] if isinstance(views, Unavailable) else _views(views, material)
    blocks += generalizability_blocks(material)
    if not blocks:
        return None
    return Section("reliability", "Would they answer the same again?", blocks)


def _views(views: ReliabilityViews, material: Material) -> list[Block]:
    folded: list[Block] = [_view(views, name, material) for name in views.meaning]
    blocks: list[Block] = [Paragraph(_finding(views), "finding")]
    if len(views.retest):
        caption = "Agreement of one occasion with another"
        folded.append(_table(views.retest, caption, _RETEST, material))
    if views.table["alpha"].notna().any():
        blocks.append(_picture(views, material))
    return [*blocks, Fold("Alpha, omega and agreement of occasions, by view", folded)]


def _finding(views: ReliabilityViews) -> str:
    retest = views.retest.dropna(subset=["icc"])
    retest = retest[retest["scale"].isin(["", "all items"]) | (retest["scale"].isna())]
    known = views.table.dropna(subset=["alpha"])
    parts = [
        f"{name}, alpha is {number(part['alpha'].median())} in the median of "
        f"{counted(len(part), 'scale')} with one ({views.meaning[str(name)]})"
        for name, part in known.groupby("view", sort=False)
    ]
    parts += [
        f"one occasion of {shown(row['model'], 60)} agrees with another by {number(row['icc'])}"
        for row in retest.head(2).to_dict("records")
    ]
    return sentence("; ".join(parts) or "No scale has an alpha: answers do not vary, or are few")


def _table(frame: pd.DataFrame, caption: str, heads: dict[str, str], material: Material) -> Table:
    reasons = frame["reason"] if "reason" in frame.columns else None
    same = reasons is not None and reasons.nunique() == 1
    shown_heads = {k: v for k, v in heads.items() if k != "reason" or not same}
    table = table_of(frame, caption, shown_heads, link=material.link, names=material.names)
    why = str(reasons.iloc[0]) if same and reasons is not None else ""
    return replace(table, caption=f"{caption}; all: {shown(why)}") if why else table


def _view(views: ReliabilityViews, name: str, material: Material) -> Table:
    part = views.table[views.table["view"] == name]
    caption = f"{name[0].upper()}{name[1:]}: {views.meaning[name]}"
    return _table(part, caption, _HEADS, material)


def _picture(views: ReliabilityViews, material: Material) -> Picture:
    known = views.table.dropna(subset=["alpha"])
    summary = known.groupby(["view", "model"], sort=False)["alpha"].describe().reset_index()
    heads = {
        "view": "view",
        "model": "model",
        "count": "scales with an alpha",
        "min": "lowest",
        "50%": "median",
        "max": "highest",
    }
    table = table_of(summary, "Alpha by view and model", heads, link=material.link)
    figure = reliability_plot(views, names=material.names)
    label = f"Alpha of every scale with its interval, one panel a view. {_finding(views)}"
    caption = "Alpha with its 95 % interval (jackknife); a cross where there is none."
    return Picture(inline_svg(figure, f"{material.prefix}reliability"), label, caption, table)
