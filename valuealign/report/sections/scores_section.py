"""Right answers of a keyed test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, counted, interval, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Table

if TYPE_CHECKING:
    import pandas as pd


def right_answers(material: Material, scores: pd.DataFrame) -> list[Block]:
    """Report how many answers are right, compared with guessing.

    Parameters
    ----------
    material : Material
    scores : DataFrame

    Returns
    -------
    list of block
    """
    parts = [
        f"{shown(who, 60)} answers {part['accuracy'].mean():.0%} right over "
        f"{counted(len(part), 'administration')}"
        for who, part in each_respondent(scores)
    ]
    chance = scores["chance"].mean()
    guessed = f"; guessing gives {chance:.0%}" if chance == chance else ""  # noqa: PLR0124
    said = Paragraph(f"{'; '.join(parts[:6])}{guessed}.", "finding")
    return [said, _accuracy(material, scores)]


def _accuracy(material: Material, scores: pd.DataFrame) -> Table:
    rows = []
    for model, part in each_respondent(scores):
        link = material.replies_of(model)
        for row in part.to_dict("records"):
            right = f"{row['n_right']:.0f} of {row['n_answered']:.0f}"
            rows.append(
                [
                    Cell(shown(model, 80)),
                    Cell(shown(row["form"], 80)),
                    cell(row["occasion"]),
                    Cell(right),
                    cell(row["accuracy"], link=link),
                    interval(row["accuracy_lower"], row["accuracy_upper"], link=link),
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
