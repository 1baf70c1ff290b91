"""The first section: the conclusion about each respondent, one picture, and the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.inquiry.number import Unavailable, cause
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.report.formatting import cell, counted, interval, listed_and, number, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Card,
    Cell,
    Columns,
    Paragraph,
    Section,
    Table,
    Tone,
)
from valuealign.report.sections.change_section import change_finding
from valuealign.report.sections.effects_section import effects_finding
from valuealign.report.sections.main_picture import main_picture

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.verdict.verdict import Verdict

TONES: dict[str, Tone] = {"permitted": "good", "not permitted": "bad", "inconclusive": "unknown"}
_DECIDED = ("decided by", "found [95 % interval]", "expected", "in people")
_COUNTS = {"models", "n_forms"}
_SHORT = {"permitted": "yes", "not permitted": "no", "inconclusive": "not known"}
_PAIRS = ("comparable", "scores_differ", "values_differ")
_MARKS: dict[Tone, str] = {
    "good": "answers what the items say",
    "bad": "does not answer what the items say",
    "unknown": "not known whether it answers the items",
    "plain": "answered",
}

_COUNTED: dict[Tone, str] = {
    "good": "answer what the items say",
    "plain": "answered",
    "bad": "do not answer what the items say",
    "unknown": "cannot be judged in this respect",
}


def verdict_section(material: Material) -> Section:
    """Report the conclusion about each respondent, and the claims that are permitted.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    title, judged = "What may be concluded?", material.verdict
    picture = main_picture(material)
    if isinstance(judged, Unavailable):
        said = Paragraph("No claim can be judged; the reason is given under limits.", "finding")
        return Section("verdict", title, [said, *([picture] if picture else [])])
    main = [Paragraph(said, "finding") for said in _main_finding(material)]
    opening: list[Block] = [
        *main,
        *_conclusions(judged, material),
        _claims(judged, few=material.few),
    ]
    blocks: list[Block] = (
        [Columns(opening, [picture])] if picture and material.few else [*opening, *_some(picture)]
    )
    blocks.append(_deciding(judged, material))
    if not material.few:
        blocks += _pairs(judged)
    blocks.append(_needs(judged, material))
    return Section("verdict", title, blocks)


def _main_finding(material: Material) -> list[str]:
    """Return what the responses are about: the effect of stimuli, or the change between times."""
    if material.factors:
        return [effects_finding(material)]
    return [] if material.change is None else [change_finding(material)]


def _some(block: Block | None) -> list[Block]:
    return [] if block is None else [block]


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


def _tone(judged: Verdict, who: str) -> Tone:
    """Return the tone of a respondent; plain where nothing probes whether it reads the items."""
    probed = set(judged.needs.loc[judged.needs["respondent"] == who, "number"])
    tone = tone_of(judged.headline[who])
    return "plain" if tone == "good" and "gate_reversal_r" not in probed else tone


def _conclusions(judged: Verdict, material: Material) -> list[Block]:
    who = list(judged.headline)
    if material.few:
        return [_card(judged, name) for name in who]
    tones = [_tone(judged, name) for name in who]
    parts = [f"{tones.count(tone)} {said}" for tone, said in _COUNTED.items() if tones.count(tone)]
    text = f"Of {counted(len(who), 'respondent')}, {listed_and(parts)}."
    return [Paragraph(text, "finding"), _cards(judged)]


def _card(judged: Verdict, who: str) -> Card:
    tone = _tone(judged, who)
    return Card(shown(who, 80), _signs(judged.summary[who], 1500), tone, _MARKS[tone])


def _cards(judged: Verdict) -> Table:
    rows = [
        [
            Cell(shown(who, 80)),
            Cell(_MARKS[_tone(judged, who)], "mark", _tone(judged, who)),
            Cell(_signs(said, 1500)),
        ]
        for who, said in judged.summary.items()
    ]
    return Table("Each respondent in two sentences", ["model", "conclusion", ""], rows, folded=True)


def _claims(judged: Verdict, *, few: bool) -> Table:
    """Return the claims by respondent, or the respondents by claim where there are many."""
    who, records = list(judged.headline), judged.overview.to_dict("records")
    if few:
        rows = [
            [Cell(shown(row["title"])), *(_mark(str(row[name])) for name in who)] for row in records
        ]
        return Table("Claims", ["claim", *(shown(name, 80) for name in who)], rows)
    rows = [
        [Cell(shown(name, 80)), *(_mark(str(row[name]), _SHORT) for row in records)] for name in who
    ]
    caption = "Is the claim permitted? Of a comparison, with at least one other model"
    return Table(caption, ["model", *(shown(row["title"]) for row in records)], rows)


def _mark(standing: str, words: Mapping[str, str] | None = None) -> Cell:
    text = (words or {}).get(standing, standing)
    return Cell(text, "mark", TONES.get(standing, "plain"))


