"""The limitations section: what these data do not show."""

from __future__ import annotations

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, shown, table_of
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Bullets, Cell, Paragraph, Section, Table
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
    blocks: list[Block] = [Bullets(_said(material)), _bounds(material)]
    if not isinstance(material.evidence.style, Unavailable) and len(
        material.evidence.style.missing
    ):
        caption = "Missing answers by condition, and the mean if all of them were at one end"
        blocks.append(table_of(material.evidence.style.missing, caption, _MISSING, folded=True))
    missing = _unavailable(material)
    if missing:
        blocks.append(
            Table(
                "Not available, and why",
                ["what", "why"],
                [[Cell(shown(a)), Cell(shown(b))] for a, b in missing],
            )
        )
    doubts = _doubts(material)
    if doubts:
        blocks.append(
            Table(
                "Computed, but doubtful",
                ["where", "doubt"],
                [[Cell(a), Cell(shown(b))] for a, b in doubts],
            )
        )
    return Section("limits", "Limits", blocks)


def _said(material: Material) -> list[str]:
    instrument = material.evidence.instrument
    said = []
    if instrument.wording_notice.kind == "open form":
        said.append(
            "The wording is an open form, not the official text: what is found is about these "
            "sentences. Items cannot be compared with people who read the official ones."
        )
    if material.evidence.design["persona"].nunique() < 2:
        said.append(
            "Repeated administrations of one model are not independent respondents. Intervals "
            "describe this model's replies under these forms, not how a population varies."
        )
    if len({item.keyed for item in instrument.items}) == 1 and len(instrument.items) > 1:
        said.append(
            f"All items of {instrument.id} are keyed the same way: agreeing with everything looks "
            "like high scores, and a factor of it cannot be separated from the traits."
        )
    if len(material.record.hashes) > 1:
        said.append(
            f"The instrument changed while it was given: {len(material.record.hashes)} contents "
            "of it are mixed here, and the last one gave the keys."
        )
    if material.evidence.long["model_returned"].nunique() > len(material.evidence.respondents):
        said.append("More models answered than were asked for by name: see who was asked.")
    if material.evidence.pool:
        said.append(
            f"Conditions are pooled by declaration: {', '.join(material.evidence.pool)}. What "
            "differs between them is part of the error."
        )
    said.append("A model may know the instrument: recall of its items is not tested here.")
    return said


def _bounds(material: Material) -> Block:
    """Return the worst effect that missing answers could have on each scale."""
    scores = material.evidence.scores
    if isinstance(scores, Unavailable):
        return Paragraph(
            f"Bounds for what is missing: not available; {shown(scores.reason)}", "unavailable"
        )
    names = [s.id for s in material.evidence.instrument.scales if f"{s.id}_lowest" in scores]
    if not names:
        return Paragraph(
            "Bounds for what is missing: not available; the response scale has no two ends.",
            "unavailable",
        )
    rows = []
    for model, part in each_respondent(scores):
        gaps = {n: float((part[f"{n}_highest"] - part[f"{n}_lowest"]).mean()) for n in names}
        worst = max(gaps, key=lambda n: gaps[n])
        missing = int(part["n_missing"].sum())
        rows.append(
            [
                Cell(shown(model, 80)),
                cell(missing),
                cell(sum(gaps.values()) / len(gaps)),
                cell(gaps[worst]),
                Cell(worst if gaps[worst] > 0 else "none"),
            ]
        )
    heads = [
        "model",
        "answers missing",
        "width of the bounds, mean over scales",
        "widest (scale points)",
        "scale",
    ]
    return Table(
        "Missing answers: how far scores could move if all were at one end, or all at the other",
        heads,
        rows,
    )


def _unavailable(material: Material) -> list[tuple[str, str]]:
    evidence = material.evidence
    results = {
        "verdict": material.verdict,
        "response style": evidence.style,
        "reliability": evidence.reliability,
        "levels between models": evidence.level,
        "scores": evidence.scores,
        "differences": material.comparison,
        "invariance with people": evidence.with_people,
    }
    said = [(name, r.reason) for name, r in results.items() if isinstance(r, Unavailable)]
    for part in (material.evidence.style, material.comparison):
        if not isinstance(part, Unavailable):
            said += list(part.unavailable.items())
    return said


def _doubts(material: Material) -> list[tuple[str, str]]:
    said = []
    for name, part in (
        ("response style", material.evidence.style),
        ("generalizability", material.evidence.level),
    ):
        if not isinstance(part, Unavailable):
            said += [(name, flag) for flag in sorted(part.flags)]
    return said
