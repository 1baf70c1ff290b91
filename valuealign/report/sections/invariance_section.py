"""The invariance section: does the instrument measure the same in the model as in people?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.figures.invariance_plot import invariance as invariance_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, listed, shown, table_of, without_empty
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
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from valuealign.inquiry.invariance.ladder_with_people import LadderWithPeople
    from valuealign.inquiry.invariance.with_people_result import WithPeople

TONES: dict[str, Tone] = {
    "holds": "good",
    "holds in part": "good",
    "fails": "bad",
    "inconclusive": "unknown",
}
_STATISTICS = {
    "respondent": "model",
    "statistic": "scales, as constructs",
    "value": "value",
    "ci_lower|ci_upper": "95 % interval",
    "pvalue": "p",
    "chance": "by chance",
    "people": "in people",
    "told": "what it is",
}
_LADDER = {
    "level": "level",
    "chisq_diff": "chi-square difference",
    "df_diff": "df",
    "pvalue_diff": "p",
    "power": "power",
    "equal_n_delta_cfi": "CFI change, equal n",
    "equal_n_delta_rmsea": "RMSEA change, equal n",
    "rmsea_d": "misfit per restriction",
    "rmsea_d_lower|rmsea_d_upper": "90 % interval",
    "dmacs": "largest dMACS",
}
_BANDS = {
    "respondent": "model",
    "model": "measurement model",
    "measure": "index",
    "value": "found",
    "median": "people's median",
    "low|high": "people's band",
    "share_worse": "share of people's samples that fit as badly",
}


def invariance_section(material: Material) -> Section:
    """Report the ladder of invariance with people, or why there is none.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    title, result = "Invariance with people", material.evidence.with_people
    if isinstance(result, Unavailable):
        first, *more = result.reason.split(" | ")
        said = Paragraph(f"Not available: {shown(first, 1000)}", "unavailable")
        rest = [Bullets([shown(row, 1000) for row in more])] if more else []
        return Section("invariance", title, [said, *rest])
    blocks: list[Block] = [
        Paragraph(
            "Only the same words measure the same thing, so items are compared where a model was "
            "given people's own words, and scales as constructs elsewhere. A level holds only "
            "where an equivalence test shows it."
        ),
        Bullets([shown(row, 1000) for row in result.rows]),
        _wording(result),
    ]
    for k, ladder in enumerate(result.ladders, start=1):
        blocks += _ladder(ladder, k)
    if len(result.bands):
        blocks.append(
            table_of(
                result.bands,
                "Misfit of the model alone, among samples of people of its size",
                _BANDS,
            )
        )
    for row in result.constructs:
        caption = f"{row.respondent} and {row.population}: scales as constructs, not items"
        blocks.append(without_empty(table_of(row.table, shown(caption), _STATISTICS)))
    if result.refused:
        blocks.append(_refused(result.refused))
    return Section("invariance", title, blocks)


def _wording(result: WithPeople) -> Table:
    rows = [
        [
            Cell(shown(match.respondent, 80)),
            Cell(shown(match.population, 80)),
            cell(match.same),
            Cell(shown(match.reason, 800)),
        ]
        for match in result.wording
    ]
    return Table("Were they given the same words?", ["model", "people", "same", "because"], rows)


def _refused(refused: Mapping[str, str]) -> Table:
    """Return one row for each reason, because most reasons hold for every model."""
    by_reason: dict[str, list[str]] = {}
    for what, why in refused.items():
        by_reason.setdefault(why, []).append(what)
    rows = [[Cell(listed(what, 4)), Cell(shown(why, 800))] for why, what in by_reason.items()]
    return Table("Refused, and what would do", ["what", "why"], rows)


def _ladder(ladder: LadderWithPeople, k: int) -> list[Block]:
    if ladder.ladder is None:
        return []
    names = (shown(name, 80) for name in (ladder.respondent, ladder.population, ladder.model))
    what = "{} and {}, {}".format(*names)
    table = table_of(ladder.ladder.table, what, _LADDER)
    standings = [str(s) for s in ladder.ladder.table["standing"]]
    marks = [Cell(s, "mark", TONES.get(s, "plain")) for s in standings]
    people_levels = [
        Cell(ladder.against_people(str(level))) for level in ladder.ladder.table["level"]
    ]
    rows = [
        [row[0], mark, *row[1:], last]
        for row, mark, last in zip(table.rows, marks, people_levels, strict=True)
    ]
    heads = [table.heads[0], "standing", *table.heads[1:], "beside people's own ladder"]
    label = "; ".join(f"{a} {s}" for a, s in ladder.ladder.verdict.standings.items())
    picture = Picture(
        inline_svg(invariance_plot(ladder.ladder), f"invariance{k}"),
        f"Misfit that each level adds. {label}.",
        f"{what}: {ladder.n:,} rows, {ladder.estimator}; between people: "
        f"{shown(ladder.human_told)}.",
        Table(what, heads, rows),
    )
    return [picture]
