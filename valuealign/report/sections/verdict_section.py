"""The verdict section: the claims that these responses permit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.figures.verdict_plot import verdict as verdict_plot
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.report.formatting import cell, interval, number, shown
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Card,
    Cell,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)

if TYPE_CHECKING:
    from valuealign.inquiry.verdict.verdict import Verdict

TONES: dict[str, Tone] = {"permitted": "good", "not permitted": "bad", "inconclusive": "unknown"}
_HEADS = (
    "claim",
    "standing",
    "decided by",
    "found [95 % interval]",
    "expected",
    "in people",
    "source",
)
_COUNTS = {"models", "n_forms"}


def verdict_section(material: Material) -> Section:
    """Report the claims that are permitted for each model.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    judged = material.verdict
    if isinstance(judged, Unavailable):
        reason = f"No verdict is available: {judged.reason}"
        return Section("verdict", "Verdict", [Paragraph(reason, "unavailable")])
    sample = f"the people are {judged.people}" if judged.people else "no human sample is beside it"
    blocks: list[Block] = [
        Paragraph(
            "A claim is permitted where every need is met, not permitted where one fails, and "
            "inconclusive where one is not available. The number in each row is the one that "
            f"decides; {sample}.",
            "lead",
        )
    ]
    blocks += [_card(judged, who) for who in judged.headline]
    if len(judged.headline) > 1:
        blocks.append(_picture(judged))
    blocks.append(_needs(judged))
    return Section("verdict", "Verdict", blocks)


def tone_of(headline: str) -> Tone:
    """Return the tone of a headline.

    Examples
    --------
    >>> tone_of("not a measure: ..."), tone_of("inconclusive ..."), tone_of("a measure for ...")
    ('bad', 'unknown', 'good')
    """
    if headline.startswith("not a measure"):
        return "bad"
    return "unknown" if headline.startswith("inconclusive") else "good"


def _card(judged: Verdict, who: str) -> Card:
    rows = judged.table[judged.table["respondent"] == who].to_dict("records")
    said = judged.headline[who]
    table = Table(f"Claims about {shown(who, 80)}", _HEADS, [_claim(row) for row in rows])
    first = [shown(judged.summary[who], 1500), *map(_signs, judged.findings[who])]
    return Card(shown(who, 80), _signs(said), tone_of(said), first, table)


def _claim(row: dict[Any, Any]) -> list[Cell]:
    about = row["construct"] or row["versus"]
    title = f"{row['title']} ({about})" if about else row["title"]
    return [
        Cell(shown(title)),
        _mark(str(row["standing"])),
        *_number(row),
    ]


def _mark(standing: str) -> Cell:
    return Cell(standing, "mark", TONES.get(standing, "plain"))


def _number(row: dict[Any, Any]) -> list[Cell]:
    about = NUMBERS[row["number"]].about
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    yes_or_no = about.startswith("1: ")
    about = about.removeprefix("1: ").split(", 0: ")[0]
    return [
        Cell(about + (f" ({shown(reason)})" if reason else "")),
        _found(row, yes_or_no=yes_or_no),
        Cell("yes" if yes_or_no else _threshold(row)),
        cell(row["people"]),
        _source(row),
    ]


def _found(row: dict[Any, Any], *, yes_or_no: bool) -> Cell:
    if not np.isfinite(row["value"]):
        return cell(None)
    if yes_or_no:
        return Cell("yes" if row["value"] >= 1 else "no")
    if row["number"] in _COUNTS:
        return cell(round(row["value"]))
    value = number(row["value"])
    if np.isfinite(row["ci_lower"]):
        value += f" {interval(row['ci_lower'], row['ci_upper']).text}"
    return Cell(value, "number")


def _threshold(row: dict[Any, Any]) -> str:
    signs = _signs(str(row["threshold"]))
    return signs if row["bound"] == "value" else f"{row['bound']} end {signs}"


def _signs(text: str) -> str:
    """Return comparison operators in mathematical notation."""
    return shown(text).replace(">=", "≥").replace("<=", "≤")


def _source(row: dict[Any, Any]) -> Cell:
    if isinstance(row["doi"], str):
        return Cell(shown(row["doi"], 200), "doi")
    return Cell(shown(row["source"]))


def _picture(judged: Verdict) -> Picture:
    who = list(judged.headline)
    rows = [
        [Cell(shown(row["title"])), *(_mark(str(row[w])) for w in who)]
        for row in judged.overview.to_dict("records")
    ]
    table = Table("Claims by model", ["claim", *(shown(w, 80) for w in who)], rows)
    counts = judged.table["standing"].value_counts()
    counts_text = ", ".join(f"{int(counts.get(level, 0))} {level}" for level in TONES)
    label = f"Claims by model as marks: of {len(judged.table)} cells, {counts_text}."
    return Picture(
        inline_svg(verdict_plot(judged), "verdict"),
        label,
        "Which claims hold for which model.",
        table,
    )


def _needs(judged: Verdict) -> Table:
    rows = [
        [
            Cell(shown(row["respondent"], 80)),
            Cell(shown(row["title"])),
            _mark(str(row["standing"])),
            *_number(row),
        ]
        for row in judged.needs.to_dict("records")
    ]
    return Table("Every need of every claim", ["model", *_HEADS], rows, folded=True)
