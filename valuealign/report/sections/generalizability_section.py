"""Generalizability: variance components, and the effect of more forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.figures.generalizability_plot import generalizability as generalizability_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, number, shown, table_of
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Cell,
    Fold,
    Paragraph,
    Picture,
    Table,
)

if TYPE_CHECKING:
    from valuealign.analysis.reliability.generalizability.generalizability_study import (
        Generalizability,
    )

_COMPONENTS = {"effect": "effect", "levels": "levels", "variance": "variance", "share": "share"}
_COEFFICIENTS = {"target": "of", "g": "G (differences)", "phi": "Phi (levels)"}


def generalizability_blocks(material: Material) -> list[Block]:
    """Report the level between models and each model's profile, over forms.

    Parameters
    ----------
    material : Material

    Returns
    -------
    list of block
        Empty where nothing of it can be computed.
    """
    level = material.evidence.level
    blocks: list[Block] = [] if isinstance(level, Unavailable) else _level(level, material.prefix)
    profiles = _profiles(material)
    if profiles.rows:
        blocks.append(profiles)
    if not blocks:
        return []
    said = "Forms are random here and items fixed. G is about differences, Phi about levels."
    return [Fold("Would other forms give the same? (generalizability)", [Paragraph(said), *blocks])]


def _level(level: Generalizability, prefix: str) -> list[Block]:
    largest = level.components.sort_values("share", ascending=False).head(3)
    label = ", ".join(
        f"{row['effect']} {number(100 * row['share'], 0)} %" for row in largest.to_dict("records")
    )
    return [
        Picture(
            inline_svg(generalizability_plot(level, facet="form"), f"{prefix}generalizability"),
            f"Shares of variance; the largest: {label}.",
            "Levels of the models: sources of variance, and what more forms would improve.",
            table_of(level.components, "Variance of single responses", _COMPONENTS),
        ),
        table_of(level.coefficients, "Dependability at this number of forms", _COEFFICIENTS),
    ]


def _profiles(material: Material) -> Table:
    rows = []
    for model, profile in material.evidence.profiles.items():
        if isinstance(profile, Unavailable) or np.isnan(profile.of().g):
            continue
        of, link = profile.of(), material.replies_of(model)
        rows.append(
            [
                Cell(shown(model, 80)),
                cell(round(profile.sizes["form"])),
                cell(of.g, link=link),
                cell(of.phi, link=link),
            ]
        )
    heads = ["model", "forms", "G (differences)", "Phi (levels)"]
    return Table("Each model's profile of items over forms", heads, rows)
