"""What there is of each study, in one row: what it repeats, its design, its people, its state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuealign.administration.plan.form import parse_forms
from valuealign.study.study import Study

if TYPE_CHECKING:
    from valuealign.instrument.provenance import Citation
    from valuealign.study.anchor.load_anchor import Anchor

COLUMNS = ("study", "repeats", "design", "published", "people", "status")


def study_overview(study: Study) -> dict[str, str]:
    """One row of the table of studies.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to str
        :data:`COLUMNS`.

    Examples
    --------
    >>> import valuealign as va
    >>> study_overview(va.load_study("levkovich-2023-suicide"))["design"]
    'crisis-outlook about 12 of burden-belonging, 2 forms x 5'
    """
    facts = study.file.published
    known = sum(fact.value is not None for fact in facts)
    known += sum(check.published is not None for check in study.file.checks)
    missing = sum(fact.value is None for fact in facts)
    citation = study.file.citation
    checks = _counted(len(study.file.checks), "check")
    return {
        "study": study.id,
        "repeats": "" if citation is None else _source(citation),
        "design": "; ".join(_designs(study)),
        "published": f"{_counted(known, 'fact')}, {missing} not available",
        "people": ", ".join(dict.fromkeys(_people(study))) or "none at hand",
        "status": f"{checks}, {study.n_requests:,} requests a model",
    }


def anchor_overview(anchor: Anchor) -> dict[str, str]:
    """One row of the table of studies, for an open anchor."""
    checks = anchor.file.checks
    numbers = sum(len(anchor.published(each)) for each in checks if each.tier != "copied")
    copied = sum(len(anchor.published(each)) for each in checks if each.tier == "copied")
    return {
        "study": anchor.file.id,
        "repeats": _source(anchor.file.citation),
        "design": f"open raw data: {_counted(len(anchor.file.files), 'file')}",
        "published": f"{numbers + copied:,} numbers" + (f", {copied:,} copied" if copied else ""),
        "people": "",
        "status": "recomputed by `study check`",
    }


def _source(citation: Citation) -> str:
    return f"doi:{citation.doi}" if citation.doi else citation.text.rstrip(".")


def _designs(study: Study) -> Iterator[str]:
    for part in study.file.instruments:
        about = study.about.get(part.instrument)
        said = study.instruments[part.instrument].id
        if about is not None:
            said += f" about {len(about):,} of {about.id}"
        forms = len(parse_forms(study.forms(part)))
        yield f"{said}, {_counted(forms, 'form')} x {part.occasions}"


def _people(study: Study) -> Iterator[str]:
    yield from study.populations.values()
    for each in study.file.groups:
        yield from each.people.values()


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