def _deciding(judged: Verdict, material: Material) -> Table:
    """Return the number that decides each claim; rows that differ in the construct only, once."""
    table = judged.table if material.few else judged.table[~judged.table["claim"].isin(_PAIRS)]
    merged: dict[tuple[Any, ...], list[str]] = {}
    cells: dict[tuple[Any, ...], list[Cell]] = {}
    for row in table.to_dict("records"):
        decided = _number(row, material.replies_of(row["respondent"]))
        key = (row["respondent"], row["title"], *(c.text for c in decided), row["standing"])
        merged.setdefault(key, []).append(str(row["construct"] or row["versus"] or ""))
        cells[key] = [_mark(str(row["standing"])), *decided]
    rows = [
        [Cell(shown(key[0], 80)), Cell(_about(str(key[1]), about)), *cells[key]]
        for key, about in merged.items()
    ]
    return Table(
        "Why: the number that decides each claim",
        ["model", "claim", "standing", *_DECIDED],
        rows,
        folded=True,
    )


def _about(title: str, about: Iterable[str]) -> str:
    names = ", ".join(dict.fromkeys(filter(None, about)))
    return shown(f"{title} ({names})" if names else title)


def _pairs(judged: Verdict) -> list[Block]:
    """Return the claims about each two respondents, one row a pair."""
    claims = judged.table[judged.table["claim"].isin(_PAIRS) & judged.table["versus"].notna()]
    if claims.empty:
        return []
    titles = list(dict.fromkeys(claims["title"]))
    rows = [
        [Cell(shown(a, 80)), Cell(shown(b, 80)), *_each(part, titles)]
        for (a, b), part in claims.groupby(["respondent", "versus"], sort=False)
    ]
    heads = ["model", "other", *(shown(title) for title in titles)]
    return [Table("Claims about each two models", heads, rows, folded=True)]


def _each(part: pd.DataFrame, titles: list[str]) -> list[Cell]:
    known = dict(zip(part["title"], part["standing"], strict=True))
    return [_mark(str(known[title])) if title in known else cell(None) for title in titles]


def _number(row: dict[Any, Any], link: str) -> list[Cell]:
    about = NUMBERS[row["number"]].about
    reason = cause(str(row["reason"] or ""), str(row["remedy"] or ""))
    yes_or_no = about.startswith("1: ")
    about = about.removeprefix("1: ").split(", 0: ")[0]
    return [
        Cell(about + (f" ({shown(reason)})" if reason else "")),
        _found(row, link, yes_or_no=yes_or_no),
        Cell("yes" if yes_or_no else _threshold(row)),
        cell(row["people"]),
    ]


def _found(row: dict[Any, Any], link: str, *, yes_or_no: bool) -> Cell:
    if not np.isfinite(row["value"]):
        return cell(None)
    if yes_or_no:
        return Cell("yes" if row["value"] >= 1 else "no")
    if row["number"] in _COUNTS:
        return cell(round(row["value"]), link=link)
    value = number(row["value"])
    if np.isfinite(row["ci_lower"]):
        value += f" {interval(row['ci_lower'], row['ci_upper']).text}"
    return Cell(value, "number", value=float(row["value"]), link=link)


def _threshold(row: dict[Any, Any]) -> str:
    signs = _signs(str(row["threshold"]))
    return signs if row["bound"] == "value" else f"{row['bound']} end {signs}"


def _signs(text: str, most: int = 400) -> str:
    """Return comparison operators in mathematical notation."""
    return shown(text, most).replace(">=", "≥").replace("<=", "≤")


def _source(row: dict[Any, Any]) -> Cell:
    if isinstance(row["doi"], str):
        return Cell(shown(row["doi"], 200), "doi")
    return Cell(shown(row["source"]))


def _needs(judged: Verdict, material: Material) -> Table:
    """Return every need; a need that several claims share is a row once."""
    table = judged.needs if material.few else judged.needs[~judged.needs["claim"].isin(_PAIRS)]
    merged: dict[tuple[Any, ...], list[str]] = {}
    cells: dict[tuple[Any, ...], list[Cell]] = {}
    for row in table.to_dict("records"):
        made = [
            _mark(str(row["standing"])),
            *_number(row, material.replies_of(row["respondent"])),
            _source(row),
        ]
        key = (row["respondent"], row["number"], *(c.text for c in made))
        claim = str(row["title"])
        about = str(row["construct"] or row["versus"] or "")
        merged.setdefault(key, []).append(f"{claim} ({about})" if about else claim)
        cells[key] = made
    rows = [
        [Cell(shown(key[0], 80)), *cells[key], Cell(shown("; ".join(dict.fromkeys(claims)), 600))]
        for key, claims in merged.items()
    ]
    return Table(
        "Every number that a claim needs, with the source of its threshold",
        ["model", "standing", *_DECIDED, "source", "needed for"],
        rows,
        folded=True,
    )
