"""What these data cannot say."""

from __future__ import annotations

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.respondents import each_respondent
from valuealign.report.formatting import cell, shown, table_of
from valuealign.report.material import Material
from valuealign.report.section_contents import Block, Bullets, Cell, Paragraph, Section, Table

_MISSING = {
    "model": "model",
    "form": "condition",
    "refusal": "refused",
    "unreadable": "unreadable",
    "failed": "failed",
    "n": "responses",
    "ci_lower|ci_upper": "95 % interval of all three",
    "mean": "mean of what was answered",
    "lowest|highest": "bounds",
}


def limits_section(found: Material) -> Section:
    """Name what is not there, what is doubtful, and what would be needed.

    Parameters
    ----------
    found : Material

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Bullets(_said(found)), _bounds(found)]
    if not isinstance(found.evidence.style, Unavailable) and len(found.evidence.style.missing):
        told = "Missing answers by condition, and the mean if all of them were at one end"
        blocks.append(table_of(found.evidence.style.missing, told, _MISSING, folded=True))
    missing = _unavailable(found)
    if missing:
        blocks.append(
            Table(
                "Not available, and why",
                ["what", "why"],
                [[Cell(shown(a)), Cell(shown(b))] for a, b in missing],
            )
        )
    doubts = _doubts(found)
    if doubts:
        blocks.append(
            Table(
                "Computed, but doubtful",
                ["where", "doubt"],
                [[Cell(a), Cell(shown(b))] for a, b in doubts],
            )
        )
    return Section("limits", "Limits", blocks)


def _said(found: Material) -> list[str]:
    one = found.evidence.instrument
    said = []
    if one.wording_notice.kind == "open form":
        said.append(
            "The wording is an open form, not the official text: what is found is about these "
            "sentences. Items cannot be compared with people who read the official ones."
        )
    if found.evidence.design["persona"].nunique() < 2:
        said.append(
            "Occasions of one model are no people. Intervals are about this model's replies "
            "under these forms, and say nothing of how a population varies."
        )
    if len({item.keyed for item in one.items}) == 1 and len(one.items) > 1:
        said.append(
            f"All items of {one.id} are keyed the same way: agreeing with everything looks like "
            "high scores, and a factor of it cannot be told from the traits."
        )
    if len(found.record.hashes) > 1:
        said.append(
            f"The instrument changed while it was given: {len(found.record.hashes)} contents of it "
            "are mixed here, and the last one gave the keys."
        )
    if found.evidence.long["model_returned"].nunique() > len(found.evidence.respondents):
        said.append("More models answered than were asked for by name: see who was asked.")
    if found.evidence.pool:
        said.append(
            f"Conditions are pooled by declaration: {', '.join(found.evidence.pool)}. What differs "
            "between them is part of the error."
        )
    said.append("A model may know the instrument: recall of its items is not tested here.")
    return said


def _bounds(found: Material) -> Block:
    """Say what the missing answers could do to each scale, at worst."""
    scores = found.evidence.scores
    if isinstance(scores, Unavailable):
        return Paragraph(
            f"Bounds for what is missing: not available; {shown(scores.reason)}", "unavailable"
        )
    names = [s.id for s in found.evidence.instrument.scales if f"{s.id}_lowest" in scores]
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


def _unavailable(found: Material) -> list[tuple[str, str]]:
    evidence = found.evidence
    results = {
        "verdict": found.verdict,
        "response style": evidence.style,
        "reliability": evidence.reliability,
        "levels between models": evidence.level,
        "scores": evidence.scores,
        "differences": found.comparison,
        "invariance with people": evidence.with_people,
    }
    said = [(name, r.reason) for name, r in results.items() if isinstance(r, Unavailable)]
    for part in (found.evidence.style, found.comparison):
        if not isinstance(part, Unavailable):
            said += list(part.unavailable.items())
    return said


def _doubts(found: Material) -> list[tuple[str, str]]:
    said = []
    for name, part in (
        ("response style", found.evidence.style),
        ("generalizability", found.evidence.level),
    ):
        if not isinstance(part, Unavailable):
            said += [(name, flag) for flag in sorted(part.flags)]
    return said
