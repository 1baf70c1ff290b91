"""The replies behind the numbers: one row a respondent and item, which other tables link to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from valuealign.figures.score_map_plot import score_map
from valuealign.report.formatting import cell, counted, shown
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Cell, Fold, Paragraph, Picture, Section, Table

if TYPE_CHECKING:
    import pandas as pd

_DIFFERENT, _CHARACTERS = 3, 70
"""Different replies to an item that are shown, and the characters of each."""
_DRAWN = 60
"""Items that a picture can show."""


def reply_index_section(material: Material) -> Section:
    """Show what each respondent replied to each item, so that every number can be traced.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    long, evidence = material.evidence.long, material.evidence
    blocks: list[Block] = [
        Paragraph(
            f"Numbers in this report link here: {counted(len(long), 'reply', 'replies')}, one row "
            "an item, its most frequent replies as they came. The store keeps each reply with the "
            "messages that were sent (valuealign responses export)."
        )
    ]
    blocks += _picture(material)
    for who in evidence.respondents:
        anchor = material.replies_of(who)
        if not material.has_rows(who):
            note = Paragraph("Its replies are in the store; this page shows those of the first.")
            blocks.append(Fold(f"Replies of {shown(who, 80)}", [note], anchor))
            continue
        table = _table(material, evidence.replies(who), anchor)
        blocks.append(Fold(f"Replies of {shown(who, 80)}", [table], anchor))
    return Section("replies", "The replies behind the numbers", blocks)


def _picture(material: Material) -> list[Block]:
    """Draw the mean answer to every item by respondent, where there are not too many."""
    plain = material.evidence.plain
    items = [i for i in material.evidence.instrument.item_ids if i in set(plain["item_id"])]
    known = plain.dropna(subset=["value"])
    if known.empty or len(items) > _DRAWN or material.kind in ("keyed", "open"):
        return []
    means = known.pivot_table(
        index="item_id", columns="respondent", values="value", observed=True, sort=False
    ).reindex([i for i in items if i in set(known["item_id"])])
    means = means[[w for w in material.evidence.respondents if w in means.columns]]
    rows = [
        [Cell(shown(item)), *(cell(v, link=material.replies_of(who)) for who, v in row.items())]
        for item, row in means.iterrows()
    ]
    heads = ["item", *(shown(who, 60) for who in means.columns)]
    svg = inline_svg(score_map(means, title="mean answer"), f"{material.prefix}items")
    label = f"Mean answers to {len(means)} items of {len(means.columns)} respondents, shaded."
    picture = Picture(svg, label, "Mean answer to each item.", Table("Mean answers", heads, rows))
    return [Fold("Items by model", [picture])]


def _table(material: Material, mine: pd.DataFrame, anchor: str) -> Table:
    scales = material.evidence.instrument.scales
    by_item = {str(k): part for k, part in mine.groupby("item_id", observed=True, sort=False)}
    rows, ids = [], []
    for scale in scales:
        name, first = shown(material.names[scale.id]), True
        for item in scale.items:
            if item in by_item:
                ids.append(f"{anchor}-{scale.id}" if first else "")
                rows.append([Cell(name), Cell(shown(item)), *_replies(by_item[item])])
                first = False
    in_scales = {item for scale in scales for item in scale.items}
    for item, part in by_item.items():
        if item not in in_scales:
            ids.append("")
            rows.append([Cell(""), Cell(shown(item)), *_replies(part)])
    heads = ["scale", "item", "asked", "answered", "mean", "SD", "answers", "replies, as they came"]
    return Table("Replies by item", heads, rows, ids=ids)


def _replies(part: pd.DataFrame) -> list[Cell]:
    values: Any = part["value"].dropna().to_numpy(float)
    counts = Counter(values.tolist())
    answers = ", ".join(f"{n} x {code:g}" for code, n in sorted(counts.items())[:12])
    raw = Counter(str(text) for text in part["raw"].dropna())
    common = raw.most_common(_DIFFERENT)
    lines = [f"{n} x {_one_line(text)}" for text, n in common]
    more = len(raw) - len(common)
    lines += [f"({more} more)"] if more > 0 else []
    return [
        cell(len(part)),
        cell(len(values)),
        cell(values.mean() if len(values) else None),
        cell(values.std(ddof=1) if len(values) > 1 else None),
        Cell(answers),
        Cell("\n".join(lines), "raw") if lines else cell(None),
    ]


def _one_line(text: str) -> str:
    return shown(" ".join(text[: 4 * _CHARACTERS].split()), _CHARACTERS)
