"""The replies section: answers, refusals, unreadable and failed replies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from valuealign.report.formatting import NONE, cell, counted, shown
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Paragraph, Section, Table
from valuealign.store.outcome import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

_EACH = 4
"""Different examples of each model and outcome."""
_ITEMS = 25
"""Items that are listed."""


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
    blocks: list[Block] = [
        Paragraph(
            f"{answered:,} answers of {counted(len(long), 'response')} "
            f"({answered / max(1, len(long)):.1%}). Refusals and unreadable replies are not "
            "missing at random: what they could change stands under Limits.",
            "lead",
        ),
    ]
    if empty or len(long) < asked:
        note = f"Not everything was asked yet: {counted(empty, 'administration')} without a reply."
        blocks.append(Paragraph(note if empty else "Some cells have no reply yet.", "note"))
    blocks.append(_counts(long, ["respondent"], "By model"))
    by_form = _counts(long, ["respondent", "form"], "By model and form", folded=True)
    blocks.append(by_form)
    blocks.append(_items(long))
    blocks.append(_examples(long))
    return Section("came-back", "What came back, and what did not", blocks)


def _counts(long: pd.DataFrame, by: list[str], caption: str, *, folded: bool = False) -> Table:
    grouped = long.groupby([*by, "outcome"], observed=True, sort=False, dropna=False)
    counts = grouped.size().unstack(fill_value=0)
    rows = []
    for key, row in counts.iterrows():
        names = key if isinstance(key, tuple) else (key,)
        n = int(row.sum())
        values = [int(row.get(outcome, 0)) for outcome in OUTCOMES]
        share = Cell(f"{values[0] / n:.1%}", "number")
        who = [cell(name) for name in names]
        rows.append([*who, cell(n), *map(cell, values), share])
    heads = [{"respondent": "model"}.get(name, name) for name in by]
    return Table(
        caption,
        [*heads, "responses", "answers", "refusals", "unreadable", "failed", "answered"],
        rows,
        folded=folded,
    )


def _items(long: pd.DataFrame) -> Block:
    missing = long[long["outcome"] != "answer"]
    if missing.empty:
        return Paragraph("Every item was answered every time.")
    table = _counts(long[long["item_id"].isin(set(missing["item_id"]))], ["item_id"], "")
    ranked = sorted(table.rows, key=lambda row: float(row[-1].text.rstrip("%")))
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
        stub=False,
    )


def _code(value: float) -> Cell:
    return Cell("none", "none") if math.isnan(value) else Cell(f"{value:g}", "number")


def _reply(raw: object, error: object) -> Cell:
    if isinstance(raw, str) and raw:
        return Cell(shown(raw), "raw")
    if isinstance(error, str) and error:
        return Cell(f"no reply: {shown(error)}")
    return Cell("an empty reply" if isinstance(raw, str) else NONE, "none")
