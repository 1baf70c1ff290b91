"""The effects section: what the factors of rated stimuli change."""

from __future__ import annotations

from typing import Any

from valuealign.report.formatting import cell, counted, interval, number, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Section, Table
from valuealign.study.vignette_effects import cell_means

_FEW_TEXTS = 10
"""Base texts below which effects are said to be of these texts."""


def effects_section(material: Material) -> Section | None:
    """Report effects and interactions of the stimuli's factors, and the mean of every cell.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where no stimuli were rated, or where their factors are not fully crossed.
    """
    if material.kind != "stimuli" or not material.factors:
        return None
    blocks: list[Block] = [Paragraph(effects_finding(material), "finding")]
    texts = material.ratings["base"].nunique()
    if texts < _FEW_TEXTS:
        blocks.append(
            Paragraph(f"The effects are of {texts} base texts, and say little of other texts.")
        )
    blocks += [_effects(material), _cells(material)]
    return Section("effects", "What do the factors of the stimuli change?", blocks)


def effects_finding(material: Material) -> str:
    """Say how many effects are shown, and which is the largest.

    Parameters
    ----------
    material : Material

    Returns
    -------
    str
    """
    effects = material.effects
    known = effects[effects["reason"] == ""]
    shown_apart = known[(known["ci_lower"] > 0) | (known["ci_upper"] < 0)]
    by_size: Any = known.sort_values("estimate", key=abs, ascending=False)
    largest = by_size.iloc[0] if len(known) else None
    said = (
        f"Of {counted(len(known), 'effect')} of {' and '.join(material.factors)}, "
        f"{len(shown_apart)} have an interval without 0"
    )
    if largest is not None:
        said += (
            f"; the largest is {number(largest['estimate'])} rating points "
            f"({shown(largest['model'], 60)}, {largest['item'].replace('_', ' ')}, "
            f"{largest['effect']})"
        )
    return f"{said}."


def _effects(material: Material) -> Table:
    rows = [
        [
            Cell(shown(row["model"], 80)),
            Cell(shown(row["item"].replace("_", " "))),
            Cell(shown(row["effect"])),
            cell(row["estimate"], link=material.link(row)),
            interval(row["ci_lower"], row["ci_upper"], link=material.link(row)),
            cell(row["df"], 1),
            cell(row["pvalue"], 3),
        ]
        for row in material.effects.to_dict("records")
    ]
    heads = ["model", "item", "effect", "estimate", "95 % interval", "df", "p"]
    caption = "Effects: first level minus last; of two factors, the difference of differences"
    return Table(caption, heads, rows)


def _cells(material: Material) -> Table:
    factors = list(material.factors)
    means = cell_means(material.ratings, material.evidence.instrument, material.factors)
    rows = [
        [
            Cell(shown(row["model"], 80)),
            Cell(shown(row["item"].replace("_", " "))),
            *(Cell(shown(row[name])) for name in factors),
            cell(row["mean"], link=material.link(row)),
            cell(row["sd"]),
            cell(int(row["n"])),
        ]
        for row in means.to_dict("records")
    ]
    heads = ["model", "item", *(shown(n.replace("_", " ")) for n in factors), "mean", "SD", "n"]
    return Table("Mean rating in every cell, as given", heads, rows, folded=True)
