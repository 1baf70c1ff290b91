"""The limitations section: what these data do not show, and what would show it."""

from __future__ import annotations

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, listed, sentence, shown, table_of
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Bullets, Cell, Paragraph, Section, Table
from valuealign.report.sections.obstacles import known_obstacles
from valuealign.report.unavailable import missing_results
from valuealign.store.outcome import WITHOUT_ANSWER

_MISSING: dict[str, str] = {
    "model": "model",
    "form": "condition",
    **{outcome: "refused" if outcome == "refusal" else outcome for outcome in WITHOUT_ANSWER},
    "n": "responses",
    "ci_lower|ci_upper": "95 % interval of all three",
    "mean": "mean of what was answered",
    "lowest|highest": "bounds",
}


def limits_section(material: Material) -> Section:
    """List missing and doubtful results, and the data that would supply them.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    said = [*known_obstacles(material), *_said(material)]
    missing = _missing_results(material)
    count = len(missing.rows)
    opening = f"These responses have {len(said)} limits that no analysis removes" + (
        f"; {count} commands or samples would add results that they do not give." if count else "."
    )
    blocks: list[Block] = [Paragraph(opening, "finding"), Bullets(said)]
    if missing.rows:
        note = "A dash in a table is a value that these responses do not give; the reasons:"
        blocks += [Paragraph(note), missing]
    blocks += _bounds(material)
    style = material.evidence.style
    if not isinstance(style, Unavailable) and len(style.missing):
        rows = style.missing[style.missing[list(WITHOUT_ANSWER)].sum(axis=1) > 0]
        if len(rows):
            caption = "Missing answers by condition, and the mean if all were at one end"
            blocks.append(table_of(rows, caption, _MISSING, folded=True, link=material.link))
    doubts = _doubts(material)
    if doubts:
        rows_ = [[Cell(a), Cell(shown(b))] for a, b in doubts]
        blocks.append(Table("Computed, but doubtful", ["where", "doubt"], rows_, folded=True))
    return Section("limits", "What can these data not show?", blocks)


def _said(material: Material) -> list[str]:
    instrument = material.evidence.instrument
    said = []
    if instrument.wording_notice.kind == "open form":
        said.append(
            "The wording is an open form, not the official text: results are about these "
            "sentences. Items cannot be compared with people who read the official ones."
        )
    if material.evidence.design["persona"].nunique() < 2:
        said.append(
            "Repeated administrations of one model are not independent respondents. Intervals "
            "describe this model's replies under these forms, not how a population varies."
        )
    one_way = len({item.keyed for item in instrument.items}) == 1 and len(instrument.items) > 1
    if one_way and material.kind == "graded":
        said.append(
            f"All items of {instrument.id} are keyed the same way: agreeing with everything looks "
            "like high scores, and a factor of it cannot be separated from the traits."
        )
    if material.kind == "stimuli":
        said.append("A rating is an expectation about a text, never an assessment of a person.")
    if len(material.record.hashes) > 1:
        said.append(
            f"The instrument changed while it was given: {len(material.record.hashes)} contents "
            "of it are mixed here, and the last one gave the keys."
        )
    models = material.evidence.design["model"].nunique()
    if material.evidence.long["model_returned"].nunique() > models:
        said.append("More models answered than were asked for by name: see who was asked.")
    if material.evidence.pool:
        said.append(
            f"Conditions are pooled by declaration: {', '.join(material.evidence.pool)}. What "
            "differs between them is part of the error."
        )
    said.append("A model may know the instrument: recall of its items is not tested here.")
    return said


def _bounds(material: Material) -> list[Block]:
    """Return the worst effect that missing answers could have on each scale."""
    scores = material.evidence.scores
    if isinstance(scores, Unavailable) or "n_missing" not in scores.columns:
        return []
    if not scores["n_missing"].any():
        return []
    names = [s.id for s in material.evidence.instrument.scales if f"{s.id}_lowest" in scores]
    if not names:
        return []
    rows = []
    for model, part in each_respondent(scores):
        gaps = {n: float((part[f"{n}_highest"] - part[f"{n}_lowest"]).mean()) for n in names}
        worst = max(gaps, key=lambda n: gaps[n])
        link = material.replies_of(model)
        rows.append(
            [
                Cell(shown(model, 80)),
                cell(int(part["n_missing"].sum()), link=link),
                cell(sum(gaps.values()) / len(gaps), link=link),
                cell(gaps[worst], link=material.replies_of(model, worst)),
                Cell(shown(material.names[worst]) if gaps[worst] > 0 else "none"),
            ]
        )
    heads = [
        "model",
        "answers missing",
        "width of the bounds, mean over scales",
        "widest (scale points)",
        "scale",
    ]
    caption = "Missing answers: how far scores could move if all were at one end, or the other"
    return [Table(caption, heads, rows)]


def _missing_results(material: Material) -> Table:
    rows = [
        [
            Cell(listed(missing.what, 6)),
            Cell(sentence("; ".join(missing.why[:2]), 500)),
            Cell(missing.command, "command") if missing.command else Cell("no administration"),
        ]
        for missing in missing_results(material)
    ]
    heads = ["result", "why it is missing", "what would supply it"]
    return Table("Results that are not available", heads, rows)


def _doubts(material: Material) -> list[tuple[str, str]]:
    said = []
    for name, part in (
        ("response style", material.evidence.style),
        ("generalizability", material.evidence.level),
        ("comparison with people", material.comparison),
    ):
        if not isinstance(part, Unavailable):
            said += [(name, flag) for flag in sorted(part.flags)]
    return said
