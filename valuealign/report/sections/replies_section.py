"""The replies section: answers, refusals, unreadable and failed replies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from valuealign.report.formatting import cell, counted, listed_and, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Section, Table
from valuealign.store.outcome import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

_EACH = 4
"""Different examples of each model and outcome."""
_ITEMS = 25
"""Items that are listed."""
_WORDS = ("", "refusals", "unreadable replies", "failed requests")
"""Of each outcome that is not an answer, in the order of ``OUTCOMES``."""


def came_back_section(material: Material) -> Section:
    """Count answers, refusals, unreadable and failed replies, and show some.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    long, design = material.evidence.long, material.evidence.design
    asked = int(design["n_cells"].sum())
    pending = design.assign(here=design["administration_id"].isin(set(long["administration_id"])))
    empty = int((~pending["here"]).sum())
    answered = int((long["outcome"] == "answer").sum())
    blocks: list[Block] = [Paragraph(_finding(long, answered), "finding")]
    if empty or len(long) < asked:
        note = f"Not everything was asked yet: {counted(empty, 'administration')} without a reply."
        blocks.append(Paragraph(note if empty else "Some cells have no reply yet.", "note"))
    complete = answered == len(long)
    blocks.append(_counts(material, ["respondent"], "Replies by model", folded=complete))
    if not complete:
        by = ["respondent", "form"]
        blocks.append(_counts(material, by, "Replies by model and form", folded=True))
        blocks.append(_items(material))
    blocks.append(_examples(long))
    return Section("came-back", "Did they answer?", blocks)


def _finding(long: pd.DataFrame, answered: int) -> str:
    if answered == len(long):
        return f"Every one of {counted(answered, 'response')} is an answer."
    counts = long["outcome"].value_counts()
    others = [
        f"{int(counts[outcome]):,} {word}"
        for outcome, word in zip(OUTCOMES, _WORDS, strict=True)
        if word and counts.get(outcome, 0)
    ]
    return (
        f"{answered:,} of {counted(len(long), 'response')} are answers "
        f"({answered / max(1, len(long)):.1%}); the others are {listed_and(others)}. They are not "
        "missing at random: the limits show how far they could move the scores."
    )


def _counts(
    material: Material,
    by: list[str],
    caption: str,
    *,
    folded: bool,
    long: pd.DataFrame | None = None,
) -> Table:
    long = material.evidence.long if long is None else long
    grouped = long.groupby([*by, "outcome"], observed=True, sort=False, dropna=False)
    counts = grouped.size().unstack(fill_value=0)
    rows = []
    for key, row in counts.iterrows():
        names = key if isinstance(key, tuple) else (key,)
        n = int(row.sum())
        values = [int(row.get(outcome, 0)) for outcome in OUTCOMES]
        link = material.replies_of(names[0]) or f"{material.prefix}replies"
        share = Cell(f"{values[0] / n:.1%}", "number", value=values[0] / n, link=link)
        who = [cell(name) for name in names]
        rows.append([*who, cell(n), *(cell(v, link=link) for v in values), share])
    heads = [{"respondent": "model"}.get(name, name) for name in by]
    return Table(
        caption,
        [*heads, "responses", "answers", "refusals", "unreadable", "failed", "answered"],
        rows,
        folded=folded,
    )


def _items(material: Material) -> Table:
    long = material.evidence.long
    missing = long[long["outcome"] != "answer"]
    part = long[long["item_id"].isin(set(missing["item_id"]))]
    table = _counts(material, ["item_id"], "", folded=True, long=part)
    ranked = sorted(table.rows, key=lambda row: row[-1].value or 0.0)
    more = len(ranked) - _ITEMS
    caption = "By item, the least answered first" + (f" ({more} more)" if more > 0 else "")
    return Table(caption, ["item", *table.heads[1:]], ranked[:_ITEMS], folded=True)


def _examples(long: pd.DataFrame) -> Table:
    """Return a few replies of each kind, including the rarest kinds."""
    missing = long[long["outcome"] != "answer"]
    kinds = missing.drop_duplicates(["respondent", "outcome", "raw"])
    picked = kinds.groupby(["respondent", "outcome"], observed=True, sort=False).head(_EACH)
    answers = (
        long[long["outcome"] == "answer"].groupby("respondent", observed=True, sort=False).head(1)
    )
    rows = [
        [
            _reply(row["raw"], row["error"]),
            Cell(str(row["outcome"])),
            _code(row["value"]),
            Cell(shown(row["respondent"], 80)),
            Cell(shown(row["item_id"])),
            Cell(shown(row["form"], 80)),
        ]
        for frame in (picked, answers)
        for row in frame.astype(object).to_dict("records")
    ]
    heads = ["reply, as it came", "read as", "value", "model", "item", "form"]
    return Table(
        "Examples of replies: no answers first, then one answer of each model",
        heads,
        rows,
        folded=True,
        stub=False,
    )


def _code(value: float) -> Cell:
    return Cell("none", "none") if math.isnan(value) else Cell(f"{value:g}", "number")


def _reply(raw: object, error: object) -> Cell:
    if isinstance(raw, str) and raw:
        return Cell(shown(raw), "raw")
    if isinstance(error, str) and error:
        return Cell(f"no reply: {shown(error)}")
    return Cell("an empty reply" if isinstance(raw, str) else "no reply", "none")
