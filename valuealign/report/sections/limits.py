"""What these data cannot say."""

from __future__ import annotations

from valuealign.report.cells import cell, shown, table_of
from valuealign.report.contents import Block, Bullets, Cell, Paragraph, Section, Table
from valuealign.report.gather import Gathered, Unavailable
from valuealign.store.design import told_apart

_MISSING = {"model": "model", "form": "condition", "refusal": "refused",
            "unreadable": "unreadable", "failed": "failed", "n": "responses",
            "ci_lower|ci_upper": "95 % interval of all three", "mean": "mean of what was answered",
            "lowest|highest": "bounds"}  # fmt: skip


def limits_section(found: Gathered) -> Section:
    """Name what is not there, what is doubtful, and what would be needed.

    Parameters
    ----------
    found : Gathered

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Bullets(_said(found)), _bounds(found)]
    if not isinstance(found.style, Unavailable) and len(found.style.missing):
        told = "Missing answers by condition, and the mean if all of them were at one end"
        blocks.append(table_of(found.style.missing, told, _MISSING, folded=True))
    missing = _unavailable(found)
    if missing:
        blocks.append(Table("Not available, and why", ["what", "why"],
                            [[Cell(shown(a)), Cell(shown(b))] for a, b in missing]))  # fmt: skip
    doubts = _doubts(found)
    if doubts:
        blocks.append(Table("Computed, but doubtful", ["where", "doubt"],
                            [[Cell(a), Cell(shown(b))] for a, b in doubts]))  # fmt: skip
    return Section("limits", "Limits", blocks)


def _said(found: Gathered) -> list[str]:
    one = found.instrument
    said = []
    if one.wording_notice.kind == "open form":
        said.append(
            "The wording is an open form, not the official text: what is found is about these "
            "sentences. Items cannot be compared with people who read the official ones."
        )
    if found.design["persona"].nunique() < 2:
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
    if found.long["model_returned"].nunique() > len(found.models):
        said.append("More models answered than were asked for by name: see who was asked.")
    mixed = told_apart(found.design, ["model", "form"])[2:]
    if mixed:
        said.append(
            f"One model was asked under several conditions ({', '.join(mixed)}); verdict, "
            "reliability and comparison pool them, the counts and scores do not."
        )
    said.append("A model may know the instrument: recall of its items is not tested here.")
    return said


def _bounds(found: Gathered) -> Block:
    """Say what the missing answers could do to each scale, at worst."""
    scores = found.scores
    if isinstance(scores, Unavailable):
        return Paragraph(f"Bounds for what is missing: not available; {shown(scores.reason)}",
                         "unavailable")  # fmt: skip
    names = [s.id for s in found.instrument.scales if f"{s.id}_lowest" in scores]
    if not names:
        return Paragraph("Bounds for what is missing: not available; the response scale has no "
                         "two ends.", "unavailable")  # fmt: skip
    rows = []
    for model, part in scores.groupby(scores["model"].astype(str), sort=False):
        gaps = {n: float((part[f"{n}_highest"] - part[f"{n}_lowest"]).mean()) for n in names}
        worst = max(gaps, key=lambda n: gaps[n])
        missing = int(part["n_missing"].sum())
        rows.append([Cell(shown(model, 80)), cell(missing), cell(sum(gaps.values()) / len(gaps)),
                     cell(gaps[worst]), Cell(worst if gaps[worst] > 0 else "none")])  # fmt: skip
    heads = ["model", "answers missing", "width of the bounds, mean over scales",
             "widest (scale points)", "scale"]  # fmt: skip
    return Table("Missing answers: how far scores could move if all were at one end, or all at "
                 "the other", heads, rows)  # fmt: skip


def _unavailable(found: Gathered) -> list[tuple[str, str]]:
    results = {
        "verdict": found.verdict, "response style": found.style,
        "reliability": found.reliability, "levels between models": found.level,
        "scores": found.scores, "human sample": found.people, "differences": found.comparison,
        "invariance with people": found.invariance,
    }  # fmt: skip
    said = [(name, r.reason) for name, r in results.items() if isinstance(r, Unavailable)]
    for part in (found.style, found.comparison):
        if not isinstance(part, Unavailable):
            said += list(part.unavailable.items())
    return said


def _doubts(found: Gathered) -> list[tuple[str, str]]:
    said = []
    for name, part in (("response style", found.style), ("generalizability", found.level)):
        if not isinstance(part, Unavailable):
            said += [(name, flag) for flag in sorted(part.flags)]
    return said
