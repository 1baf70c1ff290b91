"""A set of stimuli shown: the facts in words, and one row a stimulus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from valuealign.stimulus.crossing import aliases
from valuealign.stimulus.stimulus import ORIGINAL, Stimulus

if TYPE_CHECKING:
    from valuealign.stimulus.stimulus_set import StimulusSet


def summary(stimuli: StimulusSet) -> dict[str, Any]:
    """One set's row of the list."""
    return {
        "id": stimuli.id,
        "title": _title(stimuli),
        "stimuli": len(stimuli),
        "factors": _design(stimuli),
        "variants": " ".join(stimuli.variants[1:]),
        "languages": " ".join(stimuli.languages),
        "content note": stimuli.file.content_note or "",
        "rights": stimuli.file.rights.terms,
    }


def set_facts(stimuli: StimulusSet) -> list[tuple[str, str]]:
    """What a person should know of a set, as names and texts."""
    file = stimuli.file
    rows = [
        ("stimuli", f"{file.id} {file.version}  {_title(stimuli)}"),
        ("content note", file.content_note or "none is given"),
        ("not for", "; ".join(file.not_for) or "nothing is ruled out"),
        ("source", file.source),
        ("rights", _rights(stimuli)),
        ("languages", ", ".join(file.languages)),
        ("fields", ", ".join(f"{name} ({kind})" for name, kind in file.fields.items())),
        ("size", _size(stimuli)),
    ]
    rows += [("pictures", _pictures(stimuli))] if stimuli.has_pictures else []
    rows += [(f"factor {name}", ", ".join(levels)) for name, levels in stimuli.factors.items()]
    rows += [("confounded", text) for text in confounded(stimuli)]
    rows += [
        (f"variant {name}", f"rule {v.rule}" if v.rule else "written")
        for name, v in file.variants.items()
    ]
    rows += [("cited", c.text + (f" doi:{c.doi}" if c.doi else "")) for c in file.citations]
    rows += [("notes", file.notes)] if file.notes else []
    return [*rows, ("hash", stimuli.hash)]


def stimulus_rows(
    stimuli: StimulusSet, language: str, variant: str = ORIGINAL, limit: int | None = None
) -> Iterator[Stimulus]:
    """The stimuli of a set in order, at most so many."""
    for k in range(len(stimuli) if limit is None else min(limit, len(stimuli))):
        yield stimuli.stimulus(k, language, variant)


def confounded(stimuli: StimulusSet) -> list[str]:
    """Effects that the cells of a design cannot tell apart, in words."""
    pairs = aliases(stimuli.cells, stimuli.factors) if stimuli.factors else []
    return [f"{a} with {b}" for a, b in pairs]


def _title(stimuli: StimulusSet) -> str:
    return stimuli.file.title.get("en") or next(iter(stimuli.file.title.values()), stimuli.id)


def _design(stimuli: StimulusSet) -> str:
    return " x ".join(f"{name} ({len(levels)})" for name, levels in stimuli.factors.items())


def _size(stimuli: StimulusSet) -> str:
    if not stimuli.factors:
        return f"{len(stimuli):,}"
    n, cells = len(stimuli.bases), len(stimuli.cells)
    return f"{len(stimuli):,}: {n} base text{'' if n == 1 else 's'} in {cells} cells each"


def _pictures(stimuli: StimulusSet) -> str:
    found = {picture.sha256: picture for picture in stimuli.pictures()}.values()
    kinds = ", ".join(sorted({p.media_type.removeprefix("image/").upper() for p in found}))
    sizes = sorted({(p.width, p.height) for p in found})
    small, large = (f"{width} x {height}" for width, height in (sizes[0], sizes[-1]))
    size = small if small == large else f"{small} to {large}"
    total = sum(len(p.data) for p in found)
    return f"{len(found)} different: {kinds}, {size} pixels, {total:,} bytes in all"


def _rights(stimuli: StimulusSet) -> str:
    held = stimuli.file.rights
    may = "may" if held.redistribution else "may not"
    source = f" ({held.source})" if held.source else ""
    return f"{held.holder}: {held.terms.rstrip('.')}. It {may} be redistributed.{source}"
