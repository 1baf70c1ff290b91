"""The invariance section: does the instrument measure the same in the model as in people?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.figures.invariance_plot import invariance as invariance_plot
from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import cell, shown, table_of, without_empty
from valuealign.report.inline_svg import inline_svg
from valuealign.report.material import Material
from valuealign.report.section_contents import (
    Block,
    Bullets,
    Cell,
    Fold,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)

if TYPE_CHECKING:
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


def invariance_section(material: Material) -> Section | None:
    """Report the ladder of invariance with people.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section or None
        None where nothing can be compared.
    """
    result = material.evidence.with_people if material.kind == "graded" else None
    if result is None or isinstance(result, Unavailable):
        return None
    blocks: list[Block] = [
        Paragraph(_finding(result), "finding"),
        Fold(
            "Whose rows, and in which words",
            [Bullets([shown(r, 1000) for r in result.rows]), _wording(result)],
        ),
    ]
    for k, ladder in enumerate(result.ladders, start=1):
        blocks += _ladder(ladder, f"{material.prefix}invariance{k}")
    folded: list[Block] = []
    if len(result.bands):
        caption = "Misfit of the model alone, among samples of people of its size"
        folded.append(table_of(result.bands, caption, _BANDS, link=material.link))
    for row in result.constructs:
        caption = f"{row.respondent} and {row.population}: scales as constructs, not items"
        folded.append(without_empty(table_of(row.table, shown(caption), _STATISTICS)))
    if folded:
        blocks.append(Fold("Misfit compared with people's, and scales as constructs", folded))
    return Section("invariance", "Does it measure the same as in people?", blocks)


def _finding(result: WithPeople) -> str:
    said = []
    for ladder in result.ladders:
        if ladder.ladder is not None:
            standings = ladder.ladder.verdict.standings.items()
            levels = ", ".join(f"{level} {standing}" for level, standing in standings)
            said.append(f"{shown(ladder.respondent, 60)}, {shown(ladder.model, 60)}: {levels}")
    if said:
        return f"By level: {'; '.join(said[:6])}."
    return (
        "Items were not given in people's own words, so scales are compared as constructs; a "
        "level of invariance holds only where an equivalence test shows it."
    )


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


def _ladder(ladder: LadderWithPeople, prefix: str) -> list[Block]:
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
        inline_svg(invariance_plot(ladder.ladder), prefix),
        f"Misfit that each level adds. {label}.",
        f"{what}: {ladder.n:,} rows, {ladder.estimator}; between people: "
        f"{shown(ladder.human_told)}.",
        Table(what, heads, rows),
    )
    return [picture]
