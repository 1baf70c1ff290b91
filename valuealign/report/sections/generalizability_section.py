"""The generalizability section: variance components, and the effect of more forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.figures.generalizability_plot import generalizability as generalizability_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, number, shown, table_of, without_empty
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Bullets,
    Cell,
    Paragraph,
    Picture,
    Section,
    Table,
)

if TYPE_CHECKING:
    from valuealign.analysis.reliability.generalizability.generalizability_study import (
        Generalizability,
    )

_COMPONENTS = {"effect": "effect", "levels": "levels", "variance": "variance", "share": "share"}
_COEFFICIENTS = {"target": "of", "g": "G (differences)", "phi": "Phi (levels)"}


def generalizability_section(material: Material) -> Section:
    """Report the level between models and each model's profile, over forms.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    blocks: list[Block] = [
        Paragraph(
            "Would another form give the same? Forms are random here and items fixed: a form is an "
            "accident of asking. G is about differences, Phi about levels."
        )
    ]
    level = material.evidence.level
    if isinstance(level, Unavailable):
        blocks.append(Paragraph(f"Levels of models: not available; {level.reason}.", "unavailable"))
    else:
        blocks += _level(level)
    blocks.append(_profiles(material))
    return Section("generalizability", "Generalizability", blocks)


def _level(level: Generalizability) -> list[Block]:
    largest = level.components.sort_values("share", ascending=False).head(3)
    label = ", ".join(
        f"{row['effect']} {number(100 * row['share'], 0)} %" for row in largest.to_dict("records")
    )
    blocks: list[Block] = [
        Picture(
            inline_svg(generalizability_plot(level, facet="form"), "generalizability"),
            f"Shares of variance; the largest: {label}.",
            "Levels of the models: sources of variance, and what more forms would buy.",
            table_of(level.components, "Variance of single responses", _COMPONENTS),
        ),
        table_of(level.coefficients, "Dependability at this number of forms", _COEFFICIENTS),
    ]
    if level.flags:
        blocks.append(Bullets([shown(flag) for flag in sorted(level.flags)]))
    return blocks


def _profiles(material: Material) -> Table:
    rows = []
    for model, profile in material.evidence.profiles.items():
        name = Cell(shown(model, 80))
        if isinstance(profile, Unavailable):
            rows.append([name, cell(None), cell(None), cell(None), Cell(shown(profile.reason))])
            continue
        of = profile.of()
        why = "it does not tell its items apart" if np.isnan(of.g) else ""
        rows.append([name, cell(round(profile.sizes["form"])), cell(of.g), cell(of.phi), Cell(why)])
    heads = ["model", "forms", "G (differences)", "Phi (levels)", "why not"]
    return without_empty(Table("Each model's profile of items over forms", heads, rows))
