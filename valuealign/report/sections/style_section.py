"""The response style section: each bias with the probe that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.analysis.style.style_indices import INDEX_LABELS
from valuealign.figures.response_style_plot import response_style as style_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, number, shown, table_of, without_empty
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Picture, Section, Table

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


_PROBES = {"position and token bias", "scale reversal"}


def style_section(material: Material) -> Section:
    """Report position and token bias, acquiescence, and evaluative responding separately.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    style = material.evidence.style
    if isinstance(style, Unavailable):
        said = Paragraph(f"Not available: {style.reason}", "unavailable")
        return Section("style", "Response style", [said])
    blocks: list[Block] = [
        Paragraph(
            "Three biases need three probes, and none replaces another: the other direction of the "
            "scale (or other labels) for position and token, opposed stems for acquiescence, items "
            "of equal desirability for evaluation. Each model has its own row; a mean over models "
            "can hide effects of both signs."
        )
    ]
    blocks += [_position(style), _acquiescence(style), _evaluation(style)]
    if len(style.sensitivity):
        caption = "What the form does to single answers (within a form is the yardstick)"
        blocks.append(table_of(style.sensitivity.reset_index(), caption, _SENSITIVITY, folded=True))
    comparison = f", beside {shown(style.sample, 80)}" if style.sample else ""
    blocks.append(table_of(style.indices.reset_index(), "Use of the scale", _INDICES, folded=True))
    blocks.append(
        without_empty(
            table_of(
                style.intervals,
                f"Use of the scale, with intervals{comparison}",
                _INTERVALS,
                folded=True,
            )
        )
    )
    if len(style.variance):
        blocks.append(
            table_of(
                style.variance.reset_index(),
                "Where each model's variance is, as shares",
                _VARIANCE,
                folded=True,
            )
        )
    blocks.append(_elevation(style))
    return Section("style", "Response style", blocks)


def _position(style: ResponseStyle) -> Block:
    if not len(style.effects):
        why = next(
            (v for k, v in style.unavailable.items() if k in _PROBES or k.startswith("effect of")),
            "one form was given",
        )
        return Paragraph(f"Position and token bias: not available; {shown(why)}.", "unavailable")
    table = table_of(style.effects, "Position and token bias", _EFFECTS)
    label = "; ".join(
        f"{shown(row['model'], 60)}, {row['factor']} {row['level']}: {number(row['effect'])}"
        for row in style.effects.head(6).to_dict("records")
    )
    return Picture(
        inline_svg(style_plot(style), "style"),
        f"Shift of the mean by form. {label}.",
        "Position and token bias: what another form does to the level and the profile.",
        table,
    )


def _acquiescence(style: ResponseStyle) -> Block:
    if style.opposed is None:
        why = style.unavailable.get("acquiescence", "no opposed stems were given")
        return Paragraph(f"Acquiescence: not available; {shown(why)}.", "unavailable")
    return table_of(
        style.opposed.reset_index(),
        "Acquiescence: answers to a stem and to its opposite (0 where they mirror each other)",
        _OPPOSED,
    )


def _evaluation(style: ResponseStyle) -> Paragraph:
    why = style.unavailable.get("evaluative bias", "no probe of it was given")
    return Paragraph(f"Evaluative bias: not available; {why}.", "unavailable")


def _elevation(style: ResponseStyle) -> Table:
    rows = []
    for who in ("models", "people"):
        why = style.unavailable.get(f"elevation of {who}", style.unavailable.get("elevation", ""))
        rows.append([Cell(who), cell(float(style.elevation[who])), Cell(shown(why))])
    return without_empty(
        Table(
            "Elevation against shape: share of the variance between respondents' scale scores that "
            "is their level",
            ["respondents", "share", "why not"],
            rows,
        )
    )
