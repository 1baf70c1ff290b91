"""The scores section: scale scores and the possible effect of missing answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, interval, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Section, Table

if TYPE_CHECKING:
    import pandas as pd


def scores_section(material: Material) -> Section:
    """Report raw scores of each model with bounds, or the accuracy of a keyed test.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    scores = material.evidence.scores
    if isinstance(scores, Unavailable):
        said = Paragraph(f"Not available: {scores.reason}", "unavailable")
        return Section("scores", "Scores", [said])
    if "accuracy" in scores.columns:
        return Section("scores", "Scores", [_accuracy(scores)])
    blocks: list[Block] = [
        Paragraph(
            "Raw scores are the mean over administrations with the instrument's own stems. They "
            "carry the model's use of the scale; comparisons with people are of centred scores "
            "where the instrument has a rule for that."
        ),
        _scales(material, scores),
    ]
    return Section("scores", "Scores", blocks)


def _scales(material: Material, scores: pd.DataFrame) -> Table:
    names = [s.id for s in material.evidence.instrument.scales if s.id in scores.columns]
    bounded = any(f"{name}_lowest" in scores for name in names)
    rows = []
    for who, part in each_respondent(scores):
        for name in names:
            values = part[name].dropna()
            row = [
                Cell(shown(who, 80)),
                Cell(name),
                cell(len(values)),
                cell(values.mean()),
                cell(values.std()),
            ]
            if bounded:
                row.append(interval(part[f"{name}_lowest"].mean(), part[f"{name}_highest"].mean()))
            rows.append(row)
    heads = ["model", "scale", "administrations", "mean", "SD over administrations"]
    heads += ["if all that is missing were at one end"] if bounded else []
    return Table("Raw scale scores", heads, rows, folded=True)


def _accuracy(scores: pd.DataFrame) -> Table:
    rows = []
    for model, part in each_respondent(scores):
        for row in part.to_dict("records"):
            right = f"{row['n_right']:.0f} of {row['n_answered']:.0f}"
            rows.append(
                [
                    Cell(shown(model, 80)),
                    Cell(shown(row["form"], 80)),
                    cell(row["occasion"]),
                    Cell(right),
                    cell(row["accuracy"]),
                    interval(row["accuracy_lower"], row["accuracy_upper"]),
                    cell(row["chance"]),
                    cell(row["p_chance"], 3),
                ]
            )
    heads = [
        "model",
        "form",
        "occasion",
        "right",
        "accuracy",
        "95 % interval",
        "by guessing",
        "p of as many by guessing",
    ]
    return Table("Right answers, one row an administration", heads, rows)
