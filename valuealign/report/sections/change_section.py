"""The change section: what differs between two times or versions of the same models."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from valuealign.figures.changes_plot import changes as changes_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, interval, number, shown
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
    import pandas as pd

_ITEMS = 15
"""Items that are listed."""


def change_section(material: Material) -> Section | None:
    """Report the change of every scale between two stores, with intervals.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where one store is reported.
    """
    if material.change is None:
        return None
    first, second = (shown(label, 60) for label in material.labels)
    title = f"What changed between {first} and {second}?"
    result = material.change
    blocks: list[Block] = [Paragraph(change_finding(material), "finding")]
    if isinstance(result, Unavailable):
        return Section("change", title, blocks)
    if len(result.scales):
        table = _table(result.scales, "scale", material, "Change of each scale")
        label = f"Change of {len(result.scales)} scale scores with intervals, as a forest."
        caption = (
            "Later minus earlier score. Thick: 95 % interval for these forms, from occasions; "
            "thin: forms as a sample of the forms there could be."
        )
        svg = inline_svg(changes_plot(result), f"{material.prefix}change", slim=True)
        blocks.append(Picture(svg, label, caption, table))
    largest = result.items.sort_values("difference", key=abs, ascending=False, kind="stable")
    caption = f"The {min(_ITEMS, len(largest))} items that changed most"
    blocks.append(_table(largest.head(_ITEMS), "item", material, caption, folded=True))
    if result.unavailable:
        said = [f"{shown(who, 80)}: {shown(why)}" for who, why in result.unavailable.items()]
        blocks.append(Bullets(said))
    return Section("change", title, blocks)


def change_finding(material: Material) -> str:
    """Say how many scales changed beyond their interval, and which changed most.

    Parameters
    ----------
    material : Material

    Returns
    -------
    str
    """
    result = material.change
    if result is None or isinstance(result, Unavailable):
        why = "" if result is None else f": {shown(result.reason)}"
        return f"A change cannot be given{why}."
    rows = result.scales if len(result.scales) else result.items
    if rows.empty:
        return "No score is known at both times."
    apart = rows[(rows["occasions_ci_lower"] > 0) | (rows["occasions_ci_upper"] < 0)]
    most = rows.loc[[rows["difference"].abs().idxmax()]].to_dict("records")[0]
    what = most.get("scale", most.get("item"))
    ends = most["occasions_ci_lower"], most["occasions_ci_upper"]
    said = (
        f" [{number(ends[0])}, {number(ends[1])}]"
        if all(math.isfinite(end) for end in ends)
        else ""
    )
    return (
        f"Under the same forms, {len(apart)} of {len(rows)} scores changed by more than their "
        f"95 % interval; the largest change is {number(most['difference'])}{said} "
        f"({shown(most['respondent'], 60)}, {shown(material.names.get(str(what), what))}). "
        "Whether values differ is judged among the claims."
    )


def _table(
    frame: pd.DataFrame, kind: str, material: Material, caption: str, *, folded: bool = False
) -> Table:
    first, second = material.labels
    rows = []
    for row in frame.to_dict("records"):
        links = [
            material.replies_of(f"{row['respondent']} [{label}]", row.get("scale"))
            for label in material.labels
        ]
        rows.append(
            [
                Cell(shown(row["respondent"], 80)),
                Cell(shown(material.names.get(row[kind], row[kind]))),
                cell(row["before"], link=links[0]),
                cell(row["after"], link=links[1]),
                cell(row["difference"], link=links[1]),
                interval(row["occasions_ci_lower"], row["occasions_ci_upper"], link=links[1]),
                interval(row["forms_ci_lower"], row["forms_ci_upper"], link=links[1]),
                cell(int(row["n_forms"])),
            ]
        )
    heads = [
        "model",
        kind,
        shown(first, 60),
        shown(second, 60),
        "change",
        "95 % interval, these forms",
        "95 % interval over forms",
        "forms",
    ]
    return Table(caption, heads, rows, folded=folded)
