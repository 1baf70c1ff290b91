"""The response style section: each bias with the probe that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuealign.analysis.style.style_indices import INDEX_LABELS
from valuealign.figures.response_style_plot import response_style as style_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, number, shown, table_of, without_empty
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Cell,
    Fold,
    Paragraph,
    Picture,
    Section,
    Table,
)

if TYPE_CHECKING:
    from valuealign.inquiry.style.response_style_result import ResponseStyle

_EFFECTS = {
    "model": "model",
    "factor": "factor",
    "level": "level",
    "reference": "against",
    "effect": "shift (scale points)",
    "ci_lower|ci_upper": "95 % interval",
    "r": "r of the item means",
    "r_ci_lower|r_ci_upper": "95 % interval of r",
    "n_items": "items",
}
_OPPOSED = {
    "model": "model",
    "acquiescence": "acquiescence (scale points)",
    "ci_lower|ci_upper": "95 % interval",
    "both_agreed": "agreed to both",
    "opposite_sides": "on opposite sides",
    "r": "r of stem and opposite",
    "n_items": "items",
}
_INDICES = {"model": "model", **INDEX_LABELS}
_INTERVALS = {
    "model": "model",
    "index": "index",
    "value": "found",
    "ci_lower|ci_upper": "95 % interval",
    "people": "in people",
    "over": "interval over",
}
_SENSITIVITY = {
    "model": "model",
    "same_between": "same answer between forms",
    "ci_lower|ci_upper": "95 % interval",
    "same_within": "same answer within a form",
    "distance": "mean distance (scale points)",
    "n_items": "items",
    "n_forms": "forms",
}
_VARIANCE = {
    "model": "model",
    "items": "items (what it tells apart)",
    "forms": "forms",
    "items_by_forms": "items under forms, with error",
    "bias": "not items",
    "n_forms": "forms given",
}


def style_section(material: Material) -> Section | None:
    """Report position and token bias, acquiescence, and use of the scale separately.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where answers have no response scale.
    """
    style = material.evidence.style
    if isinstance(style, Unavailable) or material.kind in ("keyed", "open"):
        return None
    link = material.link
    blocks: list[Block] = [Paragraph(_finding(style), "finding")]
    if len(style.effects):
        blocks.append(_position(style, material))
    folded: list[Block] = []
    if style.opposed is not None:
        caption = "Acquiescence: answers to a stem and to its opposite (0 where they mirror)"
        folded.append(table_of(style.opposed.reset_index(), caption, _OPPOSED, link=link))
    if len(style.sensitivity):
        caption = "Single answers: the same between forms, and within a form"
        folded.append(table_of(style.sensitivity.reset_index(), caption, _SENSITIVITY, link=link))
    folded.append(table_of(style.indices.reset_index(), "Use of the scale", _INDICES, link=link))
    comparison = f", compared with {shown(style.sample, 80)}" if style.sample else ""
    caption = f"Use of the scale, with intervals{comparison}"
    folded.append(without_empty(table_of(style.intervals, caption, _INTERVALS, link=link)))
    if len(style.variance):
        caption = "Where each model's variance is, as shares"
        folded.append(table_of(style.variance.reset_index(), caption, _VARIANCE, link=link))
    folded += _elevation(style)
    blocks.append(Fold("Acquiescence, use of the scale, and shares of variance", folded))
    return Section("style", "Do the answers follow the items or the form?", blocks)


def _finding(style: ResponseStyle) -> str:
    parts = []
    if len(style.effects):
        effects = style.effects.dropna(subset=["effect"])
        worst: Any = effects.sort_values("effect", key=abs, ascending=False).iloc[0]
        parts.append(
            f"The largest shift by another form is {number(worst['effect'])} scale points "
            f"({shown(worst['model'], 60)}, {worst['factor']} {worst['level']})"
        )
    if style.opposed is not None and len(style.opposed):
        lean = style.opposed["acquiescence"].dropna().sort_values(key=abs, ascending=False)
        if len(lean):
            parts.append(
                "the most acquiescence, agreement with a statement and its opposite, is "
                f"{number(float(lean.iloc[0]))} scale points ({shown(lean.index[0], 60)})"
            )
    if not parts:
        return "One form was given, so this cannot be said; the use of the scale is below."
    return "; ".join(parts) + "."


def _position(style: ResponseStyle, material: Material) -> Picture:
    caption = "Position and token bias: what another form does to the level and the profile."
    label = "; ".join(
        f"{shown(row['model'], 60)}, {row['factor']} {row['level']}: {number(row['effect'])}"
        for row in style.effects.head(6).to_dict("records")
    )
    return Picture(
        inline_svg(style_plot(style), f"{material.prefix}style"),
        f"Shift of the mean by form. {label}.",
        caption,
        table_of(style.effects, "Position and token bias", _EFFECTS, link=material.link),
    )


def _elevation(style: ResponseStyle) -> list[Block]:
    known = {who: float(style.elevation[who]) for who in ("models", "people")}
    rows = [[Cell(who), cell(share)] for who, share in known.items() if share == share]  # noqa: PLR0124
    caption = "Share of the variance between respondents' scale scores that is their level"
    return [Table(caption, ["respondents", "share"], rows)] if rows else []
